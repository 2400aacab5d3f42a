/** The ledger gives its reasons as they stand after a colon; where they stand alone they are sentences. */
export function asSentence(why: string): string {
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}${/[.!?]$/.test(why) ? '' : '.'}`
}
