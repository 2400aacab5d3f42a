/** What a door is asked about has at most so many letters; a longer path tells it nothing. */
export const MAX_TOLD_PATH = 512

/** What a request asks for: its path, decoded once, in parts, and its query as it came. */
export interface Target {
  readonly segments: readonly string[]
  /** It ends with a slash: a folder is meant. */
  readonly isFolder: boolean
  /** With its question mark; empty for none. */
  readonly query: string
}

export type TargetRead = { readonly outcome: 'read'; readonly target: Target } | { readonly outcome: 'refused'; readonly why: string }

const CONTROL = /\p{Cc}/u

/**
 * Reads the target of a request line. Every path has one reading: what another reader could take for another path (steps
 * back, backslashes, encoded slashes, empty parts, control characters) is refused, so that the door, the folder and the
 * program behind a port all mean the same.
 */
export function readTarget(text: string): TargetRead {
  if (!text.startsWith('/')) return refused('not a path')
  // Spaces and other letters are encoded: what is not is cut off by one reader and kept by another.
  if (!/^[!-~]*$/.test(text)) return refused('a letter that is not encoded')
  if (text.includes('#')) return refused('a fragment')
  const at = text.indexOf('?')
  const path = at < 0 ? text : text.slice(0, at)
  const segments: string[] = []
  const parts = path.slice(1).split('/')
  const isFolder = parts.at(-1) === ''
  for (const part of isFolder ? parts.slice(0, -1) : parts) {
    const segment = decoded(part)
    if (segment === null) return refused('an encoding that cannot be read')
    if (segment === '') return refused('an empty part')
    if (segment === '.' || segment === '..') return refused('a step back')
    if (!isAskable(segment)) return refused('a character that paths do not have')
    segments.push(segment)
  }
  return { outcome: 'read', target: { segments, isFolder, query: at < 0 ? '' : text.slice(at) } }
}

/** Whether a name can be part of a path at all. */
export function isAskable(segment: string): boolean {
  return !(segment.includes('/') || segment.includes('\\') || CONTROL.test(segment))
}

/** Decoded, from its slash on, without its query. */
export function plainPath({ segments, isFolder }: Pick<Target, 'segments' | 'isFolder'>): string {
  return `/${segments.join('/')}${isFolder && segments.length > 0 ? '/' : ''}`
}

/** The path as the door reads it; null where it is too long to be told. */
export function toldPath(target: Pick<Target, 'segments' | 'isFolder'>): string | null {
  const path = plainPath(target)
  return path.length > MAX_TOLD_PATH ? null : path
}

/** The path as it is written in an address, without its query. */
export function writtenPath({ segments, isFolder }: Pick<Target, 'segments' | 'isFolder'>): string {
  return plainPath({ segments: segments.map(encodeURIComponent), isFolder })
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}

function refused(why: string): TargetRead {
  return { outcome: 'refused', why }
}
