import type { PeerId } from '../../../shared/ids.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { deadline, type Clock } from '../../platform/clock.ts'
import type { FrameStream, Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'
import {
  CONSENSUS_TERMS,
  MAX_FRAME_BYTES,
  MAX_WAITING_BYTES,
  MAX_WAITING_FRAMES,
  WRITE_TIMEOUT_MS,
} from './constants.ts'
import { ChannelFullError, ConsensusProtocolError } from './errors.ts'
import { Heard, Said } from './messages.ts'

/** Points of a hundred, for a frame that no Latch writes: a handful ends a connection. */
const MALFORMED_POINTS = 20

/** Longest `heard` frame: two small fields, and room. */
const MAX_HEARD_BYTES = 128

/** Called for each frame, in the turn in which it was read. Answers how late it came, or null where that means nothing. */
export type Hearer = (peer: RemotePeer, said: Said) => number | null

/** What goes to one validator, in order. */
export interface ConsensusChannel {
  /** Takes the frame, or, where too much waits, drops the channel. Never waits and never throws. */
  send(said: Said): void
  /** Resolves, never rejects, when nothing more can be sent, with why. */
  readonly over: Promise<Error>
  close(why: Error): void
}

export interface ConsensusProtocol {
  serve(hearer: Hearer): Promise<void>
  /**
   * `heard` is told how late each frame came there, as the other side says.
   * Errors: LatchError UNREACHABLE, the signal's reason; a refusal comes with `over`.
   */
  open(peerId: PeerId, heard: (lateMs: number) => void, signal?: AbortSignal): Promise<ConsensusChannel>
}

/** The protocol over `streams`; keeps nothing between one stream and the next. */
export function createConsensusProtocol(parts: {
  streams: PeerStreams
  clock: Clock
  offence: Offence
}): ConsensusProtocol {
  const { streams, clock, offence } = parts

  async function write(stream: FrameStream, bytes: Uint8Array): Promise<void> {
    const { signal, release } = deadline(clock, WRITE_TIMEOUT_MS, 'a frame of consensus')
    try {
      await stream.write(bytes, signal)
    } finally {
      release()
    }
  }

  async function serveOne(stream: FrameStream, hearer: Hearer): Promise<void> {
    for (;;) {
      const bytes = await stream.read()
      if (bytes === null) return stream.end()
      const lateMs = hearer(stream.peer, read(stream, bytes))
      // Before the next frame is read: whoever does not take these answers is not read from either.
      if (lateMs !== null) await write(stream, encode({ kind: 'heard', lateMs } satisfies Heard))
    }
  }

  function read(stream: FrameStream, bytes: Uint8Array): Said {
    try {
      return decode(bytes, Said, MAX_FRAME_BYTES)
    } catch (cause) {
      if (!(cause instanceof DecodeError)) throw cause
      offence(stream.peer.peerId, `consensus: ${cause.message}`, MALFORMED_POINTS)
      throw new ConsensusProtocolError(cause.message, { cause })
    }
  }

  return {
    serve: (hearer) => streams.serve(CONSENSUS_TERMS, (stream) => serveOne(stream, hearer)),
    async open(peerId, heard, signal) {
      return new Channel(await streams.open(peerId, CONSENSUS_TERMS, signal), write, heard)
    },
  }
}

class Channel implements ConsensusChannel {
  readonly #stream: FrameStream
  readonly #write: (stream: FrameStream, bytes: Uint8Array) => Promise<void>
  readonly #waiting: Uint8Array[] = []
  readonly #over = Promise.withResolvers<Error>()
  #waitingBytes = 0
  #isWriting = false
  #isOver = false

  constructor(
    stream: FrameStream,
    write: (stream: FrameStream, bytes: Uint8Array) => Promise<void>,
    heard: (lateMs: number) => void,
  ) {
    this.#stream = stream
    this.#write = write
    this.#listen(heard).then(
      () => this.close(new ConsensusProtocolError('the other side ended the channel')),
      (error: unknown) => this.close(asError(error)),
    )
  }

  get over(): Promise<Error> {
    return this.#over.promise
  }

  send(said: Said): void {
    if (this.#isOver) return
    const bytes = encode(said)
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.byteLength
    if (this.#waitingBytes > MAX_WAITING_BYTES || this.#waiting.length > MAX_WAITING_FRAMES) {
      return this.close(new ChannelFullError(`${this.#waiting.length} frames, ${this.#waitingBytes} bytes wait`))
    }
    if (!this.#isWriting) void this.#writeAll()
  }

  close(why: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#waiting.length = 0
    this.#stream.abort(why)
    this.#over.resolve(why)
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        await this.#write(this.#stream, next)
        this.#waitingBytes -= next.byteLength
      }
    } catch (error) {
      this.close(asError(error))
    }
    this.#isWriting = false
  }

  async #listen(heard: (lateMs: number) => void): Promise<void> {
    for (let bytes = await this.#stream.read(); bytes !== null; bytes = await this.#stream.read()) {
      heard(decode(bytes, Heard, MAX_HEARD_BYTES).lateMs)
    }
  }
}

function asError(error: unknown): Error {
  if (error instanceof DecodeError) return new ConsensusProtocolError('an answer that no 1.0.0 gives', { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}
