import type { HeaderList } from '../../../platform/http-message.ts'

export type CopyJudged =
  | { readonly answer: 'whole' | 'not-modified' | 'failed' | 'unsatisfiable' }
  /** From `start` to before `end`. */
  | { readonly answer: 'part'; readonly start: number; readonly end: number }

/**
 * What is to be sent of a file of a copy: conditions and one range, in the order of RFC 9110, 13.2.2. A copy has no times: its
 * ETag, the CID, says all there is to say, and conditions about times are as if they were not there. Pure.
 */
export function judgeCopy(headers: HeaderList, file: { readonly etag: string; readonly bytes: number }): CopyJudged {
  const ifMatch = headerOf(headers, 'if-match')
  const ifNoneMatch = headerOf(headers, 'if-none-match')
  const range = headerOf(headers, 'range')
  const ifRange = headerOf(headers, 'if-range')
  if (ifMatch !== undefined && ifMatch.trim() !== '*' && !tagsOf(ifMatch).includes(file.etag)) return { answer: 'failed' }
  if (ifNoneMatch !== undefined) {
    const isKnown = ifNoneMatch.trim() === '*' || tagsOf(ifNoneMatch).some((tag) => tag.replace(/^W\//, '') === file.etag)
    if (isKnown) return { answer: 'not-modified' }
  }
  // Whoever has the first part of another file wants all of this one.
  if (range === undefined || (ifRange !== undefined && ifRange.trim() !== file.etag)) return { answer: 'whole' }
  return partOf(range, file.bytes)
}

export function headerOf(headers: HeaderList, name: string): string | undefined {
  return headers.find(([other]) => other.toLowerCase() === name)?.[1]
}

/** `bytes=0-99`, `bytes=100-`, `bytes=-100`. More ranges than one get the whole. */
const RANGE = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i

/** No range that is one is as long; spaces without end can be read in many ways. */
const MAX_RANGE_CHARS = 256

function partOf(range: string, bytes: number): CopyJudged {
  if (range.length > MAX_RANGE_CHARS) return { answer: 'whole' }
  const [, first = '', last = ''] = RANGE.exec(range) ?? []
  if (first === '' && last === '') return { answer: 'whole' }
  if (first === '') {
    const count = Math.min(Number(last), bytes)
    return count === 0 ? { answer: 'unsatisfiable' } : { answer: 'part', start: bytes - count, end: bytes }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return { answer: 'whole' }
  if (start >= bytes) return { answer: 'unsatisfiable' }
  return { answer: 'part', start, end: last === '' ? bytes : Math.min(Number(last) + 1, bytes) }
}

function tagsOf(list: string): string[] {
  return list.match(/(?:W\/)?"[^"]*"/g) ?? []
}
