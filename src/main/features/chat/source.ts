import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import { conversationIdOf, membersOf, type Members } from '../../protocols/chat/index.ts'
import type { Held, Source } from './outgoing.ts'
import type { EntryRow, LogStore } from './store.ts'

/** What a device of `account` may see: the conversation with it; or, if it is our own other device, all of them. */
export function sourceFor(account: AccountId, me: AccountId, store: LogStore): Source {
  return account === me ? new OwnSource(store, me) : new TheirSource(store, me, account)
}

abstract class StoredSource implements Source {
  protected readonly store: LogStore

  constructor(store: LogStore) {
    this.store = store
  }

  abstract all(): Held[]
  abstract membersOf(conversation: ConversationId): Members | null

  held(conversation: ConversationId): Held {
    const members = this.membersOf(conversation)
    if (members === null) throw new Error('asked for a conversation that this stream is not about')
    const row = this.store.conversation(conversation)
    return { id: conversation, members, logs: row === null ? [] : this.store.logs(row.key) }
  }

  entries(log: number, seq: number, limit: number): EntryRow[] {
    return this.store.entries(log, seq, limit)
  }
}

class TheirSource extends StoredSource {
  readonly #members: Members
  readonly #id: ConversationId

  constructor(store: LogStore, me: AccountId, account: AccountId) {
    super(store)
    this.#members = membersOf(me, account)
    this.#id = conversationIdOf(this.#members)
  }

  /** Said also while it is empty: it is the one thing this stream can be about. */
  all(): Held[] {
    return [this.held(this.#id)]
  }

  membersOf(conversation: ConversationId): Members | null {
    return conversation === this.#id ? this.#members : null
  }
}

class OwnSource extends StoredSource {
  readonly #me: AccountId

  constructor(store: LogStore, me: AccountId) {
    super(store)
    this.#me = me
  }

  all(): Held[] {
    return this.store.conversations().map(({ id }) => this.held(id))
  }

  membersOf(conversation: ConversationId): Members | null {
    const row = this.store.conversation(conversation)
    return row === null ? null : membersOf(this.#me, row.account)
  }
}
