import {
  NotFoundError, peerRoutingSymbol, start, stop, type PeerInfo, type PeerRouting, type RoutingOptions, type Transport,
} from '@libp2p/interface'
import type { Identify } from '@libp2p/identify'
import type { Ping } from '@libp2p/ping'
import { multiaddr } from '@multiformats/multiaddr'
import type { Libp2pInit } from 'libp2p'

type Libp2pComponents = Parameters<NonNullable<Libp2pInit['services']>[string]>[0]

/** What libp2p hands each of its services: every other service, by name; of ours, those of the core. */
export type Components = Libp2pComponents & { ping: Ping; identify: Identify }

export type Factory<Service> = (components: Components) => Service

/**
 * Transports and services that join a libp2p that already runs: those that take long to load do not hold up the
 * first connection, and a person can switch one on or off without a restart. A libp2p service itself, as that is how
 * libp2p hands over its components; whatever joins is entered among them, so that libp2p stops it with the rest.
 */
export class Annex {
  readonly #components: Components
  #routing: PeerRouting | null = null
  #closed = false

  constructor(components: Libp2pComponents) {
    this.#components = components as Components
  }

  get components(): Components {
    return this.#components
  }

  /** libp2p asks for ways to find a peer when it is made, and never again: this one asks whichever has joined since. */
  get [peerRoutingSymbol](): PeerRouting {
    return {
      findPeer: async (peerId, options) => {
        if (this.#routing === null) throw new NotFoundError('nothing here finds peers')
        return this.#routing.findPeer(peerId, options)
      },
      getClosestPeers: (key, options) => this.#closestPeers(key, options),
    }
  }

  /** Starts a transport and then listens on those of `listen` that are its own. */
  async addTransport(name: string, make: Factory<Transport>, listen: readonly string[]): Promise<void> {
    const transport = await this.add(name, make)
    const { transportManager } = this.#components
    transportManager.add(transport)
    await transportManager.listen(transport.listenFilter(listen.map((address) => multiaddr(address))))
  }

  async add<Service extends object>(name: string, make: Factory<Service>): Promise<Service> {
    if (this.#closed) throw new Error(`${name} came when libp2p was stopping`)
    const service = make(this.#components)
    this.#components[name] = service
    await start(service)
    if (peerRoutingSymbol in service) this.#routing = service[peerRoutingSymbol] as PeerRouting
    return service
  }

  async *#closestPeers(key: Uint8Array, options?: RoutingOptions): AsyncGenerator<PeerInfo> {
    if (this.#routing !== null) yield* this.#routing.getClosestPeers(key, options)
  }

  async remove(name: string): Promise<void> {
    const service: unknown = this.#components[name]
    this.#components[name] = undefined
    await stop(service)
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** Nothing joins any more: libp2p is about to stop. */
  close(): void {
    this.#closed = true
  }
}
