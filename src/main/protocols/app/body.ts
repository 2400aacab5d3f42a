import { DecodeError } from '../../platform/cbor.ts'
import type { FrameStream } from '../../platform/streams.ts'
import { MAX_CHUNK_BYTES } from './constants.ts'

/** A body that comes: frames up to the end, held to the length that its header said. */
export class BodyReader {
  readonly bytes: number | null
  readonly #stream: FrameStream
  #read = 0

  constructor(stream: FrameStream, bytes: number | null) {
    this.#stream = stream
    this.bytes = bytes
  }

  /**
   * The next piece, null after the last. Nothing is asked of the network before somebody reads.
   * Errors: DecodeError for another length than was said, StreamCutError, RefusedError, the signal's reason.
   */
  async read(signal?: AbortSignal): Promise<Uint8Array | null> {
    const chunk = await this.#stream.read(signal)
    this.#read += chunk?.byteLength ?? 0
    const isWrong = this.bytes !== null && (chunk === null ? this.#read < this.bytes : this.#read > this.bytes)
    if (isWrong) throw new DecodeError(`a body of ${this.#read} bytes where ${this.bytes} were said`)
    return chunk
  }

  /** All of it, and its end. Only for a body whose length was said, and is small: room is made for it at once. */
  async whole(signal?: AbortSignal): Promise<Uint8Array> {
    const all = new Uint8Array(this.bytes ?? 0)
    for (let at = 0; ; ) {
      const chunk = await this.read(signal)
      if (chunk === null) return all
      all.set(chunk, at)
      at += chunk.byteLength
    }
  }
}

/** A body that goes, in frames of at most 64 KiB. */
export class BodyWriter {
  readonly #stream: FrameStream
  readonly #bytes: number | null
  #written = 0

  constructor(stream: FrameStream, bytes: number | null) {
    this.#stream = stream
    this.#bytes = bytes
  }

  /** How many bytes may still be written; null for any number. */
  get left(): number | null {
    return this.#bytes === null ? null : this.#bytes - this.#written
  }

  /** Resolves when the other side takes more. Errors: RangeError beyond what was said, and those of `FrameStream.write`. */
  async write(piece: Uint8Array, signal?: AbortSignal): Promise<void> {
    if (this.left !== null && piece.byteLength > this.left) throw new RangeError(`more than the ${this.#bytes} bytes said`)
    this.#written += piece.byteLength
    for (let at = 0; at < piece.byteLength; at += MAX_CHUNK_BYTES) {
      await this.#stream.write(piece.subarray(at, at + MAX_CHUNK_BYTES), signal)
    }
  }

  /** Errors: RangeError when less was written than was said. */
  async end(): Promise<void> {
    if (this.left !== null && this.left > 0) throw new RangeError(`${this.left} bytes less than was said`)
    await this.#stream.end()
  }
}
