import { MAX_TOLD_PATH } from './limits.ts'

/** A path as it is written in an address: decoded once, in parts. */
export interface ReadPath {
  readonly segments: readonly string[]
  /** It ends with a slash: a folder is meant. */
  readonly isFolder: boolean
  /** With its question mark; empty for none. */
  readonly query: string
}

const CONTROL = /\p{Cc}/u

/** As a site reads it: what has two readings (steps back, empty parts, encoded separators) is none, and null here. */
export function readPath(text: string): ReadPath | null {
  if (!/^\/[!-~]*$/.test(text) || text.includes('#')) return null
  const at = text.indexOf('?')
  const parts = (at < 0 ? text : text.slice(0, at)).slice(1).split('/')
  const isFolder = parts.at(-1) === ''
  const segments = (isFolder ? parts.slice(0, -1) : parts).map(decoded)
  if (!segments.every((segment) => segment !== null)) return null
  return { segments, isFolder, query: at < 0 ? '' : text.slice(at) }
}

/** As a door is told of it; null where it is too long, or none. */
export function toldPath(text: string): string | null {
  const read = readPath(text)
  const path = read === null ? null : plainPath(read)
  return path === null || path.length > MAX_TOLD_PATH ? null : path
}

/** Decoded, from its slash on, without its query. */
export function plainPath({ segments, isFolder }: Pick<ReadPath, 'segments' | 'isFolder'>): string {
  return `/${segments.join('/')}${isFolder && segments.length > 0 ? '/' : ''}`
}

/** As it is written in an address, without its query. */
export function writtenPath({ segments, isFolder }: Pick<ReadPath, 'segments' | 'isFolder'>): string {
  return plainPath({ segments: segments.map(encodeURIComponent), isFolder })
}

function decoded(part: string): string | null {
  let segment: string
  try {
    segment = decodeURIComponent(part)
  } catch {
    return null
  }
  const isPlain = segment !== '' && segment !== '.' && segment !== '..' && !/[/\\]/.test(segment) && !CONTROL.test(segment)
  return isPlain ? segment : null
}
