import type { PeerId } from '../../../shared/ids.ts'
import { deadline, delay, type Cancel } from '../../platform/clock.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import type { Notice } from '../../protocols/introduction/index.ts'
import { throughOf } from './addresses.ts'
import { Exchanges } from './exchanges.ts'
import { whyFailed } from './failure.ts'
import type { Introducers } from './introducers.ts'
import * as limits from './limits.ts'
import { heeding } from './notices.ts'
import type { ReachParts } from './parts.ts'
import { planIntroducers, type Step } from './plan.ts'
import { reconnectWaitMs } from './schedule.ts'
import { noPlace, noRegistration, type Station, type Stations } from './stations.ts'
import type { ReachNetworkEvent } from './types.ts'

/** What the supervisor tells the rest of the feature. */
export interface SupervisorHooks {
  readonly changed: (peerId: PeerId) => void
  readonly ready: (peerId: PeerId) => void
  readonly draining: (peerId: PeerId) => void
}

const GOING = new Error('left')

/**
 * Keeps the introducers: does what plan.ts says is next, and looks again after everything that happens. A station is
 * what is known of one of them since the start; what it is remembered by lies with Introducers.
 */
export class Supervisor {
  readonly #parts: ReachParts
  readonly #introducers: Introducers
  readonly #hooks: SupervisorHooks
  readonly #exchanges: Exchanges
  readonly #stations: Stations
  #looking = false
  /** Something happened while it was looking. */
  #lookAgain = false
  #running = false
  #hurryUntilMs = 0
  #again: Cancel = () => {}

  constructor(parts: ReachParts, introducers: Introducers, stations: Stations, hooks: SupervisorHooks) {
    this.#parts = parts
    this.#introducers = introducers
    this.#stations = stations
    this.#hooks = hooks
    this.#exchanges = new Exchanges(parts, introducers)
  }

  start(): void {
    this.#running = true
    this.look()
  }

