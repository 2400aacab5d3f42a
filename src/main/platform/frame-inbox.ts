import { FrameError, INITIAL_CREDIT_BYTES, MAX_CREDIT_BYTES, PIECE_COST_BYTES } from './frame-codec.ts'

interface Reader {
  readonly resolve: (frame: Uint8Array | null) => void
  readonly reject: (why: unknown) => void
}

/**
 * The frames that came and were not read yet, and how much more the other side may send. It may be ahead of the reader
 * by a window, which begins small, as most exchanges are, and doubles as it is used up.
 */
export class FrameInbox {
  readonly #grant: (bytes: number) => void
  #frames: Uint8Array[] = []
  #reader: Reader | null = null
  /** What the frames that wait cost, and what has come of the frame that is under way. */
  #waitingBytes = 0
  #partialBytes = 0
  #allowedBytes = INITIAL_CREDIT_BYTES
  #windowBytes = INITIAL_CREDIT_BYTES
  #ended = false
  #failure: Error | null = null

  /** `grant` tells the other side that it may send so much more. */
  constructor(grant: (bytes: number) => void) {
    this.#grant = grant
  }

  get ended(): boolean {
    return this.#ended
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
    if (this.#ended) return Promise.resolve(null)
    if (this.#failure !== null) return Promise.reject(this.#failure)
    return this.#wait(signal)
  }

  /** Errors: FrameError for what was not granted. */
  charge(bytes: number): void {
    if (this.#ended) throw new FrameError('a frame after the end')
    this.#allowedBytes -= bytes
    this.#partialBytes += bytes
    if (this.#allowedBytes < 0) throw new FrameError('more than was granted')
    if (this.#reader !== null) this.#replenish()
  }

  push(frame: Uint8Array): void {
    this.#partialBytes = 0
    if (this.#failure !== null) return
    if (this.#reader !== null) return this.#reader.resolve(frame)
    this.#frames.push(frame)
    this.#waitingBytes += frame.byteLength + PIECE_COST_BYTES
  }

  /** Errors: FrameError for a second end. */
  end(): void {
    if (this.#ended) throw new FrameError('a second end')
    this.#ended = true
    this.#reader?.resolve(null)
  }

  /** Reads fail from here on, after the frames that wait, unless those are dropped too. */
  fail(why: Error, frames: 'kept' | 'dropped'): void {
    this.#failure = why
    if (frames === 'dropped') this.#frames = []
    this.#reader?.reject(why)
  }

  #wait(signal?: AbortSignal): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#reader = null
        signal?.removeEventListener('abort', aborted)
      }
      const aborted = (): void => this.#reader?.reject(signal?.reason)
      signal?.addEventListener('abort', aborted)
      this.#reader = {
        resolve: (frame) => (leave(), resolve(frame)),
        reject: (why) => (leave(), reject(why)),
      }
      this.#replenish()
    })
  }

  /** Grants more once half of the window is free: few credit frames, and none in a short exchange. */
  #replenish(): void {
    if (this.#ended || this.#failure !== null) return
    // What has come of a frame that somebody waits for is as good as read: a frame may be larger than the window.
    const heldBytes = this.#waitingBytes + (this.#reader === null ? this.#partialBytes : 0)
    if (this.#windowBytes - heldBytes - this.#allowedBytes < this.#windowBytes / 2) return
    this.#windowBytes = Math.min(this.#windowBytes * 2, MAX_CREDIT_BYTES)
    const grantBytes = this.#windowBytes - heldBytes - this.#allowedBytes
    this.#allowedBytes += grantBytes
    this.#grant(grantBytes)
  }
}
