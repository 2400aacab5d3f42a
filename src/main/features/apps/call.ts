import { LatchError } from '../../../shared/errors.ts'
import type { AppId, ExchangeId } from '../../../shared/model/apps.ts'
import { DecodeError } from '../../platform/cbor.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppProtocolError, GoneError, type AskedRequest, type BodyReader, type FinalHeader } from '../../protocols/app/index.ts'
import { checkedContent } from './content.ts'
import { brokenOff, type Exchange } from './exchanges.ts'
import { BROKEN_KEPT_MS } from './limits.ts'
import { PieceReader, PieceWriter } from './pieces.ts'
import type { Room } from './room.ts'
import type { Answer, Content, Piece } from './types.ts'
import { isProgramsWord, ofFailure, ofStatus, word, words } from './words.ts'

export interface CallParts {
  readonly app: AppId
  readonly id: ExchangeId
  readonly asked: AskedRequest
  readonly clock: Clock
  /** Aborts with DeadlineError when its time is over, with GoneError when it was taken back. */
  readonly ended: AbortSignal
  readonly held: Room
  readonly inPieces: Room
  /** The other side sent what no Latch sends. */
  readonly offended: (why: string) => void
}

/** One request of ours on its stream, from its header to the end of its answer. */
export class Call implements Exchange {
  readonly app: AppId
  readonly id: ExchangeId
  readonly #parts: CallParts
  readonly #over = Promise.withResolvers<void>()
  #writer: PieceWriter | null = null
  #reader: PieceReader | null = null
  #isAnswering = false
  #hasHeard = false
  #isOver = false
  #givePieces: () => void = () => {}
  readonly #onEnded = (): void => this.#drop(this.#parts.ended.reason)

  constructor(parts: CallParts) {
    this.#parts = parts
    this.app = parts.app
    this.id = parts.id
    parts.ended.addEventListener('abort', this.#onEnded)
    if (parts.ended.aborted) this.#onEnded()
    // Whoever has not asked for the answer yet may still do so, for a while.
    void parts.asked.over.then(({ how }) => {
      if (how === 'cut' && !this.#isOver) parts.clock.after(BROKEN_KEPT_MS, () => this.#close())
    })
  }

  /** Resolves when nothing can be done with it any more. */
  get over(): Promise<void> {
    return this.#over.promise
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Sends a body in one piece, and gives the answer. */
  async whole(content: Content | undefined): Promise<Answer> {
    const { asked, ended } = this.#parts
    const sending = (async () => {
      if (content !== undefined) await asked.body.write(content.bytes, ended)
      await asked.body.end()
    })()
    // They may refuse without having read it; then the answer says so.
    sending.catch(() => {})
    const answer = await this.answer()
    if (answer.status !== 'go-on') return answer
    this.#offended(new AppProtocolError('go-on, for a body in one piece'))
    return ofFailure(new AppProtocolError('go-on, for a body in one piece'), false)
  }

  /** The next that they say: `go-on`, or the answer. Errors: LatchError CONFLICT, the signal's reason. */
  async answer(signal?: AbortSignal): Promise<Answer> {
    if (this.#isAnswering) throw new LatchError('CONFLICT', 'This answer is being waited for already, or was given.')
    this.#isAnswering = true
    const { asked, ended } = this.#parts
    const either = signal === undefined ? ended : AbortSignal.any([signal, ended])
    try {
      const said = await asked.answer(either)
      if (said === 'go-on') {
        if (this.#writer !== null) throw new AppProtocolError('a second go-on')
        this.#writer = new PieceWriter(asked.body, ended)
        this.#isAnswering = false
        return { ...words.goOn, call: this.id }
      }
      this.#hasHeard = true
      return await this.#conclude(said.header, said.body)
    } catch (error) {
      if (signal?.aborted === true && !ended.aborted) {
        this.#isAnswering = this.#hasHeard
        throw error
      }
      this.#offended(error)
      const answer = ofFailure(ended.aborted ? ended.reason : error, this.#hasHeard)
      this.#drop(new GoneError('it failed', { cause: error }))
      return answer
    }
  }

  async read(signal?: AbortSignal): Promise<Piece> {
    if (this.#reader === null) throw new LatchError('CONFLICT', 'There is no answer in pieces to read yet.')
    try {
      const piece = await this.#reader.next(signal)
      if (piece.done) this.#drop(new GoneError('read to its end'))
      return piece
    } catch (error) {
      if (error instanceof LatchError || (signal?.aborted === true && !this.#parts.ended.aborted)) throw error
      throw this.#broke(error)
    }
  }

  async write(chunk: Uint8Array, done: boolean): Promise<void> {
    if (this.#writer === null) throw new LatchError('CONFLICT', 'The body of this call went out in one piece.')
    try {
      await this.#writer.write(chunk, done)
    } catch (error) {
      // What they said before they broke off may still be there.
      throw brokenOff(this.#parts.ended.aborted ? this.#parts.ended.reason : error)
    }
  }

  cancel(): void {
    this.#drop(new GoneError('taken back'))
  }

  async #conclude(header: FinalHeader, body: BodyReader): Promise<Answer> {
    const { as, bytes, status } = header
    if (!isProgramsWord(status)) {
      this.#drop(new GoneError('refused'))
      return ofStatus(status)
    }
    const answer = { ...word(status), bytes }
    if (as === 'pieces') {
      const give = this.#parts.inPieces.take(1)
      if (give === null) return this.#refuse()
      this.#givePieces = give
      this.#reader = new PieceReader(body)
      return { ...answer, more: true, call: this.id }
    }
    const give = this.#parts.held.take(bytes ?? 0)
    if (give === null) return this.#refuse()
    try {
      const content = checkedContent(as, await body.whole(this.#parts.ended))
      this.#drop(new GoneError('answered'))
      return { ...answer, content }
    } finally {
      give()
    }
  }

  #refuse(): Answer {
    this.#drop(new GoneError('no room for the answer'))
    return words.noRoom
  }

  #broke(error: unknown): LatchError {
    this.#offended(error)
    this.#drop(new GoneError('it broke off', { cause: error }))
    return brokenOff(this.#parts.ended.aborted ? this.#parts.ended.reason : error)
  }

  #offended(error: unknown): void {
    if (error instanceof DecodeError || error instanceof AppProtocolError) this.#parts.offended(error.message)
  }

  /** Their side hears of it, unless all was said. */
  #drop(why: Error): void {
    this.#parts.asked.drop(why)
    this.#close()
  }

  #close(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#parts.ended.removeEventListener('abort', this.#onEnded)
    this.#givePieces()
    this.#over.resolve()
  }
}
