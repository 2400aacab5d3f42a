import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { AccountId, ConversationId, MessageId } from '../../../shared/ids.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { LONGEST_SLEEP_MS, MAX_DROPPED_A_TURN } from './limits.ts'
import type { MessageStore } from './message-store.ts'
import type { Places } from './own-state.ts'
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

  /** What is over by now, or was to be removed when this process last ended, is gone when this returns; the rest soon. */
  start(): void {
    const { messages, clock } = this.#parts
    const over = messages.expired(clock.nowMs(), MAX_DROPPED_A_TURN)
    if (over.length > 0) this.#drop(over, true)
    const removed = messages.removedOnes(MAX_DROPPED_A_TURN)
    if (removed.length > 0) this.#drop(removed, false)
    if (removed.length === MAX_DROPPED_A_TURN) this.#sweeping = this.#logged(() => this.#all(false, () => messages.removedOnes(MAX_DROPPED_A_TURN)))
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
    if (n !== null) this.#drop([{ n, id, conversation }], false)
  }

  /** All of a conversation up to a place in each log. Gives how many. */
  async upTo(conversation: ConversationId, places: Places): Promise<number> {
    const { store, messages } = this.#parts
    const row = store.conversation(conversation)
    let dropped = 0
    for (const { key, device } of row === null ? [] : store.logs(row.key)) {
      const next = (): Doomed[] =>
        messages.toDrop(key, places[device] ?? 0, MAX_DROPPED_A_TURN).map((one) => ({ ...one, conversation }))
      dropped += await this.#all(false, next, false)
    }
    // Once, at the end: to count what is left after each turn takes longer than the turn.
    if (row !== null) store.transaction(() => this.#count(conversation))
    if (dropped > 0) this.#parts.onDropped(conversation, [])
    return dropped
  }

  /** All that an account wrote up to a time, by its clock or by ours. Gives how many. */
  of(account: AccountId, untilMs: number): Promise<number> {
    return this.#all(false, () => this.#parts.messages.writtenBy(account, untilMs, MAX_DROPPED_A_TURN))
  }

  async #all(isOver: boolean, next: () => Doomed[], isCounted = true): Promise<number> {
    let dropped = 0
    for (;;) {
      const doomed = this.#stopped ? [] : next()
      if (doomed.length === 0) return dropped
      this.#drop(doomed, isOver, isCounted)
      dropped += doomed.length
      await turnOfTheLoop()
    }
  }

  /** `isOver`: by its own time; then nobody else gets it any more either. */
  #drop(doomed: readonly Doomed[], isOver: boolean, isCounted = true): void {
    const { store, onDropped } = this.#parts
    const conversations = Map.groupBy(doomed, ({ conversation }) => conversation)
    store.transaction(() => {
      for (const { n, conversation } of doomed) store.drop(conversation, n, isOver)
      for (const conversation of isCounted ? conversations.keys() : []) this.#count(conversation)
    })
    for (const [conversation, gone] of conversations) onDropped(conversation, gone.map(({ id }) => id))
  }

  #count(conversation: ConversationId): void {
    this.#parts.store.view.recount(conversation)
    this.#parts.store.recountWaiting(conversation)
  }

  #plan(): void {
    const { messages, clock } = this.#parts
    this.#cancel()
    const atMs = this.#stopped ? null : messages.nextExpiryMs()
    if (atMs === null) return
    const delayMs = Math.min(Math.max(0, atMs - clock.nowMs()), LONGEST_SLEEP_MS)
    this.#cancel = clock.after(delayMs, () => {
      this.#sweeping = this.#sweeping.then(() => this.#logged(() => this.#sweep()))
    })
  }

  async #logged(remove: () => Promise<unknown>): Promise<void> {
    try {
      await remove()
    } catch (error) {
      this.#parts.log.error({ error }, 'what is to be gone could not be removed')
    }
  }

  async #sweep(): Promise<void> {
    const { messages, clock } = this.#parts
    await this.#all(true, () => messages.expired(clock.nowMs(), MAX_DROPPED_A_TURN))
    this.#plan()
  }
}
