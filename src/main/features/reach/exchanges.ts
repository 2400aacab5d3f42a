import type { RelayLimit } from '../../../shared/model/reach.ts'
import { worthTelling } from '../../platform/addresses.ts'
import { deadline } from '../../platform/clock.ts'
import {
  blindedTopic,
  epochOf,
  IntroductionRefusedError,
  MAX_ADDRESSES,
  MAX_REGISTRATION_BYTES,
  sealRegistration,
  type Description,
} from '../../protocols/introduction/index.ts'
import { NonsenseError, whyFailed } from './failure.ts'
import type { Introducers } from './introducers.ts'
import * as limits from './limits.ts'
import type { ReachParts } from './parts.ts'
import { reconnectWaitMs, refusedWaitMs, renewAfterMs } from './schedule.ts'
import type { Station } from './stations.ts'

/** What comes of an exchange beside what it writes into the station. */
export type Exchanged = 'done' | 'failed' | 'draining' | 'superseded'

/**
 * What is said to one connected introducer. Each writes down in the station what came of it and when it is due again;
 * nothing, when the link has ended meanwhile (`superseded`).
 */
export class Exchanges {
  readonly #parts: ReachParts
  readonly #introducers: Introducers

  constructor(parts: ReachParts, introducers: Introducers) {
    this.#parts = parts
    this.#introducers = introducers
  }

