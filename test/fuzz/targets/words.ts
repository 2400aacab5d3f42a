import { linksIn } from '../../../src/renderer/features/chats/links.ts'
import { isEmojiOnly, isPlain, isWorthReading, plainLine } from '../../../src/renderer/features/chats/markdown/readable.ts'
import { targetOf } from '../../../src/renderer/features/chats/markdown/targets.ts'
import { mentionsIn } from '../../../src/renderer/features/chats/mention.ts'
import { piecesOf } from '../../../src/renderer/features/chats/pieces.ts'
import { outsideOf } from '../../../src/shared/outside.ts'
import { must } from '../oracle.ts'

/** What somebody wrote, before it is shown: addresses and names in it, and whether it is read as Markdown at all. */
export async function fuzz(data: Buffer): Promise<void> {
  const text = data.toString('utf8')
  const pieces = piecesOf(text, 'peer')
  must(pieces.map((piece) => piece.text).join('') === text, 'a text that lost something')
  for (const { link } of linksIn(text, 'peer')) {
    must(/^(?:peer|https):\/\//.test(link.url), 'a link of another kind')
    if (link.kind === 'outside') must(new URL(link.url).username === '', 'a link with somebody before its host')
  }
  mentionsIn(text, 'peer')
  isPlain(text)
  isEmojiOnly(text)
  isWorthReading(text)
  must(plainLine(text).length <= 240 && !plainLine(text).includes('\n'), 'no line')
  const outside = outsideOf(text)
  if (outside?.kind === 'web') must(/^https?:\/\//.test(outside.url), 'an address of another kind')
  const target = targetOf(text, 'peer')
  if (target !== null) must(/^(?:peer:\/\/|https?:\/\/|mailto:)/.test(target.url), 'a target of another kind')
}
