import type { Stream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'
import { SECOND } from '../../shared/units.ts'
import { type Cancel, type Clock, DeadlineError } from './clock.ts'
import type { Greeting } from './eager-stream.ts'
import { withThriftyWindow } from './few-packets.ts'
import { bareFrame, FrameError, FrameParser, refusalFrame } from './frame-codec.ts'
import { FrameInbox } from './frame-inbox.ts'
import { FrameOutbox } from './frame-outbox.ts'
import {
  type FrameStream,
  type ProtocolTerms,
  RefusedError,
  type RefusalCode,
  type RemotePeer,
  StreamCutError,
} from './streams.ts'

/** How long the other side has, once all was said, to close the stream; then it is reset. */
const LINGER_MS = 5 * SECOND

/** How long a stream that is refused in silence stays open for one who says nothing: longer than a slow round trip. */
const SILENCE_MS = 1 * SECOND

export interface FrameStreamOptions {
  readonly clock: Clock
  /** Who opened it: the side that was asked may refuse, the side that asked may be refused. */
  readonly side: 'asked' | 'asking'
  /** The other side broke the rules of the frames; the stream is cut already. */
  readonly onFault: (error: FrameError) => void
  /** What comes before the frames, on a stream whose protocol is still being chosen. */
  readonly greeting?: Greeting
}

/** A frame stream as its maker sees it. */
export interface FrameStreamControl extends FrameStream {
  /** Says why the stream will not be served, and drops it. `silent` says nothing. */
  refuse(code: RefusalCode): void
}

/**
 * Frames over a libp2p stream. libp2p's own back-pressure is not relied on for reading (WebRTC has none, and a paused
 * stream is reset once 4 MiB wait): what may be under way is bounded by credit, in every transport alike, so that the
 * stream is read at once always, and never more is held than `MAX_CREDIT_BYTES` and one frame. Call it in the turn in
 * which the stream is handed over.
 */
export function createFrameStream(
  stream: Stream,
  peer: RemotePeer,
  terms: ProtocolTerms,
  options: FrameStreamOptions,
): FrameStreamControl {
  return new Libp2pFrameStream(stream, peer, terms, options)
}

type Over = { how: 'ended' } | { how: 'cut'; why: Error }

class Libp2pFrameStream implements FrameStreamControl {
  readonly peer: RemotePeer
  readonly protocol: string
  readonly over: Promise<Over>
  readonly #stream: Stream
  readonly #options: FrameStreamOptions
  readonly #maxFrameBytes: number
  readonly #parser: FrameParser
  readonly #inbox: FrameInbox
  readonly #outbox: FrameOutbox
  readonly #settle: (over: Over) => void
  readonly #cancelDeadline: Cancel
  #heard = false
  #spoke = false
  #endSent = false
  #isCut = false
  #onLateBytes: () => void = () => {}

  constructor(stream: Stream, peer: RemotePeer, terms: ProtocolTerms, options: FrameStreamOptions) {
    // What may be under way is bounded by our own credit, so libp2p's window need not be told of frame by frame.
    withThriftyWindow(stream)
    this.#stream = stream
    this.peer = peer
    this.protocol = terms.protocol
    this.#options = options
    this.#maxFrameBytes = terms.maxFrameBytes
    const { promise, resolve } = Promise.withResolvers<Over>()
    this.over = promise
    this.#settle = resolve
    this.#inbox = new FrameInbox((bytes) => this.#send(bareFrame('credit', bytes)))
    this.#outbox = new FrameOutbox(
      {
        send: (bytes) => this.#send(bytes),
        full: () => stream.writableNeedsDrain && !this.#isOver(),
        ended: () => this.#onEndSent(),
        torn: (why) => this.abort(why),
      },
      terms.handsOver,
    )
    this.#parser = new FrameParser(terms.maxFrameBytes, {
      charge: (bytes) => this.#inbox.charge(bytes),
      data: (frame) => this.#inbox.push(frame),
      end: () => this.#onEndHeard(),
      refusal: (code) => this.#onRefusal(code),
      credit: (bytes) => this.#outbox.credit(bytes),
    })
    this.#cancelDeadline = this.#startDeadline(terms.exchangeTimeoutMs)
    this.#listen()
  }

  read(signal?: AbortSignal): Promise<Uint8Array | null> {
    return this.#inbox.read(signal)
  }

  write(frame: Uint8Array, signal?: AbortSignal): Promise<void> {
    const length = frame.byteLength
    if (length > 0 && length <= this.#maxFrameBytes) return this.#outbox.write(frame, signal)
    const most = this.#maxFrameBytes
    return Promise.reject(new RangeError(`a frame of ${length} bytes; ${this.protocol} carries 1 to ${most}`))
  }

  end(): Promise<void> {
    return this.#outbox.end()
  }

  abort(why: Error): void {
    if (this.#isCut || this.#isOver()) return
    // A reset before any frame is a silent refusal. Who was let in, and is dropped all the same, is to know better.
    if (this.#options.side === 'asked' && !this.#spoke) this.#send(bareFrame('credit', 1))
    this.#cut(why, 'dropped')
    this.#stream.abort(why)
  }

  refuse(code: RefusalCode): void {
    if (this.#isCut || this.#isOver()) return
    const why = new RefusedError(code)
    if (code !== 'silent') this.#send(refusalFrame(code))
    this.#cut(why, 'dropped')
    // A reset that overtakes the end of libp2p's negotiation would look like a failure to open the stream.
    if (code !== 'silent') this.#resetAfter(LINGER_MS, why)
    else if (this.#heard) this.#stream.abort(why)
    else this.#onLateBytes = this.#resetAfter(SILENCE_MS, why)
  }

  #listen(): void {
    const stream = this.#stream
    stream.addEventListener('message', ({ data }) => this.#onBytes(data instanceof Uint8Array ? [data] : data))
    stream.addEventListener('drain', () => this.#outbox.wake())
    stream.addEventListener('remoteCloseWrite', () => this.#onClosedHalf())
    stream.addEventListener('close', (event) => this.#onClosed(event.error))
    // The other side may have closed or reset before anybody listened. What it sent until then is dispatched in a
    // microtask, and this comes after it.
    queueMicrotask(() => {
      if (['aborted', 'reset', 'closed'].includes(stream.status)) this.#onClosed()
      else if (stream.remoteWriteStatus === 'closed') this.#onClosedHalf()
    })
  }

  #send(bytes: Uint8Array | Uint8ArrayList): void {
    this.#spoke = true
    try {
      this.#stream.send(bytes)
    } catch (error) {
      this.#onClosed(asError(error))
    }
  }

  /** Nothing may escape: what an event listener throws ends the process. */
  #onBytes(chunks: Iterable<Uint8Array>): void {
    try {
      for (const chunk of chunks) {
        if (this.#isCut) return this.#onLateBytes()
        const frames = this.#greeted(chunk)
        if (frames.byteLength === 0) continue
        this.#heard = true
        this.#parser.push(frames)
      }
    } catch (error) {
      const fault = error instanceof FrameError ? error : new FrameError('unreadable', { cause: error })
      this.abort(fault)
      this.#stream.abort(fault)
      this.#options.onFault(fault)
    }
  }

  #greeted(chunk: Uint8Array): Uint8Array {
    const { greeting } = this.#options
    if (greeting === undefined || greeting.isOver) return chunk
    const rest = greeting.take(chunk)
    if (rest !== null) return rest
    const why = new RefusedError('version', 'it does not serve this protocol')
    this.#cut(why, 'dropped')
    this.#stream.abort(why)
    return new Uint8Array()
  }

  #onEndHeard(): void {
    this.#inbox.end()
    this.#finishIfOver()
  }

  #onEndSent(): void {
    this.#endSent = true
    this.#finishIfOver()
  }

  #onRefusal(code: RefusalCode): void {
    if (this.#options.side === 'asked') throw new FrameError('a refusal from the side that asked')
    const why = new RefusedError(code)
    this.#cut(why, 'kept')
    this.#stream.abort(why)
  }

  #onClosedHalf(): void {
    if (this.#inbox.ended || this.#isCut) return
    const why = new StreamCutError('closed without an end')
    this.#cut(why, 'kept')
    this.#stream.abort(why)
  }

  #onClosed(error?: Error): void {
    if (this.#isCut || this.#isOver()) return
    const reset = error?.name === 'StreamResetError' || this.#stream.status === 'reset'
    if (reset && !this.#heard && this.#options.side === 'asking') return this.#cut(new RefusedError('silent'), 'kept')
    const where = this.#parser.midFrame ? 'in the middle of a frame' : 'before its end'
    this.#cut(new StreamCutError(`cut ${where}`, error === undefined ? {} : { cause: error }), 'kept')
  }

  #cut(why: Error, frames: 'kept' | 'dropped'): void {
    if (this.#isCut) return
    this.#isCut = true
    this.#cancelDeadline()
    const named = why instanceof StreamCutError || why instanceof RefusedError
    const failure = named ? why : new StreamCutError(why.message, { cause: why })
    this.#inbox.fail(failure, frames)
    this.#outbox.fail(failure)
    this.#settle({ how: 'cut', why })
  }

  #isOver(): boolean {
    return this.#endSent && this.#inbox.ended
  }

  #finishIfOver(): void {
    if (!this.#isOver()) return
    this.#cancelDeadline()
    this.#outbox.wake()
    this.#settle({ how: 'ended' })
    this.#close()
  }

  #close(): void {
    this.#resetAfter(LINGER_MS, new DeadlineError('closing', LINGER_MS))
    this.#stream.close().catch((error: unknown) => this.#stream.abort(asError(error)))
  }

  /** Unless it is closed by then. Gives a way to do it at once. */
  #resetAfter(delayMs: number, why: Error): () => void {
    const reset = (): void => this.#stream.abort(why)
    this.#stream.addEventListener('close', this.#options.clock.after(delayMs, reset), { once: true })
    return reset
  }

  #startDeadline(timeoutMs: number | null): Cancel {
    if (timeoutMs === null) return () => {}
    return this.#options.clock.after(timeoutMs, () => this.abort(new DeadlineError(this.protocol, timeoutMs)))
  }
}

/** libp2p rejects with events as well as errors. */
function asError(reason: unknown): Error {
  if (reason instanceof Error) return reason
  if (reason instanceof Event && 'error' in reason && reason.error instanceof Error) return reason.error
  return new StreamCutError('the stream closed', { cause: reason })
}
