import type { PeerId } from '../../../../shared/ids.ts'
import { type Cancel, type Clock, deadline } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Roster } from '../genesis.ts'
import { COMPANY, DIAL_TIMEOUT_MS, FIRST_REDIAL_MS, LONGEST_REDIAL_MS, MAX_HINTS } from './limits.ts'
import { peerIdOf } from './people.ts'

/** A device of the network, and where it may be found. */
export interface Place {
  readonly peerId: PeerId
  readonly addresses: readonly string[]
  readonly isValidator: boolean
}

type Hint = Pick<Place, 'peerId' | 'addresses'>

/** Validators first, each device once, and not this one. Pure. */
export function placesOf({ validators }: Roster, hints: readonly Hint[], me: PeerId): Place[] {
  const deciding = new Set(validators.map(({ key }) => peerIdOf(key)))
  const others = hints.map(({ peerId }) => peerId).filter((peerId) => !deciding.has(peerId))
  return [...deciding, ...new Set(others.slice(0, MAX_HINTS))]
    .filter((peerId) => peerId !== me)
    .map((peerId) => ({
      peerId,
      addresses: hints.flatMap((hint) => (hint.peerId === peerId ? hint.addresses : [])),
      isValidator: deciding.has(peerId),
    }))
}

export interface Attempts {
  readonly failures: number
  /** On the monotonic hand. */
  readonly notBeforeMs: number
}

export interface Surroundings {
  /** Without this device. */
  readonly places: readonly Place[]
  readonly connected: ReadonlySet<PeerId>
  /** Devices that showed that they are of this network. */
  readonly company: number
  readonly dialling: ReadonlySet<PeerId>
  readonly attempts: ReadonlyMap<PeerId, Attempts>
  /** A validator has the others connected, all of them: they decide together. */
  readonly isValidator: boolean
  readonly nowMs: number
}

/** Whom to dial now, and when to look again; null: when something changes. Pure. */
export function whomToDial(around: Surroundings): { readonly dial: readonly Place[]; readonly againMs: number | null } {
  const { places, connected, company, dialling, attempts, isValidator, nowMs } = around
  const away = places.filter(({ peerId }) => !connected.has(peerId) && !dialling.has(peerId))
  const wanted = away.filter((place) => isValidator && place.isValidator)
  const missing = COMPANY - company - dialling.size - wanted.length
  // Validators first: whoever decides is never behind.
  const others = away.filter((place) => !wanted.includes(place)).toSorted((a, b) => rank(a) - rank(b))
  const isDue = ({ peerId }: Place): boolean => (attempts.get(peerId)?.notBeforeMs ?? 0) <= nowMs
  const dial = [...wanted.filter(isDue), ...others.filter(isDue).slice(0, Math.max(0, missing))]
  const later = (missing > 0 ? [...wanted, ...others] : wanted).filter((place) => !dial.includes(place))
  const times = later.map(({ peerId }) => attempts.get(peerId)?.notBeforeMs ?? nowMs).filter((atMs) => atMs > nowMs)
  return { dial, againMs: times.length === 0 ? null : Math.min(...times) }
}

const rank = ({ isValidator }: Place): number => (isValidator ? 0 : 1)

/** Twice as long with each failure, and of that a random half to whole: those who lost each other do not dial in step. */
export function redialMs(failures: number, random: number): number {
  const ceilingMs = Math.min(LONGEST_REDIAL_MS, FIRST_REDIAL_MS * 2 ** Math.min(Math.max(0, failures - 1), 30))
  return Math.round(ceilingMs * (0.5 + random / 2))
}

export interface CompanyParts {
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1). */
  readonly random: () => number
  readonly dial: (peerId: PeerId, addresses: readonly string[], signal: AbortSignal) => Promise<unknown>
  readonly places: () => readonly Place[]
  readonly connected: () => readonly PeerId[]
  readonly company: () => number
  readonly isValidator: () => boolean
}

/** Keeps devices of the network connected: all validators to a validator, a few to whoever follows. */
export class Company {
  readonly #parts: CompanyParts
  readonly #attempts = new Map<PeerId, Attempts>()
  readonly #dialling = new Set<PeerId>()
  readonly #stop = new AbortController()
  #timer: Cancel | null = null

  constructor(parts: CompanyParts) {
    this.#parts = parts
  }

  /** Somebody came or went, or the validators are others. */
  consider(): void {
    const { clock, places, connected, company, isValidator } = this.#parts
    if (this.#stop.signal.aborted) return
    this.#timer?.()
    this.#timer = null
    const nowMs = clock.monotonicMs()
    const { dial, againMs } = whomToDial({
      places: places(),
      connected: new Set(connected()),
      company: company(),
      dialling: this.#dialling,
      attempts: this.#attempts,
      isValidator: isValidator(),
      nowMs,
    })
    for (const place of dial) void this.#dial(place)
    if (againMs !== null) this.#timer = clock.after(againMs - nowMs, () => this.consider())
  }

  /** It was connected, and is not any more. */
  lost(peerId: PeerId): void {
    if (this.#parts.places().some((place) => place.peerId === peerId)) this.#wait(peerId, 1)
    this.consider()
  }

  close(): void {
    this.#timer?.()
    this.#timer = null
    this.#stop.abort(new Error('this network is not followed any more'))
  }

  /** Never rejects. */
  async #dial({ peerId, addresses }: Place): Promise<void> {
    const { clock, dial, log } = this.#parts
    this.#dialling.add(peerId)
    const limit = deadline(clock, DIAL_TIMEOUT_MS, 'dialling a device of this network', this.#stop.signal)
    try {
      await dial(peerId, addresses, limit.signal)
      this.#attempts.delete(peerId)
      // Connected and of another network by now, perhaps: then others are tried, and this one not again at once.
      this.#wait(peerId, 1)
    } catch (error) {
      log.debug({ peerId, error }, 'a device of this network could not be dialled')
      this.#wait(peerId, (this.#attempts.get(peerId)?.failures ?? 0) + 1)
    } finally {
      limit.release()
      this.#dialling.delete(peerId)
    }
    this.consider()
  }

  #wait(peerId: PeerId, failures: number): void {
    const { clock, random } = this.#parts
    this.#attempts.set(peerId, { failures, notBeforeMs: clock.monotonicMs() + redialMs(failures, random()) })
  }
}
