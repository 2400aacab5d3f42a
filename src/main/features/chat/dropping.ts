import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { AccountId, ConversationId, MessageId } from '../../../shared/ids.ts'
import type { MessageOrder } from '../../../shared/model/chat.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { LONGEST_SLEEP_MS, MAX_DROPPED_A_TURN } from './limits.ts'
import type { MessageStore } from './message-store.ts'
import type { LogStore } from './store.ts'

interface DroppingParts {
  readonly store: LogStore
  readonly messages: MessageStore
  readonly clock: Clock
  readonly log: Log
  /** Gone here: told to windows, and to files. */
  readonly onDropped: (conversation: ConversationId, ids: MessageId[]) => void
}

interface Doomed {
  readonly n: number
  readonly id: MessageId
  readonly conversation: ConversationId
}

/** Removes what is to be gone from this device: what disappears by its time, what was cleared, what somebody wrote. */
export class Dropping {
  readonly #parts: DroppingParts
  #cancel: Cancel = () => {}
  #sweeping: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(parts: DroppingParts) {
    this.#parts = parts
  }

  start(): void {
    this.#plan()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel()
    await this.#sweeping
  }

  /** A message that disappears came: perhaps it is the next one to do so. */
  expires(): void {
    this.#plan()
  }

  one(id: MessageId, conversation: ConversationId): void {
    const n = this.#parts.messages.numberOf(id)
    if (n !== null) this.#drop([{ n, id, conversation }])
  }

  /** All of a conversation up to a place. Gives how many. */
  async upTo(conversation: ConversationId, order: MessageOrder): Promise<number> {
    const row = this.#parts.store.conversation(conversation)
    if (row === null) return 0
    return this.#all(() => this.#parts.messages.toDrop(row, order, MAX_DROPPED_A_TURN).map((one) => ({ ...one, conversation })))
  }

  /** All that an account wrote. Gives how many. */
  of(account: AccountId): Promise<number> {
    return this.#all(() => this.#parts.messages.writtenBy(account, MAX_DROPPED_A_TURN))
  }

  async #all(next: () => Doomed[]): Promise<number> {
    let dropped = 0
    for (;;) {
      const doomed = this.#stopped ? [] : next()
      if (doomed.length === 0) return dropped
      this.#drop(doomed)
      dropped += doomed.length
      await turnOfTheLoop()
    }
  }

  #drop(doomed: readonly Doomed[]): void {
    const { store, onDropped } = this.#parts
    const conversations = Map.groupBy(doomed, ({ conversation }) => conversation)
    store.transaction(() => {
      for (const { n } of doomed) store.view.drop(n)
      for (const conversation of conversations.keys()) store.view.recount(conversation)
    })
    for (const [conversation, gone] of conversations) onDropped(conversation, gone.map(({ id }) => id))
  }

  #plan(): void {
    const { messages, clock, log } = this.#parts
    this.#cancel()
    const atMs = this.#stopped ? null : messages.nextExpiryMs()
    if (atMs === null) return
    const delayMs = Math.min(Math.max(0, atMs - clock.nowMs()), LONGEST_SLEEP_MS)
    this.#cancel = clock.after(delayMs, () => {
      this.#sweeping = this.#sweep().catch((error: unknown) => log.error({ error }, 'what disappears could not be removed'))
    })
  }

  async #sweep(): Promise<void> {
    const { messages, clock } = this.#parts
    await this.#all(() => messages.expired(clock.nowMs(), MAX_DROPPED_A_TURN))
    this.#plan()
  }
}
