import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { AccountId, ConversationId, MessageId } from '../../../shared/ids.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import type { Group } from '../../../shared/model/groups.ts'
import type { Feed, Watched } from '../../platform/feed.ts'
import { MAX_ANNOUNCED_A_TURN } from './limits.ts'
import type { MessageStore } from './message-store.ts'
import type { Outbox } from './outbox.ts'
import type { OwnState } from './own-state.ts'
import { shownPin } from './pin.ts'
import type { Pins } from './pins.ts'
import type { Changed, ConversationRow, LogStore } from './store.ts'
import type { ChatEvent } from './types.ts'

interface TellingParts {
  readonly store: LogStore
  readonly messages: MessageStore
  readonly state: OwnState
  readonly pins: Pick<Pins, 'of'>
  readonly outbox: Pick<Outbox, 'waits'>
  readonly wordsWith: (account: AccountId) => string[]
  readonly groupOf: (row: ConversationRow) => Group | null
  readonly feed: Feed<ChatEvent>
}

/** What others see of conversations, and how they hear of it. */
export class Telling {
  readonly #parts: TellingParts
  readonly #announcing = new Set<Promise<void>>()
  #stopped = false

  constructor(parts: TellingParts) {
    this.#parts = parts
  }

  /** Resolves when nothing of this reads the database any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#announcing)
  }

  /** The latest first. Notes are there once something is in them; the rosters of groups are never. */
  conversations(): Conversation[] {
    const rows = this.#parts.store.conversations().filter(({ kind, position }) => kind !== 'roster' && (kind !== 'self' || position > 0))
    const all = rows.map((row) => this.show(row))
    return all.toSorted((a, b) => (b.last?.storedMs ?? b.createdMs) - (a.last?.storedMs ?? a.createdMs))
  }

  show(row: ConversationRow): Conversation {
    const { messages, state, pins, outbox, wordsWith, groupOf } = this.#parts
    const { id, kind, account, unread, createdMs, waiting } = row
    const waits = account === null || kind === 'self' ? NOBODY : outbox.waits(account)
    return {
      id,
      kind: kind === 'talk' || kind === 'roster' ? 'group' : kind,
      with: account,
      group: groupOf(row),
      unread,
      unreadMentions: row.mentions,
      last: messages.last(row),
      createdMs,
      waiting,
      waitingFor: waiting === 0 ? 'nobody' : waits.waitingFor,
      waitingWhy: waiting === 0 ? null : waits.waitingWhy,
      ...shownPin(pins.of(row), wordsWith),
      disappearAfterMs: messages.disappearAfterMs(id),
      pinned: messages.pinned(row),
      choices: state.choicesOf(id),
    }
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<Conversation[], ChatEvent>> {
    return this.#parts.feed.watch(() => this.conversations(), signal)
  }

  conversationChanged(row: ConversationRow | null): void {
    if (row === null || this.#stopped || row.kind === 'roster') return
    this.#parts.feed.publish({ event: 'conversation-changed', conversation: this.show(row) })
  }

  conversationsChanged(ids: ReadonlySet<ConversationId>): void {
    for (const id of ids) this.conversationChanged(this.#parts.store.conversation(id))
  }

  /** `fresh`: it was written or came just now. */
  stored(id: MessageId, fresh: boolean): void {
    const found = this.#parts.messages.byId(id)
    if (found !== null) this.#parts.feed.publish({ event: 'message-stored', message: found.message, fresh })
  }

  altered(ids: readonly MessageId[]): void {
    for (const id of new Set(ids)) {
      const found = this.#parts.messages.byId(id)
      if (found !== null) this.#parts.feed.publish({ event: 'message-changed', message: found.message })
    }
  }

  removed(conversation: ConversationId, ids: MessageId[]): void {
    if (ids.length > 0) this.#parts.feed.publish({ event: 'messages-removed', conversation, ids })
  }

  typing(conversation: ConversationId, account: AccountId, untilMs: number): void {
    this.#parts.feed.publish({ event: 'typing', conversation, account, untilMs })
  }

  /** Messages of ours came further. */
  advanced(range: Changed): void {
    const announcing = this.#announce(range).finally(() => this.#announcing.delete(announcing))
    this.#announcing.add(announcing)
  }

  /** One receipt can change ten thousand messages: they are read and told a hundred at a time. */
  async #announce({ from, to, ...range }: Changed): Promise<void> {
    for (let next = from; next <= to && !this.#stopped; ) {
      const page = this.#parts.messages.changed({ ...range, from: next, to }, MAX_ANNOUNCED_A_TURN)
      for (const { message } of page) this.#parts.feed.publish({ event: 'message-changed', message })
      const last = page.at(-1)
      if (last === undefined || page.length < MAX_ANNOUNCED_A_TURN) return
      next = last.seq + 1
      await turnOfTheLoop()
    }
  }
}

const NOBODY = { waitingFor: 'nobody', waitingWhy: null } as const