  /** Who it is, and what it offers. Errors: of the protocol, NonsenseError: it is of no use as an introducer. */
  async describe(station: Station, signal: AbortSignal): Promise<Description> {
    const { clock, log, protocol, random } = this.#parts
    const { peerId } = station
    const startedMs = clock.monotonicMs()
    const description = await protocol.describe(peerId, signal)
    const tookMs = clock.monotonicMs() - startedMs
    const heard = await this.#introducers.heardOfItself(peerId, description.record)
    if (heard === 'not-its-own') throw new NonsenseError('its record is not its own')
    if (heard === 'out-of-time') log.warn({ peerId }, 'the record of an introducer is over: its clock or ours is wrong')
    // Opening a stream, asking and answering are some four round trips; a ping is one.
    const rttMs = (await this.#ping(station, signal)) ?? tookMs / 4
    signal.throwIfAborted()
    const skewMs = description.nowMs - clock.nowMs()
    station.skewMs = Math.abs(skewMs) > limits.CLOCK_TOLERANCE_MS ? skewMs : 0
    station.observed = description.observed
    station.offer = description.relay
    station.describeAtMs = clock.monotonicMs() + limits.DESCRIBE_EVERY_MS * (1 - limits.RENEW_JITTER * random())
    if (this.#introducers.get(peerId) !== null) this.#introducers.update(peerId, { rttMs })
    return description
  }

  /** Tells where this device can be found, until it is told again. */
  async register(station: Station): Promise<Exchanged> {
    const { clock, log, network, protocol, random } = this.#parts
    const { peerId, registration, ending } = station
    const addresses = worthTelling(network.listening(), MAX_ADDRESSES)
    registration.dueAtMs = null
    const { signal, release } = deadline(clock, limits.EXCHANGE_TIMEOUT_MS, 'registering', ending.signal)
    try {
      const issuedMs = this.#nextIssuedMs(station)
      const { expiresMs } = await protocol.register(peerId, await this.#sealed(station, addresses, issuedMs), signal)
      if (ending.signal.aborted) return 'superseded'
      const lastsMs = clamp(expiresMs - issuedMs, limits.LEAST_LASTS_MS, limits.REGISTRATION_LASTS_MS)
      registration.untilMs = clock.nowMs() + lastsMs
      registration.told = addresses.join(' ')
      registration.refusals = 0
      registration.dueAtMs ??= clock.monotonicMs() + renewAfterMs(lastsMs, random())
      if (this.#introducers.get(peerId) !== null) this.#introducers.update(peerId, { registeredMs: issuedMs })
      return 'done'
    } catch (error) {
      if (ending.signal.aborted) return 'superseded'
      log.info({ peerId, error }, 'not registered at an introducer')
      registration.refusals += 1
      station.lastError = whyFailed(error)
      const waitMs =
        error instanceof IntroductionRefusedError
          ? refusedWaitMs(registration.refusals, random())
          : reconnectWaitMs(registration.refusals, random())
      registration.dueAtMs = clock.monotonicMs() + waitMs
      return isDraining(error) ? 'draining' : 'failed'
    } finally {
      release()
    }
  }

  /** A place, or the same for longer. */
  async reserve(station: Station): Promise<Exchanged> {
    const { clock, log, network, random } = this.#parts
    const { peerId, place, ending } = station
    const wasHeld = place.state === 'held'
    if (!wasHeld) place.state = 'asked'
    place.dueAtMs = Number.POSITIVE_INFINITY
    const { signal, release } = deadline(clock, limits.EXCHANGE_TIMEOUT_MS, 'asking for a place', ending.signal)
    try {
      const { limit, untilMs } = await network.reserve(peerId, signal)
      if (ending.signal.aborted) return 'superseded'
      this.#placed(station, limit, untilMs)
      return 'done'
    } catch (error) {
      if (ending.signal.aborted) return 'superseded'
      log.info({ peerId, error }, 'no place at an introducer')
      place.refusals += 1
      place.dueAtMs = clock.monotonicMs() + refusedWaitMs(place.refusals, random())
      // What was held stays so until the introducer takes it away, or its time is over.
      if (!wasHeld || place.untilMs === null || place.untilMs <= clock.nowMs()) {
        Object.assign(place, { state: 'refused', untilMs: null, limit: null })
      }
      station.lastError = whyFailed(error)
      return isDraining(error) ? 'draining' : 'failed'
    } finally {
      release()
    }
  }

  /** What this device would tell now is other than what it told: it is told shortly, once for several changes. */
  readdress(station: Station): void {
    const { clock, network } = this.#parts
    const { registration } = station
    if (worthTelling(network.listening(), MAX_ADDRESSES).join(' ') === registration.told) return
    const soonMs = clock.monotonicMs() + limits.REGISTER_SETTLE_MS
    if (registration.dueAtMs === null || registration.dueAtMs > soonMs) registration.dueAtMs = soonMs
  }

  /** Nobody is to look for us there any more. Never rejects. */
  async unregister(station: Station): Promise<void> {
    const { clock, log, protocol } = this.#parts
    if (station.registration.untilMs === null) return
    const { signal, release } = deadline(clock, limits.GOODBYE_TIMEOUT_MS, 'a goodbye')
    try {
      await protocol.unregister(station.peerId, signal)
    } catch (error) {
      log.debug({ peerId: station.peerId, error }, 'a goodbye was not heard')
    } finally {
      release()
    }
  }

  #placed(station: Station, limit: RelayLimit, untilMs: number): void {
    const { clock, random } = this.#parts
    const lastsMs = clamp(untilMs - clock.nowMs(), limits.LEAST_LASTS_MS, limits.MAX_PLACE_LASTS_MS)
    const dueAtMs = clock.monotonicMs() + renewAfterMs(lastsMs, random())
    Object.assign(station.place, { state: 'held', limit, untilMs: clock.nowMs() + lastsMs, dueAtMs, refusals: 0 })
  }

  /** By the introducer's clock, and newer than the last, whatever somebody did to ours. */
  #nextIssuedMs({ peerId, skewMs }: Station): number {
    const lastMs = this.#introducers.get(peerId)?.registeredMs ?? 0
    return Math.max(Math.round(this.#parts.clock.nowMs() + skewMs), lastMs + 1)
  }

  async #sealed({ peerId }: Station, addresses: readonly string[], issuedMs: number): Promise<Uint8Array> {
    const { me } = this.#parts
    const today = epochOf(issuedMs)
    // Whoever looks after midnight finds the same device under tomorrow's name.
    const topics = [today, today + 1].map((epoch) => blindedTopic(epoch, me.account))
    const expiresMs = issuedMs + limits.REGISTRATION_LASTS_MS
    let told = addresses
    for (;;) {
      const registration = { peerId: me.peerId, introducer: peerId, addresses: told, topics, issuedMs, expiresMs }
      const envelope = await sealRegistration(registration, me.deviceKey)
      if (envelope.byteLength <= MAX_REGISTRATION_BYTES || told.length === 0) return envelope
      told = told.slice(0, -1)
    }
  }

  async #ping({ peerId }: Station, parent: AbortSignal): Promise<number | null> {
    const { clock, network } = this.#parts
    const { signal, release } = deadline(clock, limits.PING_TIMEOUT_MS, 'a ping', parent)
    try {
      return await network.ping(peerId, signal)
    } catch {
      return null
    } finally {
      release()
    }
  }
}

function isDraining(error: unknown): boolean {
  return error instanceof IntroductionRefusedError && error.code === 'draining'
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}
