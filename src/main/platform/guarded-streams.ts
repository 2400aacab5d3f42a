import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { LatchError } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import { SECOND } from '../../shared/units.ts'
import { DecodeError } from './cbor.ts'
import { bestOf, candidateOf } from './choice.ts'
import { type Clock, deadline } from './clock.ts'
import { describeConnection } from './describe-connection.ts'
import { type Greeting, openEagerly } from './eager-stream.ts'
import { createFrameStream, type FrameStreamControl } from './frame-stream.ts'
import type { Log } from './log.ts'
import { Standings } from './standings.ts'
import {
  type Admission,
  type FrameStream,
  type Guard,
  type Offence,
  type PeerStreams,
  type ProtocolTerms,
  RefusedError,
  type RemotePeer,
  StreamCutError,
} from './streams.ts'

/** A guard may wait for a hello (5 s), and never for a person. */
const GUARD_TIMEOUT_MS = 6 * SECOND

/** Dialling several addresses, one of them through a relay, takes libp2p up to 10 s; a stream, a round trip more. */
const OPEN_TIMEOUT_MS = 15 * SECOND

/** After a handler returned, how long the other side may take to say that it is done too. */
const HANDLED_LINGER_MS = 5 * SECOND

/** Points of a hundred. Not one mistake, but a handful in a row, ends a connection. */
const BROKEN_FRAMES_POINTS = 20
const NONSENSE_POINTS = 10

export interface PeerStreamsParts {
  readonly libp2p: Pick<Libp2p, 'handle' | 'dial' | 'getConnections'>
  readonly clock: Clock
  readonly log: Log
  /** The page: the guard of each protocol. A protocol that is not on it is not served. */
  readonly guards: (protocol: string) => Guard | null
  readonly offence: Offence
  /** What is known of the connections besides; without it all of them are good. */
  readonly standings?: Standings
}

/** The only way to and from the network for a protocol. libp2p's own stream middleware does not work. */
export function createPeerStreams(parts: PeerStreamsParts): PeerStreams {
  return new GuardedStreams(parts)
}

type Handler = (stream: FrameStream) => Promise<void>

class GuardedStreams implements PeerStreams {
  readonly #parts: PeerStreamsParts
  readonly #standings: Standings

  constructor(parts: PeerStreamsParts) {
    this.#parts = parts
    this.#standings = parts.standings ?? new Standings()
  }

