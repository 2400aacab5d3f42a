import type { PeerId } from '../../../shared/ids.ts'
import { dialable, readAddress } from '../../platform/addresses.ts'
import { deadline, delay } from '../../platform/clock.ts'
import { MAX_LOCATED, openRegistration, type Registration } from '../../protocols/introduction/index.ts'
import { circuitThrough } from './addresses.ts'
import type { Introducers } from './introducers.ts'
import * as limits from './limits.ts'
import type { ReachParts } from './parts.ts'
import type { Station, Stations } from './stations.ts'
import { Turns } from './turns.ts'

export interface Located {
  readonly peerId: PeerId
  readonly addresses: string[]
}

/** Asks introducers where devices are. An answer counts only with the signature of the device that it is about. */
export class Locator {
  readonly #parts: ReachParts
  readonly #introducers: Introducers
  readonly #stations: Stations
  readonly #turns = new Turns(limits.LOCATES_AT_ONCE)
  /** Woken when another introducer is ready, or none is hoped for any more. */
  readonly #waiting = new Set<() => void>()
  #forged = 0
  #started = false

  constructor(parts: ReachParts, introducers: Introducers, stations: Stations) {
    this.#parts = parts
    this.#introducers = introducers
    this.#stations = stations
  }

  /** Registrations that did not hold, since the start. */
  get forged(): number {
    return this.#forged
  }

  /** From now on introducers are being connected. */
  start(): void {
    this.#started = true
    this.changed()
  }

  /** Something changed among the introducers. */
  changed(): void {
    for (const wake of this.#waiting) wake()
  }

  /** From every introducer that is ready, or becomes so within LOCATE_PATIENCE_MS; each answer as it comes. */
  async *locate(peerIds: readonly PeerId[], signal: AbortSignal): AsyncGenerator<Located> {
    const { clock, me } = this.#parts
    const wanted = [...new Set(peerIds)].filter((peerId) => peerId !== me.peerId)
    if (wanted.length === 0) return
    const found: Located[] = []
    const asked = new Set<PeerId>()
    let asking = 0
    let wake = (): void => {}
    const woken = (): void => wake()
    const ending = new AbortController()
    const ended = AbortSignal.any([signal, ending.signal])
    const untilMs = clock.monotonicMs() + limits.LOCATE_PATIENCE_MS

    const ask = async (station: Station): Promise<void> => {
      asking += 1
      asked.add(station.peerId)
      await this.#ask(station, wanted, ended, (located) => {
        found.push(located)
        wake()
      })
      asking -= 1
      wake()
    }

    this.#waiting.add(woken)
    ended.addEventListener('abort', woken)
    delay(clock, limits.LOCATE_PATIENCE_MS, ended).then(woken, () => {})
    try {
      while (!ended.aborted) {
        for (const station of this.#stations.ready()) if (!asked.has(station.peerId)) void ask(station)
        const located = found.shift()
        if (located !== undefined) {
          yield located
          continue
        }
        const isPatient = this.#isHopeful() && clock.monotonicMs() < untilMs
        if (asking === 0 && !isPatient) return
        await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      ending.abort(new Error('nobody listens any more'))
      this.#waiting.delete(woken)
      ended.removeEventListener('abort', woken)
    }
  }

  /** Whether an introducer may be ready soon: contacts are dialled while the transports still join. */
  #isHopeful(): boolean {
    if (this.#started) return this.#stations.isHopeful()
    return this.#parts.introducers.length > 0 || this.#introducers.all().some(({ enabled }) => enabled)
  }

  async #ask(
    station: Station,
    wanted: readonly PeerId[],
    ended: AbortSignal,
    tell: (located: Located) => void,
  ): Promise<void> {
    const { clock, log, protocol } = this.#parts
    const { peerId, ending } = station
    for (let at = 0; at < wanted.length && !ended.aborted; at += MAX_LOCATED) {
      const some = wanted.slice(at, at + MAX_LOCATED)
      const parent = AbortSignal.any([ended, ending.signal])
      const limit = deadline(clock, limits.LOCATE_TIMEOUT_MS, 'asking where somebody is', parent)
      try {
        const { registrations } = await this.#turns.run(peerId, () => protocol.locate(peerId, some, limit.signal))
        for (const envelope of registrations.slice(0, some.length)) {
          const registration = await this.#open(envelope, station, some)
          if (registration !== null && !ended.aborted) tell(this.#located(registration, station))
        }
      } catch (error) {
        log.debug({ peerId, error }, 'an introducer did not say where somebody is')
        return
      } finally {
        limit.release()
      }
    }
  }

  async #open(
    envelope: Uint8Array,
    { peerId, skewMs }: Station,
    wanted: readonly PeerId[],
  ): Promise<Registration | null> {
    try {
      const registration = await openRegistration(envelope)
      if (!wanted.includes(registration.peerId)) throw new Error('of a device that nobody asked for')
      if (registration.introducer !== peerId) throw new Error('given to another introducer')
      // By our clock or by the introducer's: one of them may be wrong, and an old address is only a vain try.
      const nowMs = this.#parts.clock.nowMs() + Math.min(0, skewMs) - limits.CLOCK_TOLERANCE_MS
      if (registration.expiresMs <= nowMs) throw new Error('its time is over')
      return registration
    } catch (error) {
      this.#forged += 1
      this.#parts.log.info({ introducer: peerId, error }, 'a registration does not hold; left out')
      return null
    }
  }

  /** What it said itself, and the circuit through the introducer that holds its word. */
  #located({ peerId, addresses }: Registration, station: Station): Located {
    const circuits = this.#waysTo(station.peerId).map((way) => circuitThrough(way, station.peerId, peerId))
    return { peerId, addresses: [...new Set(dialable([...addresses, ...circuits]))] }
  }

  /** Where the introducer is reached now; what it says of itself, where it called us. */
  #waysTo(introducer: PeerId): string[] {
    const links = this.#parts.network
      .connections()
      .filter((one) => one.peerId === introducer && one.route !== 'relayed' && one.direction === 'outbound')
      .map(({ address }) => readAddress(address)?.address)
      .filter((address) => address !== undefined)
    const known = this.#introducers.get(introducer)
    return (links.length > 0 ? links : known === null ? [] : this.#introducers.addressesOf(known)).slice(0, 1)
  }
}
