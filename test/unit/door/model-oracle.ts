import type { RuleId } from '../../../src/shared/ids.ts'
import type { About, Capability, Match, Rule, RuleDraft, Verdict, Who } from '../../../src/shared/model/door.ts'
import type { Route } from '../../../src/shared/model/peers.ts'
import { HOUR, MiB } from '../../../src/shared/units.ts'

/*
 * What the door promises, in the plainest form, written from docs/wire/door.md and not from the door's code: which rule
 * may let somebody in, and which keep it from doing so. It takes every rule in turn and knows nothing of indexes, of
 * questions or of the order in which things lie.
 */

/** Somebody at the door, and what this person thinks of them now. */
export interface Visit {
  readonly account: string
  readonly capability: Capability
  readonly about: About
  readonly isContact: boolean
  readonly groups: readonly string[]
  readonly names: readonly string[]
  readonly route: Route
  readonly connection: string
}

/** The time: on the machine's clock, which somebody may set, and as it truly passes. */
export interface Times {
  readonly wallMs: number
  readonly trueMs: number
}

/** A rule as those who made it meant it. */
export interface Meant {
  readonly id: RuleId
  readonly draft: RuleDraft
  readonly until: Rule['until']
  readonly enabled: boolean
  readonly suspended: boolean
  /** When its time is over, as it truly passes. */
  readonly endsTrueMs: number
  /** What the machine's clock showed when it got its end. */
  readonly madeMs: number
  /** When it let somebody in, in true time since the last start. */
  readonly usesMs: readonly number[]
}

export const isYes = (verdict: Verdict): boolean => verdict === 'allow' || verdict === 'allow-and-tell'

export const nothing: Match = { name: null, minBytes: null, maxBytes: null, path: null, perHour: null }

/** Whether a rule speaks about a visit. `isInside`: who is in uses no rate up, and a clock that is set is not seen. */
export function speaks(rule: Meant, visit: Visit, times: Times, isInside = false): boolean {
  const { draft, until, suspended } = rule
  const yes = isYes(draft.verdict)
  if (!rule.enabled || (suspended && yes)) return false
  if (draft.capability !== 'anything' && draft.capability !== visit.capability) return false
  if (draft.capability === 'anything' && visit.capability === 'exit' && yes) return false
  if (until.kind === 'connection' && until.connection !== visit.connection) return false
  if (until.kind === 'time') {
    const left = [times.trueMs < rule.endsTrueMs, isInside || times.wallMs < until.untilMs]
    const isLeft = isInside ? left[0] : yes ? left.every(Boolean) : left.some(Boolean)
    if (isLeft !== true) return false
  }
  if (draft.match.perHour !== null && !isInside) {
    const used = rule.usesMs.filter((usedMs) => times.trueMs - usedMs < HOUR).length
    if (used >= draft.match.perHour) return false
  }
  return isAbout(draft.who, visit, yes) && isSuch(draft.match, visit.about, yes)
}

function isAbout(who: Who, visit: Visit, yes: boolean): boolean {
  if (who.kind === 'account') return who.account === visit.account
  if (who.kind === 'name') return who.account === visit.account && (!yes || visit.names.includes(who.name))
  if (who.kind === 'group') return visit.groups.includes(who.group)
  if (who.kind === 'contact') return visit.isContact
  if (who.kind === 'unknown') return !visit.isContact
  if (who.kind === 'lan') return visit.route === 'lan' || visit.route === 'local'
  if (who.kind === 'relayed') return visit.route === 'relayed'
  return true
}

/** A name, a size or a path that is not told is such as suits whoever keeps out. */
function isSuch({ name, minBytes, maxBytes, path }: Match, about: About, yes: boolean): boolean {
  if (name !== null && (about.name === null ? yes : about.name !== name)) return false
  const sizes = about.bytes === null ? [] : [about.bytes >= (minBytes ?? 0), about.bytes <= (maxBytes ?? Infinity)]
  if (sizes.includes(false)) return false
  if (about.bytes === null && (minBytes !== null || maxBytes !== null) && yes) return false
  if (path === null) return true
  if (about.path === null || /(^|\/)\.\.(\/|$)/.test(about.path)) return !yes
  const base = path.replace(/\/$/, '')
  return about.path === base || about.path.startsWith(`${base}/`)
}

const levels: Record<Who['kind'], number> = {
  account: 5,
  name: 4,
  group: 3,
  contact: 2,
  unknown: 2,
  lan: 1,
  relayed: 1,
  anyone: 0,
}
const strictness: Record<Verdict, number> = { ask: 0, allow: 1, 'allow-and-tell': 2, ignore: 3, deny: 4 }

/** More than 0 where the first comes before the second, 0 where only their age tells. */
export function before({ draft: a }: Meant, { draft: b }: Meant): number {
  const asks = ({ match }: RuleDraft): number => Object.values(match).filter((each) => each !== null).length
  const steps = [
    levels[a.who.kind] - levels[b.who.kind],
    Number(b.capability === 'anything') - Number(a.capability === 'anything'),
    asks(a) - asks(b),
    a.priority - b.priority,
    strictness[a.verdict] - strictness[b.verdict],
  ]
  return steps.find((step) => step !== 0) ?? 0
}

/** What happens where no rule speaks. */
export function isOpenByDefault({ capability, isContact, about }: Visit): boolean {
  if (capability === 'lookup') return true
  return capability === 'file' && isContact && about.bytes !== null && about.bytes <= 16 * MiB
}

/** Whether a visit may be inside: the rule that comes first lets in, or none speaks and the default does. */
export function mayBeIn(rules: Iterable<Meant>, visit: Visit, times: Times, isInside: boolean): boolean {
  const speaking = [...rules].filter((rule) => speaks(rule, visit, times, isInside))
  if (speaking.length === 0) return isOpenByDefault(visit)
  const [first] = speaking.toSorted((a, b) => before(b, a))
  return first !== undefined && isYes(first.draft.verdict)
}
