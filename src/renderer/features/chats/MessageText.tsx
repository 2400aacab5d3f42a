import { useMemo, type ReactNode } from 'react'
import { useTld } from '../names/store.ts'
import { Mention } from './Mention.tsx'
import { OutsideLink } from './OutsideLink.tsx'
import { PageLink } from './PageLink.tsx'
import { piecesOf, type Piece } from './pieces.ts'

/** What somebody wrote; names in it can be looked up, and addresses opened. Nothing of it is asked for before that. */
export function MessageText({ text }: { text: string }): ReactNode {
  const tld = useTld()
  const pieces = useMemo(() => piecesOf(text, tld), [text, tld])
  return pieces.map((piece, index) => (piece.kind === 'text' ? piece.text : <Found key={`${index} ${piece.text}`} piece={piece} />))
}

function Found({ piece }: { piece: Exclude<Piece, { kind: 'text' }> }): ReactNode {
  switch (piece.kind) {
    case 'mention':
      return <Mention text={piece.text} fullName={piece.fullName} />
    case 'page':
      return <PageLink text={piece.text} url={piece.url} />
    case 'outside':
      return <OutsideLink text={piece.text} url={piece.url} host={piece.host} />
  }
}
