import { stripVTControlCharacters } from 'node:util'

/** C0 but for tab and line feed, DEL, C1 (which terminals take as escape sequences too). */
const CONTROL = /(?![\t\n])\p{Cc}/gu
/** Marks that reorder what stands beside them: embeddings, overrides, isolates, directional marks. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const LINE_ENDS = /\r\n|[\r\u0085\u2028\u2029]/g

/**
 * Text of somebody else's as a terminal may have it: escape sequences gone, what is left of control characters shown as
 * `�`, nothing that turns the direction of our own words. Line feeds and tabs stay.
 */
export function plain(text: string): string {
  return stripVTControlCharacters(text.replaceAll(LINE_ENDS, '\n')).replaceAll(CONTROL, '�').replaceAll(DIRECTION, '')
}

/** The same on one line: whoever names themselves must not begin a line that looks like ours. */
export function oneLine(text: string): string {
  return plain(text).replaceAll(/[\n\t]+/g, ' ')
}

/** Every string of a plain value made `plain`. Numbers, ids and field names stay as they are. */
export function plainDeep<Value>(value: Value): Value {
  return walk(value) as Value
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return plain(value)
  if (Array.isArray(value)) return value.map(walk)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, walk(field)]))
}

/** One line of JSON that is itself safe to show: what `JSON.stringify` leaves as it is and a terminal would act on. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
