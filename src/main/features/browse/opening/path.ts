import { plainPath, readTarget, type Target, toldPath as told, writtenPath } from '../../../platform/http-target.ts'

export { plainPath, writtenPath }

/** A path as a site reads it; null where it has two readings. */
export function readPath(text: string): Target | null {
  const read = readTarget(text)
  return read.outcome === 'read' ? read.target : null
}

/** As a door is told of it; null where it is too long, or none. */
export function toldPath(text: string): string | null {
  const target = readPath(text)
  return target === null ? null : told(target)
}
