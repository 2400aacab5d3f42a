import { letsIn, type Match, type Rule } from '../../../shared/model/door.ts'
import { baseOf, isUnder } from './paths.ts'
import { isFor, type Now } from './policy.ts'

/*
 * How two rules lie to each other, whatever anybody asks for. Both answers err on the side that claims less: `covers`
 * is true only where it is certain, `mayMeet` false only where it is.
 */

/**
 * Whether `wide` speaks whenever `narrow` does, now and as long as `narrow` lasts. A rule that falls silent after some
 * use covers nothing.
 */
export function covers(wide: Rule, narrow: Rule, now: Pick<Now, 'leftMs'>): boolean {
  return (
    takesAllOf(wide, narrow) &&
    (wide.suspended === null || !letsIn(wide.verdict)) &&
    wide.match.perHour === null &&
    isAboutAllOf(wide, narrow) &&
    outlasts(wide, narrow, now) &&
    takesAllNamesOf(wide, narrow) &&
    takesAllSizesOf(wide, narrow) &&
    takesAllPathsOf(wide, narrow)
  )
}

/** Whether there may be something about which both speak. */
export function mayMeet(a: Rule, b: Rule): boolean {
  if (!isFor(a, b.capability) && !isFor(b, a.capability)) return false
  return mayBeOneVisitor(a, b) && mayBeOneName(a, b) && mayBeOneSize(a, b) && mayBeOnePath(a, b)
}

/** Of two about anything, the one that lets in says nothing of the way out to the web, and one that keeps out does. */
function takesAllOf(wide: Rule, narrow: Rule): boolean {
  if (!isFor(wide, narrow.capability)) return false
  return narrow.capability !== 'anything' || isFor(wide, 'exit') || !isFor(narrow, 'exit')
}

function isAboutAllOf({ who: wide, verdict }: Rule, { who: narrow, verdict: other }: Rule): boolean {
  switch (wide.kind) {
    case 'anyone':
      return true
    case 'account':
      return (narrow.kind === 'account' || narrow.kind === 'name') && narrow.account === wide.account
    case 'name': {
      const isSame = narrow.kind === 'name' && narrow.name === wide.name && narrow.account === wide.account
      // By a name, who keeps out goes on where the name is another's, and who lets in does not.
      return isSame && (!letsIn(verdict) || letsIn(other))
    }
    case 'group':
      return narrow.kind === 'group' && narrow.group === wide.group
    case 'contact':
    case 'unknown':
    case 'lan':
    case 'relayed':
      return narrow.kind === wide.kind
  }
}

function outlasts(wide: Rule, narrow: Rule, now: Pick<Now, 'leftMs'>): boolean {
  const longer = wide.until
  const shorter = narrow.until
  switch (longer.kind) {
    case 'forever':
      return true
    case 'quit':
      return ['once', 'connection', 'quit'].includes(shorter.kind)
    case 'once':
      return false
    case 'connection':
      return shorter.kind === 'connection' && shorter.connection === longer.connection
    case 'time': {
      if (shorter.kind !== 'time' || longer.untilMs < shorter.untilMs) return false
      // By both clocks, as they may differ; an allowance ends by the earlier of them, and what keeps out by the later.
      return now.leftMs(wide) >= now.leftMs(narrow) && (!letsIn(wide.verdict) || letsIn(narrow.verdict))
    }
  }
}

/** What is not told satisfies whoever keeps out and nobody who lets in: a rule that lets in by size knows the size. */
function knowsSize({ verdict, match }: Rule): boolean {
  return letsIn(verdict) && asksForSize(match)
}

function asksForSize({ minBytes, maxBytes }: Match): boolean {
  return minBytes !== null || maxBytes !== null
}

function knowsPath({ verdict, match }: Rule): boolean {
  return letsIn(verdict) && match.path !== null
}

function knowsName({ verdict, match }: Rule): boolean {
  return letsIn(verdict) && match.name !== null
}

function takesAllNamesOf(wide: Rule, narrow: Rule): boolean {
  if (wide.match.name === null) return true
  if (knowsName(wide) && !knowsName(narrow)) return false
  return narrow.match.name === wide.match.name
}

function takesAllSizesOf(wide: Rule, narrow: Rule): boolean {
  const { minBytes, maxBytes } = wide.match
  if (knowsSize(wide) && !knowsSize(narrow)) return false
  if (minBytes !== null && minBytes > (narrow.match.minBytes ?? 0)) return false
  return maxBytes === null || (narrow.match.maxBytes !== null && narrow.match.maxBytes <= maxBytes)
}

function takesAllPathsOf(wide: Rule, narrow: Rule): boolean {
  if (wide.match.path === null) return true
  if (knowsPath(wide) && !knowsPath(narrow)) return false
  return narrow.match.path !== null && liesUnder(narrow.match.path, wide.match.path)
}

function mayBeOneVisitor({ who: a, until: one }: Rule, { who: b, until: other }: Rule): boolean {
  if (one.kind === 'connection' && other.kind === 'connection' && one.connection !== other.connection) return false
  if ((a.kind === 'account' || a.kind === 'name') && (b.kind === 'account' || b.kind === 'name')) {
    return a.account === b.account
  }
  return a.kind === b.kind || (opposite[a.kind] !== b.kind && opposite[b.kind] !== a.kind)
}

type Kind = Rule['who']['kind']
const opposite: { readonly [kind in Kind]?: Kind } = { contact: 'unknown', lan: 'relayed' }

function mayBeOneName(a: Rule, b: Rule): boolean {
  if (a.match.name === null || b.match.name === null || (!knowsName(a) && !knowsName(b))) return true
  return a.match.name === b.match.name
}

function mayBeOneSize(a: Rule, b: Rule): boolean {
  if (!knowsSize(a) && !knowsSize(b)) return true
  const least = Math.max(a.match.minBytes ?? 0, b.match.minBytes ?? 0)
  return least <= Math.min(a.match.maxBytes ?? Infinity, b.match.maxBytes ?? Infinity)
}

function mayBeOnePath(a: Rule, b: Rule): boolean {
  if (a.match.path === null || b.match.path === null || (!knowsPath(a) && !knowsPath(b))) return true
  return liesUnder(a.match.path, b.match.path) || liesUnder(b.match.path, a.match.path)
}

/** Whether all that lies under `inner` lies under `outer`. */
function liesUnder(inner: string, outer: string): boolean {
  return isUnder(baseOf(inner), outer)
}
