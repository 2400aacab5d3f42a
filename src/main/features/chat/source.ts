import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import { conversationIdOf, MAX_WANTED, membersOf, type LogPosition } from '../../protocols/chat/index.ts'
import type { About } from './about.ts'
import { entryNumber, placeOf } from './numbers.ts'
import type { Held, Source } from './source-types.ts'
import type { ConversationRow, EntryRow, LogRow, LogStore } from './store.ts'

/** What groups add to a stream: which of them it is about, and how much of each it may carry. */
export interface Sharing {
  /** Halves of groups of which a device of `account` is to have something. */
  sharedWith(account: AccountId): readonly ConversationRow[]
  /** Whether that one is among them. */
  shares(row: ConversationRow, account: AccountId): boolean
  /**
   * Whether a half of a group may be brought: one that is known here; or, by who may write to this account (`isAdmitted`),
   * the roster of another one, which may be an invitation.
   */
  takesGroup(about: Exclude<About, { kind: 'two' }>, isAdmitted: boolean): boolean
  /** Whether they are in a group with this account: then they may open streams, for what is said in groups. */
  isMate(account: AccountId): boolean
  /** How much of a log they may have: behind `from`, up to `to`. Null: nothing of it. */
  rangeOf(row: ConversationRow, log: LogRow, account: AccountId): { readonly from: number; readonly to: number } | null
}

export interface SourceParts {
  readonly store: LogStore
  readonly me: AccountId
  /** Whose device is at the other end. */
  readonly account: AccountId
  readonly isHeldBack: IsHeldBack
  readonly sharing: Sharing
  /** The newest list of an account's devices that is known here, in its envelope; without it none is said. */
  readonly listOf?: (account: AccountId) => Uint8Array | null
}

/** Whether nothing that this account wrote in a conversation goes out now. */
export type IsHeldBack = (conversation: ConversationId) => boolean

/** What a device of `account` may see: what both are in; or, if it is our own other device, everything. */
export function sourceFor(parts: SourceParts): Source {
  return new StoredSource(parts)
}

class StoredSource implements Source {
  readonly #parts: SourceParts
  readonly #direct: ConversationId
  readonly #isOwn: boolean

  constructor(parts: SourceParts) {
    this.#parts = parts
    this.#isOwn = parts.account === parts.me
    this.#direct = conversationIdOf(membersOf(parts.me, parts.account))
  }

  /** The conversation of the two is said also while it is empty. */
  all(): Held[] {
    const { store, sharing, account } = this.#parts
    const rows = this.#isOwn ? store.conversations() : sharing.sharedWith(account)
    const ids = new Set([...(this.#isOwn ? [] : [this.#direct]), ...rows.map(({ id }) => id)])
    return [...ids].map((id) => this.held(id))
  }

  aboutOf(conversation: ConversationId): About | null {
    const { store, me, account, sharing } = this.#parts
    const row = store.conversation(conversation)
    if (row === null || conversation === this.#direct) {
      return conversation === this.#direct ? { kind: 'two', members: membersOf(me, account) } : null
    }
    if (row.kind === 'direct' || row.kind === 'self') {
      return this.#isOwn && row.account !== null ? { kind: 'two', members: membersOf(me, row.account) } : null
    }
    const isShared = this.#isOwn || sharing.shares(row, account)
    return isShared && row.roster !== null ? { kind: row.kind, roster: row.roster } : null
  }

  takesGroup(about: Exclude<About, { kind: 'two' }>, isAdmitted: boolean): boolean {
    return this.#isOwn || this.#parts.sharing.takesGroup(about, isAdmitted)
  }

  listOf(account: AccountId): Uint8Array | null {
    const { me, account: theirs, listOf } = this.#parts
    // Their own and ours went with the hello.
    return account === me || account === theirs ? null : (listOf?.(account) ?? null)
  }

  takesListOf(account: AccountId): boolean {
    return this.#isOwn ? account !== this.#parts.me : this.#parts.sharing.isMate(account)
  }

  held(conversation: ConversationId): Held {
    const about = this.aboutOf(conversation)
    if (about === null) throw new Error('asked for a conversation that this stream is not about')
    const { store, me, isHeldBack } = this.#parts
    const row = store.conversation(conversation)
    if (row === null) return { id: conversation, about, logs: [] }
    const isHeld = isHeldBack(conversation)
    const logs = store.logs(row.key).flatMap((log): Held['logs'] => {
      const range = this.#rangeOf(row, log)
      if (range === null) return []
      if (isHeld && log.account === me) return this.#heldBack(row, log)
      return [{ key: log.key, account: log.account, device: log.device, seq: range.to, from: range.from, begins: log.begins }]
    })
    return { id: conversation, about, logs }
  }

  entries(log: number, seq: number, limit: number): EntryRow[] {
    return this.#parts.store.entries(log, seq, limit)
  }

  missing(limit: number): LogPosition[] {
    return this.#parts.store.transaction(() => this.#missing(limit))
  }

  #missing(limit: number): LogPosition[] {
    const { store } = this.#parts
    const positions: LogPosition[] = []
    for (const { id } of this.all()) {
      const row = store.conversation(id)
      if (row === null || positions.length >= limit) continue
      const devices = new Map(store.logs(row.key).map(({ key, device }) => [key, device]))
      for (const n of store.view.blocks.wanted(row.key, Math.min(limit, MAX_WANTED) - positions.length)) {
        const { log, seq } = placeOf(n)
        const device = devices.get(log)
        if (device !== undefined) positions.push({ conversation: id, device, seq })
      }
    }
    return positions
  }

  blockAt({ conversation, device, seq }: LogPosition): Uint8Array | null {
    const { store, me, account, isHeldBack } = this.#parts
    const row = this.aboutOf(conversation) === null ? null : store.conversation(conversation)
    const log = row === null ? null : store.head(row.key, device)
    const range = row === null || log === null ? null : this.#rangeOf(row, log)
    if (row === null || log === null || range === null || seq <= range.from || seq > range.to) return null
    // Nobody has any reason to ask for what was never sent: who does wants words that are held back.
    const isSent = seq <= store.mark(log.key, row.account ?? account).delivered
    if (log.account === me && isHeldBack(conversation) && !isSent) return null
    return store.view.blocks.get(entryNumber(log.key, seq))
  }

  #rangeOf(row: ConversationRow, log: LogRow): { from: number; to: number } | null {
    const isGroup = row.kind === 'talk' || row.kind === 'roster'
    if (this.#isOwn || !isGroup) return { from: 0, to: log.seq }
    return this.#parts.sharing.rangeOf(row, log, this.#parts.account)
  }

  /**
   * A log of ours of which nothing goes out. Also how much waits in it is not said: only what they have already. Another
   * device of ours is told no more either, as it may know nothing of why.
   */
  #heldBack(row: ConversationRow, { key, account, device }: LogRow): Held['logs'] {
    const { delivered } = this.#parts.store.mark(key, row.account ?? this.#parts.account)
    return delivered === 0 ? [] : [{ key, account, device, seq: delivered, stays: true }]
  }
}
