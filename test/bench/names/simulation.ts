import { distanceOf, nearest, type Place } from '../../../src/main/features/names/near.ts'
import { ASK_MS, LOOKUP_MS, MAX_NAMED, SLOW_MS } from '../../../src/main/features/names/resolver-limits.ts'
import { type Candidate, Plan } from '../../../src/main/features/names/resolver-plan.ts'
import type { Citizen, Town } from './town.ts'

/*
 * A look-up in a town, with the resolver's own plan and none of its streams: time is a number, and each answer comes when
 * a link of 50 ms there and back would bring it.
 */

export const ROUND_TRIP_MS = 50
/** TCP, the choice of Noise, Noise, the choice of the protocol; the question itself is one more. */
export const DIAL_ROUND_TRIPS = 4

export interface LookedUp {
  readonly found: boolean
  /** Devices on the way to the first one that had it, itself counted; 0 where none did. */
  readonly hops: number
  readonly asked: number
  /** Until the first valid answer, or until nothing was left to wait for. */
  readonly tookMs: number
}

interface Event {
  readonly atMs: number
  readonly run: () => void
}

/**
 * `asker` looks for what `holders` have; a new one knows nobody but `only`. A liar's forgery is seen through by its
 * signature, and costs its time.
 */
export function lookUp(
  town: Town,
  { asker, target, holders, only }: { asker: Citizen; target: Place; holders: ReadonlySet<Citizen>; only?: Citizen | undefined },
  random: () => number,
): LookedUp {
  const byId = new Map(town.citizens.map((one) => [one.peerId, one]))
  const known = only === undefined ? asker.known : [only]
  const candidateOf = (citizen: Citizen, hops: number): Candidate => {
    const { peerId, place } = citizen
    const connected = only === undefined && asker.connected.has(citizen)
    return { peerId, place, role: 'near', addresses: connected ? [] : ['/ip4/192.0.2.1/tcp/4001'], connected, hops }
  }
  const plan = new Plan(target, known.map((one) => candidateOf(one, 0)))
  const events: Event[] = []
  let nowMs = 0
  let hops = 0
  const after = (ms: number, run: () => void): void => void events.push({ atMs: nowMs + ms, run })

  const answer = (candidate: Candidate, citizen: Citizen): void => {
    if (citizen.character === 'liar') return lie(candidate)
    if (holders.has(citizen)) {
      hops = candidate.hops + 1
      return plan.answered(candidate.peerId)
    }
    plan.answered(candidate.peerId, namedBy(citizen, target, asker).map((one) => candidateOf(one, candidate.hops + 1)))
  }
  const lie = ({ peerId, hops: way }: Candidate): void => {
    if (random() < 0.5) return plan.failed(peerId)
    const fellows = nearest(target, town.liars, ({ place }) => place, MAX_NAMED)
    plan.answered(peerId, fellows.map((one) => candidateOf(one, way + 1)))
  }
  const ask = (candidate: Candidate): void => {
    const citizen = byId.get(candidate.peerId)
    if (citizen === undefined) return
    let isOver = false
    after(SLOW_MS, () => (isOver ? undefined : plan.slow(candidate.peerId)))
    if (citizen.character === 'silent') return after(ASK_MS, () => plan.unreached(candidate.peerId))
    after(ROUND_TRIP_MS * (candidate.connected ? 1 : 1 + DIAL_ROUND_TRIPS), () => {
      isOver = true
      answer(candidate, citizen)
    })
  }

  for (;;) {
    for (const candidate of plan.next()) ask(candidate)
    const next = takeFirst(events)
    if (hops > 0 || next === null || next.atMs > LOOKUP_MS || !plan.isWaiting) break
    nowMs = next.atMs
    next.run()
  }
  return { found: hops > 0, hops, asked: plan.asked, tookMs: nowMs }
}

/** As holder.ts names them: of those it knows, the nearest that are nearer than itself. */
function namedBy(citizen: Citizen, target: Place, asker: Citizen): Citizen[] {
  const own = distanceOf(target, citizen.place)
  const nearer = citizen.known.filter((one) => one !== asker && Buffer.compare(distanceOf(target, one.place), own) < 0)
  return nearest(target, nearer, ({ place }) => place, MAX_NAMED)
}

/** Of those at the same time the one that was entered first. */
function takeFirst(events: Event[]): Event | null {
  let at = 0
  for (const [index, { atMs }] of events.entries()) if (atMs < (events[at]?.atMs ?? Infinity)) at = index
  return events.splice(at, 1)[0] ?? null
}
