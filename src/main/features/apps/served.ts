import { LatchError } from '../../../shared/errors.ts'
import { MAX_WHOLE_BYTES, type AppId, type ExchangeId, type ReplyStatus } from '../../../shared/model/apps.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { DeadlineError } from '../../platform/clock.ts'
import type { BodyWriter, FinalHeader, FinalStatus, ServedRequest } from '../../protocols/app/index.ts'
import { brokenOff, over, type Exchange } from './exchanges.ts'
import type { Line } from './line.ts'
import { PieceReader, PieceWriter } from './pieces.ts'
import type { Piece, Sending } from './types.ts'

export interface ServedParts {
  readonly id: ExchangeId
  readonly request: ServedRequest
  readonly line: Line
  /** Makes room for an answer in pieces, as long as this is open. Errors: LatchError BUSY. */
  readonly takePieces: () => void
}

/**
 * A request between the network and its program. It is answered once; it is over when the answer went out whole, when
 * whoever asked is gone or its time is over, and when the program is gone.
 */
export class Served implements Exchange {
  readonly app: AppId
  readonly id: ExchangeId
  readonly #parts: ServedParts
  readonly #settled = Promise.withResolvers<void>()
  readonly #reader: PieceReader
  #writer: PieceWriter | null = null
  #state: 'open' | 'answering' | 'over' = 'open'
  #hasGoneOn = false
  readonly #onEnded = (): void => this.#ended()
  readonly #onLineGone = (): void => this.#programGone()

  constructor(parts: ServedParts) {
    this.#parts = parts
    this.app = parts.request.header.app
    this.id = parts.id
    this.#reader = new PieceReader(parts.request.body)
    const { request, line } = parts
    request.ended.addEventListener('abort', this.#onEnded)
    line.gone.addEventListener('abort', this.#onLineGone)
    if (line.gone.aborted) this.#programGone()
    else if (request.ended.aborted) this.#ended()
  }

  /** Resolves when it is over. Errors: DecodeError when who asked sent another body than they said. */
  get settled(): Promise<void> {
    return this.#settled.promise
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  async reply(status: ReplyStatus, sending: Sending): Promise<void> {
    if (this.#state === 'over') throw over()
    if (this.#state === 'answering') throw new LatchError('CONFLICT', 'This request was answered already.')
    const content = 'content' in sending ? sending.content : undefined
    if (content !== undefined && content.bytes.byteLength > MAX_WHOLE_BYTES) {
      throw new LatchError('TOO_LARGE', `A body in one piece has at most ${MAX_WHOLE_BYTES} bytes; send more in pieces.`)
    }
    if ('bytes' in sending) this.#parts.takePieces()
    this.#state = 'answering'
    const bytes = 'bytes' in sending ? sending.bytes : (content?.bytes.byteLength ?? 0)
    await this.#orBreakOff(async () => {
      const as = 'bytes' in sending ? 'pieces' : (content?.as ?? 'bytes')
      const body = await this.#parts.request.respond({ status, bytes, as } satisfies FinalHeader)
      if ('bytes' in sending) this.#writer = new PieceWriter(body, this.#parts.request.ended)
      else await this.#writeWhole(body, content?.bytes)
    })
  }

  async read(signal?: AbortSignal): Promise<Piece> {
    if (this.#state === 'over') throw over()
    if (this.#parts.request.header.as !== 'pieces') throw new LatchError('CONFLICT', 'This body came in one piece, with the request.')
    if (!this.#hasGoneOn && this.#state === 'answering') {
      throw new LatchError('CONFLICT', 'This request was answered before its body was read, so it was never sent.')
    }
    return this.#orBreakOff(async () => {
      if (!this.#hasGoneOn) {
        this.#hasGoneOn = true
        await this.#parts.request.goOn()
      }
      return this.#reader.next(signal)
    }, signal)
  }

  async write(chunk: Uint8Array, done: boolean): Promise<void> {
    const writer = this.#writer
    if (this.#state === 'over') throw over()
    if (writer === null) throw new LatchError('CONFLICT', 'Reply first, saying that there is more.')
    await this.#orBreakOff(() => writer.write(chunk, done))
    if (writer.isDone) this.#finish()
  }

  cancel(): void {
    if (this.#state === 'open') this.#finish('failed')
    else this.#drop(new Error('the program dropped it'))
  }

  async #writeWhole(body: BodyWriter, bytes: Uint8Array | undefined): Promise<void> {
    if (bytes !== undefined) await body.write(bytes, this.#parts.request.ended)
    await body.end()
    this.#finish()
  }

  /** What goes wrong with the stream ends this; what the program does wrong, or a reader that left, does not. */
  async #orBreakOff<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await run()
    } catch (error) {
      if (error instanceof LatchError || signal?.aborted === true) throw error
      const { ended } = this.#parts.request
      this.#parts.line.cancelled(this.id, 'gone')
      if (error instanceof DecodeError) this.#settled.reject(error)
      this.#drop(error instanceof Error ? error : new Error('broken off'))
      throw brokenOff(ended.aborted ? ended.reason : error)
    }
  }

  #ended(): void {
    if (this.#state === 'over') return
    const isLate = this.#parts.request.ended.reason instanceof DeadlineError
    this.#parts.line.cancelled(this.id, isLate ? 'timeout' : 'gone')
    if (isLate && this.#state === 'open') this.#finish('timeout')
    else this.#drop(new Error(isLate ? 'its time is over' : 'whoever asked is gone'))
  }

  /** `no-program` says that nothing happened, and that it can be asked again. */
  #programGone(): void {
    if (this.#state === 'answering') this.#drop(new Error('the program is gone'))
    else if (this.#state === 'open') this.#finish(this.#parts.line.hasHandedOver(this.id) ? 'failed' : 'no-program')
  }

  #drop(why: Error): void {
    if (this.#state === 'over') return
    this.#finish()
    this.#parts.request.drop(why)
  }

  #finish(lastWord?: FinalStatus): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    const { request, line } = this.#parts
    request.ended.removeEventListener('abort', this.#onEnded)
    line.gone.removeEventListener('abort', this.#onLineGone)
    line.answered(this.id)
    if (lastWord === undefined) return this.#settled.resolve()
    request.refuse(lastWord).then(this.#settled.resolve, this.#settled.reject)
  }
}