  async serve(terms: ProtocolTerms, handler: Handler): Promise<void> {
    const guard = this.#parts.guards(terms.protocol)
    if (guard === null) throw new Error(`${terms.protocol} has no guard on the page, so it is not served`)
    await this.#parts.libp2p.handle(
      terms.protocol,
      (stream, connection) => this.#serveOne(this.#frames(stream, connection, terms, 'asked'), guard, handler),
      { maxInboundStreams: terms.maxInboundStreams, runOnLimitedConnection: terms.onRelay },
    )
  }

  async open(peerId: PeerId, terms: ProtocolTerms, signal?: AbortSignal): Promise<FrameStream> {
    const { clock } = this.#parts
    const limit = deadline(clock, OPEN_TIMEOUT_MS, `opening ${terms.protocol}`, signal)
    try {
      const connection = await this.#connect(peerId, terms, limit.signal)
      const mayRun = terms.onRelay || connection.limits === undefined
      const eager = terms.eager === true && mayRun ? await openEagerly(connection, terms.protocol) : null
      if (eager !== null) return this.#frames(eager.stream, connection, terms, 'asking', eager.greeting)
      const stream = await newStream(connection, terms, limit.signal)
      return this.#frames(stream, connection, terms, 'asking')
    } catch (cause) {
      if (signal?.aborted === true) throw signal.reason
      throw new LatchError('UNREACHABLE', sentence(cause), { cause })
    } finally {
      limit.release()
    }
  }

  async #connect(peerId: PeerId, terms: ProtocolTerms, signal: AbortSignal): Promise<Connection> {
    const { libp2p } = this.#parts
    const id = peerIdFromString(peerId)
    const open = this.#best(libp2p.getConnections(id), terms)
    if (open !== undefined) return open
    // A connection that is there and not proven yet would be all that libp2p gives: its verdict comes within seconds.
    const unproven = libp2p.getConnections(id).filter((connection) => this.#standings.of(connection) === 'unproven')
    if (unproven.length > 0) {
      await Promise.any(unproven.map((connection) => this.#standings.proven(connection))).catch(() => {})
      const proven = this.#best(libp2p.getConnections(id), terms)
      if (proven !== undefined) return proven
      signal.throwIfAborted()
    }
    return libp2p.dial(id, { signal })
  }

  #best(connections: readonly Connection[], { onRelay }: ProtocolTerms): Connection | undefined {
    const candidates = connections
      .filter(({ status, limits }) => status === 'open' && (onRelay || limits === undefined))
      .map((connection) => ({ connection, standing: this.#standings.of(connection) }))
      .filter(({ standing }) => standing !== 'unproven')
      .map(({ connection, standing }) => candidateOf(connection, standing === 'retiring'))
    return bestOf(candidates, this.#parts.clock.nowMs())?.connection
  }

  #frames(stream: Stream, connection: Connection, terms: ProtocolTerms, side: 'asked' | 'asking', greeting?: Greeting): FrameStreamControl {
    const { clock, log, offence } = this.#parts
    const peer = describeConnection(connection)
    return createFrameStream(stream, peer, terms, {
      clock,
      side,
      ...(greeting === undefined ? {} : { greeting }),
      onFault: (error) => {
        log.warn({ peer: peer.peerId, protocol: terms.protocol, error }, 'a peer broke the rules of the frames')
        offence(peer.peerId, `${terms.protocol}: ${error.message}`, BROKEN_FRAMES_POINTS)
      },
    })
  }

  async #serveOne(frames: FrameStreamControl, guard: Guard, handler: Handler): Promise<void> {
    const { clock, log } = this.#parts
    const { peer, protocol } = frames
    const admission = await this.#admit(peer, guard, protocol)
    if (admission.verdict === 'refuse') {
      log.info({ peer: peer.peerId, protocol, code: admission.code, why: admission.why }, 'refused a stream')
      frames.refuse(admission.code)
      return
    }
    try {
      await handler(frames)
      const cancel = clock.after(HANDLED_LINGER_MS, () => frames.abort(new StreamCutError('was not ended')))
      // The end waits for what was written before it, and so for a peer that takes nothing.
      await frames.end()
      await frames.over
      cancel()
    } catch (error) {
      this.#handlerFailed(frames, error)
    }
  }

  /** Fails closed: a guard that throws, or is late, refuses. */
  async #admit(peer: RemotePeer, guard: Guard, protocol: string): Promise<Admission> {
    const { clock, log } = this.#parts
    const limit = deadline(clock, GUARD_TIMEOUT_MS, 'the guard')
    const late = Promise.withResolvers<never>()
    limit.signal.addEventListener('abort', () => late.reject(limit.signal.reason), { once: true })
    try {
      return await Promise.race([guard(peer, limit.signal), late.promise])
    } catch (error) {
      log.error({ peer: peer.peerId, protocol, error }, 'a guard failed, so it refused')
      return { verdict: 'refuse', code: 'busy', why: 'the guard failed' }
    } finally {
      limit.release()
    }
  }

  #handlerFailed(frames: FrameStreamControl, error: unknown): void {
    const { log, offence } = this.#parts
    const { peer, protocol } = frames
    const fields = { peer: peer.peerId, protocol, error }
    if (error instanceof StreamCutError || error instanceof RefusedError) {
      log.debug(fields, 'a stream was cut')
    } else if (error instanceof DecodeError) {
      log.warn(fields, 'a peer sent what is not of the protocol')
      offence(peer.peerId, `${protocol}: ${error.message}`, NONSENSE_POINTS)
    } else {
      log.error(fields, 'a handler failed')
    }
    frames.abort(error instanceof Error ? error : new Error('the handler failed', { cause: error }))
  }
}

/** A stream over WebRTC fails to open once in a thousand times under load, for no reason of ours: one more try. */
async function newStream(connection: Connection, terms: ProtocolTerms, signal: AbortSignal): Promise<Stream> {
  const open = (): Promise<Stream> =>
    connection.newStream(terms.protocol, { signal, runOnLimitedConnection: terms.onRelay })
  const { transport } = describeConnection(connection)
  if (transport !== 'webrtc' && transport !== 'webrtc-direct') return open()
  return open().catch((error: unknown) => {
    if (signal.aborted || connection.status !== 'open') throw error
    return open()
  })
}

function sentence(cause: unknown): string {
  const name = cause instanceof Error ? cause.name : ''
  switch (name) {
    case 'DeadlineError':
    case 'TimeoutError':
      return 'That peer did not answer in time.'
    case 'UnsupportedProtocolError':
      return 'That peer does not take such requests; it may run another version.'
    case 'NoValidAddressesError':
    case 'NotFoundError':
      return 'No address of that peer is known that can be dialled from here.'
    case 'LimitedConnectionError':
      return 'That peer can only be reached through a relay, which does not carry this.'
    case 'InvalidPeerIdError':
      return 'That peer is this device itself.'
    case 'TooManyOutboundProtocolStreamsError':
      return 'Too many requests to that peer are under way.'
    default:
      return 'That peer cannot be reached now.'
  }
}
