/** Emoji that are shown large when a message is nothing else; more of them are a text. */
const MAX_LARGE = 6
const EMOJI_ONLY = new RegExp(`^(?:\\p{RGI_Emoji}\\s*){1,${MAX_LARGE}}$`, 'v')

export function isEmojiOnly(text: string): boolean {
  // The longest emoji have some 30 UTF-16 units.
  return text.length <= 35 * MAX_LARGE && EMOJI_ONLY.test(text.trim())
}

/**
 * What Markdown's marks may cost: the reader's time grows with the square of their number, and a message of 16 KiB made
 * of them alone would hold the window for the better part of a second. Nobody writes so many to be understood.
 */
const MAX_MARKS = 1_500
const MARKS = /[*_~`|[<&]/g
/** Quotes and lists within each other, opened on one line. */
const NESTED = /^(?:[ \t]*(?:>|[-+*]|\d{1,9}[.)])){10}/m

/** Whether a text is read as Markdown; otherwise it is shown as it stands. */
export function isWorthReading(text: string): boolean {
  return !NESTED.test(text) && (text.match(MARKS)?.length ?? 0) <= MAX_MARKS
}

/** Letters, digits and the marks of plain sentences; a dot or a colon only where a word ends, a hyphen only within one. */
const PLAIN = /^[\p{L}\p{M}](?:[\p{L}\p{M}\p{N},!?'"’‘“”„«»;…–—%€£]|[.:](?= |$)|(?<=\p{L})-(?=\p{L})| (?! |$))*$/u
/** It takes as long as reading it. */
const MAX_PLAIN_CHARS = 4_096

/** Whether a text has nothing in it that could be a mark, an address, a name or a line break: most of what people say. */
export function isPlain(text: string): boolean {
  return text.length <= MAX_PLAIN_CHARS && PLAIN.test(text) && !/www\./i.test(text)
}

/** As much as one line of a list or a quote can show of a text. */
const LINE_CHARS = 240

/** A text as one line without its marks: for lists, quotes and notifications. */
export function plainLine(text: string): string {
  return text
    .slice(0, 2 * LINE_CHARS)
    .replaceAll(/^[ \t]*(?:```.*|~~~.*|#{1,6} |> ?|[-*+] (?:\[[ x]\] )?)/gm, '')
    // A quote comes as one line already, with fences in the middle of it.
    .replaceAll(/`{3,}|~{3,}/g, ' ')
    .replaceAll(/!?\[([^\]\n]*)\]\((?:[^()\n]|\([^()\n]*\))*\)/g, '$1')
    .replaceAll(/(\*\*|__|~~|`+)(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replaceAll(/(?<![\p{L}\p{N}*_])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\p{L}\p{N}*_])/gu, '$2')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, LINE_CHARS)
}
