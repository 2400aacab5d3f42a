import type { Stream } from '@libp2p/interface'
import type { Cancel, Clock } from './clock.ts'
import { DeadlineError } from './clock.ts'
import { SECOND } from '../../shared/units.ts'
import {
  bareFrame, FrameError, FrameParser, INITIAL_CREDIT_BYTES, MAX_CREDIT_BYTES, payloadFrame, PIECE_COST_BYTES, refusalFrame,
} from './frame-codec.ts'
import { type FrameStream, type ProtocolTerms, RefusedError, type RefusalCode, type RemotePeer, StreamCutError } from './streams.ts'

/** How long the other side has, once all was said, to close its half; then the stream is reset. */
const LINGER_MS = 5 * SECOND

export interface FrameStreamOptions {
  readonly clock: Clock
  /** Who opened it: the side that was asked may refuse, the side that asked may be refused. */
  readonly side: 'asked' | 'asking'
  /** The other side broke the rules of the frames; the stream is cut already. */
  readonly onFault: (error: FrameError) => void
}

/** A frame stream as its maker sees it. */
export interface FrameStreamControl extends FrameStream {
  /** Says why the stream will not be served, and drops it. `silent` says nothing. */
  refuse(code: RefusalCode): void
}

/**
 * Frames over a libp2p stream. libp2p's own back-pressure is not relied on for reading (WebRTC has none, a paused stream
 * is reset once 4 MiB wait): what may be under way is bounded by credit, in every transport alike, so that the stream is
 * read at once always and never holds more than `MAX_CREDIT_BYTES` and one frame. Call it in the turn in which the
 * stream is handed over.
 */
export function createFrameStream(stream: Stream, peer: RemotePeer, terms: ProtocolTerms, options: FrameStreamOptions): FrameStreamControl {
  return new Libp2pFrameStream(stream, peer, terms, options)
}

type Over = { how: 'ended' } | { how: 'cut'; why: Error }
type Reader = { resolve(frame: Uint8Array | null): void; reject(why: unknown): void }

class Libp2pFrameStream implements FrameStreamControl {
  readonly peer: RemotePeer
  readonly protocol: string
  readonly over: Promise<Over>
  readonly #stream: Stream
  readonly #options: FrameStreamOptions
  readonly #maxFrameBytes: number
  readonly #parser: FrameParser
  readonly #settle: (over: Over) => void
  readonly #cancelDeadline: Cancel

  #frames: Uint8Array[] = []
  /** What the frames that wait cost, and what has come of the frame that is under way. */
  #waitingBytes = 0
  #partialBytes = 0
  #reader: Reader | null = null
  /** What the other side may still send; and how far it may be ahead of the reader, which grows as it is used up. */
  #allowedBytes = INITIAL_CREDIT_BYTES
  #windowBytes = INITIAL_CREDIT_BYTES

  /** What this side may still send. */
  #creditBytes = INITIAL_CREDIT_BYTES
  #lastWrite: Promise<void> = Promise.resolve()
  #writesWaiting = 0
  #wakeWriter: () => void = () => {}

  #heard = false
  #spoke = false
  #ending: Promise<void> | null = null
  #endSent = false
  #endHeard = false
  #cut: Error | null = null

