import type { AccountId } from '../../../shared/ids.ts'
import type { NameLabel, NamePhase, NetworkId } from '../../../shared/model/ledger.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/units.ts'
import { MAX_AHEAD_MS } from './limits.ts'
import type { ZoneKey } from './near.ts'
import { openZone, type SignedZone, type Stamp, type StampedZone } from './zone.ts'

/*
 * Whether a zone holds: by its size, its signature, who owns the name, where the name is in its term, and the clock, in
 * this order. One function for those who look up, those who hold, gossip and the DHT alike. Pure but for the signature.
 */

/** What the zone is judged against. */
export interface Facts {
  readonly network: NetworkId
  /** Whose the name is, by the ledger; null: nobody's, or in its time of grace. Not asked before a signature holds. */
  readonly ownerOf: (name: NameLabel) => AccountId | null | 'unknown'
  /** Asked where there is an owner. */
  readonly phaseOf: (name: NameLabel) => NamePhase | null
  /**
   * Whether a name in the last tenth of its term counts: not for strangers who look it up, but for the owner's contacts,
   * and for everybody who holds zones, as those contacts ask them.
   */
  readonly ending: 'counts' | 'does-not'
  readonly nowMs: number
}

/** Why, in one word for programs. */
export type RefusedZone =
  | 'too-large'
  | 'malformed'
  | 'forged'
  | 'network'
  | 'other-name'
  | 'nobody'
  | 'not-owner'
  | 'ending'
  | 'expired'
  | 'clock'

/** `points`: what whoever handed it over is to pay; 0 where an honest one may do so. */
export interface Refusal {
  readonly verdict: 'refused'
  readonly code: RefusedZone
  readonly why: string
  readonly points: number
}

export type ZoneVerdict<Judged extends StampedZone = SignedZone> =
  | { readonly verdict: 'valid'; readonly signed: Judged }
  /** The ledger is behind: well signed, and nobody here can say whether by the owner. Never a success. */
  | { readonly verdict: 'unknown'; readonly why: string; readonly signed: Judged }
  | Refusal

/** No honest device passes on what it could see to be so: a handful ends a connection. */
const UNREADABLE_POINTS = 20
const FORGED_POINTS = 25
/** An answer to another question, or a zone where there is none of the kind. */
const MISPLACED_POINTS = 20

/** `asked`: the key under which it came, if under one. */
export async function judgeZone(bytes: Uint8Array, facts: Facts, asked: ZoneKey | null = null): Promise<ZoneVerdict> {
  const opened = await openZone(bytes)
  if (opened.outcome === 'opened') return judgeOpened(opened.signed, facts, asked)
  const points = opened.outcome === 'forged' ? FORGED_POINTS : UNREADABLE_POINTS
  return { verdict: 'refused', code: opened.outcome, why: opened.why, points }
}

/** The same of a zone that was opened before: what is kept is judged anew at each use, as owners and clocks move on. */
export function judgeOpened<Judged extends StampedZone>(
  signed: Judged,
  facts: Facts,
  asked: ZoneKey | null = null,
): ZoneVerdict<Judged> {
  const { zone } = signed
  const refused = (code: RefusedZone, why: string, points = 0): Refusal => ({ verdict: 'refused', code, why, points })
  if (zone.network !== facts.network) return refused('network', 'This zone is of another network.', MISPLACED_POINTS)
  if (asked !== null && signed.key !== asked) {
    return refused('other-name', 'This zone is of another name than the one asked for.', MISPLACED_POINTS)
  }
  const owner = facts.ownerOf(zone.name)
  if (owner === 'unknown') {
    return { verdict: 'unknown', why: 'The ledger here is behind, so it cannot say yet whose this name is.', signed }
  }
  if (owner === null) return refused('nobody', 'This name belongs to nobody now.')
  if (owner !== zone.owner) return refused('not-owner', 'This zone is of an account that does not own the name now.')
  // Grace and free are nobody's above; asked again, as the two come from one ledger and not from one call.
  const phase = facts.phaseOf(zone.name)
  if (phase !== 'living' && phase !== 'ending') return refused('nobody', 'The term of this name is over.')
  if (phase === 'ending' && facts.ending === 'does-not') {
    return refused('ending', "The term of this name ends soon: until it is renewed, it resolves for its owner's contacts alone.")
  }
  return outOfTime(zone, facts.nowMs) ?? { verdict: 'valid', signed }
}

