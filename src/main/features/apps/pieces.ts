import { LatchError } from '../../../shared/errors.ts'
import { MAX_PIECE_BYTES } from '../../../shared/model/apps.ts'
import type { BodyReader, BodyWriter } from '../../protocols/app/index.ts'
import { READ_ROOM_BYTES } from './limits.ts'
import type { Piece } from './types.ts'
import { orAborted } from '../../platform/or-aborted.ts'

/** A body as a program reads it: a piece for each call, as large as what has come. Nothing comes that nobody reads. */
export class PieceReader {
  readonly #body: BodyReader
  /** Asked of the network and not given to the program yet: what has come meanwhile is in the next piece. */
  #ahead: Promise<Uint8Array | null> | null = null
  #isReading = false
  #isDone = false

  constructor(body: BodyReader) {
    this.#body = body
  }

  /** Errors: those of `BodyReader.read`; LatchError CONFLICT while another read waits. */
  async next(signal?: AbortSignal): Promise<Piece> {
    if (this.#isReading) throw new LatchError('CONFLICT', 'This body is being read already; one piece at a time.')
    this.#isReading = true
    try {
      return await this.#gather(signal)
    } finally {
      this.#isReading = false
    }
  }

  async #gather(signal?: AbortSignal): Promise<Piece> {
    const chunks: Uint8Array[] = []
    let sizeBytes = 0
    while (!this.#isDone && sizeBytes + READ_ROOM_BYTES <= MAX_PIECE_BYTES) {
      const coming = this.#next()
      const chunk = chunks.length === 0 ? await orAborted(coming, signal) : await ifThere(coming)
      if (chunk === 'not yet') break
      this.#ahead = null
      if (chunk === null) this.#isDone = true
      else {
        chunks.push(chunk)
        sizeBytes += chunk.byteLength
      }
    }
    return { chunk: Buffer.concat(chunks), done: this.#isDone }
  }

  /** Goes on when a reader goes away: the next one has what came. */
  #next(): Promise<Uint8Array | null> {
    if (this.#ahead === null) {
      this.#ahead = this.#body.read()
      this.#ahead.catch(() => {})
    }
    return this.#ahead
  }
}

/** What is there by the next turn of the event loop. A failure is for the next read: what came before it is whole. */
function ifThere(coming: Promise<Uint8Array | null>): Promise<Uint8Array | null | 'not yet'> {
  const turn = new Promise<'not yet'>((resolve) => setImmediate(() => resolve('not yet')))
  return Promise.race([coming, turn]).catch(() => 'not yet' as const)
}

/** A body as a program writes it: a piece for each call, which resolves when the other side takes more. */
export class PieceWriter {
  readonly #body: BodyWriter
  readonly #ended: AbortSignal
  #isWriting = false
  #isDone = false

  /** `ended`: nothing is written after it aborts. */
  constructor(body: BodyWriter, ended: AbortSignal) {
    this.#body = body
    this.#ended = ended
  }

  get isDone(): boolean {
    return this.#isDone
  }

  /** Errors: LatchError CONFLICT, BAD_INPUT, after which all is as before; those of `BodyWriter.write`. */
  async write(chunk: Uint8Array, done: boolean): Promise<void> {
    if (this.#isDone) throw new LatchError('CONFLICT', 'This body was written to its end.')
    if (this.#isWriting) throw new LatchError('CONFLICT', 'A piece of this body is being written already; one at a time.')
    this.#checkLength(chunk, done)
    this.#isWriting = true
    try {
      await this.#body.write(chunk, this.#ended)
      if (!done) return
      this.#isDone = true
      await this.#body.end()
    } finally {
      this.#isWriting = false
    }
  }

  #checkLength({ byteLength }: Uint8Array, done: boolean): void {
    const { left } = this.#body
    if (left === null || (done ? byteLength === left : byteLength <= left)) return
    throw new LatchError('BAD_INPUT', `The body was said to have ${left} more bytes, and this piece has ${byteLength}.`)
  }
}
