import { ConnectionFailedError, type MultiaddrConnection, type Transport, type Upgrader } from '@libp2p/interface'
import { memory, type MemoryTransportComponents } from '@libp2p/memory'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { TCP } from '@multiformats/multiaddr-matcher'
import { delay, systemClock } from '../../src/main/platform/clock.ts'
import { SECOND } from '../../src/shared/units.ts'
import { seeded } from '../bench/names/random.ts'
import { LatencyMap } from './map.ts'

/*
 * What lies between the nodes: @libp2p/memory, with the delay, the loss and the silence of an internet. Time is the
 * machine's own: a byte that takes 40 ms takes 40 ms.
 */

/** A packet that is lost comes again after this, or after twice the way there and back. *Source*: RFC 6298, Linux' least. */
const RETRANSMITTED_MS = 200
/** And the first packet of a connection, of which nothing is known yet. *Source*: RFC 6298. */
const DIALLED_AGAIN_MS = SECOND

export interface WireOptions {
  readonly seed: number
  /** Of packets; 1 % unless said otherwise. */
  readonly lossShare?: number
  /** Distances are so many times as long; 1 unless said otherwise. Deadlines of the app stay as they are. */
  readonly stretch?: number
}

/** One machine. */
export interface Station {
  readonly number: number
  readonly address: string
  readonly peerId: string
  /** Nothing from outside reaches it but what it asked for. */
  readonly isBehindNat: boolean
  /** Switched off without a word: what is sent there is lost, and nobody is told. */
  isGone: boolean
}

/** What is taken hold of in the library's connection: how it hands over what it has to send. */
interface Sending extends MultiaddrConnection {
  sendData(data: { readonly byteLength: number }): { sentBytes: number; canSendMore: boolean }
  sendClose(options?: object): Promise<void>
  sendReset(error: Error): void
}

/** Where the machine with that number listens, as others know it: in a private network of 16 million. */
export const addressOf = (number: number): string => `/ip4/10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}/tcp/4001`
/** That network, for whoever asks on which it is. */
export const NETWORKS = ['10.0.0.0/8'] as const
/** And as @libp2p/memory knows it. */
const inMemory = (station: Pick<Station, 'number'>): Multiaddr => multiaddr(`/memory/sim-${process.pid}-${station.number}`)

export class Wire {
  readonly map: LatencyMap
  readonly #loss: number
  readonly #random: () => number
  readonly #byAddress = new Map<string, Station>()
  readonly #byPeer = new Map<string, Station>()
  /** What was carried since the start. */
  readonly carried = { packets: 0, bytes: 0, lost: 0, dials: 0, dialsUnanswered: 0 }

  constructor({ seed, lossShare = 0.01, stretch = 1 }: WireOptions) {
    this.map = new LatencyMap(seed, stretch)
    this.#loss = lossShare
    this.#random = seeded(seed + 1)
  }

  station(number: number, peerId: string, isBehindNat = false): Station {
    const station = { number, address: addressOf(number), peerId, isBehindNat, isGone: false }
    this.#byAddress.set(station.address, station)
    this.#byPeer.set(peerId, station)
    return station
  }

  roundTripMs(a: Station, b: Station): number {
    return 2 * this.map.oneWayMs(a.number, b.number)
  }

