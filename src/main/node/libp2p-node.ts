import type { Connection, Libp2p, PrivateKey } from '@libp2p/interface'
import type { ICryptoInterface } from '@chainsafe/libp2p-noise'
import { isPrivate } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { IP4, TCP } from '@multiformats/multiaddr-matcher'
import type { Datastore } from 'interface-datastore'
import { createLibp2p } from 'libp2p'
import type { PeerId } from '../../shared/ids.ts'
import { DAY } from '../../shared/units.ts'
import type { Clock } from '../platform/clock.ts'
import { describeConnection } from '../platform/describe-connection.ts'
import type { Log } from '../platform/log.ts'
import type { Standings } from '../platform/standings.ts'
import type { Annex } from './annex.ts'
import { Connections } from './connections.ts'
import { CROWD_LIMITS, excess, type CrowdLimits } from './crowd.ts'
import type { DhtRoom } from './dht-room.ts'
import type { GossipRoom } from './gossip.ts'
import { Handshakes, type ArrivalRefused } from './handshakes.ts'
import { keepBoth } from './keep-both.ts'
import { coreOptions } from './libp2p-options.ts'
import { portOf, withPort } from './listening.ts'
import { createNetwork, type Libp2pNetwork } from './network.ts'
import { libp2pServes } from './page.ts'
import { Places } from './places.ts'
import { Rate } from './rate.ts'
import { createReachNetwork, type Libp2pReachNetwork } from './reach-network.ts'
import * as services from './services.ts'
import type { NodeConfig } from './types.ts'

/** Announcements heeded: each may be a write to the disk, and one datagram can name anybody. */
const LAN_BURST = 200
const LAN_PER_SECOND = 20

export interface Libp2pNodeParts {
  readonly config: Pick<NodeConfig, 'listen' | 'services'>
  readonly deviceKey: PrivateKey
  readonly databaseKey: Uint8Array
  readonly datastore: Datastore
  readonly clock: Clock
  readonly log: Log
  readonly version: string
  readonly noiseCrypto: ICryptoInterface | null
  readonly admits: (peerId: PeerId) => boolean
  readonly mayDial: (peerId: PeerId) => boolean
  /** Whether a person wants connections with this device: strangers make room for it. */
  readonly isExpected: (peerId: PeerId) => boolean
  /** A peer opened more streams of libp2p's own protocols than its rate. */
  readonly overran: (peerId: PeerId) => void
  /** Somebody connected, and got no further. */
  readonly arrivalRefused?: (why: ArrivalRefused) => void
  /** Where an address belongs, as far as one person may have many of them; null for this machine. */
  readonly subnetOf: (address: string) => string | null
  /** The ports that port 0 came to last time. */
  readonly ports: Map<string, number>
  /** `stun:host:port` of introducers in use, asked at each connection; without any, WebRTC tries this machine's own addresses. */
  readonly stun?: () => readonly string[]
  /** Where a router or a container is in front: addresses told to others instead of those found. */
  readonly announce?: readonly string[]
  /** What this node broadcasts, and to whom; without it, nothing. Stopped by whoever made it. */
  readonly gossip?: GossipRoom
  /** Its DHT, and who keeps records there; without it, there is none. Stopped by whoever made it, before this node. */
  readonly dht?: DhtRoom
  /** For a node that serves many: how many may be connected, where it is not what suits a person's device. */
  readonly crowd?: Partial<CrowdLimits>
}

/** libp2p: the core with `start`, the rest with `joinRest`. */
export class Libp2pNode {
  readonly libp2p: Libp2p<{ annex: Annex }>
  readonly network: Libp2pNetwork
  readonly reach: Libp2pReachNetwork
  /** What is known of each connection besides: which count, which are on their way out. */
  readonly standings: Standings
  readonly #parts: Libp2pNodeParts
  readonly #places: Places
  #upnpSinceMs: number | null = null
  readonly #warnings = new Map<string, string>()
  readonly #joined = new Set<string>()
  readonly #complete = Promise.withResolvers<void>()
  /** Joining and leaving, one after another. */
  #queue: Promise<void> = Promise.resolve()

