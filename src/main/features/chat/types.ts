import type { AccountId, ConversationId, FileId, MessageId, PeerId, TransferId } from '../../../shared/ids.ts'
import type { Conversation, ConversationChoices, Message, MessageOrder, TraceStep } from '../../../shared/model/chat.ts'
import type { FileOffer } from '../../../shared/model/files.ts'
import type { Query } from '../../../shared/model/search.ts'
import type { Watched } from '../../platform/feed.ts'
import type { GroupsFace } from './groups/commands.ts'
import type { Exported, ExportOrder } from './export/index.ts'
import type { Page } from './message-store.ts'
import type { Found, SearchPage } from './search/index.ts'

export type ChatEvent =
  | { event: 'conversation-changed'; conversation: Conversation }
  | { event: 'conversation-removed'; conversation: ConversationId }
  | { event: 'message-stored'; message: Message; fresh: boolean }
  | { event: 'message-changed'; message: Message }
  | { event: 'messages-removed'; conversation: ConversationId; ids: MessageId[] }
  | { event: 'typing'; conversation: ConversationId; account: AccountId; untilMs: number }

/** What is written: words, files that were staged, or both. */
export interface Draft {
  readonly text: string
  readonly reply?: MessageId | undefined
  readonly files?: readonly TransferId[]
  readonly mentions?: readonly AccountId[]
}

/** Which page of a conversation: at most one of these; none gives the latest. */
export interface PageAt {
  readonly before?: MessageOrder | undefined
  readonly after?: MessageOrder | undefined
  readonly around?: MessageId | undefined
  readonly fromMs?: number | undefined
}

/** An offer that came with a message of somebody else, or of another device of this account. */
export interface ArrivedOffer {
  readonly conversation: ConversationId
  readonly message: MessageId
  readonly from: AccountId
  readonly offer: FileOffer
  /** Which file of the message, from 0. */
  readonly index: number
}

/** What chat asks of files. */
export interface ChatFiles {
  /** What was staged. Errors: LatchError NOT_FOUND. */
  offerOf(staged: TransferId): FileOffer
  /** A message that offers it was stored: others may fetch it from now on. */
  sent(staged: TransferId, message: Omit<ArrivedOffer, 'offer'>): void
  /** May come again for the same one. */
  offered(offer: ArrivedOffer): void
  /** The message was taken back, or is gone here. */
  withdrawn(message: MessageId): void
}

/** What became of a letter; `why` is a sentence for the person. */
export type MailDelivery =
  | { readonly outcome: 'held'; readonly by: { readonly peerId: PeerId; readonly name?: string }; readonly untilMs: number }
  | { readonly outcome: 'no-card' | 'no-holder' | 'full' | 'unreachable'; readonly why: string }

/** What chat asks of mailboxes. */
export interface ChatMail {
  /** Whether anything could be left for that device now. */
  canDeliver(device: PeerId): boolean
  /** Seals a letter to that device, and leaves it with whoever holds its mail. */
  deliver(device: PeerId, letter: Uint8Array, signal?: AbortSignal): Promise<MailDelivery>
  /** Whether the door lets an account write here. */
  admits(account: AccountId): boolean
}

/** A letter that was opened: `device` signed it; `account` is only what it says. */
export interface ArrivedLetter {
  readonly from: { readonly device: PeerId; readonly account: AccountId }
  readonly bytes: Uint8Array
}

/** What is not named stays as it is. */
export type Chosen = { readonly [Key in keyof ConversationChoices]?: ConversationChoices[Key] | undefined }

export interface ChatFeature {
  readonly groups: GroupsFace
  start(): Promise<void>
  stop(): Promise<void>
  conversations(): Conversation[]
  /** Errors: LatchError NOT_FOUND. */
  conversation(id: ConversationId): Conversation
  /**
   * With one's own account: notes. `name`: the full name by which they were found. Errors: LatchError CONFLICT where it is
   * not that account's.
   */
  open(account: AccountId, name?: string): Conversation
  /**
   * After the name of a conversation moved. `keep`: goes on with the account known before, without the name. `follow`: gives
   * the conversation with whoever has the name now. Errors: LatchError NOT_FOUND, CONFLICT (it has not moved).
   */
  decide(conversation: ConversationId, choice: 'keep' | 'follow'): Conversation
  /** Whose names are changed, or the ledger is level again, or behind: conversations by names are looked at. */
  namesChanged(): void
  /** An account was revoked: what waits for it stays here. Of one's own: what waits says so. */
  ended(account: AccountId): void
  messages(id: ConversationId, at: PageAt, limit: number): Page
  message(id: MessageId): Message
  /** Messages of all conversations, newest first; what waited when it was asked for is found too. */
  find(query: Query, page: SearchPage, signal?: AbortSignal): Promise<Found>
  /** Writes a conversation to a new file. Errors: LatchError NOT_FOUND, CONFLICT (a file of that name), BAD_INPUT (not there). */
  export(order: ExportOrder): Promise<Exported>
  /** Resolves when the message is stored here; delivery goes on in the outbox. */
  send(conversation: ConversationId, draft: Draft): Promise<Message>
  edit(id: MessageId, text: string, mentions: readonly AccountId[]): Promise<Message>
  /** `everyone`: taken back, by its author or a moderator. `me`: it is gone on this account's devices. */
  remove(id: MessageId, whose: 'me' | 'everyone'): Promise<void>
  react(id: MessageId, emoji: string, on: boolean): Promise<Message>
  pinMessage(id: MessageId, pinned: boolean): Promise<Message>
  forward(id: MessageId, to: readonly ConversationId[]): Promise<Message[]>
  choose(conversation: ConversationId, choices: Chosen): Promise<Conversation>
  disappear(conversation: ConversationId, afterMs: number | null): Promise<Conversation>
  clear(conversation: ConversationId): Promise<Conversation>
  /** Gives how many messages are gone. */
  removeFrom(account: AccountId): Promise<number>
  typing(conversation: ConversationId): void
  markRead(conversation: ConversationId, position: number): Promise<Conversation>
  trace(id: MessageId): { message: Message; steps: TraceStep[] }
  /** Who else is to have what is written in a conversation. */
  audienceOf(conversation: ConversationId): readonly AccountId[]
  /** Tells this account's devices, this one among them, by the notes to itself. `key`: a word of whoever says it, a colon, what about. */
  remember(key: string, value: unknown): Promise<void>
  /** What was said last under that key, by whichever device of this account; undefined: nothing ever. */
  recall(key: string): unknown
  saidKeys(prefix: string): string[]
  /** Whether an account is in a conversation in which that file was offered and not taken back. */
  mayFetch(file: FileId, account: AccountId): boolean
  /** Whether an account is in a group with this one: then it may open streams, for what is said in groups. */
  isMate(account: AccountId): boolean
  /**
   * A letter from a mailbox. `taken`: all of it is stored, durably. `refused`: it never will be. Rejects where it may be taken
   * later: what comes before it is not here yet.
   */
  letter(letter: ArrivedLetter): Promise<'taken' | 'refused'>
  /** The outbox tries this account now: its device appeared, or its door opened. */
  wake(account: AccountId): void
  /** A better connection to this device is there: what is under way goes on over it, nothing lost and nothing doubled. */
  move(peerId: PeerId): void
  disconnected(peerId: PeerId): void
  /**
   * How many entries a device of this account lacks, and this one of what it has, as far as it said; null where there is no stream
   * with it.
   */
  behind(peerId: PeerId): { readonly here: number; readonly there: number } | null
  watch(signal?: AbortSignal): AsyncIterable<Watched<Conversation[], ChatEvent>>
}
