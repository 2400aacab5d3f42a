import { linksIn, type Link } from './links.ts'
import { mentionsIn, type Mentioned } from './mention.ts'
import type { Span } from './spans.ts'

/** A piece of what somebody wrote: words, or something in them that leads somewhere. `text` is as it stands there. */
export type Piece = { kind: 'text'; text: string } | ((Mentioned | Link) & { text: string })

/** The text, whole and in its order, with its addresses and names told apart. Pure. */
export function piecesOf(text: string, tld: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const span of apart(linksIn(text, tld), mentionsIn(text, tld))) {
    if (span.from > from) pieces.push({ kind: 'text', text: text.slice(from, span.from) })
    pieces.push({ ...span.link, text: text.slice(span.from, span.to) })
    from = span.to
  }
  if (from < text.length || pieces.length === 0) pieces.push({ kind: 'text', text: text.slice(from) })
  return pieces
}

/** Both in the order of the text; a name within an address is a part of the address. */
function apart(links: readonly Span<Link>[], mentions: readonly Span<Mentioned>[]): Span<Link | Mentioned>[] {
  const overlaps = (mention: Span<Mentioned>): boolean => links.some(({ from, to }) => mention.from < to && from < mention.to)
  return [...links, ...mentions.filter((mention) => !overlaps(mention))].toSorted((a, b) => a.from - b.from)
}
