import type { PeerId } from '../../../shared/ids.ts'
import type { Attempt, Connectivity, Introducer, IntroducerCard } from '../../../shared/model/reach.ts'
import { deadline, type Cancel } from '../../platform/clock.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import { readIntroducerLink } from '../../protocols/introduction/index.ts'
import { Attempts } from './attempts.ts'
import { Handover } from './handover.ts'
import { Introducers, rankOf } from './introducers.ts'
import * as limits from './limits.ts'
import { Locator } from './locate.ts'
import { Outside } from './outside.ts'
import type { ReachParts } from './parts.ts'
import { writeReport } from './report.ts'
import { Stations } from './stations.ts'
import { IntroducerStore } from './store.ts'
import { Supervisor } from './supervisor.ts'
import type { ReachEvent, ReachFeature, ReachNetworkEvent } from './types.ts'
import { Upgrades } from './upgrades.ts'

export class Reach implements ReachFeature {
  readonly #parts: ReachParts
  readonly #feed: Feed<ReachEvent>
  readonly #introducers: Introducers
  readonly #stations: Stations
  readonly #supervisor: Supervisor
  readonly #outside: Outside
  readonly #locator: Locator
  readonly #upgrades: Upgrades
  readonly #handover: Handover
  readonly #attempts: Attempts
  readonly #stopping = new AbortController()
  #unsubscribe: Cancel = () => {}
  #nextSweep: Cancel = () => {}
  /** What was last told of each introducer. */
  readonly #told = new Map<PeerId, string>()
  /** Of peers that were reached lately, in ms. */
  readonly #roundTrips = new Map<PeerId, number>()
  readonly #settling = new Set<() => void>()
  #moving: Promise<void> = Promise.resolve()

