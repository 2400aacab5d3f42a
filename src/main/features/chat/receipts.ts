import type { ConversationId } from '../../../shared/ids.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Author } from './author.ts'
import { RECEIPT_DELAY_MS } from './limits.ts'
import type { ReadUpTo } from './own-state.ts'
import type { ConversationRow, LogStore } from './store.ts'

interface ReceiptsParts {
  readonly store: LogStore
  readonly author: Pick<Author, 'write'>
  readonly clock: Clock
  readonly log: Log
  /** Whether others in that conversation are told what was read. */
  readonly tells: (row: ConversationRow) => boolean
  /** Nothing of ours goes out there now. */
  readonly isHeldBack: (conversation: ConversationId) => boolean
  /** Tells this account's other devices. */
  readonly remember: (conversation: ConversationId, readUpTo: ReadUpTo) => Promise<void>
}

/** Says what was read: to the others, where this person wants that, and else to their own devices alone. */
export class Receipts {
  readonly #parts: ReceiptsParts
  readonly #owed = new Map<ConversationId, Cancel>()

  constructor(parts: ReceiptsParts) {
    this.#parts = parts
  }

  stop(): void {
    for (const cancel of this.#owed.values()) cancel()
  }

  /** Read up to a position. Gives whether that is news. */
  read(row: ConversationRow, position: number): boolean {
    const { store } = this.#parts
    const upTo = Math.min(position, row.position)
    if (upTo <= row.readPosition) return false
    store.transaction(() => store.setRead(row.id, upTo))
    this.owe(row.id)
    return true
  }

  /** Writes a receipt shortly, so that reading several messages in a row makes one. */
  owe(conversation: ConversationId): void {
    const { store, clock, log } = this.#parts
    const row = store.conversation(conversation)
    if (row === null || row.kind === 'self' || row.readPosition <= row.receipted || this.#owed.has(conversation)) return
    const write = (): void => {
      this.#owed.delete(conversation)
      this.#write(conversation).catch((error: unknown) => log.error({ error }, 'could not write a receipt'))
    }
    this.#owed.set(conversation, clock.after(RECEIPT_DELAY_MS, write))
  }

  async #write(conversation: ConversationId): Promise<void> {
    const { store, author, tells, isHeldBack, remember } = this.#parts
    const row = store.conversation(conversation)
    // Owed on: it is written when the conversation goes on.
    if (row === null || isHeldBack(conversation)) return
    const readUpTo = store.unreceipted(row)
    const receipted = (): void => store.setReceipted(conversation, row.readPosition)
    if (readUpTo.length === 0) return store.transaction(receipted)
    if (tells(row)) return void (await author.write(conversation, { body: { kind: 'receipt', readUpTo } }, receipted))
    // What is read while receipts are off is not told, until one is written for what comes behind it: that is for all before.
    store.transaction(receipted)
    await remember(conversation, readUpTo)
  }
}
