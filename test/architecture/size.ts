import type { Sources } from './sources.ts'

/** Lines a file of src may have: what fits in a reader's head. */
export const LINE_LIMIT = 300

/** Files that are longer, with how many lines they may have. The list and its numbers only ever shrink. */
export const EXCEPTIONS: Readonly<Record<string, number>> = {}

/** What is too long, and what the list of exceptions still allows without need. */
export function oversized(sources: Sources, exceptions: Readonly<Record<string, number>>): string[] {
  const lines = new Map([...sources].map(([path, code]) => [path, code.replace(/\n$/, '').split('\n').length]))
  const tooLong = [...lines].flatMap(([path, count]) => {
    const limit = exceptions[path] ?? LINE_LIMIT
    return count > limit ? [`${path} has ${count} lines, more than ${limit}`] : []
  })
  const slack = Object.entries(exceptions).flatMap(([path, limit]) => {
    const count = lines.get(path) ?? 0
    if (count <= LINE_LIMIT) return [`${path} needs no exception any more: take it off the list`]
    return count < limit ? [`${path} has shrunk to ${count} lines: lower its exception from ${limit}`] : []
  })
  return [...tooLong, ...slack]
}
