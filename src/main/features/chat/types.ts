import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import type { Conversation, Message, TraceStep } from '../../../shared/model/chat.ts'
import type { Watched } from '../../platform/feed.ts'

export type ChatEvent =
  | { event: 'conversation-changed'; conversation: Conversation }
  | { event: 'message-stored'; message: Message }
  | { event: 'message-changed'; message: Message }

export interface ChatFeature {
  start(): Promise<void>
  stop(): Promise<void>
  conversations(): Conversation[]
  /** `name`: the full name by which they were found. Errors: LatchError CONFLICT where it is not that account's. */
  open(account: AccountId, name?: string): Conversation
  /**
   * After the name of a conversation moved. `keep`: goes on with the account known before, without the name. `follow`: gives
   * the conversation with whoever has the name now. Errors: LatchError NOT_FOUND, CONFLICT (it has not moved).
   */
  decide(conversation: ConversationId, choice: 'keep' | 'follow'): Conversation
  /** Whose names are changed, or the ledger is level again, or behind: conversations by names are looked at. */
  namesChanged(): void
  messages(id: ConversationId, before: number | undefined, limit: number): { messages: Message[]; more: boolean }
  /** Resolves when the message is stored here; delivery goes on in the outbox. */
  send(conversation: ConversationId, text: string): Promise<Message>
  markRead(conversation: ConversationId, position: number): Promise<Conversation>
  trace(id: MessageId): { message: Message; steps: TraceStep[] }
  /** The outbox tries this account now: its device appeared, or its door opened. */
  wake(account: AccountId): void
  /** A better connection to this device is there: what is under way goes on over it, nothing lost and nothing doubled. */
  move(peerId: PeerId): void
  disconnected(peerId: PeerId): void
  watch(signal?: AbortSignal): AsyncIterable<Watched<Conversation[], ChatEvent>>
}
