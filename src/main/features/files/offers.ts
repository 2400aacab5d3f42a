import type { AccountId, FileId, MessageId, TransferId } from '../../../shared/ids.ts'
import type { Book } from './book.ts'
import type { Fetches } from './fetches.ts'
import type { Shelf } from './shelf.ts'
import type { Staging } from './staging.ts'
import type { TransferRow } from './transfer-rows.ts'
import type { FilesParts, Offered } from './types.ts'
import type { Transfer } from '../../../shared/model/files.ts'

export interface OffersParts extends FilesParts {
  readonly book: Book
  readonly shelf: Shelf
  readonly fetches: Fetches
  readonly staging: Staging
  readonly newId: () => TransferId
  readonly stopped: AbortSignal
}

/** What messages offer: own ones are given, of others the door is asked. */
export class Offers {
  readonly #parts: OffersParts
  readonly #asking = new Map<TransferId, AbortController>()

  constructor(parts: OffersParts) {
    this.#parts = parts
  }

  /** Questions that were open when the process ended are put again. */
  start(): void {
    for (const row of this.#parts.book.rows()) if (row.state === 'asked') void this.#ask(row)
  }

  offered(offered: Offered, staged?: TransferId): void {
    const { book, clock, database, newId, self, shelf, staging } = this.#parts
    const { conversation, message, from, offer, index } = offered
    if (book.ofMessage(message, index) !== null) return
    // Another own device offers what this one does not have: then it comes, like anybody's.
    const isOut = from === self && shelf.has(offer.file)
    const row: TransferRow = {
      id: newId(), direction: isOut ? 'out' : 'in', conversation, message, number: index, from, offer, state: 'offered', why: null,
      doneBytes: 0, takenBy: [], folder: null, path: null, startedMs: clock.nowMs(), endedMs: null,
    }
    // Chat stores a message and says what it offers in one transaction, which may yet be undone.
    database.onRollback(() => book.forget(row.id))
    for (const { id } of book.add(row)) void this.#parts.fetches.drop(id)
    if (staged !== undefined) staging.remove(staged)
    if (!isOut) queueMicrotask(() => void this.#ask(row))
  }

  withdrawn(message: MessageId): void {
    const { book, clock, fetches, shelf } = this.#parts
    for (const row of book.rows().filter((one) => one.message === message)) {
      this.answered(row.id)
      if (row.state === 'done' || row.state === 'cancelled') continue
      book.change(row.id, { state: 'gone', why: 'The message was deleted.', endedMs: clock.nowMs() })
      void fetches.halt(row.id).then(() => fetches.drop(row.id))
    }
    shelf.sweep()
  }

  /** A person answered, or nobody has to any more. */
  answered(id: TransferId): void {
    this.#asking.get(id)?.abort(new Error('answered'))
    this.#asking.delete(id)
  }

  taken(file: FileId, account: AccountId): void {
    const { book, self, mayFetch } = this.#parts
    if (account === self || !mayFetch(file, account)) return
    for (const row of book.rows()) if (row.direction === 'out' && row.offer.file === file) book.taken(row, account)
  }

  /** It lies here no longer, or not as it was. */
  gone(file: FileId): void {
    const { book, clock } = this.#parts
    for (const row of book.rows()) {
      if (row.direction !== 'out' || row.offer.file !== file || row.state !== 'offered') continue
      book.change(row.id, { why: 'It was changed or moved away on this device, so nobody gets it.', endedMs: clock.nowMs() })
    }
  }

  takeBack(row: TransferRow): Transfer {
    const { book, clock, shelf } = this.#parts
    const transfer = book.change(row.id, { state: 'cancelled', why: null, endedMs: clock.nowMs() })
    shelf.sweep()
    return transfer
  }

  /** Never rejects. */
  async #ask(row: TransferRow): Promise<void> {
    const { book, clock, log, fetches, self, stopped } = this.#parts
    const { id, conversation, message, from, offer, number: index } = row
    if (book.find(id) === null) return
    const asking = new AbortController()
    this.#asking.set(id, asking)
    const signal = AbortSignal.any([asking.signal, stopped])
    // A device of one's own asks no door, and is not fetched from without being asked.
    if (from === self) return
    try {
      const said = await this.#parts.admits({ conversation, message, from, offer, index }, signal)
      if (signal.aborted) return
      if (said.verdict === 'ask') book.change(id, { state: 'asked' })
      const { verdict, why } = said.verdict === 'ask' ? await said.answer : said
      if (signal.aborted) return
      this.#asking.delete(id)
      if (verdict === 'deny') return void book.change(id, { state: 'refused', why, endedMs: clock.nowMs() })
      book.change(id, { state: 'queued', why: null })
      fetches.look()
    } catch (error) {
      // Nobody decided: it stays offered, and a person may fetch it.
      if (!signal.aborted && book.find(id) !== null) book.change(id, { state: 'offered', why: null })
      if (!signal.aborted) log.warn({ error }, 'the door did not answer for a file')
    }
  }
}
