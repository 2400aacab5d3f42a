import type { Connection, Listener, PeerId as Libp2pPeerId, Stream, Transport } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { PeerId } from '../../shared/ids.ts'
import type { RelayLimit } from '../../shared/model/reach.ts'
import { SECOND } from '../../shared/units.ts'
import type { HeldReservation, ReachNetworkEvent } from '../features/reach/types.ts'
import { deadline, delay, type Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { orAborted } from '../platform/or-aborted.ts'
import type { Components, Factory } from './annex.ts'
import { replacing } from './bounded.ts'
import { limitIn, MAX_HOP_STATUS_BYTES } from './hop-status.ts'

export const HOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/hop'

/** Identify comes with the connection; an introducer that has not told by then what it speaks is not asked. */
const IDENTIFY_TIMEOUT_MS = 5 * SECOND
const LOOK_AGAIN_MS = SECOND / 10

/** The library's, as far as it is used here; its own types are not exported. */
interface ReservationStore {
  hasReservation(peerId: Libp2pPeerId): boolean
  getReservation(peerId: Libp2pPeerId): { readonly expire: bigint } | undefined
  addRelay(peerId: Libp2pPeerId, type: 'configured'): Promise<unknown>
  addEventListener(
    type: 'relay:created-reservation' | 'relay:removed',
    listener: (event: CustomEvent<{ relay: Libp2pPeerId }>) => void,
  ): void
  /** Relays that it does not ask again. */
  readonly relayFilter?: { remove(item: Uint8Array): boolean }
}
type CircuitTransport = Transport & { readonly reservationStore: ReservationStore }

type PlaceEvent = Extract<ReachNetworkEvent, { event: 'reserved' | 'reservation-lost' }>

/**
 * Places at introducers, by which others are connected to this device. libp2p makes them, keeps them as long as the
 * connection lasts, and announces their addresses; it does not make them again, which is for whoever calls `reserve`.
 */
export class Places {
  readonly #clock: Clock
  readonly #log: Log
  readonly #held = new Set<PeerId>()
  readonly #limits = new Map<PeerId, RelayLimit>()
  /** What listens by way of each introducer. It stays when the place is lost, and is never closed: that ends all others. */
  readonly #listeners = new Map<PeerId, { listener: Listener; failure: unknown; worked: boolean }>()
  readonly #asking = new Map<PeerId, Promise<void>>()
  #joined: { transport: CircuitTransport; components: Components } | null = null
  #publish: (event: PlaceEvent) => void = () => {}

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  onChange(publish: (event: PlaceEvent) => void): void {
    this.#publish = publish
  }

  reserved(): PeerId[] {
    return [...this.#held]
  }

  /** The relay transport over libp2p's parts, with what it leaves open closed. */
  attach(components: Components, stopProtocol: string, make: Factory<Transport>): Transport {
    const { connectionManager, registrar } = components
    const parts = replacing(components, {
      // A relay's answer passes here and nowhere else.
      connectionManager: replacing(connectionManager, {
        openConnection: async (...about) => this.#overhear(await connectionManager.openConnection(...about)),
      }),
      registrar: replacing(registrar, {
        handle: (protocol, handler, options) => {
          if (protocol !== stopProtocol) return registrar.handle(protocol, handler, options)
          const fromPlaces = (stream: Stream, connection: Connection): void | Promise<void> => {
            if (transport.reservationStore.hasReservation(connection.remotePeer)) return handler(stream, connection)
            this.#log.info({ peer: connection.remotePeer.toString() }, 'refused a circuit from where no place is held')
            stream.abort(new Error('no place is held there'))
          }
          return registrar.handle(protocol, fromPlaces, options)
        },
      }),
    })
    const transport = make(parts) as CircuitTransport
    const { reservationStore } = transport
    reservationStore.addEventListener('relay:created-reservation', ({ detail }) => this.#changed(detail.relay, 'reserved'))
    reservationStore.addEventListener('relay:removed', ({ detail }) => this.#changed(detail.relay, 'reservation-lost'))
    const createListener = transport.createListener.bind(transport)
    transport.createListener = (options) => this.#heeded(createListener(options))
    this.#joined = { transport, components }
    return transport
  }

  /** A place at an introducer that is connected, or the one that is held, renewed if it ends soon. Errors: any. */
  async reserve(introducer: PeerId, signal: AbortSignal): Promise<HeldReservation> {
    if (this.#joined === null) throw new Error('the relay transport has not joined')
    const { components, transport } = this.#joined
    const id = peerIdFromString(introducer)
    const connection = components.connectionManager.getConnections(id).find(isDirect)
    if (connection === undefined) throw new Error('that introducer is not connected')
    await this.#speaksHop(components, introducer, signal)
    const asking =
      this.#asking.get(introducer) ??
      this.#ask(introducer, connection.remoteAddr).finally(() => this.#asking.delete(introducer))
    this.#asking.set(introducer, asking)
    await orAborted(asking, signal)
    const reservation = transport.reservationStore.getReservation(id)
    if (reservation === undefined) throw new Error('the place was lost at once')
    const limit = this.#limits.get(introducer) ?? { durationMs: null, dataBytes: null }
    return { untilMs: Number(reservation.expire) * SECOND, limit }
  }

  async #ask(introducer: PeerId, address: Multiaddr): Promise<void> {
    if (this.#joined === null) return
    const { transport, components } = this.#joined
    const { reservationStore } = transport
    const id = peerIdFromString(introducer)
    // Whoever failed once is never asked again by libp2p, also after they were repaired.
    reservationStore.relayFilter?.remove(id.toMultihash().bytes)
    const before = this.#listeners.get(introducer)
    if (before?.worked === true) {
      await reservationStore.addRelay(id, 'configured')
      return
    }
    const through = multiaddr(`${address.toString()}/p2p-circuit`)
    if (before !== undefined) {
      await before.listener.listen(through)
      return
    }
    await components.transportManager.listen([through])
    const listening = this.#listeners.get(introducer)
    if (listening?.worked !== true) throw listening?.failure ?? new Error('nothing listens by way of that introducer')
  }

  /** What listens, remembered by introducer, with what came of it: libp2p only logs why it failed. */
  #heeded(listener: Listener): Listener {
    const listen = listener.listen.bind(listener)
    listener.listen = async (address) => {
      const relay = PeerId.parse(address.getComponents().findLast(({ name }) => name === 'p2p')?.value)
      const entry = { listener, failure: null as unknown, worked: false }
      this.#listeners.set(relay, entry)
      try {
        await listen(address)
        entry.worked = true
      } catch (error) {
        entry.failure = error
        throw error
      }
    }
    return listener
  }

  /** One that does not serve circuits would be taken off libp2p's list for ever. */
  async #speaksHop({ peerStore }: Components, introducer: PeerId, signal: AbortSignal): Promise<void> {
    const limit = deadline(this.#clock, IDENTIFY_TIMEOUT_MS, 'saying that it carries circuits', signal)
    const id = peerIdFromString(introducer)
    try {
      for (;;) {
        // Also before identify there is something in it: each protocol that a stream was opened for.
        const known = await peerStore.get(id).catch(() => null)
        if (known?.protocols.includes(HOP_PROTOCOL) === true) return
        await delay(this.#clock, LOOK_AGAIN_MS, limit.signal)
      }
    } finally {
      limit.release()
    }
  }

  #changed(relay: Libp2pPeerId, event: PlaceEvent['event']): void {
    const introducer = PeerId.parse(relay.toString())
    if (event === 'reserved') this.#held.add(introducer)
    else if (!this.#held.delete(introducer)) return
    this.#publish({ event, introducer })
  }

  /** The same connection; what a relay answers on it is also read here. */
  #overhear(connection: Connection): Connection {
    return replacing(connection, {
      newStream: async (protocols, options) => {
        const stream = await connection.newStream(protocols, options)
        if (protocols === HOP_PROTOCOL) this.#listenTo(stream, PeerId.parse(connection.remotePeer.toString()))
        return stream
      },
    })
  }

  #listenTo(stream: Stream, introducer: PeerId): void {
    let heard = new Uint8Array()
    stream.addEventListener('message', ({ data }) => {
      if (heard.byteLength > MAX_HOP_STATUS_BYTES) return
      heard = Buffer.concat([heard, data.subarray()])
      const limit = limitIn(heard)
      if (limit !== null) this.#limits.set(introducer, limit)
    })
  }
}

function isDirect({ limits, status }: Connection): boolean {
  return status === 'open' && limits === undefined
}
