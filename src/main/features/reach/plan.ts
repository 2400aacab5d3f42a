import type { PeerId } from '../../../shared/ids.ts'
import { CONNECTED_INTRODUCERS, ENOUGH_CHOSEN, NEARER_SHARE, PLACES, SETTLED_MS } from './limits.ts'

/*
 * What to do next about the introducers, from what is known of them. Pure; every time is monotonic.
 */

/** Who comes first: 0 chosen by the configuration or the person, 1 from an invitation, 2 learnt from another. */
export type Rank = 0 | 1 | 2
const LEARNT: Rank = 2

export interface IntroducerFacts {
  readonly peerId: PeerId
  readonly rank: Rank
  readonly enabled: boolean
  /** `ready`: connected, and it said who it is. `draining`: it said that it is about to go. */
  readonly link: 'none' | 'connecting' | 'ready' | 'draining'
  readonly readySinceMs: number
  /** Null: never measured. */
  readonly rttMs: number | null
  readonly failures: number
  readonly retryAtMs: number
  /** Whether it gives places at all. */
  readonly offersPlace: boolean
  readonly place: 'none' | 'asking' | 'held' | 'refused'
  /** When a place is to be asked for, or renewed. */
  readonly placeAtMs: number
  /** When to register, or to register again; null while that is under way. */
  readonly registerAtMs: number | null
  /** When to ask again who it is; null while that is under way. */
  readonly describeAtMs: number | null
  /** Somebody's circuit with this device runs through it. */
  readonly carries: boolean
  /** Chance, drawn once: chooses between those of which nothing is known. */
  readonly tie: number
}

export interface Step {
  readonly step: 'connect' | 'leave' | 'reserve' | 'register' | 'describe'
  readonly peerId: PeerId
}

export interface Plan {
  readonly steps: readonly Step[]
  /** When there may be more to do without anything happening; null: never. */
  readonly againAtMs: number | null
}

export function planIntroducers(facts: readonly IntroducerFacts[], nowMs: number): Plan {
  const leaving = toLeave(facts, nowMs)
  const staying = facts.filter((one) => !leaving.includes(one))
  const steps = [
    ...step('leave', leaving),
    ...step('connect', toConnect(staying, nowMs)),
    ...step('reserve', toReserve(staying, nowMs)),
    ...step('register', staying.filter((one) => one.link === 'ready' && isDue(one.registerAtMs, nowMs))),
    ...step('describe', staying.filter((one) => one.link === 'ready' && isDue(one.describeAtMs, nowMs))),
  ]
  return { steps, againAtMs: nextMs(staying, nowMs) }
}

/** Chosen before learnt, then nearest; one that holds a place is left only for another that is nearer by a share. */
export function byWorth(a: IntroducerFacts, b: IntroducerFacts): number {
  const cost = ({ place, rttMs }: IntroducerFacts): number =>
    rttMs === null ? Number.MAX_VALUE : rttMs * (place === 'held' ? 1 - NEARER_SHARE : 1)
  return a.rank - b.rank || cost(a) - cost(b) || a.tie - b.tie
}

function toConnect(facts: readonly IntroducerFacts[], nowMs: number): IntroducerFacts[] {
  const active = facts.filter(({ link }) => link === 'connecting' || link === 'ready')
  const idle = facts.filter(({ enabled, link, retryAtMs }) => enabled && link === 'none' && retryAtMs <= nowMs)
  const taken: IntroducerFacts[] = []
  for (const one of idle.toSorted(byWorth)) {
    if (one.rank === LEARNT && hasEnoughChosen(facts, nowMs)) continue
    // One that comes first is tried though others hold its seat; they are left when it is here.
    const before = [...active, ...taken].filter(({ rank }) => rank <= one.rank)
    if (before.length < CONNECTED_INTRODUCERS) taken.push(one)
  }
  return taken.length > 0 ? taken : toMeasure(facts, idle, nowMs)
}

/** Connected, or on the way to it for the first time: a learnt one is not called in while those are still hoped for. */
function hasEnoughChosen(facts: readonly IntroducerFacts[], nowMs: number): boolean {
  const chosen = facts.filter(({ rank, enabled }) => enabled && rank !== LEARNT)
  const hopeful = chosen.filter(
    ({ link, failures, retryAtMs }) =>
      link === 'ready' || (failures === 0 && (link === 'connecting' || (link === 'none' && retryAtMs <= nowMs))),
  )
  return hopeful.length >= ENOUGH_CHOSEN
}

