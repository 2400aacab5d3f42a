import type { AccountId, ConversationId, PeerId } from '../../../shared/ids.ts'
import type { LogPosition } from '../../protocols/chat/index.ts'
import type { About } from './about.ts'
import type { EntryRow } from './store.ts'

/** One device's log, as much of it as may be said. */
export interface HeldLog {
  readonly key: number
  readonly account: AccountId
  readonly device: PeerId
  readonly seq: number
  /** What lies before is not for them, whatever they say to have. */
  readonly from?: number
  /** What lies before is not here: who lacks of it gets nothing from us. */
  readonly begins?: number
  /** Nothing of it goes out now. */
  readonly stays?: boolean
}

/** What we hold of one conversation. */
export interface Held {
  readonly id: ConversationId
  readonly about: About
  readonly logs: readonly HeldLog[]
}

/** The logs as one stream sees them: only the conversations it is about, and always the latest of them. */
export interface Source {
  all(): Held[]
  /** Null for a conversation that this stream is not about. */
  aboutOf(conversation: ConversationId): About | null
  held(conversation: ConversationId): Held
  entries(log: number, seq: number, limit: number): EntryRow[]
  /** Entries whose content block is missing here, of conversations that this stream is about. */
  missing(limit: number): LogPosition[]
  /** A content block that they may have; null where it is not here. */
  blockAt(position: LogPosition): Uint8Array | null
  /** The list of that account's devices, for somebody who may know none of them; null where they know better, or nothing is known. */
  listOf(account: AccountId): Uint8Array | null
  /** Whether they may tell whose devices those of that account are. */
  takesListOf(account: AccountId): boolean
  /** Whether they may bring a half of a group; `isAdmitted`: the door lets them write to this account. */
  takesGroup(about: Exclude<About, { kind: 'two' }>, isAdmitted: boolean): boolean
}
