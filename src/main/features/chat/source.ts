import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import { conversationIdOf, membersOf, type Members } from '../../protocols/chat/index.ts'
import type { Held, Source } from './outgoing.ts'
import type { EntryRow, LogRow, LogStore } from './store.ts'

/** What a device of `account` may see: the conversation with it; or, if it is our own other device, all of them. */
export function sourceFor(account: AccountId, me: AccountId, store: LogStore, isHeldBack: IsHeldBack): Source {
  return account === me ? new OwnSource(store, me, isHeldBack) : new TheirSource(store, me, account, isHeldBack)
}

/** Whether nothing that this account wrote in a conversation goes out now. */
export type IsHeldBack = (conversation: ConversationId) => boolean

abstract class StoredSource implements Source {
  protected readonly store: LogStore
  protected readonly me: AccountId
  readonly #isHeldBack: IsHeldBack

  constructor(store: LogStore, me: AccountId, isHeldBack: IsHeldBack) {
    this.store = store
    this.me = me
    this.#isHeldBack = isHeldBack
  }

  abstract all(): Held[]
  abstract membersOf(conversation: ConversationId): Members | null

  held(conversation: ConversationId): Held {
    const members = this.membersOf(conversation)
    if (members === null) throw new Error('asked for a conversation that this stream is not about')
    const row = this.store.conversation(conversation)
    const logs = row === null ? [] : this.store.logs(row.key)
    if (!this.#isHeldBack(conversation)) return { id: conversation, members, logs }
    const said = logs.flatMap((log): Held['logs'] => (log.account === this.me ? heldBack(log) : [log]))
    return { id: conversation, members, logs: said }
  }

  entries(log: number, seq: number, limit: number): EntryRow[] {
    return this.store.entries(log, seq, limit)
  }
}

class TheirSource extends StoredSource {
  readonly #members: Members
  readonly #id: ConversationId

  constructor(store: LogStore, me: AccountId, account: AccountId, isHeldBack: IsHeldBack) {
    super(store, me, isHeldBack)
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
  all(): Held[] {
    return this.store.conversations().map(({ id }) => this.held(id))
  }

  membersOf(conversation: ConversationId): Members | null {
    const row = this.store.conversation(conversation)
    return row === null ? null : membersOf(this.me, row.account)
  }
}

/**
 * A log of ours of which nothing goes out. Also how much waits in it is not said: only what they have already. Another
 * device of ours is told no more either, as it may know nothing of why.
 */
function heldBack({ key, device, delivered }: LogRow): Held['logs'] {
  return delivered === 0 ? [] : [{ key, device, seq: delivered, stays: true }]
}