/** One at a time, when all is quiet: how far off the others of the chosen are is known only by connecting once. */
function toMeasure(
  facts: readonly IntroducerFacts[],
  idle: readonly IntroducerFacts[],
  nowMs: number,
): IntroducerFacts[] {
  const isQuiet = facts.every(
    ({ link, readySinceMs }) => link === 'none' || (link === 'ready' && nowMs - readySinceMs >= SETTLED_MS),
  )
  const unknown = idle.filter(({ rank, rttMs, failures }) => rank !== LEARNT && rttMs === null && failures === 0)
  return isQuiet ? unknown.toSorted(byWorth).slice(0, 1) : []
}

/** Those that are here to stay: the best of all, or of the chosen alone once enough of them have proven steady. */
function toStay(facts: readonly IntroducerFacts[], nowMs: number): IntroducerFacts[] {
  const ready = facts.filter(({ enabled, link }) => enabled && link === 'ready').toSorted(byWorth)
  const chosen = ready.filter(({ rank }) => rank !== LEARNT)
  const isSteady = chosen.every(({ readySinceMs }) => nowMs - readySinceMs >= SETTLED_MS)
  return (chosen.length >= ENOUGH_CHOSEN && isSteady ? chosen : ready).slice(0, CONNECTED_INTRODUCERS)
}

function toLeave(facts: readonly IntroducerFacts[], nowMs: number): IntroducerFacts[] {
  const off = facts.filter(({ enabled, link }) => !enabled && link !== 'none')
  const stay = toStay(facts, nowMs)
  // Make before break: the places are first at those that stay.
  const wanted = Math.min(PLACES, stay.filter(({ offersPlace }) => offersPlace).length)
  const placed = stay.filter(({ place }) => place === 'held').length
  const others = facts.filter((one) => one.enabled && !one.carries && !stay.includes(one))
  const surplus = placed >= wanted ? others.filter(({ link }) => link === 'ready') : []
  // One that drains waits for us to go; but until there is another, it is all we have.
  const isReplaced = stay.length > 0 && placed >= Math.min(1, wanted)
  const draining = isReplaced ? others.filter(({ link }) => link === 'draining') : []
  return [...off, ...surplus, ...draining]
}

/** Places to ask for, or to renew: two at those that stay, and where they give none, at any. The nearest come first. */
function toReserve(facts: readonly IntroducerFacts[], nowMs: number): IntroducerFacts[] {
  const ready = facts
    .filter(({ enabled, link, offersPlace }) => enabled && link === 'ready' && offersPlace)
    .toSorted(byWorth)
  const isHeld = ({ place }: IntroducerFacts): boolean => place === 'held' || place === 'asking'
  const due = ready.filter(({ place, placeAtMs }) => place !== 'asking' && placeAtMs <= nowMs)
  const wanting = due.filter((one) => !isHeld(one))
  const stay = toStay(facts, nowMs).filter(({ offersPlace }) => offersPlace)
  const missing = Math.max(0, PLACES - stay.filter(isHeld).length)
  const asked = wanting.filter((one) => stay.includes(one)).slice(0, missing)
  const short = Math.max(0, PLACES - ready.filter(isHeld).length - asked.length)
  const others = wanting.filter((one) => !stay.includes(one)).slice(0, short)
  return [...due.filter(({ place }) => place === 'held'), ...asked, ...others]
}

function nextMs(facts: readonly IntroducerFacts[], nowMs: number): number | null {
  const times = facts
    .filter(({ enabled }) => enabled)
    .flatMap((one) => {
      if (one.link === 'none') return [one.retryAtMs]
      if (one.link !== 'ready') return []
      const placeAtMs = one.place === 'asking' ? null : one.placeAtMs
      return [one.registerAtMs, one.describeAtMs, placeAtMs, one.readySinceMs + SETTLED_MS]
    })
    .filter((timeMs) => timeMs !== null && timeMs > nowMs && Number.isFinite(timeMs))
  return times.length === 0 ? null : Math.min(...times.map(Number))
}

function isDue(timeMs: number | null, nowMs: number): boolean {
  return timeMs !== null && timeMs <= nowMs
}

function step(what: Step['step'], facts: readonly IntroducerFacts[]): Step[] {
  return facts.map(({ peerId }) => ({ step: what, peerId }))
}
