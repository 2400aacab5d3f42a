import type { Uint8ArrayList } from 'uint8arraylist'
import {
  bareFrame,
  FrameError,
  INITIAL_CREDIT_BYTES,
  listedFrame,
  MAX_CREDIT_BYTES,
  payloadFrame,
  PIECE_COST_BYTES,
} from './frame-codec.ts'
import { StreamCutError } from './streams.ts'

/** The transport below, as a writer sees it. */
export interface FrameSink {
  send(bytes: Uint8Array | Uint8ArrayList): void
  /** Whether it holds all it wants to hold; `wake` is called when that changes. */
  full(): boolean
  /** The end was sent. */
  ended(): void
  /** A frame was begun and will not be finished: the stream is of no more use. */
  torn(why: Error): void
}

/** Writes in order, as far as the other side's credit and the transport allow. */
export class FrameOutbox {
  readonly #sink: FrameSink
  readonly #frame: typeof listedFrame
  #creditBytes = INITIAL_CREDIT_BYTES
  #lastWrite: Promise<void> = Promise.resolve()
  #writesWaiting = 0
  #wakeWriter: () => void = () => {}
  #ending: Promise<void> | null = null
  #failure: Error | null = null

  /** `handsOver`: a frame is nobody else's once it was written. */
  constructor(sink: FrameSink, handsOver = false) {
    this.#sink = sink
    this.#frame = handsOver ? listedFrame : payloadFrame
  }

  write(frame: Uint8Array, signal?: AbortSignal): Promise<void> {
    if (this.#ending !== null) return Promise.reject(new Error('a write after the end'))
    return this.#inOrder(() => this.#writeFrame(frame, signal))
  }

  end(): Promise<void> {
    this.#ending ??= this.#inOrder(async () => {
      if (this.#failure !== null) throw this.#failure
      this.#sink.send(bareFrame('end', 0))
      this.#sink.ended()
      await this.#until(() => !this.#sink.full())
    })
    return this.#ending
  }

  /** Errors: FrameError for credit beyond what may be under way. */
  credit(bytes: number): void {
    this.#creditBytes += bytes
    if (this.#creditBytes > MAX_CREDIT_BYTES) throw new FrameError('credit for more than may be under way')
    this.wake()
  }

  wake(): void {
    this.#wakeWriter()
  }

  fail(why: Error): void {
    this.#failure = why
    this.wake()
  }

  /** Runs `write` after the writes before it; at once when there are none. */
  #inOrder(write: () => Promise<void>): Promise<void> {
    const turn = this.#writesWaiting === 0 ? write() : this.#lastWrite.then(write)
    this.#writesWaiting += 1
    const leave = (): void => void (this.#writesWaiting -= 1)
    this.#lastWrite = turn.then(leave, leave)
    return turn
  }

  async #writeFrame(frame: Uint8Array, signal?: AbortSignal): Promise<void> {
    const free = (): boolean => this.#creditBytes > PIECE_COST_BYTES && !this.#sink.full()
    let sentBytes = 0
    while (sentBytes < frame.byteLength) {
      try {
        // What can leave leaves now: after an await it would leave after all else that its writer does in this turn.
        if (this.#failure !== null || signal?.aborted === true || !free()) await this.#until(free, signal)
      } catch (error) {
        if (sentBytes > 0) this.#sink.torn(new StreamCutError('gave up in the middle of a frame', { cause: error }))
        throw error
      }
      const piece = frame.subarray(sentBytes, sentBytes + this.#creditBytes - PIECE_COST_BYTES)
      sentBytes += piece.byteLength
      this.#creditBytes -= PIECE_COST_BYTES + piece.byteLength
      this.#sink.send(this.#frame(sentBytes < frame.byteLength ? 'part' : 'data', piece))
    }
    await this.#until(() => !this.#sink.full(), signal)
  }

  /** Resolves once `ready` holds. libp2p's `onDrain()` would do so once, and then always at once. */
  async #until(ready: () => boolean, signal?: AbortSignal): Promise<void> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure
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
}
