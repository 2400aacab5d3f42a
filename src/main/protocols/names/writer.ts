import type { Cancel, Clock } from '../../platform/clock.ts'
import { type FrameStream, StreamCutError } from '../../platform/streams.ts'
import { FRAME_COST_BYTES, WRITE_TIMEOUT_MS } from './constants.ts'

/** Frames to one stream, in order; a frame that is not taken in time drops the stream. */
export class Writer {
  readonly #stream: FrameStream
  readonly #clock: Clock
  readonly #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #isWriting = false
  /** When the frame that is being written was begun, on the monotonic hand. */
  #begunMs = 0
  #cancelLook: Cancel = () => {}
  #onIdle: (() => void)[] = []

  constructor(stream: FrameStream, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
  }

  /** What waits or is being written costs so much here. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** Never waits and never throws: what cannot be written drops the stream, and that is heard of where it is read. */
  send(frame: Uint8Array): void {
    this.#waiting.push(frame)
    this.#waitingBytes += frame.byteLength + FRAME_COST_BYTES
    if (!this.#isWriting) void this.#writeAll()
  }

  /** Resolves once all is written, or cannot be any more. */
  idle(): Promise<void> {
    if (!this.#isWriting) return Promise.resolve()
    return new Promise((resolve) => this.#onIdle.push(resolve))
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    this.#begunMs = this.#clock.monotonicMs()
    this.#lookAfter(WRITE_TIMEOUT_MS)
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        this.#begunMs = this.#clock.monotonicMs()
        await this.#stream.write(next)
        this.#waitingBytes -= next.byteLength + FRAME_COST_BYTES
      }
    } catch (error) {
      this.#waiting.length = 0
      this.#waitingBytes = 0
      this.#stream.abort(error instanceof Error ? error : new StreamCutError('cannot be written to', { cause: error }))
    }
    this.#cancelLook()
    this.#isWriting = false
    for (const resolve of this.#onIdle.splice(0)) resolve()
  }

  /** One timer for many frames: making one for each would cost more than writing most of them. */
  #lookAfter(waitMs: number): void {
    this.#cancelLook = this.#clock.after(waitMs, () => {
      const leftMs = WRITE_TIMEOUT_MS - (this.#clock.monotonicMs() - this.#begunMs)
      if (leftMs > 0) this.#lookAfter(leftMs)
      else this.#stream.abort(new StreamCutError(`a frame was not taken within ${WRITE_TIMEOUT_MS} ms`))
    })
  }
}