function outOfTime(zone: Stamp, nowMs: number): Refusal | null {
  const [overMs, aheadMs] = [nowMs - zone.expiresAtMs, zone.issuedAtMs - nowMs]
  if (overMs >= 0) {
    const why = `This zone expired ${spanOf(overMs)} ago by the clock of this device.`
    return { verdict: 'refused', code: 'expired', why, points: 0 }
  }
  if (aheadMs <= MAX_AHEAD_MS) return null
  const why = `This zone was issued ${spanOf(aheadMs)} ahead of the clock of this device: that clock, or its owner's, is wrong.`
  return { verdict: 'refused', code: 'clock', why, points: 0 }
}

/** What `a` is beside `b`: the higher number is newer, then the later issue, then the greater bytes, so that all agree. */
export function newer(a: StampedZone, b: StampedZone): 'newer' | 'older' | 'same' {
  const order = a.zone.seq - b.zone.seq || a.zone.issuedAtMs - b.zone.issuedAtMs || Buffer.compare(a.bytes, b.bytes)
  if (order === 0) return 'same'
  return order > 0 ? 'newer' : 'older'
}

/** The newest of those that were judged valid; null of none. */
export function newest<Judged extends StampedZone>(zones: Iterable<Judged>): Judged | null {
  let best: Judged | null = null
  for (const zone of zones) if (best === null || newer(zone, best) === 'newer') best = zone
  return best
}

export type StoreVerdict =
  /** `replaces`: what is stored goes. */
  | { readonly verdict: 'store'; readonly signed: SignedZone; readonly replaces: 'nothing' | 'older' | 'not-valid' }
  | { readonly verdict: 'have'; readonly signed: SignedZone }
  | { readonly verdict: 'unknown'; readonly why: string }
  | { readonly verdict: 'refused'; readonly code: RefusedZone | 'older'; readonly why: string; readonly points: number }

/**
 * Whether a zone is to be held because somebody asks for it: the ledger backs it, and nothing newer is held. What is
 * held counts only while it is valid itself: a former owner's zone with a high number keeps nobody out. `held`: the
 * newest here, one's own too (`ZoneStore.find`). `asked`: the key under which it came, if under one.
 */
export async function judgeStore(
  bytes: Uint8Array,
  facts: Facts,
  held: (key: ZoneKey) => StampedZone | null,
  asked: ZoneKey | null = null,
): Promise<StoreVerdict> {
  const judged = await judgeZone(bytes, facts, asked)
  if (judged.verdict === 'unknown') return { verdict: 'unknown', why: judged.why }
  if (judged.verdict === 'refused') return judged
  const { signed } = judged
  // Not before the signature was waited for: another request may have stored one meanwhile.
  const stored = held(signed.key)
  if (stored === null) return { verdict: 'store', signed, replaces: 'nothing' }
  if (judgeOpened(stored, facts).verdict === 'refused') return { verdict: 'store', signed, replaces: 'not-valid' }
  switch (newer(signed, stored)) {
    case 'newer':
      return { verdict: 'store', signed, replaces: 'older' }
    case 'same':
      return { verdict: 'have', signed }
    case 'older':
      return { verdict: 'refused', code: 'older', why: 'A newer zone of this name is held already.', points: 0 }
  }
}

function spanOf(ms: number): string {
  const units = [[DAY, 'day'], [HOUR, 'hour'], [MINUTE, 'minute']] as const
  // A clock that is a day off is that less a moment: 24 hours would say the same, and sound like something else.
  const [size, unit] = units.find(([each]) => ms >= 0.99 * each) ?? [SECOND, 'second']
  const count = Math.max(1, Math.round(ms / size))
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