  /** Says goodbye where it is registered, at most GOODBYE_TIMEOUT_MS. */
  async stop(): Promise<void> {
    this.#running = false
    this.#again()
    const leaving = this.#stations.all().filter(({ link }) => link !== 'none')
    for (const { ending } of leaving) ending.abort(GOING)
    await Promise.all(leaving.map((station) => this.#exchanges.unregister(station)))
  }

  /** Does whatever is due now, and comes back when more is. */
  look(): void {
    if (!this.#running) return
    if (this.#looking) {
      this.#lookAgain = true
      return
    }
    this.#looking = true
    this.#lookAgain = false
    const { clock } = this.#parts
    for (const station of this.#stations.all()) {
      if (this.#introducers.get(station.peerId) === null) this.#forgotten(station)
    }
    const { steps, againAtMs } = planIntroducers(this.#stations.facts(this.#carrying()), clock.monotonicMs())
    for (const step of steps) this.#do(step)
    this.#looking = false
    if (this.#lookAgain) return this.look()
    this.#again()
    if (againAtMs !== null) this.#again = clock.after(againAtMs - clock.monotonicMs(), () => this.look())
  }

  /**
   * There is reason to think that what failed works now: nothing waits. `all`: and what is held at those that are
   * connected is asked for anew.
   */
  wake(which: 'idle' | 'all'): void {
    const nowMs = this.#parts.clock.monotonicMs()
    this.#hurryUntilMs = nowMs + limits.HURRY_MS
    for (const station of this.#stations.all()) {
      station.failures = 0
      station.retryAtMs = nowMs
      if (which === 'idle' || station.link !== 'ready') continue
      if (station.describeAtMs !== null) station.describeAtMs = nowMs
      if (station.registration.dueAtMs !== null) station.registration.dueAtMs = nowMs
      if (station.place.state !== 'asked') station.place.dueAtMs = nowMs
    }
    this.look()
  }

  onNetwork(event: ReachNetworkEvent): void {
    if (event.event === 'connected') this.#onConnected(event.peer)
    else if (event.event === 'disconnected') this.#onDisconnected(event.peer)
    else if (event.event === 'reservation-lost') this.#onPlaceLost(event.introducer)
    else if (event.event === 'listening-changed') {
      for (const station of this.#stations.ready()) this.#exchanges.readdress(station)
      this.look()
    }
  }

  #do({ step, peerId }: Step): void {
    const station = this.#stations.of(peerId)
    const { ending } = station
    switch (step) {
      case 'connect':
        return void this.#connect(station)
      case 'leave':
        return this.#leave(station)
      case 'reserve':
        return void this.#exchange(station, () => this.#exchanges.reserve(station))
      case 'register':
        return void this.#exchange(station, () => this.#exchanges.register(station))
      case 'describe':
        station.describeAtMs = null
        return void this.#meet(station).catch((error: unknown) => {
          if (!ending.signal.aborted) this.#ended(station, error)
        })
    }
  }

  async #connect(station: Station): Promise<void> {
    const { connect, keep } = this.#parts
    const { peerId } = station
    const ending = new AbortController()
    Object.assign(station, { link: 'connecting', ending, place: noPlace(), registration: noRegistration() })
    keep(peerId)
    this.#hooks.changed(peerId)
    try {
      const known = this.#introducers.get(peerId)
      await this.#within(ending.signal, async (signal) => {
        if (!this.#isLinked(peerId)) await connect(peerId, known === null ? [] : this.#introducers.addressesOf(known), signal)
      })
      const isGoing = await this.#meet(station)
      if (ending.signal.aborted || isGoing) return
      Object.assign(station, { link: 'ready', readyAtMs: this.#parts.clock.monotonicMs(), lastError: null })
      void this.#attend(station, ending.signal)
      this.#changed(station)
      this.#hooks.ready(peerId)
    } catch (error) {
      if (!ending.signal.aborted) this.#ended(station, error)
    }
  }

  /** Asks who it is, and learns whom else it knows. True: it is about to go. */
  async #meet(station: Station): Promise<boolean> {
    const { peerId, ending } = station
    const description = await this.#within(ending.signal, (signal) => this.#exchanges.describe(station, signal))
    await this.#introducers.learn(description.others, { origin: 'learnt', vouchedBy: peerId })
    if (ending.signal.aborted) return false
    if (description.draining) this.#drains(station, { kind: 'draining', withinMs: limits.SETTLED_MS })
    this.#changed(station)
    return description.draining
  }

  async #exchange(station: Station, exchange: () => Promise<'done' | 'failed' | 'draining' | 'superseded'>) {
    const exchanged = exchange()
    this.#hooks.changed(station.peerId)
    const outcome = await exchanged
    if (outcome === 'superseded') return
    if (outcome === 'draining') this.#drains(station, { kind: 'draining', withinMs: limits.SETTLED_MS })
    this.#changed(station)
  }

  /** As long as the link lives. An introducer that takes no such stream serves all the same; it cannot warn us. */
  async #attend(station: Station, ended: AbortSignal): Promise<void> {
    const { clock, log, protocol, random } = this.#parts
    while (!ended.aborted) {
      const heed = heeding(clock, (notice) => this.#drains(station, notice))
      try {
        await protocol.attend(station.peerId, heed, ended)
      } catch (error) {
        log.debug({ peerId: station.peerId, error }, 'an introducer is not attended')
      }
      await delay(clock, limits.ATTEND_AGAIN_MS * (0.8 + random() * 0.4), ended).catch(() => {})
    }
  }

  #drains(station: Station, { withinMs }: Notice): void {
    if (station.link !== 'ready' && station.link !== 'connecting') return
    const { clock, log } = this.#parts
    const { ending, peerId } = station
    log.info({ peerId, withinMs }, 'an introducer is about to go')
    station.link = 'draining'
    station.lastError = 'It is about to stop.'
    const waitMs = Math.min(withinMs, limits.MAX_DRAIN_MS) + limits.DRAIN_GRACE_MS
    delay(clock, waitMs, ending.signal).then(() => this.#ended(station, null), () => {})
    this.#hooks.draining(peerId)
    this.#changed(station)
  }

  #onConnected({ peerId, route }: RemotePeer): void {
    const station = this.#stations.known(peerId)
    if (route === 'relayed' || station === null || station.link !== 'none') return
    // Somebody else of this device, or it itself, made the connection: there is nothing to wait for any more.
    station.retryAtMs = Math.min(station.retryAtMs, this.#parts.clock.monotonicMs())
    this.look()
  }

  #onDisconnected({ peerId, route }: RemotePeer): void {
    // The introducer that carried it may be one to leave.
    if (route === 'relayed') return this.look()
    const station = this.#stations.known(peerId)
    if (station === null || this.#isLinked(peerId)) return
    if (station.link === 'ready' || station.link === 'draining') this.#ended(station, null)
  }

  #onPlaceLost(peerId: PeerId): void {
    const station = this.#stations.known(peerId)
    if (station?.place.state !== 'held') return
    station.place = { ...noPlace(), dueAtMs: this.#parts.clock.monotonicMs() + limits.PLACE_AGAIN_MS }
    this.#changed(station)
  }

  /** The link is no more (`error` null) or of no use. Tries again later, spread so that not everybody does at once. */
  #ended(station: Station, error: unknown): void {
    const { clock, log, random } = this.#parts
    const nowMs = clock.monotonicMs()
    const { link, peerId, readyAtMs } = station
    const wasGood = error === null && (link === 'draining' || nowMs - readyAtMs >= limits.SETTLED_MS)
    const isHurried = error === null && nowMs < this.#hurryUntilMs
    station.failures = wasGood || isHurried ? 0 : station.failures + 1
    station.retryAtMs = nowMs + (isHurried ? 0 : reconnectWaitMs(station.failures, random()))
    if (error !== null) {
      station.lastError = whyFailed(error)
      log.info({ peerId, error }, 'an introducer cannot be used now')
    } else if (link !== 'draining') station.lastError = 'The connection dropped.'
    this.#unlink(station)
    this.#changed(station)
  }

  #leave(station: Station): void {
    const goodbye = this.#exchanges.unregister(station)
    station.failures = 0
    station.lastError = null
    station.retryAtMs = this.#parts.clock.monotonicMs() + (station.link === 'draining' ? limits.SETTLED_MS : 0)
    this.#unlink(station, goodbye)
    this.#hooks.changed(station.peerId)
  }

