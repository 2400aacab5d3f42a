import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import type { Route } from '../../../shared/model/peers.ts'
import type { SignedEntry } from '../../protocols/chat/index.ts'
import type { Mark } from './rows.ts'

/** Messages of one log whose state changed: seq `from` to `to`, both included. */
export interface Changed {
  readonly conversation: ConversationId
  /** For whom. */
  readonly account: AccountId
  readonly log: number
  readonly from: number
  readonly to: number
}

/** When something was held, delivered or read, for whom, and how it went there. */
export interface Milestone {
  readonly step: keyof Mark
  readonly account: AccountId
  readonly atMs: number
  readonly sentMs: number | null
  readonly route: Route | null
  readonly detail?: string
}

/** An entry that is good, with what came beside it. */
export interface Accepted {
  readonly signed: SignedEntry
  readonly block: Uint8Array | null
}
