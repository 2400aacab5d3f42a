import type { PeerId } from '../../../shared/ids.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { StreamCutError, type FrameStream, type Offence, type PeerStreams, type RemotePeer } from '../../platform/streams.ts'
import { BodyReader, BodyWriter } from './body.ts'
import { APP_TERMS, HEADER_TIMEOUT_MS, MAX_HEADER_BYTES } from './constants.ts'
import { AppProtocolError, GoneError } from './errors.ts'
import { RequestHeader, ResponseHeader, type FinalHeader, type FinalStatus } from './messages.ts'

/** Points of a hundred, as at the door: a handful of requests that no Latch writes end a connection. */
const MALFORMED_POINTS = 10
/** For a header that was begun and not finished in time: a bad line does that too. */
const SLOW_POINTS = 5

/** A request that came. Whoever serves it answers once, by `respond` or `refuse`, or drops it. */
export interface ServedRequest {
  readonly peer: RemotePeer
  readonly header: RequestHeader
  readonly body: BodyReader
  /** Aborts with DeadlineError when its time is over, with GoneError when whoever asked is no longer there. */
  readonly ended: AbortSignal
  /** The body in pieces may come now. Once at most, and before `respond`. */
  goOn(): Promise<void>
  respond(header: FinalHeader): Promise<BodyWriter>
  /** Answers without a body, also after the deadline. */
  refuse(status: FinalStatus): Promise<void>
  drop(why: Error): void
}

/** A request of ours. */
export interface AskedRequest {
  readonly peer: RemotePeer
  readonly body: BodyWriter
  /**
   * `go-on`, or the answer. Errors: AppProtocolError, StreamCutError, RefusedError, the signal's reason.
   */
  answer(signal: AbortSignal): Promise<'go-on' | { header: FinalHeader; body: BodyReader }>
  /** Takes it back; the other side hears of it at once. Nothing happens to what is over. */
  drop(why: Error): void
  readonly over: FrameStream['over']
}

export interface AppProtocol {
  /** Resolves when requests are taken. `serve` of one request resolves when it is over. */
  serve(serve: (request: ServedRequest) => Promise<void>): Promise<void>
  /** Opens a stream and sends the header. Errors: LatchError UNREACHABLE, the signal's reason, StreamCutError. */
  ask(peerId: PeerId, header: RequestHeader, signal: AbortSignal): Promise<AskedRequest>
}

/** The protocol over `streams`; keeps nothing between one stream and the next. */
export function createAppProtocol(parts: { streams: PeerStreams; clock: Clock; offence: Offence }): AppProtocol {
  const { streams, clock, offence } = parts

  /** Null: it was answered already. */
  async function headerOf(stream: FrameStream): Promise<RequestHeader | null> {
    const { peerId } = stream.peer
    const { signal, release } = deadline(clock, HEADER_TIMEOUT_MS, 'a header')
    try {
      const frame = await stream.read(signal)
      if (frame !== null) return decode(frame, RequestHeader, MAX_HEADER_BYTES)
      throw new DecodeError('no header')
    } catch (error) {
      if (error instanceof DeadlineError) {
        offence(peerId, 'app: not a whole header in time', SLOW_POINTS)
        throw new StreamCutError('no header in time', { cause: error })
      }
      if (!(error instanceof DecodeError)) throw error
      offence(peerId, `app: ${error.message}`, MALFORMED_POINTS)
      await stream.write(encode({ status: 'malformed', bytes: 0, as: 'bytes' }))
      await stream.end()
      return null
    } finally {
      release()
    }
  }

  async function serveOne(stream: FrameStream, serve: (request: ServedRequest) => Promise<void>): Promise<void> {
    const header = await headerOf(stream)
    if (header === null) return
    const gone = new AbortController()
    void stream.over.then((over) => {
      if (over.how === 'cut') gone.abort(new GoneError(over.why.message, { cause: over.why }))
    })
    const { signal, release } = deadline(clock, header.deadlineMs, 'the request', gone.signal)
    try {
      await serve(servedRequest(stream, header, signal))
    } finally {
      release()
    }
  }

  return {
    serve: (serve) => streams.serve(APP_TERMS, (stream) => serveOne(stream, serve)),
    async ask(peerId, header, signal) {
      const stream = await streams.open(peerId, APP_TERMS, signal)
      try {
        await stream.write(encode(header), signal)
      } catch (error) {
        // Whoever refuses without reading cut the stream already; why, the read says.
        if (signal.aborted) stream.abort(new GoneError('taken back', { cause: error }))
        signal.throwIfAborted()
      }
      return askedRequest(stream, header)
    },
  }
}

function servedRequest(stream: FrameStream, header: RequestHeader, ended: AbortSignal): ServedRequest {
  return {
    peer: stream.peer,
    header,
    body: new BodyReader(stream, header.bytes),
    ended,
    goOn: () => stream.write(encode({ status: 'go-on' }), ended),
    async respond(final) {
      await stream.write(encode(final), ended)
      return new BodyWriter(stream, final.bytes)
    },
    async refuse(status) {
      await stream.write(encode({ status, bytes: 0, as: 'bytes' } satisfies FinalHeader))
      await stream.end()
    },
    drop: (why) => stream.abort(why),
  }
}

function askedRequest(stream: FrameStream, header: RequestHeader): AskedRequest {
  return {
    peer: stream.peer,
    body: new BodyWriter(stream, header.bytes),
    async answer(signal) {
      const frame = await stream.read(signal)
      if (frame === null) throw new AppProtocolError('the stream ended without an answer')
      let answer: ResponseHeader
      try {
        answer = decode(frame, ResponseHeader, MAX_HEADER_BYTES)
      } catch (cause) {
        throw new AppProtocolError(`an answer that no ${APP_TERMS.protocol} gives`, { cause })
      }
      if (!('bytes' in answer)) return 'go-on'
      return { header: answer, body: new BodyReader(stream, answer.bytes) }
    },
    drop: (why) => stream.abort(why),
    over: stream.over,
  }
}
