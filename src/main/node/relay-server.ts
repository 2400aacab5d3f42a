import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import type { Connection, PeerId as Libp2pPeerId, Startable, Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { KiB, SECOND } from '../../shared/units.ts'
import type { RelayLimit } from '../../shared/model/reach.ts'
import type { Components } from './annex.ts'

/*
 * libp2p's relay server with the seams that ours needs. It has no options for any of them, so the instance is given
 * other functions; a test holds that each is still there. What is kept of libp2p's: the messages, the vouchers, the
 * order of things. What is not: its store of reservations, and the joining of two streams.
 */

/** A hop message is a peer id and some addresses. Whoever sends more before they are connected is cut. */
const MAX_HOP_BYTES = 4 * KiB
/** From the request to the connected circuit. Who dials has given up after 10 s. */
const HOP_TIMEOUT_MS = 10 * SECOND
/**
 * Streams of one connection that ask for a place or a circuit. A circuit holds one while it lasts: enough for whoever
 * has sixty contacts behind this introducer, or fewer and the second circuits that take over from spent ones.
 */
const MAX_HOP_STREAMS = 64
/** Circuits to one connection. A device of ours takes 32; another program may take more. */
const MAX_STOP_STREAMS = 64

/** What libp2p reads of a reservation. Its signal cuts circuits; ours never does, as they have limits of their own. */
interface Reservation {
  readonly limit?: Limit
  readonly signal: AbortSignal
}

interface Limit {
  /** Milliseconds in libp2p's hands, seconds on the wire. */
  readonly duration?: number
  readonly data?: bigint
}

interface StopRequest {
  readonly connection: Connection
  readonly request: { readonly limit?: Limit | undefined }
}

interface Codec {
  write(message: { readonly limit?: Limit | undefined }, options?: object): Promise<void>
}

interface Messages {
  pb(proto: unknown): Codec
  unwrap(): unknown
}

interface Hop {
  readonly connection: Connection
  readonly stream: Messages
}

interface Store {
  reserve(peer: Libp2pPeerId, address: Multiaddr): { status: 'OK' | 'RESERVATION_REFUSED'; expire?: number }
  get(peer: Libp2pPeerId): Reservation | undefined
  removeReservation(peer: Libp2pPeerId): void
  clear(): void
}

/** The parts of libp2p's class that are taken hold of. */
interface Inside extends Startable {
  readonly reservationStore: Store
  onHop(stream: Stream, connection: Connection): Promise<void>
  handleHopProtocol: (this: Inside, hop: Hop, options: object) => Promise<void>
  stopHop(stop: StopRequest, options: object): Promise<Stream | undefined>
}

/** Two streams that are one circuit from now on: of who dialled, and of whom. */
export interface Joint {
  readonly from: Connection
  readonly source: Stream
  readonly to: Connection
  readonly destination: Stream
  /** Of both directions together; null: no bound. */
  readonly dataBytes: number | null
}

/** A circuit that has begun: it has its room until it is joined or given up. */
export interface WayTo {
  readonly connection: Connection
  /** Its room is free again, or the joint's. */
  leave(): void
}

export interface RelaySeams {
  /** Gives a place until then, in ms since the epoch; null: refused. */
  reserve(peer: Libp2pPeerId, address: Multiaddr): number | null
  /** What one circuit to this peer may carry; null: it has no place. */
  limitOf(peer: Libp2pPeerId): RelayLimit | null
  free(peer: Libp2pPeerId): void
  clear(): void
  admitsDial(from: Connection): 'allow' | 'refuse'
  /** Room for one more circuit from the one to the other, and the way there; null: there is to be none. */
  wayTo(from: Connection, to: Libp2pPeerId): WayTo | null
  join(joint: Joint): { cut(why: Error): void; readonly over: Promise<void> }
}

/** A service of libp2p, not started yet. */
export function relayServer(components: Components, seams: RelaySeams): Startable {
  const server = circuitRelayServer({
    hopTimeout: HOP_TIMEOUT_MS,
    maxInboundHopStreams: MAX_HOP_STREAMS,
    maxOutboundStopStreams: MAX_STOP_STREAMS,
  })(components) as unknown as Inside
  Object.assign(server.reservationStore, storeOf(seams))
  const onHop = server.onHop.bind(server)
  const stopHop = server.stopHop.bind(server)
  const { handleHopProtocol: handle } = server
  /** Streams that are part of a circuit; all others are closed once they have their answer. */
  const joined = new WeakSet<Stream>()

  server.onHop = async (stream, connection) => {
    const unbind = bind(stream, () => joined.has(stream))
    try {
      await onHop(stream, connection)
    } finally {
      unbind()
      // libp2p leaves a stream half open on which it refused something.
      if (!joined.has(stream)) stream.close().catch((error: Error) => stream.abort(error))
    }
  }

  server.handleHopProtocol = async (hop, options) => {
    const reached: { to: Connection; destination: Stream; loose: Loose; dataBytes: number | null }[] = []
    const ways: WayTo[] = []
    // libp2p as this one request is to see it.
    const forThis = Object.create(server, {
      components: { value: gated(components, () => seams.admitsDial(hop.connection) === 'refuse') },
      stopHop: {
        value: async ({ connection, request }: StopRequest, stopOptions: object) => {
          const way = seams.wayTo(hop.connection, connection.remotePeer)
          if (way === null) return undefined
          ways.push(way)
          const { connection: to } = way
          const inSeconds = { ...request, limit: onTheWire(request.limit) }
          const destination = await stopHop({ connection: to, request: inSeconds }, stopOptions)
          if (destination === undefined) return undefined
          // What comes before the dialler was told waits in the window, not here.
          destination.pause()
          const loose = new Loose()
          const { data } = request.limit ?? {}
          reached.push({ to, destination, loose, dataBytes: data === undefined ? null : Number(data) })
          return loose
        },
      },
    }) as Inside
    const stream: Messages = {
      pb: (proto) => speakingSeconds(hop.stream.pb(proto)),
      unwrap: () => {
        const source = hop.stream.unwrap() as Stream
        const found = reached.pop()
        if (found === undefined) return source
        joined.add(source)
        const { to, destination, dataBytes } = found
        for (const way of ways) way.leave()
        const circuit = seams.join({ from: hop.connection, source, to, destination, dataBytes })
        const loose = new Loose()
        for (const end of [loose, found.loose]) end.follow(circuit)
        return loose
      },
    }
    try {
      await handle.call(forThis, { ...hop, stream }, options)
    } finally {
      for (const way of ways) way.leave()
      for (const { destination } of reached) destination.abort(new Error('who dialled was not told'))
    }
  }
  return server
}

function storeOf(seams: RelaySeams): Store {
  return {
    reserve(peer, address) {
      const untilMs = seams.reserve(peer, address)
      if (untilMs === null) return { status: 'RESERVATION_REFUSED' }
      return { status: 'OK', expire: Math.floor(untilMs / SECOND) }
    },
    get(peer) {
      const limit = seams.limitOf(peer)
      // A signal for each: libp2p hangs a listener on it for each circuit.
      return limit === null ? undefined : { ...limitFor(limit), signal: new AbortController().signal }
    },
    removeReservation: (peer) => seams.free(peer),
    clear: () => seams.clear(),
  }
}

function limitFor({ durationMs, dataBytes }: RelayLimit): { limit?: Limit } {
  if (durationMs === null && dataBytes === null) return {}
  return {
    limit: {
      ...(durationMs === null ? {} : { duration: durationMs }),
      ...(dataBytes === null ? {} : { data: BigInt(dataBytes) }),
    },
  }
}

/** libp2p would send milliseconds. Rounded down: nobody is to count on what is not there. */
function onTheWire(limit: Limit | undefined): Limit | undefined {
  if (limit?.duration === undefined) return limit
  return { ...limit, duration: Math.max(1, Math.floor(limit.duration / SECOND)) }
}

function speakingSeconds(codec: Codec): Codec {
  return Object.assign(Object.create(codec) as Codec, {
    write: (message: Parameters<Codec['write']>[0], options?: object) =>
      codec.write('limit' in message ? { ...message, limit: onTheWire(message.limit) } : message, options),
  })
}

/** Cuts a stream that sends more than a request before it is part of a circuit. Gives the way to stop watching. */
function bind(stream: Stream, isJoined: () => boolean): () => void {
  let bytes = 0
  const onMessage = ({ data }: { data: { byteLength: number } }): void => {
    if (isJoined()) return unbind()
    bytes += data.byteLength
    if (bytes > MAX_HOP_BYTES) stream.abort(new Error('more than a request'))
  }
  const unbind = (): void => stream.removeEventListener('message', onMessage)
  stream.addEventListener('message', onMessage)
  return unbind
}

/** The same components, with one more reason to refuse a dial. */
function gated(components: Components, refuses: () => boolean): Components {
  const { connectionGater } = components
  return Object.create(components, {
    connectionGater: {
      value: Object.create(connectionGater, {
        denyOutboundRelayedConnection: {
          value: async (source: Libp2pPeerId, destination: Libp2pPeerId) =>
            refuses() || (await connectionGater.denyOutboundRelayedConnection?.(source, destination)) === true,
        },
      }),
    },
  }) as Components
}

/**
 * An end with nothing on it. libp2p joins two of these, which never say anything, in place of the streams; it still
 * aborts them when the time of a circuit is over or the relay stops, and that cuts the circuit.
 */
class Loose extends EventTarget {
  readonly writeStatus = 'writable'
  #cut: (why: Error) => void = () => {}

  follow(circuit: { cut(why: Error): void; readonly over: Promise<void> }): void {
    this.#cut = (why) => circuit.cut(why)
    void circuit.over.then(() => this.dispatchEvent(new Event('close')))
  }

  abort(why: Error): void {
    this.#cut(why)
  }

  send(): boolean {
    return true
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
