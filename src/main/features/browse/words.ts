import { MAX_ASKED_CHARS, MAX_TITLE_CHARS } from './limits.ts'

/** Not seen, or turning what stands around it: control characters, marks of direction, tags, spaces of no width. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu

/** What a page says, as one line that cannot pass for something else than a page's words. */
export function oneLine(text: string, maxChars: number): string {
  // Cut before it is looked at: a page may say a gigabyte. A joiner in the middle of a picture goes too; the picture stays in parts.
  const line = text.slice(0, maxChars * 4).replaceAll(/[\s\u2028\u2029]+/g, ' ').replaceAll(UNSEEN, '').trim()
  return whole(line, maxChars)
}

export const titleOf = (text: string): string => oneLine(text, MAX_TITLE_CHARS)

/** A name, a host or a permission, as the shield lists it. */
export const askedOf = (text: string): string => oneLine(text, MAX_ASKED_CHARS)

/** At most so many UTF-16 units, and no half of a character at the end. */
function whole(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const cut = text.slice(0, maxChars)
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}
