const KiB = 1_024

/** What one message holds. */
const MAX_TEXT_BYTES = 16 * KiB

/** What is piped in goes as so many messages at most; what is longer is a file, which nobody has to scroll past. */
export const MAX_PIECES = 4

const sizeOf = (text: string): number => Buffer.byteLength(text)

/**
 * A text in pieces that a message holds: between lines where it can be, else between characters as people count them. Null where it
 * takes more than `MAX_PIECES`.
 */
export function piecesOf(text: string): string[] | null {
  const pieces: string[] = []
  let rest = text
  while (rest !== '') {
    if (pieces.length === MAX_PIECES) return null
    const at = sizeOf(rest) <= MAX_TEXT_BYTES ? rest.length : borderIn(rest)
    const piece = rest.slice(0, at).replace(/\n$/, '')
    if (piece.trim() !== '') pieces.push(piece)
    rest = rest.slice(at)
  }
  return pieces
}

/** Where the first piece ends: behind the last line that fits, or behind the last character. */
function borderIn(text: string): number {
  // No character takes less than a byte, so the first piece lies within these.
  const head = text.slice(0, MAX_TEXT_BYTES)
  let [bytes, fits] = [0, 0]
  for (const { segment, index } of new Intl.Segmenter().segment(head)) {
    bytes += sizeOf(segment)
    if (bytes > MAX_TEXT_BYTES && index > 0) break
    fits = index + segment.length
    if (bytes > MAX_TEXT_BYTES) break
  }
  // One "character" of thousands of marks, which nobody can read: between code units, then.
  if (sizeOf(text.slice(0, fits)) > MAX_TEXT_BYTES) fits = Math.floor(MAX_TEXT_BYTES / 4)
  const line = text.lastIndexOf('\n', fits - 1)
  return line > 0 ? line + 1 : fits
}

/** Bytes as text; null where they are none: no UTF-8, or with zeros in it. */
export function textOf(input: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(input)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}
