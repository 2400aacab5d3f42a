/*
 * A revocation as a text that says in words what it is, for whoever finds it in ten years: the window writes it, and the
 * window and the command line read it. The entry itself stands in base64 between two lines.
 */

export const REVOCATION_BEGIN = '-----BEGIN LATCH REVOCATION-----'
export const REVOCATION_END = '-----END LATCH REVOCATION-----'

/** What stands between the lines, without spaces; all of a text that has no such lines. */
export function insideRevocation(text: string): string {
  const begins = text.indexOf(REVOCATION_BEGIN)
  const ends = text.indexOf(REVOCATION_END)
  const inside = begins !== -1 && ends > begins ? text.slice(begins + REVOCATION_BEGIN.length, ends) : text
  return inside.replaceAll(/\s/g, '')
}