  /** For `createLibp2p`, in the place of `memory()`. */
  transport(own: Station): (components: MemoryTransportComponents) => Transport {
    return (components) => {
      const inner = memory()(components)
      const dial = inner.dial.bind(inner)
      const createListener = inner.createListener.bind(inner)
      const ofNetworks = (addresses: Multiaddr[]): Multiaddr[] => addresses.filter((address) => TCP.exactMatch(address))
      return Object.assign(inner, {
        dialFilter: ofNetworks,
        listenFilter: ofNetworks,
        dial: async (address: Multiaddr, options: Parameters<Transport['dial']>[1]) => {
          const to = await this.#reached(own, address, options.signal)
          return dial(inMemory(to), { ...options, upgrader: this.#between(options.upgrader, () => [own, to]) })
        },
        createListener: (options: Parameters<Transport['createListener']>[0]) => {
          const listener = createListener({ ...options, upgrader: this.#between(options.upgrader, (there) => [own, this.#whoDialled(there)]) })
          const listen = listener.listen.bind(listener)
          return Object.assign(listener, { listen: () => listen(inMemory(own)), getAddrs: () => [multiaddr(own.address)] })
        },
      })
    }
  }

  /** As TCP: there and back before the first byte. Where nobody answers, it is waited for until whoever dials gives up. */
  async #reached(own: Station, address: Multiaddr, signal: AbortSignal): Promise<Station> {
    const to = this.#byAddress.get(address.toString().replace(/\/p2p\/.*$/, ''))
    this.carried.dials += 1
    while (this.#isLost()) await delay(systemClock, DIALLED_AGAIN_MS, signal)
    if (to === undefined || to.isGone || to.isBehindNat || own.isGone) {
      this.carried.dialsUnanswered += 1
      await new Promise((_, reject) => {
        const given = (): void => reject(new ConnectionFailedError('nobody answered'))
        if (signal.aborted) given()
        signal.addEventListener('abort', given, { once: true })
      })
      throw new ConnectionFailedError('nobody answered')
    }
    await delay(systemClock, this.roundTripMs(own, to), signal)
    return to
  }

  #whoDialled(there: MultiaddrConnection): Station {
    const peerId = there.remoteAddr.toString().split('/').at(-1) ?? ''
    const station = this.#byPeer.get(peerId)
    if (station === undefined) throw new Error('somebody dialled who is no station')
    return station
  }

  #between(upgrader: Upgrader, ends: (connection: MultiaddrConnection) => [own: Station, other: Station]): Upgrader {
    type Upgrade = (connection: MultiaddrConnection, options: object) => Promise<never>
    const inbound = upgrader.upgradeInbound.bind(upgrader) as Upgrade
    const outbound = upgrader.upgradeOutbound.bind(upgrader) as Upgrade
    const slow = (upgrade: Upgrade): Upgrade => (connection, options) => upgrade(this.#slowed(connection, ...ends(connection)), options)
    return Object.assign(Object.create(upgrader) as Upgrader, { upgradeInbound: slow(inbound), upgradeOutbound: slow(outbound) })
  }

  /** What `own` sends arrives later, in its order, or never where one of the two is gone. */
  #slowed(connection: MultiaddrConnection, own: Station, other: Station): MultiaddrConnection {
    const sending = Object.assign(connection as Sending, { remoteAddr: multiaddr(`${other.address}/p2p/${other.peerId}`) })
    const [send, close, reset] = [sending.sendData.bind(sending), sending.sendClose.bind(sending), sending.sendReset.bind(sending)]
    const oneWayMs = this.map.oneWayMs(own.number, other.number)
    const waiting: (() => void)[] = []
    let dueMs = 0
    const later = (run: () => void): void => {
      const nowMs = performance.now()
      const againMs = this.#isLost() ? Math.max(RETRANSMITTED_MS, 4 * oneWayMs) : 0
      dueMs = Math.max(dueMs, nowMs + oneWayMs + againMs)
      waiting.push(run)
      setTimeout(() => {
        const next = waiting.shift()
        if (!own.isGone && !other.isGone) next?.()
      }, dueMs - nowMs).unref()
    }
    sending.sendData = (data) => {
      this.carried.packets += 1
      this.carried.bytes += data.byteLength
      later(() => void send(data))
      return { sentBytes: data.byteLength, canSendMore: true }
    }
    sending.sendClose = async () => later(() => void close())
    sending.sendReset = (error) => later(() => reset(error))
    return sending
  }

  #isLost(): boolean {
    const lost = this.#random() < this.#loss
    if (lost) this.carried.lost += 1
    return lost
  }
}
