import { DecodeError } from '../../platform/cbor.ts'
import { RefusedError, StreamCutError, type FrameStream, type RemotePeer } from '../../platform/streams.ts'
import { COPY_PROTOCOL, MAX_BLOCK_BYTES, MAX_NUMBER, MAX_PIECE_BYTES, MAX_WANTS_PER_FRAME, MAX_WANTS_WAITING } from './constants.ts'
import { CopyProtocolError, CopyRefusedError } from './errors.ts'
import { decodeReply, encodeRequest, type BlockId, type Reply } from './messages.ts'

/** Blocks of one tree, asked of one device. Nothing of what comes is checked here but forms and bounds. */
export interface CopyChannel {
  readonly peer: RemotePeer
  /** All that came so far: whoever asks sees by it that something moves. */
  readonly receivedBytes: number
  /** Resolves, never rejects, when nothing more can be asked, with why. */
  readonly over: Promise<Error>
  /**
   * The block as the other side gives it; null: it does not have it. Several at once, answered in whatever order. Errors:
   * CopyProtocolError, StreamCutError, the signal's reason; RangeError when too many wait.
   */
  want(id: BlockId, signal?: AbortSignal): Promise<Uint8Array | null>
  close(why: Error): void
}

interface Pending {
  readonly id: BlockId
  readonly settle: (outcome: Uint8Array | null | Error) => void
}

/** Over a stream that the other side opened already. */
export class Channel implements CopyChannel {
  receivedBytes = 0
  readonly #stream: FrameStream
  readonly #pending = new Map<number, Pending>()
  readonly #over = Promise.withResolvers<Error>()
  readonly #unsent: { number: number; id: BlockId }[] = []
  readonly #uncancelled: number[] = []
  #isWriting = false
  #lastNumber = 0
  #why: Error | null = null
  #current: { readonly number: number; readonly block: Gathered | null; bytes: number } | null = null
  /** Wants that went out and were withdrawn: as many answers to nothing that is wanted may still come, and no more. */
  #withdrawn = 0

  constructor(stream: FrameStream) {
    this.#stream = stream
    this.#listen().then(
      () => this.close(new StreamCutError('the other side ended the stream')),
      (error: unknown) => this.close(asError(error)),
    )
  }

  get peer(): RemotePeer {
    return this.#stream.peer
  }

  get over(): Promise<Error> {
    return this.#over.promise
  }

  want(id: BlockId, signal?: AbortSignal): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason)
      if (this.#why !== null) return reject(this.#why)
      if (this.#pending.size >= MAX_WANTS_WAITING) return reject(new RangeError('too many blocks are wanted of one device'))
      if (this.#lastNumber >= MAX_NUMBER) return reject(new StreamCutError('this stream is used up'))
      const number = ++this.#lastNumber
      const aborted = (): void => {
        settle(asError(signal?.reason))
        this.#cancel(number)
      }
      const settle = (outcome: Uint8Array | null | Error): void => {
        signal?.removeEventListener('abort', aborted)
        this.#pending.delete(number)
        if (outcome instanceof Error) reject(outcome)
        else resolve(outcome)
      }
      this.#pending.set(number, { id, settle })
      signal?.addEventListener('abort', aborted, { once: true })
      this.#unsent.push({ number, id })
      this.#write()
    })
  }

  close(why: Error): void {
    if (this.#why !== null) return
    this.#why = why
    this.#current = null
    this.#stream.abort(why)
    for (const { settle } of this.#pending.values()) settle(why)
    this.#over.resolve(why)
  }

  #cancel(number: number): void {
    if (this.#why !== null) return
    const at = this.#unsent.findIndex((unsent) => unsent.number === number)
    if (at !== -1) return void this.#unsent.splice(at, 1)
    this.#uncancelled.push(number)
    if (this.#current?.number !== number) this.#withdrawn += 1
    this.#write()
  }

  /** What is asked in one turn goes out in one frame, and one frame at a time. */
  #write(): void {
    if (this.#isWriting) return
    this.#isWriting = true
    queueMicrotask(() => {
      this.#writeAll().catch((error: unknown) => this.close(asError(error)))
    })
  }

  async #writeAll(): Promise<void> {
    while (this.#why === null) {
      const numbers = this.#uncancelled.splice(0, MAX_WANTS_WAITING)
      if (numbers.length > 0) await this.#stream.write(encodeRequest({ kind: 'cancel', numbers }))
      const run = this.#nextRun()
      if (run !== null) await this.#stream.write(encodeRequest(run))
      if (this.#unsent.length > 0 || this.#uncancelled.length > 0) continue
      this.#isWriting = false
      return
    }
  }

  /** One frame's worth with numbers that follow each other. */
  #nextRun(): Parameters<typeof encodeRequest>[0] | null {
    const [first] = this.#unsent
    if (first === undefined) return null
    let length = 1
    while (length < MAX_WANTS_PER_FRAME && this.#unsent[length]?.number === first.number + length) length++
    const cids = this.#unsent.splice(0, length).map(({ id }) => id)
    return { kind: 'want', first: first.number, cids }
  }

  async #listen(): Promise<void> {
    for (let frame = await this.#stream.read(); frame !== null; frame = await this.#stream.read()) {
      this.receivedBytes += frame.byteLength
      this.#hear(decodeReply(frame))
    }
  }

  #hear(reply: Reply): void {
    if (reply.number > this.#lastNumber) throw new CopyProtocolError('an answer to nothing that was asked')
    if (this.#current !== null && this.#current.number !== reply.number) throw new CopyProtocolError('a block in the middle of another')
    const pending = this.#pending.get(reply.number)
    // Otherwise it crossed a withdrawal on its way.
    if (this.#current === null && pending === undefined && this.#withdrawn-- === 0) throw new CopyProtocolError('an answer to nothing that is wanted')
    if (reply.kind === 'none') {
      if (this.#current !== null) throw new CopyProtocolError('a none in the middle of a block')
      return pending?.settle(null)
    }
    const current = (this.#current ??= { number: reply.number, block: pending === undefined ? null : new Gathered(), bytes: 0 })
    current.bytes += reply.bytes.byteLength
    if (current.bytes > MAX_BLOCK_BYTES) throw new CopyProtocolError('a block that is too large')
    current.block?.take(reply.bytes)
    if (reply.kind === 'more') return
    this.#current = null
    if (current.block !== null) pending?.settle(current.block.whole)
  }
}

/** Pieces of a block put together at once: whoever cuts one into a million makes this device hold no more than it has bytes. */
class Gathered {
  #bytes: Uint8Array = new Uint8Array()
  #length = 0

  take(piece: Uint8Array): void {
    const length = this.#length + piece.byteLength
    if (this.#length === 0) this.#bytes = piece
    else {
      if (length > this.#bytes.byteLength) {
        const larger = new Uint8Array(Math.max(2 * length, 2 * MAX_PIECE_BYTES))
        larger.set(this.#bytes.subarray(0, this.#length))
        this.#bytes = larger
      }
      this.#bytes.set(piece, this.#length)
    }
    this.#length = length
  }

  get whole(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}

function asError(error: unknown): Error {
  if (error instanceof RefusedError) return new CopyRefusedError(error.code, { cause: error })
  if (error instanceof DecodeError) return new CopyProtocolError(`an answer that no ${COPY_PROTOCOL} gives`, { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}
