import { finished } from 'node:stream/promises'
import type { PeerId } from '../../../shared/ids.ts'
import { ByteStream } from '../../platform/byte-stream.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { deadline, type Clock } from '../../platform/clock.ts'
import { openingOf } from '../../platform/openings.ts'
import {
  RefusedError,
  StreamCutError,
  type FrameStream,
  type Offence,
  type PeerStreams,
  type RemotePeer,
} from '../../platform/streams.ts'
import {
  ANSWER_TIMEOUT_MS,
  EXIT_TERMS,
  HALF_CLOSED_MS,
  MAX_ANSWER_BYTES,
  MAX_OPENING_BYTES,
  MAX_PIECE_BYTES,
  OPENING_TIMEOUT_MS,
} from './constants.ts'
import { ExitProtocolError, ExitRefusedError } from './errors.ts'
import { Answer, Opening, type RefusedStatus } from './messages.ts'

/** Somebody who wants out. Whoever serves them answers once: `open`, `refuse`, `wouldOpen` or `drop`. */
export interface AskedOut {
  readonly peer: RemotePeer
  readonly opening: Opening
  /** Aborts when whoever asks is no longer there. */
  readonly gone: AbortSignal
  /** From here on there are bytes both ways. */
  open(): ByteStream
  /** To who only asked whether. `exceptions`: of hosts that rules name, another answer would be given. */
  wouldOpen(exceptions?: boolean): Promise<void>
  refuse(status: RefusedStatus, exceptions?: boolean): Promise<void>
  /** Says nothing at all. */
  drop(why: Error): void
}

export interface ExitProtocol {
  /** Resolves when openings are taken. What `serve` leaves unanswered is dropped; what it opened lives on. */
  serve(serve: (asked: AskedOut) => void | Promise<void>): Promise<void>
  /**
   * Resolves when the exit is connected to the host. Errors: ExitRefusedError, ExitProtocolError, DeadlineError,
   * StreamCutError, LatchError UNREACHABLE, the signal's reason.
   */
  open(peerId: PeerId, host: string, port: number, signal?: AbortSignal): Promise<ByteStream>
  /**
   * Resolves where this device would be let out; to that host, if one is given, else with whether some hosts are an
   * exception. Errors: as `open`.
   */
  check(peerId: PeerId, signal?: AbortSignal, host?: string): Promise<{ readonly exceptions: boolean }>
}

/** The protocol over `streams`; keeps nothing between one stream and the next. */
export function createExitProtocol(parts: { streams: PeerStreams; clock: Clock; offence: Offence }): ExitProtocol {
  const { streams, clock, offence } = parts

  const opens = {
    clock,
    offence,
    what: 'exit',
    withinMs: OPENING_TIMEOUT_MS,
    decode: (frame: Uint8Array) => decode(frame, Opening, MAX_OPENING_BYTES),
    malformed: (stream: FrameStream) => say(stream, 'malformed'),
  }

  async function serveOne(stream: FrameStream, serve: (asked: AskedOut) => void | Promise<void>): Promise<void> {
    const opening = await openingOf(stream, opens)
    if (opening === null) return
    const gone = new AbortController()
    void stream.over.then((over) => {
      if (over.how === 'cut') gone.abort(new StreamCutError('whoever asked is gone', { cause: over.why }))
    })
    let opened: ByteStream | null = null
    let isAnswered = false
    await serve({
      peer: stream.peer,
      opening,
      gone: gone.signal,
      open() {
        isAnswered = true
        // Why it failed, every read and every later write says.
        stream.write(encode({ status: 'open' })).catch(() => {})
        return (opened = bytesOf(stream, 'asked'))
      },
      wouldOpen(exceptions) {
        isAnswered = true
        return say(stream, 'open', exceptions)
      },
      refuse(status, exceptions) {
        isAnswered = true
        return say(stream, status, exceptions)
      },
      drop(why) {
        isAnswered = true
        stream.abort(why)
      },
    })
    if (!isAnswered) stream.abort(new Error('nobody answered'))
    // How it ended is for those who read and write it.
    if (opened !== null) await finished(opened).catch(() => {})
  }

  function bytesOf(stream: FrameStream, side: 'asked' | 'asking'): ByteStream {
    return new ByteStream({ stream, clock, side, maxPieceBytes: MAX_PIECE_BYTES, halfClosedMs: HALF_CLOSED_MS })
  }

  /** A stream at whose other end the answer was `open`. */
  async function opened(
    peerId: PeerId,
    opening: Opening,
    parent?: AbortSignal,
  ): Promise<{ stream: FrameStream; exceptions: boolean }> {
    const stream = await streams.open(peerId, EXIT_TERMS, parent)
    const { signal, release } = deadline(clock, ANSWER_TIMEOUT_MS, 'an answer to an opening', parent)
    try {
      // Whoever refuses without reading cut the stream already; why, the read says.
      stream.write(encode(opening)).catch(() => {})
      return { stream, exceptions: await answered(stream, signal) }
    } catch (error) {
      stream.abort(error instanceof Error ? error : new StreamCutError('given up', { cause: error }))
      throw error
    } finally {
      release()
    }
  }

  return {
    serve: (serve) => streams.serve(EXIT_TERMS, (stream) => serveOne(stream, serve)),
    open: async (peerId, host, port, signal) => bytesOf((await opened(peerId, { host, port }, signal)).stream, 'asking'),
    async check(peerId, signal, host) {
      const { stream, exceptions } = await opened(peerId, { check: true, ...(host === undefined ? {} : { host }) }, signal)
      await stream.end().catch(() => {})
      stream.abort(new StreamCutError('that was all'))
      return { exceptions }
    },
  }
}

async function say(stream: FrameStream, status: 'open' | RefusedStatus, exceptions = false): Promise<void> {
  await stream.write(encode({ status, ...(exceptions ? { exceptions } : {}) }))
  await stream.end()
}

/** Resolves when the other side opened, with whether it named exceptions. Errors: those that `open` names. */
async function answered(stream: FrameStream, signal: AbortSignal): Promise<boolean> {
  try {
    const frame = await stream.read(signal)
    if (frame === null) throw new ExitProtocolError('the stream ended without an answer')
    const { status, exceptions = false } = decode(frame, Answer, MAX_ANSWER_BYTES)
    if (status !== 'open') throw new ExitRefusedError(status, { exceptions })
    return exceptions
  } catch (error) {
    if (error instanceof RefusedError) throw new ExitRefusedError(error.code, { cause: error })
    if (error instanceof DecodeError) {
      throw new ExitProtocolError(`an answer that no ${EXIT_TERMS.protocol} gives`, { cause: error })
    }
    throw error
  }
}
