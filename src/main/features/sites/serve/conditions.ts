import type { IncomingHttpHeaders } from 'node:http'

/** What is known of a file, as far as a request may make its answer depend on it. */
export interface Validators {
  /** With its quotes; strong. */
  readonly etag: string
  readonly modifiedMs: number
  readonly sizeBytes: number
}

export type Judged =
  | { readonly answer: 'whole' }
  /** Both ends are part of it. */
  | { readonly answer: 'part'; readonly firstByte: number; readonly lastByte: number }
  | { readonly answer: 'not-modified' }
  | { readonly answer: 'failed' }
  | { readonly answer: 'unsatisfiable' }

/** What is to be sent of a file: conditions and range, in the order of RFC 9110, 13.2.2. More ranges than one get the whole. */
export function judge(headers: IncomingHttpHeaders, file: Validators): Judged {
  const modifiedMs = Math.floor(file.modifiedMs / 1_000) * 1_000
  const {
    'if-match': ifMatch,
    'if-unmodified-since': ifUnmodifiedSince,
    'if-none-match': ifNoneMatch,
    'if-modified-since': ifModifiedSince,
  } = headers
  if (ifMatch !== undefined) {
    if (ifMatch.trim() !== '*' && !tags(ifMatch).includes(file.etag)) return { answer: 'failed' }
  } else if (ifUnmodifiedSince !== undefined) {
    const sinceMs = Date.parse(ifUnmodifiedSince)
    if (!Number.isNaN(sinceMs) && modifiedMs > sinceMs) return { answer: 'failed' }
  }
  if (ifNoneMatch !== undefined) {
    const isKnown = ifNoneMatch.trim() === '*' || tags(ifNoneMatch).some((tag) => bare(tag) === file.etag)
    if (isKnown) return { answer: 'not-modified' }
  } else if (ifModifiedSince !== undefined) {
    const sinceMs = Date.parse(ifModifiedSince)
    if (!Number.isNaN(sinceMs) && modifiedMs <= sinceMs) return { answer: 'not-modified' }
  }
  if (headers.range === undefined || !isSameFor(headers['if-range'], file.etag, modifiedMs)) return { answer: 'whole' }
  return partOf(headers.range, file.sizeBytes)
}

/** `bytes=0-99`, `bytes=100-`, `bytes=-100`. */
const RANGE = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i

function partOf(range: string, sizeBytes: number): Judged {
  const [, first = '', last = ''] = RANGE.exec(range) ?? []
  if (first === '' && last === '') return { answer: 'whole' }
  if (first === '') {
    const count = Math.min(Number(last), sizeBytes)
    if (count === 0) return { answer: 'unsatisfiable' }
    return { answer: 'part', firstByte: sizeBytes - count, lastByte: sizeBytes - 1 }
  }
  const firstByte = Number(first)
  if (last !== '' && Number(last) < firstByte) return { answer: 'whole' }
  if (firstByte >= sizeBytes) return { answer: 'unsatisfiable' }
  return { answer: 'part', firstByte, lastByte: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) }
}

/** Whoever has the first part of another file wants all of this one. A weak tag stands for no bytes in particular. */
function isSameFor(ifRange: string | string[] | undefined, etag: string, modifiedMs: number): boolean {
  if (ifRange === undefined) return true
  const text = String(ifRange).trim()
  return text.endsWith('"') ? text === etag : Date.parse(text) === modifiedMs
}

function tags(list: string): string[] {
  return list.match(/(?:W\/)?"[^"]*"/g) ?? []
}

function bare(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag
}
