import type { IncomingHttpHeaders } from 'node:http'

/** What is known of a file, as far as a request may make its answer depend on it. */
export interface Validators {
  /** With its quotes; strong. */
  readonly etag: string
  readonly modifiedMs: number
  readonly sizeBytes: number
}

export type AskedHeaders = Partial<
  Record<'if-match' | 'if-none-match' | 'if-unmodified-since' | 'if-modified-since' | 'range', string>
>

/** A tag that no file has: the library knows of none, and so this is one that does not match. */
const ANOTHER = '"another"'

/**
 * A request as @fastify/send 4.2 reads it rightly (RFC 9110, 13 and 14). Its own tags are weak and have no part in telling
 * files apart that were written within a millisecond, and a weak tag allows no resuming; so it makes none, and hears of
 * ours only whether they match. Besides,
 *
 * - a date counts only where there is no tag, also for `If-Match`;
 * - `If-Range` is compared whole (the library looks whether our tag is somewhere in it) and a date exactly;
 * - a `Range` is for GET alone; one that is none is passed over; and the last 500 bytes of 300 are all 300 (there: 416);
 * - `Cache-Control: no-cache` speaks to caches on the way, and this is where it comes from: a page that was not changed is
 *   not sent again (there: it is).
 */
export function askedOfLibrary(method: string, headers: IncomingHttpHeaders, file: Validators): AskedHeaders {
  const asked: AskedHeaders = {}
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers
  const { 'if-unmodified-since': unmodifiedSince, 'if-modified-since': modifiedSince } = headers
  if (ifMatch !== undefined) asked['if-match'] = matches(ifMatch, (tag) => tag === file.etag) ? '*' : ANOTHER
  else if (unmodifiedSince !== undefined) asked['if-unmodified-since'] = unmodifiedSince
  if (ifNoneMatch !== undefined) asked['if-none-match'] = matches(ifNoneMatch, (tag) => bare(tag) === file.etag) ? '*' : ANOTHER
  else if (modifiedSince !== undefined) asked['if-modified-since'] = modifiedSince
  const range = method === 'GET' && isSameFor(headers['if-range'], file) ? readRange(headers.range, file.sizeBytes) : null
  if (range !== null) asked.range = range
  return asked
}

/** Players ask for one, and programs for a handful; a longer list is made to be read for a long time. */
const MAX_RANGE_CHARS = 256
/** One of a list, without the spaces around it. Nothing in it can be read in two ways, so that reading it takes a step for each letter. */
const ONE_RANGE = /^(?:\d+\s*-\s*\d*|-\s*\d+)$/

/** Null: there is none, or it is one that is passed over. */
function readRange(range: string | undefined, sizeBytes: number): string | null {
  if (range === undefined || range.length > MAX_RANGE_CHARS) return null
  const at = range.indexOf('=')
  if (range.slice(0, at).trim().toLowerCase() !== 'bytes') return null
  if (!range.slice(at + 1).split(',').every((one) => ONE_RANGE.test(one.trim()))) return null
  const text = range.replaceAll(/\s/g, '').toLowerCase()
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(text) ?? []
  if (first === '' && last !== '' && Number(last) > 0 && Number(last) >= sizeBytes) return sizeBytes === 0 ? null : 'bytes=0-'
  return first !== '' && last !== '' && Number(last) < Number(first) ? null : text
}

/** Whoever has the first part of another file wants all of this one. A weak tag stands for no bytes in particular. */
function isSameFor(ifRange: string | string[] | undefined, { etag, modifiedMs }: Validators): boolean {
  if (ifRange === undefined) return true
  const text = String(ifRange).trim()
  return text.endsWith('"') ? text === etag : Date.parse(text) === Math.floor(modifiedMs / 1_000) * 1_000
}

function matches(list: string, isIt: (tag: string) => boolean): boolean {
  return list.trim() === '*' || (list.match(/(?:W\/)?"[^"]*"/g) ?? []).some(isIt)
}

function bare(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag
}