  #forgotten(station: Station): void {
    if (station.link !== 'none') this.#unlink(station, this.#exchanges.unregister(station))
    this.#stations.drop(station.peerId)
  }

  /** Ends what runs on the link, and closes it, unless somebody here wants that peer for itself. */
  #unlink(station: Station, after: Promise<void> = Promise.resolve()): void {
    const { isWanted, log, network, release } = this.#parts
    const { peerId } = station
    station.ending.abort(GOING)
    Object.assign(station, { link: 'none', place: noPlace(), registration: noRegistration(), describeAtMs: null })
    release(peerId)
    if (isWanted(peerId)) return
    const close = async (): Promise<void> => {
      await after
      // Used again meanwhile: by a new link, which is not this one's to close.
      if (station.link !== 'none') return
      // A relayed one too: while it is there, a dial would be content with it.
      for (const { connection } of this.#connectionsOf(peerId)) await network.close(connection)
    }
    close().catch((error: unknown) => log.debug({ peerId, error }, 'a connection could not be closed'))
  }

  #within<T>(parent: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal, release } = deadline(this.#parts.clock, limits.CONNECT_TIMEOUT_MS, 'an introducer', parent)
    return run(signal).finally(release)
  }

  #changed(station: Station): void {
    this.#hooks.changed(station.peerId)
    this.look()
  }

  /** Introducers through which a circuit of this device runs. */
  #carrying(): Set<PeerId> {
    const relayed = this.#parts.network.connections().filter(({ route }) => route === 'relayed')
    const through = relayed.map(({ address, circuit }) => circuit?.through ?? throughOf(address))
    return new Set(through.filter((one) => one !== null))
  }

  #isLinked(peerId: PeerId): boolean {
    return this.#connectionsOf(peerId).some(({ route }) => route !== 'relayed')
  }

  #connectionsOf(peerId: PeerId): RemotePeer[] {
    return this.#parts.network.connections().filter((one) => one.peerId === peerId)
  }
}
