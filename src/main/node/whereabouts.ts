import type { PeerId } from '../../shared/ids.ts'
import type { Network } from '../features/peers/index.ts'
import { readAddress } from '../platform/addresses.ts'
import type { Log } from '../platform/log.ts'
import type { RemotePeer } from '../platform/streams.ts'
import { leading, leads, passable } from './dht-addresses.ts'

/** Devices met of late, at some 2 KB each: as many as hold what a network of a thousand has. */
const MAX_KNOWN = 1_000

/** What is known of where other devices are, in memory: look-ups ask for it at every step. */
export class Whereabouts {
  readonly #network: Pick<Network, 'about' | 'connections' | 'listening' | 'subscribe'>
  readonly #log: Log
  /** The networks that this machine is on, each `ip/bits`. */
  readonly #networks: () => readonly string[]
  /** The one met last at the end. */
  readonly #met = new Map<PeerId, readonly string[]>()
  readonly #unfollow: () => void
  /** By device; null where it may have changed since it was last asked for: a look-up asks of every device, and some twice. */
  #open: ReadonlyMap<PeerId, readonly RemotePeer[]> | null = null
  /** The networks, as of then: asking the machine takes 75 µs, and each answer to a stranger is about dozens of addresses. */
  #here: readonly string[] | null = null

  constructor({ network, log, networks }: { network: Pick<Network, 'about' | 'connections' | 'listening' | 'subscribe'>; log: Log; networks: () => readonly string[] }) {
    this.#network = network
    this.#log = log
    this.#networks = networks
    this.#unfollow = network.subscribe((event) => {
      this.#open = null
      this.#here = null
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
    if (leading(address).to === 'public') return true
    const peer = this.connection(asker)
    if (peer === null || (peer.route !== 'lan' && peer.route !== 'local')) return false
    this.#here ??= this.#networks()
    return passable([address], { route: peer.route, ip: readAddress(peer.address)?.ip ?? null }, this.#here).length > 0
  }

  /**
   * Those of the addresses that a stranger's word may make this device dial: public ones; in a network that it is on, while
   * it is connected with somebody there; on this machine, where that is all there is. Of a circuit it is its relay that is
   * dialled, and not even that where it is connected.
   */
  worthDialling(addresses: readonly string[]): string[] {
    const open = this.#network.connections()
    const announced = this.#network.listening()
    const known = announced.length > 0 ? announced : open.map(({ address }) => address)
    const isAmongNeighbours = open.some(({ route }) => route === 'lan' || route === 'local')
    const networks = isAmongNeighbours ? this.#networks() : []
    const ways = known.length > 0 ? known : [NOWHERE]
    return addresses.filter((address) => isOverHeld(address) || leads(address, ways, networks))
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

/** Of a device that neither listens nor is connected: that it is not on this machine alone. */
const NOWHERE = ''

/** A circuit that says no more of its relay than who it is. */
function isOverHeld(address: string): boolean {
  return /^\/p2p\/[^/]+\/p2p-circuit(\/|$)/.test(address)
}