  constructor(stream: Stream, peer: RemotePeer, terms: ProtocolTerms, options: FrameStreamOptions) {
    this.#stream = stream
    this.peer = peer
    this.protocol = terms.protocol
    this.#options = options
    this.#maxFrameBytes = terms.maxFrameBytes
    const { promise, resolve } = Promise.withResolvers<Over>()
    this.over = promise
    this.#settle = resolve
    this.#parser = new FrameParser(terms.maxFrameBytes, {
      charge: (bytes) => this.#charge(bytes),
      data: (frame) => this.#onFrame(frame),
      end: () => this.#onEnd(),
      refusal: (code) => this.#onRefusal(code),
      credit: (bytes) => this.#onCredit(bytes),
    })
    this.#cancelDeadline = this.#startDeadline(terms.exchangeTimeoutMs)
    stream.addEventListener('message', ({ data }) => this.#onBytes(data instanceof Uint8Array ? [data] : data))
    stream.addEventListener('drain', () => this.#wakeWriter())
    stream.addEventListener('close', (event) => this.#onClosed(event.error))
    // The other side may have closed its half, or reset, before anybody listened; what it sent first is dispatched in a
    // microtask, and this comes after it.
    stream.addEventListener('remoteCloseWrite', () => this.#onClosedHalf())
    queueMicrotask(() => {
      if (stream.status === 'aborted' || stream.status === 'reset' || stream.status === 'closed') this.#onClosed()
      else if (stream.remoteWriteStatus === 'closed') this.#onClosedHalf()
    })
  }

  read(signal?: AbortSignal): Promise<Uint8Array | null> {
    if (this.#reader !== null) return Promise.reject(new Error('a read is under way already'))
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    const frame = this.#frames.shift()
    if (frame !== undefined) {
      this.#waitingBytes -= frame.byteLength + PIECE_COST_BYTES
      this.#replenish()
      return Promise.resolve(frame)
    }
    if (this.#endHeard) return Promise.resolve(null)
    if (this.#cut !== null) return Promise.reject(this.#cut)
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#reader = null
        signal?.removeEventListener('abort', aborted)
      }
      const aborted = (): void => this.#reader?.reject(signal?.reason)
      signal?.addEventListener('abort', aborted)
      this.#reader = {
        resolve: (frame) => (done(), resolve(frame)),
        reject: (why) => (done(), reject(why)),
      }
      this.#replenish()
    })
  }

  write(frame: Uint8Array, signal?: AbortSignal): Promise<void> {
    const length = frame.byteLength
    if (length === 0 || length > this.#maxFrameBytes) {
      return Promise.reject(new RangeError(`a frame of ${length} bytes; ${this.protocol} carries 1 to ${this.#maxFrameBytes}`))
    }
    if (this.#ending !== null) return Promise.reject(new Error('a write after the end'))
    return this.#inOrder(() => this.#writeFrame(frame, signal))
  }

  end(): Promise<void> {
    this.#ending ??= this.#inOrder(async () => {
      await this.#until(() => true)
      this.#send(bareFrame('end', 0))
      this.#endSent = true
      this.#finishIfEnded()
      await this.#until(() => !this.#stream.writableNeedsDrain || this.#endHeard)
    })
    return this.#ending
  }

  abort(why: Error): void {
    if (this.#cut !== null || this.#isOver()) return
    // A reset before any frame is a silent refusal. Who was let in and is dropped all the same is to know the difference.
    if (this.#options.side === 'asked' && !this.#spoke) this.#send(bareFrame('credit', 1))
    this.#frames = []
    this.#cutOff(why)
    this.#stream.abort(why)
  }

  refuse(code: RefusalCode): void {
    if (this.#cut !== null || this.#isOver()) return
    const why = new RefusedError(code)
    this.#frames = []
    if (code === 'silent') {
      this.#cutOff(why)
      this.#stream.abort(why)
      return
    }
    this.#send(refusalFrame(code))
    this.#cutOff(why)
    this.#close()
  }

  /** Runs `write` after the writes before it, at once when there are none. */
  #inOrder(write: () => Promise<void>): Promise<void> {
    const turn = this.#writesWaiting === 0 ? write() : this.#lastWrite.then(write)
    this.#writesWaiting += 1
    const leave = (): void => void (this.#writesWaiting -= 1)
    this.#lastWrite = turn.then(leave, leave)
    return turn
  }

  async #writeFrame(frame: Uint8Array, signal?: AbortSignal): Promise<void> {
    let sent = 0
    while (sent < frame.byteLength) {
      try {
        await this.#until(() => this.#creditBytes > PIECE_COST_BYTES && !this.#stream.writableNeedsDrain, signal)
      } catch (error) {
        if (sent > 0) this.abort(new StreamCutError('gave up in the middle of a frame', { cause: error }))
        throw error
      }
      const piece = frame.subarray(sent, sent + this.#creditBytes - PIECE_COST_BYTES)
      sent += piece.byteLength
      this.#creditBytes -= PIECE_COST_BYTES + piece.byteLength
      this.#send(payloadFrame(sent < frame.byteLength ? 'part' : 'data', piece))
    }
    await this.#until(() => !this.#stream.writableNeedsDrain, signal)
  }

  /** Resolves, without a turn of the loop where it can, once `ready` holds. libp2p's `onDrain()` works only once. */
  async #until(ready: () => boolean, signal?: AbortSignal): Promise<void> {
    for (;;) {
      if (this.#cut !== null) throw this.#cut
      signal?.throwIfAborted()
      if (ready()) return
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wakeWriter = resolve
      const aborted = (): void => resolve()
      signal?.addEventListener('abort', aborted)
      await promise
      signal?.removeEventListener('abort', aborted)
    }
  }

  #send(bytes: Uint8Array): void {
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
        if (this.#cut !== null) return
        this.#heard = true
        this.#parser.push(chunk)
      }
    } catch (error) {
      const fault = error instanceof FrameError ? error : new FrameError('unreadable', { cause: error })
      this.abort(fault)
      this.#stream.abort(fault)
      this.#options.onFault(fault)
    }
  }

  #charge(bytes: number): void {
    if (this.#endHeard) throw new FrameError('a frame after the end')
    this.#allowedBytes -= bytes
    this.#partialBytes += bytes
    if (this.#allowedBytes < 0) throw new FrameError('more than was granted')
    if (this.#reader !== null) this.#replenish()
  }

  #onFrame(frame: Uint8Array): void {
    this.#partialBytes = 0
    if (this.#cut !== null) return
    if (this.#reader !== null) return this.#reader.resolve(frame)
    this.#frames.push(frame)
    this.#waitingBytes += frame.byteLength + PIECE_COST_BYTES
  }

  #onEnd(): void {
    if (this.#endHeard) throw new FrameError('a second end')
    this.#endHeard = true
    this.#reader?.resolve(null)
    this.#finishIfEnded()
  }

  #onRefusal(code: RefusalCode): void {
    if (this.#options.side === 'asked') throw new FrameError('a refusal from the side that asked')
    this.#refusedBy(code)
    this.#stream.abort(new RefusedError(code))
  }

  #onCredit(bytes: number): void {
    this.#creditBytes += bytes
    if (this.#creditBytes > MAX_CREDIT_BYTES) throw new FrameError('credit for more than may be under way')
    this.#wakeWriter()
  }

  /** Grants more once half of the window is free: few credit frames, and none in a short exchange. */
  #replenish(): void {
    // What has come of a frame that somebody waits for is as good as read: a frame may be larger than the window.
    const held = this.#waitingBytes + (this.#reader === null ? this.#partialBytes : 0)
    if (this.#windowBytes - held - this.#allowedBytes < this.#windowBytes / 2) return
    if (this.#cut !== null || this.#endHeard) return
    this.#windowBytes = Math.min(this.#windowBytes * 2, MAX_CREDIT_BYTES)
    const grant = this.#windowBytes - held - this.#allowedBytes
    this.#allowedBytes += grant
    this.#send(bareFrame('credit', grant))
  }

  #onClosedHalf(): void {
    if (this.#endHeard || this.#cut !== null) return
    const why = new StreamCutError('closed without an end')
    this.#cutOff(why)
    this.#stream.abort(why)
  }

  #onClosed(error?: Error): void {
    if (this.#cut !== null || this.#isOver()) return
    const reset = error?.name === 'StreamResetError' || this.#stream.status === 'reset'
    if (reset && !this.#heard && this.#options.side === 'asking') return this.#refusedBy('silent')
    const where = this.#parser.midFrame ? 'in the middle of a frame' : 'before its end'
    this.#cutOff(new StreamCutError(`cut ${where}`, error === undefined ? {} : { cause: error }))
  }

  #refusedBy(code: RefusalCode): void {
    this.#cutOff(new RefusedError(code))
  }

  /** From here on nothing is written; reads give the whole frames that came, then fail. */
  #cutOff(why: Error): void {
    if (this.#cut !== null) return
    const expected = why instanceof StreamCutError || why instanceof RefusedError
    this.#cut = expected ? why : new StreamCutError(why.message, { cause: why })
    this.#cancelDeadline()
    this.#reader?.reject(this.#cut)
    this.#wakeWriter()
    this.#settle({ how: 'cut', why })
  }

  #isOver(): boolean {
    return this.#endSent && this.#endHeard
  }

  #finishIfEnded(): void {
    if (!this.#isOver()) return
    this.#cancelDeadline()
    this.#wakeWriter()
    this.#settle({ how: 'ended' })
    this.#close()
  }

  /** Closes this half; the other side has a moment to close its own. */
  #close(): void {
    const { clock } = this.#options
    const cancel = clock.after(LINGER_MS, () => this.#stream.abort(new DeadlineError('closing', LINGER_MS)))
    this.#stream.addEventListener('close', cancel, { once: true })
    this.#stream.close().catch((error: unknown) => this.#stream.abort(asError(error)))
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
