import type { AccountId } from '../../../shared/ids.ts'
import type { MyName } from '../../../shared/model/names.ts'
import { DAY, MINUTE } from '../../../shared/units.ts'

export interface MyNames {
  /** Of this account, by name. */
  owned: MyName[]
  /** On their way to it, and those that were refused lately. */
  claimed: MyName[]
  /** Others give them to this account. */
  offered: MyName[]
}

export function groupNames(mine: Iterable<MyName>, me: AccountId | null): MyNames {
  const groups: MyNames = { owned: [], claimed: [], offered: [] }
  for (const one of mine) {
    if (one.claim !== null && one.claim.step !== 'yours') groups.claimed.push(one)
    else if (one.onLedger !== null && one.onLedger.owner !== me) groups.offered.push(one)
    else if (one.onLedger !== null) groups.owned.push(one)
    // Decided, and not yet told as owned.
    else if (one.claim !== null) groups.claimed.push(one)
  }
  const byName = (a: MyName, b: MyName): number => (a.name < b.name ? -1 : 1)
  return {
    owned: groups.owned.toSorted(byName),
    claimed: groups.claimed.toSorted(byName),
    offered: groups.offered.toSorted(byName),
  }
}

/** How a name of one's own stands, in the order of what matters most. */
export type Standing =
  | { is: 'free' }
  | { is: 'grace' }
  | { is: 'ending'; days: number }
  | { is: 'offered' }
  | { is: 'nowhere' }
  /** Signed, and nobody was told yet. */
  | { is: 'untold' }
  | { is: 'alone' }
  | { is: 'held'; held: number; asked: number }

export function standingOf({ onLedger, zone, publication }: MyName, nowMs: number): Standing {
  if (onLedger === null || onLedger.phase === 'free') return { is: 'free' }
  if (onLedger.phase === 'grace') return { is: 'grace' }
  if (onLedger.phase === 'ending') return { is: 'ending', days: daysLeft(onLedger.expiresMs, nowMs) }
  if (onLedger.offeredTo !== null && onLedger.offeredTo !== onLedger.owner) return { is: 'offered' }
  if (zone === null) return { is: 'nowhere' }
  if (publication === null || publication.seq !== zone.seq) return { is: 'untold' }
  if (publication.held === 0) return { is: 'alone' }
  return { is: 'held', held: publication.held, asked: publication.asked }
}

/** Whether its owner can do something about it: where there is no other device to hold a zone, nothing is amiss. */
export function needsOwner(name: MyName, nowMs: number): boolean {
  if (name.attention === null) return false
  return standingOf(name, nowMs).is !== 'alone' || name.publication?.asked !== 0
}

/** What is drawn is as of a minute ago at most, and a term that began since is no day longer than it is. */
const DRAWN_MS = MINUTE

/** Days that have begun: on the last one it is one. */
export function daysLeft(untilMs: number, nowMs: number): number {
  if (untilMs <= nowMs) return 0
  return Math.max(1, Math.ceil((untilMs - nowMs - DRAWN_MS) / DAY))
}

/** The share of a term that is over, in [0, 1]. */
export function shareOver(fromMs: number, untilMs: number, nowMs: number): number {
  return Math.min(1, Math.max(0, (nowMs - fromMs) / Math.max(1, untilMs - fromMs)))
}
