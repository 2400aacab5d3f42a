/*
 * Paths as rules read them: what is asked for, decoded once by the protocol that asks, without a query. They come from
 * strangers, and what looks like another path to a rule than to whoever opens it would be a way around the rule.
 */

/** Steps that lead back or nowhere, and what some readers take for another letter: `\`, `?`, `#`, `%2e`, control characters. */
const AMBIGUOUS = /(?:^|\/)\.{1,2}(?:\/|$)|\/\/|[\\?#\p{Cc}\p{Cs}]|%[0-9a-f]{2}/iu

/** The path looked at last: a thousand rules ask the same of one path, and it has up to 512 letters. */
let last = { path: '', isWinding: false }

/** Whether a path can be read in more ways than one, also because its letters are put together in another way (NFC). */
export function winds(path: string): boolean {
  if (path !== last.path) last = { path, isWinding: AMBIGUOUS.test(path) || path.normalize('NFC') !== path }
  return last.isWinding
}

/** A path that winds tells nothing of where it leads. */
export function isTold(path: string | null): path is string {
  return path !== null && !winds(path)
}

/** `/notes` holds `/notes` and `/notes/today`, not `/notes2`. */
export function isUnder(path: string, root: string): boolean {
  const base = baseOf(root)
  return path.startsWith(base) && (path.length === base.length || path[base.length] === '/')
}

/** A root without the slash that it may end with. */
export function baseOf(root: string): string {
  return root.endsWith('/') ? root.slice(0, -1) : root
}