  constructor(parts: ReachParts) {
    const { clock, database, log, me } = parts
    this.#parts = parts
    this.#feed = new Feed((error) => log.error({ error }, 'a listener of reach failed'))
    this.#introducers = new Introducers({
      store: new IntroducerStore(database),
      nowMs: () => clock.nowMs(),
      me: me.peerId,
      log,
      networks: () => parts.networks(),
      changed: (peerId) => {
        this.#tell(peerId)
        this.#supervisor.look()
      },
    })
    this.#stations = new Stations(this.#introducers, parts)
    this.#supervisor = new Supervisor(parts, this.#introducers, this.#stations, {
      changed: (peerId) => this.#tell(peerId),
      ready: () => this.#outside.look(),
      draining: (peerId) => this.#handover.draining(peerId),
    })
    this.#outside = new Outside(parts, this.#introducers, this.#stations, {
      natChanged: (nat) => {
        this.#feed.publish({ event: 'nat-changed', nat })
        this.#upgrades.look()
      },
      upnpChanged: (upnp) => this.#feed.publish({ event: 'upnp-changed', upnp }),
    })
    this.#locator = new Locator(parts, this.#introducers, this.#stations)
    this.#attempts = new Attempts((attempt) => this.#attempted(attempt))
    const note = (attempt: Attempt): void => this.#attempts.note(attempt)
    this.#upgrades = new Upgrades(parts, { nat: () => this.#outside.nat.kind, note })
    this.#handover = new Handover(parts, {
      note,
      locate: (peerIds, signal) => this.#locator.locate(peerIds, signal),
      isDraining: (introducer) => this.#stations.isDraining(introducer),
      isUsed: (introducer) => this.#stations.isUsed(introducer),
    })
  }

  async start(): Promise<void> {
    const { introducers, network } = this.#parts
    await this.#introducers.configure(introducers)
    this.#introducers.sweep(() => false)
    this.#unsubscribe = network.subscribe((event) => this.#onNetwork(event))
    this.#sweepLater()
    this.#supervisor.start()
    this.#locator.start()
    this.#upgrades.start()
    this.#handover.start()
    this.#outside.look()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('Latch is stopping'))
    this.#unsubscribe()
    this.#nextSweep()
    this.#handover.stop()
    this.#upgrades.stop()
    await Promise.all([this.#outside.stop(), this.#supervisor.stop()])
  }

  connectivity(): Connectivity {
    const { nat, upnp } = this.#outside
    return { nat, upnp, introducers: this.#stations.introducers(), attempts: [...this.#attempts.latest()] }
  }

  report(): string {
    const { clock, me, network, version } = this.#parts
    return writeReport({
      connectivity: this.connectivity(),
      version,
      runtime: `Node ${process.versions.node} on ${process.platform} ${process.arch}`,
      me: me.peerId,
      nowMs: clock.nowMs(),
      listening: network.listening(),
      connections: network.connections(),
      roundTrips: this.#roundTrips,
      probe: this.#outside.lastProbe,
      skews: new Map(this.#stations.all().map(({ peerId, skewMs }) => [peerId, skewMs])),
      forged: { records: this.#introducers.refused, registrations: this.#locator.forged },
    })
  }

  async check(): Promise<Connectivity> {
    const limit = deadline(this.#parts.clock, limits.CHECK_TIMEOUT_MS, 'looking at the network', this.#stopping.signal)
    const late = new Promise<void>((resolve) => limit.signal.addEventListener('abort', () => resolve()))
    const look = async (): Promise<void> => {
      this.#supervisor.wake('all')
      await this.#settled(limit.signal)
      await this.#outside.lookAnew()
    }
    await Promise.race([look(), late]).finally(limit.release)
    return this.connectivity()
  }

  async readIntroducer(link: string): Promise<IntroducerCard> {
    const { clock, me } = this.#parts
    const { record } = await readIntroducerLink(link, { nowMs: clock.nowMs(), me: me.peerId })
    return { ...record, addresses: [...record.addresses], stun: [...record.stun] }
  }

  async addIntroducer(to: string): Promise<Introducer> {
    const { peerId } = await this.#introducers.add(to)
    return this.#introducer(peerId)
  }

  async enableIntroducer(peerId: PeerId, enabled: boolean): Promise<Introducer> {
    this.#introducers.update(peerId, { enabled })
    return this.#introducer(peerId)
  }

  async forgetIntroducer(peerId: PeerId): Promise<void> {
    this.#introducers.forget(peerId)
  }

  isIntroducer(peerId: PeerId): boolean {
    return this.#introducers.get(peerId)?.enabled === true
  }

  records(max: number): Uint8Array[] {
    const all = this.#introducers.all().filter(({ enabled }) => enabled)
    const ready = this.#stations.ready().map(({ peerId }) => peerId)
    const used = all.filter(({ peerId }) => ready.includes(peerId))
    const best = (used.length > 0 ? used : all.filter((one) => rankOf(one) < 2)).toSorted(
      (a, b) => rankOf(a) - rankOf(b) || ready.indexOf(a.peerId) - ready.indexOf(b.peerId),
    )
    return best
      .map((one) => this.#introducers.recordOf(one))
      .filter((record) => record !== null)
      .slice(0, max)
  }

  learn(records: readonly Uint8Array[], from: 'invitation'): Promise<void> {
    return this.#introducers.learn(records, { origin: from, vouchedBy: null })
  }

  locate(peerIds: readonly PeerId[], signal: AbortSignal): AsyncIterable<{ peerId: PeerId; addresses: string[] }> {
    return this.#locator.locate(peerIds, AbortSignal.any([signal, this.#stopping.signal]))
  }

  stunServers(): string[] {
    return this.#outside.stunServers().map((server) => `stun:${server}`)
  }

  reconsider(): void {
    this.#upgrades.look()
  }

  changed(why: 'the machine slept' | 'the network changed'): void {
    this.#parts.log.info({ why }, 'looking at the network again')
    // One after another: each waits for dead connections to be cut.
    this.#moving = this.#moving.then(() => this.#move())
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<Connectivity, ReachEvent>> {
    return this.#feed.watch(() => this.connectivity(), signal)
  }

  async #move(): Promise<void> {
    const { log, network } = this.#parts
    if (this.#stopping.signal.aborted) return
    // What waits is dialled at once; what is connected, only once it is known which connections are dead.
    this.#supervisor.wake('idle')
    const cut = await network.weed(null, limits.WEED_WITHIN_MS).catch((error: unknown) => {
      log.warn({ error }, 'dead connections could not be told from others')
      return 0
    })
    if (this.#stopping.signal.aborted) return
    if (cut > 0) log.info({ cut }, 'connections that no longer answered')
    this.#supervisor.wake('all')
    this.#upgrades.wake()
    this.#handover.look()
    await this.#outside.lookAnew()
  }

  #onNetwork(event: ReachNetworkEvent): void {
    this.#supervisor.onNetwork(event)
    this.#upgrades.onNetwork(event)
    this.#handover.onNetwork(event)
    if (event.event === 'attempted') this.#attempts.note(event.attempt)
    else if (event.event === 'listening-changed') this.#outside.look()
  }

  #attempted(attempt: Attempt): void {
    this.#feed.publish({ event: 'attempted', attempt })
    if (attempt.outcome === 'won') void this.#measure(attempt.peerId)
  }

  async #measure(peerId: PeerId): Promise<void> {
    const { clock, log, network } = this.#parts
    const { signal, release } = deadline(clock, limits.PING_TIMEOUT_MS, 'a ping', this.#stopping.signal)
    try {
      const rttMs = await network.ping(peerId, signal)
      this.#roundTrips.delete(peerId)
      this.#roundTrips.set(peerId, rttMs)
      const [oldest] = this.#roundTrips.keys()
      if (this.#roundTrips.size > limits.MAX_ATTEMPTS && oldest !== undefined) this.#roundTrips.delete(oldest)
    } catch (error) {
      log.debug({ peerId, error }, 'no round trip measured')
    } finally {
      release()
    }
  }

  #tell(peerId: PeerId): void {
    for (const look of this.#settling) look()
    this.#locator.changed()
    const introducer = this.#stations.introducer(peerId)
    if (introducer === null) {
      this.#told.delete(peerId)
      return this.#feed.publish({ event: 'introducer-forgotten', peerId })
    }
    const text = JSON.stringify(introducer)
    if (this.#told.get(peerId) === text) return
    this.#told.set(peerId, text)
    this.#feed.publish({ event: 'introducer-changed', introducer })
  }

  #introducer(peerId: PeerId): Introducer {
    const introducer = this.#stations.introducer(peerId)
    if (introducer === null) throw new Error('an introducer that was just noted is not known')
    return introducer
  }

  /** When no introducer is being connected any more, or `signal` aborts. */
  async #settled(signal: AbortSignal): Promise<void> {
    const isSettled = (): boolean => signal.aborted || this.#stations.all().every(({ link }) => link !== 'connecting')
    while (!isSettled()) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.#settling.delete(look)
          resolve()
        }
        this.#settling.add(look)
        signal.addEventListener('abort', look, { once: true })
      })
    }
  }

  #sweepLater(): void {
    this.#nextSweep = this.#parts.clock.after(limits.SWEEP_EVERY_MS, () => {
      this.#introducers.sweep((peerId) => this.#stations.isUsed(peerId))
      this.#sweepLater()
    })
  }
}
