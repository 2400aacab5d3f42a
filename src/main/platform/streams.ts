import type { PeerId } from '../../shared/ids.ts'
import type { Route, Transport } from '../../shared/model/peers.ts'

/** What a circuit may still carry, as of when the connection was looked at. Null: no such limit. */
export interface Circuit {
  /** The introducer that carries it. */
  readonly through: PeerId
  readonly dataBytes: number | null
  readonly leftBytes: number | null
  readonly durationMs: number | null
  readonly untilMs: number | null
}

/** The far end of a connection: the peer id that Noise proved, and how it is reached. */
export interface RemotePeer {
  readonly peerId: PeerId
  /** libp2p's id of the connection; a rule "for this connection" names it. */
  readonly connection: string
  readonly route: Route
  readonly transport: Transport
  /** The remote multiaddr, as text. */
  readonly address: string
  readonly direction: 'inbound' | 'outbound'
  /** While it is relayed. */
  readonly circuit: Circuit | null
}

/** The other side went away, reset, or stopped in the middle: what was read so far is not the whole. */
export class StreamCutError extends Error {
  override readonly name = 'StreamCutError'
}

/** The other side's guard refused the stream. `code` is from its refusal frame, or `silent` if it only reset. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly code: RefusalCode
  constructor(code: RefusalCode, message = `refused: ${code}`) {
    super(message)
    this.code = code
  }
}

/** `knock-first`: the door has no rule that lets you in. `unproven`: no valid hello. `version`: unknown version. */
export type RefusalCode = 'knock-first' | 'denied' | 'unproven' | 'busy' | 'version' | 'silent'

/**
 * Whole frames over one libp2p stream, with back-pressure both ways. A frame is 1 byte to `maxFrameBytes`.
 * Ends only where the other side said so: a cut is StreamCutError, never an end. Drawn in docs/wire/frames.md.
 */
export interface FrameStream {
  readonly peer: RemotePeer
  readonly protocol: string
  /**
   * The next frame; null after the other side's end. One read at a time.
   * Errors: StreamCutError, RefusedError, the signal's reason.
   */
  read(signal?: AbortSignal): Promise<Uint8Array | null>
  /**
   * Resolves when the transport took the frame and wants more. Writes are queued in order. The frame may not be changed
   * before; nor afterwards, where the terms say that it is handed over. Errors: StreamCutError, RefusedError, the signal's reason.
   */
  write(frame: Uint8Array, signal?: AbortSignal): Promise<void>
  /** Says that nothing more comes from here, and resolves when that was handed over. Reading goes on. */
  end(): Promise<void>
  /** Drops the stream both ways, at once. Safe to call twice. */
  abort(why: Error): void
  /** Resolves, never rejects, when the stream is over in both directions, with why. */
  readonly over: Promise<{ how: 'ended' } | { how: 'cut'; why: Error }>
}

/** Whether a stream may be served. A refusal with `code: 'silent'` answers nothing at all. */
export type Admission = { verdict: 'allow'; why: string } | { verdict: 'refuse'; code: RefusalCode; why: string }

/** Asked for every inbound stream before its protocol sees a byte. Must answer soon: it may not wait for a person. */
export type Guard = (peer: RemotePeer, signal: AbortSignal) => Admission | Promise<Admission>

/** What a protocol says about itself when it asks to be served. */
export interface ProtocolTerms {
  readonly protocol: string
  /** Inbound streams at once on one connection; more are reset. */
  readonly maxInboundStreams: number
  readonly maxFrameBytes: number
  /** Longest time from opening to both ends, or null for a stream that lives as long as the connection. */
  readonly exchangeTimeoutMs: number | null
  /** Whether it may run over a relayed, limited connection. */
  readonly onRelay: boolean
  /** Whoever writes a frame never changes it again: a large one is not copied, and may be on its way long after `write`. */
  readonly handsOver?: true
  /**
   * The first frame goes out with the choice of the protocol, which saves a round trip: `open` then says nothing of whether the
   * other side serves it, and a read gives RefusedError `version` where it does not.
   */
  readonly eager?: true
}

/** All that a protocol knows of the network. A handler sees only inbound streams that the page's guard allowed. */
export interface PeerStreams {
  serve(terms: ProtocolTerms, handler: (stream: FrameStream) => Promise<void>): Promise<void>
  /**
   * Opens a stream over an existing connection, or dials first.
   * Errors: LatchError UNREACHABLE, the signal's reason; RefusedError at the first read.
   */
  open(peerId: PeerId, terms: ProtocolTerms, signal?: AbortSignal): Promise<FrameStream>
}

/** What a peer did wrong. The door turns it into reputation; `points` from 1 (clumsy) to 100 (ban at once). */
export type Offence = (peerId: PeerId, why: string, points: number) => void
