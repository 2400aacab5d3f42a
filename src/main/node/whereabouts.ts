import type { PeerId } from '../../shared/ids.ts'
import type { Network } from '../features/peers/index.ts'
import { placesFrom, readAddress } from '../platform/addresses.ts'
import type { Log } from '../platform/log.ts'
import type { RemotePeer } from '../platform/streams.ts'

/** Devices met of late, at some 2 KB each: as many as hold what a network of a thousand has. */
const MAX_KNOWN = 1_000

/** What is known of where other devices are, in memory: look-ups ask for it at every step. */
export class Whereabouts {
  readonly #network: Pick<Network, 'about' | 'connections' | 'subscribe'>
  readonly #log: Log
  /** The networks that this machine is on, each `ip/bits`. */
  readonly #networks: () => readonly string[]
  /** The one met last at the end. */
  readonly #met = new Map<PeerId, readonly string[]>()
  readonly #unfollow: () => void
  /** By device; null where it may have changed since it was last asked for: a look-up asks of every device, and some twice. */
  #open: ReadonlyMap<PeerId, readonly RemotePeer[]> | null = null

  constructor({ network, log, networks }: { network: Pick<Network, 'about' | 'connections' | 'subscribe'>; log: Log; networks: () => readonly string[] }) {
    this.#network = network
    this.#log = log
    this.#networks = networks
    this.#unfollow = network.subscribe((event) => {
      this.#open = null
      if (event.event === 'identified') this.#meet(event.peerId)
    })
  }

  stop(): void {
    this.#unfollow()
  }

  known(): readonly PeerId[] {
    return [...this.#met.keys()]
  }

  /** As the device itself said; nothing of one that was not met. */
  of(peerId: PeerId): readonly string[] {
    return this.#met.get(peerId) ?? []
  }

  connected(): readonly PeerId[] {
    return [...this.#connections().keys()]
  }

  /** The connection that work goes over: a direct one, where there is one. */
  connection(peerId: PeerId): RemotePeer | null {
    const open = this.#connections().get(peerId) ?? []
    return open.find(({ route }) => route !== 'relayed') ?? open[0] ?? null
  }

  /**
   * Whether `asker` may be told this address of another device: one of a private network only on that network, one of this
   * machine only on this machine. Everybody else could do nothing with it but know it.
   */
  mayTell(address: string, asker: PeerId): boolean {
    const read = readAddress(address)
    if (read === null) return false
    if (read.reach === 'public' || read.reach === 'relayed') return true
    const route = this.connection(asker)?.route
    if (read.reach === 'loopback') return route === 'local'
    return (route === 'lan' || route === 'local') && placesFrom(this.#networks())(read) === 'near'
  }

  /**
   * Those of the addresses that a stranger's word may make this device dial: none in networks that it is not on, and on
   * this machine only where all that it is connected to is there.
   */
  worthDialling(addresses: readonly string[]): string[] {
    const placeOf = placesFrom(this.#networks())
    const isAllHere = this.#network.connections().every(({ route }) => route === 'local')
    return addresses.filter((address) => {
      const read = readAddress(address)
      if (read === null) return false
      if (read.reach === 'relayed') return true
      return read.reach === 'loopback' ? isAllHere : placeOf(read) !== 'nowhere'
    })
  }

  #connections(): ReadonlyMap<PeerId, readonly RemotePeer[]> {
    this.#open ??= Map.groupBy(this.#network.connections(), ({ peerId }) => peerId)
    return this.#open
  }

  #meet(peerId: PeerId): void {
    this.#network.about(peerId).then(
      ({ addresses }) => {
        this.#met.delete(peerId)
        this.#met.set(peerId, addresses)
        const [oldest] = this.#met.keys()
        if (oldest !== undefined && this.#met.size > MAX_KNOWN) this.#met.delete(oldest)
      },
      (error: unknown) => this.#log.debug({ peerId, error }, 'nothing is known of a device'),
    )
  }
}
