import { useMemo, type ReactNode } from 'react'
import { useTld } from '../names/store.ts'
import { Mention } from './Mention.tsx'
import { piecesOf } from './mention.ts'

/** What somebody wrote; names in it can be looked up. */
export function MessageText({ text }: { text: string }): ReactNode {
  const tld = useTld()
  const pieces = useMemo(() => piecesOf(text, tld), [text, tld])
  return pieces.map((piece, index) =>
    piece.kind === 'text' ? piece.text : <Mention key={`${index} ${piece.fullName}`} text={piece.text} fullName={piece.fullName} />,
  )
}
