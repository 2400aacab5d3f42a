import type { PeerId } from '../../../shared/ids.ts'
import type { Introducer, RelayLimit, Reservation } from '../../../shared/model/reach.ts'
import type { Clock } from '../../platform/clock.ts'
import { rankOf, type Introducers } from './introducers.ts'
import type { IntroducerFacts } from './plan.ts'
import type { KnownIntroducer } from './store.ts'

/** Where this device stands with one introducer since the start. Times ending `AtMs` are monotonic, others wall. */
export interface Station {
  readonly peerId: PeerId
  readonly tie: number
  link: IntroducerFacts['link']
  /** Aborted when the present link ends; what was begun on it then changes nothing any more. */
  ending: AbortController
  readyAtMs: number
  failures: number
  retryAtMs: number
  lastError: string | null
  /** How far its clock is ahead of ours. */
  skewMs: number
  /** From where it sees this device, as an address. */
  observed: string | null
  /** What a circuit of ours may carry; null: it gives no places. */
  offer: RelayLimit | null
  place: Reservation & { dueAtMs: number; refusals: number }
  registration: { dueAtMs: number | null; untilMs: number | null; told: string; refusals: number }
  describeAtMs: number | null
}

function newStation(peerId: PeerId, tie: number): Station {
  return {
    peerId,
    tie,
    link: 'none',
    ending: new AbortController(),
    readyAtMs: 0,
    failures: 0,
    retryAtMs: 0,
    lastError: null,
    skewMs: 0,
    observed: null,
    offer: null,
    place: noPlace(),
    registration: noRegistration(),
    describeAtMs: null,
  }
}

export function noPlace(): Station['place'] {
  return { state: 'none', dueAtMs: 0, untilMs: null, limit: null, refusals: 0 }
}

export function noRegistration(): Station['registration'] {
  return { dueAtMs: 0, untilMs: null, told: '', refusals: 0 }
}

function factsOf(known: KnownIntroducer, station: Station, carries: boolean): IntroducerFacts {
  const { link, readyAtMs, failures, retryAtMs, offer, place, registration, describeAtMs, tie } = station
  return {
    peerId: known.peerId,
    rank: rankOf(known),
    enabled: known.enabled,
    link,
    readySinceMs: readyAtMs,
    rttMs: known.rttMs,
    failures,
    retryAtMs,
    offersPlace: offer !== null,
    // While a held place is being renewed it is held.
    place: place.state === 'asked' ? 'asking' : place.state,
    placeAtMs: place.dueAtMs,
    registerAtMs: registration.dueAtMs,
    describeAtMs,
    carries,
    tie,
  }
}

/** As the window shows it. */
function introducerOf(
  known: KnownIntroducer,
  station: Station,
  { addresses, ...now }: { addresses: string[]; nowMs: number; monotonicMs: number },
): Introducer {
  const { link, retryAtMs, lastError, place, registration } = station
  const waitMs = retryAtMs - now.monotonicMs
  const isWaiting = known.enabled && link === 'none' && waitMs > 0
  const idle = isWaiting ? 'waiting' : 'spare'
  const states = { none: idle, connecting: 'connecting', ready: 'connected', draining: 'draining' } as const
  return {
    peerId: known.peerId,
    name: known.said?.name ?? '',
    addresses,
    origin: known.origin,
    vouchedBy: known.vouchedBy,
    enabled: known.enabled,
    state: known.enabled ? states[link] : 'off',
    rttMs: known.rttMs,
    reservation: { state: place.state, untilMs: place.untilMs, limit: place.limit },
    registeredUntilMs: registration.untilMs,
    stun: [...(known.said?.stun ?? [])],
    nextTryMs: isWaiting ? Math.round(now.nowMs + waitMs) : null,
    lastError,
  }
}

/** Where this device stands with each introducer it knows. */
export class Stations {
  readonly #introducers: Introducers
  readonly #clock: Clock
  readonly #random: () => number
  readonly #stations = new Map<PeerId, Station>()

  constructor(introducers: Introducers, { clock, random }: { clock: Clock; random: () => number }) {
    this.#introducers = introducers
    this.#clock = clock
    this.#random = random
  }

  all(): Station[] {
    return [...this.#stations.values()]
  }

  known(peerId: PeerId): Station | null {
    return this.#stations.get(peerId) ?? null
  }

  of(peerId: PeerId): Station {
    const station = this.#stations.get(peerId) ?? newStation(peerId, this.#random())
    this.#stations.set(peerId, station)
    return station
  }

  drop(peerId: PeerId): void {
    this.#stations.delete(peerId)
  }

  facts(carrying: ReadonlySet<PeerId>): IntroducerFacts[] {
    return this.#introducers.all().map((known) => factsOf(known, this.of(known.peerId), carrying.has(known.peerId)))
  }

  /** Those that answer and stay, nearest first. */
  ready(): Station[] {
    const rttMs = ({ peerId }: Station): number => this.#introducers.get(peerId)?.rttMs ?? Number.MAX_VALUE
    return this.all()
      .filter(({ link }) => link === 'ready')
      .toSorted((a, b) => rttMs(a) - rttMs(b))
  }

  isUsed(peerId: PeerId): boolean {
    return (this.#stations.get(peerId)?.link ?? 'none') !== 'none'
  }

  isDraining(peerId: PeerId): boolean {
    return this.#stations.get(peerId)?.link === 'draining'
  }

  /** Whether one is on its way that may be ready soon. */
  isHopeful(): boolean {
    return this.all().some(({ link, failures }) => link === 'connecting' && failures === 0)
  }

  /** As the window shows it; null if it is not known. */
  introducer(peerId: PeerId): Introducer | null {
    const known = this.#introducers.get(peerId)
    if (known === null) return null
    const addresses = this.#introducers.addressesOf(known)
    const now = { nowMs: this.#clock.nowMs(), monotonicMs: this.#clock.monotonicMs() }
    return introducerOf(known, this.of(peerId), { addresses, ...now })
  }

  /** Chosen ones first, then in the order in which they became known. */
  introducers(): Introducer[] {
    const known = this.#introducers.all().toSorted((a, b) => rankOf(a) - rankOf(b) || a.addedMs - b.addedMs)
    return known.map(({ peerId }) => this.introducer(peerId)).filter((one) => one !== null)
  }
}