  private constructor(libp2p: Libp2p<{ annex: Annex }>, parts: Libp2pNodeParts) {
    this.libp2p = libp2p
    this.#parts = parts
    const { clock, datastore, log, mayDial } = parts
    const components = () => libp2p.services.annex.components
    const connections = new Connections(clock, log)
    this.standings = connections.standings
    const complete = this.#complete.promise
    this.network = createNetwork({ libp2p, datastore, clock, log, connections, components, mayDial, complete })
    this.#places = new Places(clock, log)
    const upnpSinceMs = (): number | null => this.#upnpSinceMs
    this.reach = createReachNetwork({ components, network: this.network, places: this.#places, clock, log, upnpSinceMs })
    libp2p.addEventListener('self:peer:update', () => this.#confirmOwnAddresses())
    libp2p.addEventListener('connection:open', () => this.#makeRoom())
  }

  static async create(parts: Libp2pNodeParts): Promise<Libp2pNode> {
    const listen = tcpOnly(parts.config.listen).map((wish) => withPort(wish, parts.ports))
    const crowd = { ...CROWD_LIMITS, ...parts.crowd }
    const handshakes = new Handshakes(parts.subnetOf, crowd, parts.arrivalRefused)
    const rates = {
      clock: parts.clock,
      isUnguarded: (protocol: string) => libp2pServes.some((own) => own.protocol === protocol),
      overran: (connection: Connection) => parts.overran(describeConnection(connection).peerId),
    }
    const libp2p = await createLibp2p({ ...coreOptions({ ...parts, listen, announce: parts.announce ?? [], handshakes, rates, crowd }), start: false })
    keepBoth(libp2p.services.annex.components.connectionManager)
    return new Libp2pNode(libp2p, parts)
  }

  /** The core. What is served must be so before: nobody is to be told that this device does not know a protocol. */
  async start(): Promise<void> {
    await this.libp2p.start()
    await this.#heed(tcpOnly(this.#parts.config.listen))
    this.#confirmOwnAddresses()
  }

  /** One sentence each: what could not be switched on, where nothing listens. */
  warnings(): string[] {
    return [...this.#warnings.values()]
  }

  /** Everything that the first connection does not need, in the order in which one needs the other. */
  async joinRest(): Promise<void> {
    const { config, databaseKey } = this.#parts
    const { listen, services: wanted } = config
    const { annex } = this.libp2p.services
    const ported = listen.map((wish) => withPort(wish, this.#parts.ports))
    await this.#join('WebSocket', () => services.joinWebSockets(annex, ported))
    await this.#join('the relay transport', () => services.joinRelayed(annex, ported, this.#places))
    const rtc = { listen: ported, stun: () => this.#parts.stun?.() ?? [], databaseKey }
    if (wanted.webrtc) await this.#join('WebRTC', () => services.joinWebRTC(annex, rtc))
    this.#complete.resolve()
    await this.#heed(listen)
    const { dht, gossip } = this.#parts
    if (wanted.dht && dht !== undefined) await this.#join('the DHT', () => services.joinDht(annex, dht))
    if (wanted.gossip && gossip !== undefined) await this.#join('gossip', () => services.joinGossip(annex, gossip))
    if (wanted.dcutr) await this.#join('DCUtR', () => services.joinDcutr(annex))
    if (wanted.autonat) await this.#join('AutoNAT', () => services.joinAutonat(annex))
    await this.#introduceToEarlier()
  }

  setLan(on: boolean): Promise<void> {
    const { clock } = this.#parts
    const rate = new Rate(LAN_BURST, LAN_PER_SECOND, clock.monotonicMs())
    return this.#switch('lan', on, 'finding peers on the local network', (annex) =>
      services.joinLan(annex, ({ id, multiaddrs }) => {
        if (rate.take(clock.monotonicMs()) === 'taken') this.network.found(id.toString(), multiaddrs.map(String), 'lan')
      }),
    )
  }

  setUpnp(on: boolean): Promise<void> {
    if (!on) this.#upnpSinceMs = null
    else this.#upnpSinceMs ??= this.#parts.clock.monotonicMs()
    return this.#switch('upnp', on, 'UPnP', (annex) => services.joinUpnp(annex))
  }

  /** What came of each way to be reached from outside but introducers, a sentence each. */
  tried(): string[] {
    const { addressManager } = this.libp2p.services.annex.components
    const known = addressManager.getAddressesWithMetadata()
    const publicOnes = known.filter(({ multiaddr: address }) => !isPrivate(address))
    const { state } = this.reach.upnp()
    const isOn = (name: string): boolean => this.#joined.has(name)
    return [
      isOn('upnp')
        ? state === 'mapped' ? 'UPnP: the router gave a port.' : 'UPnP: no router has given a port yet.'
        : 'UPnP: off; the settings can ask the router for a port.',
      publicOnes.some(({ verified }) => verified)
        ? 'A public address is confirmed.'
        : publicOnes.length > 0
          ? 'Others see this device at a public address, but nobody has reached it there yet.'
          : 'No public address of this device is known.',
      isOn('lan') ? 'Local network: announced there (mDNS).' : 'Local network: off; not announced there.',
    ]
  }

  /** Stops libp2p and all that joined it. The datastore is the caller's. */
  async stop(): Promise<void> {
    this.libp2p.services.annex.close()
    this.#complete.resolve()
    await this.#queue
    await this.libp2p.stop()
  }

  #switch(name: 'lan' | 'upnp', on: boolean, what: string, join: (annex: Annex) => Promise<void>): Promise<void> {
    const { annex } = this.libp2p.services
    return this.#inTurn(async () => {
      if (on === this.#joined.has(name)) return
      this.#warnings.delete(what)
      if (!on) {
        this.#joined.delete(name)
        await this.#tried(what, () => annex.remove(name))
      } else if (await this.#tried(what, () => join(annex))) this.#joined.add(name)
    })
  }

  #join(what: string, join: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => void (await this.#tried(what, join)))
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(run)
    return this.#queue
  }

  /** Whether it worked. Latch goes on without what cannot be had here: WebRTC's binary, a port 5353 that is closed. */
  async #tried(what: string, run: () => Promise<void>): Promise<boolean> {
    const { annex } = this.libp2p.services
    if (annex.isClosed) return false
    try {
      await run()
      return true
    } catch (error) {
      if (annex.isClosed) return false
      this.#parts.log.warn({ what, error }, 'a service could not be switched')
      this.#warnings.set(what, `Not available here: ${what}. The log has the reason.`)
      return false
    }
  }

  /** Remembers the ports that were found, finds others for those that were taken, says where nothing listens. */
  async #heed(wishes: readonly string[]): Promise<void> {
    const { ports } = this.#parts
    const { transportManager } = this.libp2p.services.annex.components
    const taken = wishes.filter((wish) => ports.has(wish) && portOf(wish, transportManager.getAddrs()) === null)
    if (taken.length > 0) await transportManager.listen(taken.map((wish) => multiaddr(wish)))
    for (const wish of wishes) {
      const port = portOf(wish, transportManager.getAddrs())
      if (port !== null) ports.set(wish, port)
      // A machine without IPv6 is nothing to warn of.
      else if (!wish.startsWith('/ip6/')) this.#warnings.set(wish, `Nothing listens at ${wish}: taken, or not allowed.`)
    }
  }

  /**
   * A public IPv4 address of this machine itself has no router in front; libp2p would tell nobody of it until four
   * strangers confirmed it.
   */
  #confirmOwnAddresses(): void {
    const { addressManager, transportManager } = this.libp2p.services.annex.components
    for (const address of transportManager.getAddrs()) {
      if (IP4.matches(address) && !isPrivate(address)) {
        addressManager.confirmObservedAddr(address, { type: 'transport', ttl: 365 * DAY })
      }
    }
  }

  /** Strangers, however many, leave room for those who are expected. */
  #makeRoom(): void {
    const { isExpected, log, subnetOf, crowd } = this.#parts
    const inbound = this.libp2p.getConnections().filter(({ direction }) => direction === 'inbound')
    const guests = inbound
      .toSorted((a, b) => a.timeline.open - b.timeline.open)
      .map((connection) => {
        const { address, peerId } = describeConnection(connection)
        return { connection: connection.id, peerId, subnet: subnetOf(address), isExpected: isExpected(peerId) }
      })
    const gone = new Set(excess(guests, { ...CROWD_LIMITS, ...crowd }))
    if (gone.size === 0) return
    log.info({ connections: inbound.length, closed: gone.size }, 'closes connections to make room')
    for (const connection of inbound) {
      if (gone.has(connection.id)) connection.abort(new Error('others wait for its place'))
    }
  }

  /** Who connected before a service joined was not introduced to it: identify does that again. */
  async #introduceToEarlier(): Promise<void> {
    const { identify } = this.libp2p.services.annex.components
    await Promise.allSettled(this.libp2p.getConnections().map((connection) => identify.identify(connection)))
  }
}

function tcpOnly(wishes: readonly string[]): string[] {
  return wishes.filter((wish) => TCP.exactMatch(multiaddr(wish)))
}
