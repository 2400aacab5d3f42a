import type { AccountId, ConversationId, FileId, MessageId } from '../../../shared/ids.ts'
import { LatchError } from '../../../shared/errors.ts'
import type { Message, MessageOrder, Quote, Reaction } from '../../../shared/model/chat.ts'
import type { FileOffer } from '../../../shared/model/files.ts'
import type { GroupNotice } from '../../../shared/model/groups.ts'
import type { Database } from '../../platform/database.ts'
import { readContent, type SaidMessage } from '../../protocols/chat/index.ts'
import { Acts } from './acts.ts'
import { fold } from './fold.ts'
import { prepareAll, type MessageRow } from './message-rows.ts'
import { entryNumber, placeOf } from './numbers.ts'
import type { Changed, ConversationRow, LogStore } from './store.ts'

/** A message as it is shown, and its place in the log. */
export interface StoredMessage {
  readonly message: Message
  /** Its entry's number. */
  readonly n: number
  readonly log: number
  readonly seq: number
}

/** A page of messages in their order, and whether there are more on either side. */
export interface Page {
  messages: Message[]
  more: boolean
  later: boolean
}

/** What the roster of a group says in a line between messages; a message that is none has no line. */
export type NoticeOf = (n: number) => GroupNotice | null

/** Characters of a message that are quoted where another one answers it. */
const QUOTE_LENGTH = 140
const LAST = '~'

/** What is shown of the logs. Reads only; the state of a message follows from how far its log was taken. */
export class MessageStore {
  noticeOf: NoticeOf = () => null
  readonly #me: AccountId
  readonly #store: LogStore
  readonly #acts: Acts
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database, me: AccountId, store: LogStore) {
    this.#me = me
    this.#store = store
    this.#acts = new Acts(database)
    this.#sql = prepareAll(database)
  }

  /** At most `limit` messages before a place, oldest first; without one, the latest. */
  before(conversation: ConversationRow, before: MessageOrder | undefined, limit: number): Page {
    const rows = this.#sql.before.all(conversation.key, before ?? LAST, limit + 1)
    const messages = rows.slice(0, limit).toReversed().map((row) => this.#read(row, conversation).message)
    return { messages, more: rows.length > limit, later: before !== undefined && this.#isAnyFrom(conversation, before) }
  }

  after(conversation: ConversationRow, after: MessageOrder, limit: number): Page {
    const rows = this.#sql.after.all(conversation.key, after, limit + 1)
    const messages = rows.slice(0, limit).map((row) => this.#read(row, conversation).message)
    return { messages, more: this.#isAnyUpTo(conversation, after), later: rows.length > limit }
  }

  /** A page with that message in its middle. Errors: LatchError NOT_FOUND. */
  around(conversation: ConversationRow, id: MessageId, limit: number): Page {
    const row = this.#sql.byId.get(id)
    if (row === undefined || row.conversation !== conversation.key) throw notFound()
    const half = Math.floor(limit / 2)
    const earlier = this.before(conversation, row.ord, limit - half - 1)
    const later = this.after(conversation, row.ord, half)
    const middle = this.#read(row, conversation).message
    return { messages: [...earlier.messages, middle, ...later.messages], more: earlier.more, later: later.later }
  }

  /** A page that begins with the first message sent at that time or later. */
  from(conversation: ConversationRow, fromMs: number, limit: number): Page {
    const first = this.#sql.firstFrom.get(conversation.key, fromMs)
    if (first === undefined) return this.before(conversation, undefined, limit)
    const page = this.after(conversation, first.ord, Math.max(limit - 1, 1))
    const middle = this.#read(first, conversation).message
    return { messages: [middle, ...page.messages].slice(0, limit), more: this.#isAnyUpTo(conversation, first.ord, true), later: page.later }
  }

  byId(id: MessageId): StoredMessage | null {
    const row = this.#sql.byId.get(id)
    const conversation = row === undefined ? null : this.#conversation(row.conversation)
    return row === undefined || conversation === null ? null : this.#read(row, conversation)
  }

  last(conversation: ConversationRow): Message | null {
    const [row] = this.#sql.before.all(conversation.key, LAST, 1)
    return row === undefined ? null : this.#read(row, conversation).message
  }

  /** The newest pin first. */
  pinned(conversation: ConversationRow): MessageId[] {
    return this.#sql.pinned.all(conversation.key).map(({ id }) => id)
  }

  disappearAfterMs(conversation: ConversationId): number | null {
    const row = this.#store.conversation(conversation)
    if (row === null) return null
    const { authority } = this.#store.view
    return this.#acts.disappearAfterMs(conversation, (act) => authority.isVisible(row, act.account, act.device, placeOf(act.n).seq))
  }

  /** At most `limit` of the messages that changed, in the order of their log. */
  changed({ conversation, log, from, to }: Changed, limit: number): StoredMessage[] {
    const row = this.#store.conversation(conversation)
    if (row === null) return []
    return this.#sql.changed.all(entryNumber(log, from), entryNumber(log, to), limit).map((it) => this.#read(it, row))
  }

  /** Numbers of messages whose time is over. */
  expired(nowMs: number, limit: number): { n: number; id: MessageId; conversation: ConversationId }[] {
    return this.#sql.expired.all(nowMs, limit)
  }

  /** When the next one is over; null: none is. */
  nextExpiryMs(): number | null {
    return this.#sql.nextExpiry.get()?.at ?? null
  }

  /** Messages of a log up to a place. */
  toDrop(log: number, seq: number, limit: number): { n: number; id: MessageId }[] {
    return this.#sql.upTo.all(entryNumber(log, 1), entryNumber(log, seq), limit)
  }

  /** What an account wrote up to a time: by what it says, or as it came here. */
  writtenBy(account: AccountId, untilMs: number, limit: number): { n: number; id: MessageId; conversation: ConversationId }[] {
    return this.#sql.writtenBy.all(account, untilMs, untilMs, limit)
  }

  /** Messages that are here though this person removed each of them. */
  removedOnes(limit: number): { n: number; id: MessageId; conversation: ConversationId }[] {
    return this.#sql.removedOnes.all(limit)
  }

  /** Conversations in which a file is offered. */
  offersOf(file: FileId): ConversationId[] {
    return this.#sql.offersOf.all(file).map(({ conversation }) => conversation)
  }

  numberOf(id: MessageId): number | null {
    return this.#sql.byId.get(id)?.n ?? null
  }

  #isAnyFrom({ key }: ConversationRow, ord: MessageOrder): boolean {
    return this.#sql.after.all(key, ord.slice(0, -1), 1).length > 0
  }

  #isAnyUpTo({ key }: ConversationRow, ord: MessageOrder, before = false): boolean {
    return this.#sql.before.all(key, before ? ord : `${ord}~`, 1).length > 0
  }

  #conversation(key: number): ConversationRow | null {
    return this.#store.conversations().find((row) => row.key === key) ?? null
  }

  #read(row: MessageRow, conversation: ConversationRow): StoredMessage {
    const { n, id, position, ord, account, device, sentMs, storedMs, editedMs, deletedBy, expiresMs, text } = row
    const { log, seq } = placeOf(n)
    const mine = account === this.#me
    const base = deletedBy === null && row.isNotice === 0 ? this.#said(n) : null
    const files = base?.files ?? []
    const isGone = base === null && text === null && row.isNotice === 0
    const reactions: Reaction[] = deletedBy === null && row.isNotice === 0 ? fold(this.#store.view.actsOn(id, conversation), account, () => false).reactions : []
    const message: Message = {
      id,
      conversation: conversation.id,
      position,
      order: ord,
      from: account,
      device,
      mine,
      kind: row.isNotice === 1 ? 'notice' : deletedBy !== null ? 'deleted' : isGone ? 'missing' : kindOf(files),
      text: deletedBy !== null ? '' : (text ?? this.#textOf(row, base)),
      sentMs,
      storedMs,
      editedMs,
      deletedBy,
      reply: base?.reply == null ? null : this.#quote(base.reply, conversation),
      forwarded: base?.forwarded ?? false,
      mentions: this.#mentionsOf(row, base),
      reactions,
      pinned: row.pinnedOrd !== null,
      files,
      notice: row.isNotice === 1 ? this.noticeOf(n) : null,
      expiresMs,
      ...this.#stateOf(conversation, log, seq, mine),
    }
    return { message, n, log, seq }
  }

  #stateOf(row: ConversationRow, log: number, seq: number, mine: boolean): Pick<Message, 'state' | 'reach'> {
    if (!mine) return { state: 'received', reach: { delivered: 0, read: 0, of: 0 } }
    const marks = this.#store.audience(row).map((account) => this.#store.mark(log, account))
    const delivered = marks.filter((mark) => seq <= mark.delivered).length
    const read = marks.filter((mark) => seq <= mark.read).length
    const held = marks.filter((mark) => seq <= Math.max(mark.held, mark.delivered)).length
    const reach = { delivered, read, of: marks.length }
    // Notes to oneself are where they are to be.
    if (read === marks.length) return { state: marks.length === 0 ? 'delivered' : 'read', reach }
    if (delivered === marks.length) return { state: 'delivered', reach }
    return { state: held === marks.length ? 'held' : 'queued', reach }
  }

  #said(n: number): SaidMessage | null {
    const block = this.#sql.block.get(n)?.block
    const said = block === undefined ? null : readContent(block)
    return said?.kind === 'message' ? said : null
  }

  /** The words that count now: those of the last edit, if there is one and it is here. */
  #edit({ n, words }: MessageRow): { text: string; mentions: AccountId[] } | null {
    const block = words === n ? undefined : this.#sql.block.get(words)?.block
    const said = block === undefined ? null : readContent(block)
    return said?.kind === 'edit' ? said : null
  }

  #textOf(row: MessageRow, base: SaidMessage | null): string {
    return this.#edit(row)?.text ?? base?.text ?? ''
  }

  #mentionsOf(row: MessageRow, base: SaidMessage | null): AccountId[] {
    return row.deletedBy === null ? (this.#edit(row)?.mentions ?? base?.mentions ?? []) : []
  }

  /** Only of the same conversation: what an answer from elsewhere names is nobody's business there. */
  #quote(id: MessageId, { key }: ConversationRow): Quote {
    const row = this.#sql.byId.get(id)
    if (row === undefined || row.conversation !== key || row.deletedBy !== null) return { id, from: null, text: '', kind: 'gone' }
    const base = this.#said(row.n)
    const text = (row.text ?? this.#textOf(row, base)).replace(/\s+/gu, ' ').trim()
    const short = text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH).toWellFormed()}…` : text
    return { id, from: row.account, text: short, kind: kindOf(base?.files ?? []) }
  }
}

function kindOf(files: readonly FileOffer[]): 'text' | 'files' | 'voice' {
  if (files.length === 0) return 'text'
  return files.every(({ kind }) => kind === 'voice') ? 'voice' : 'files'
}

function notFound(): LatchError {
  return new LatchError('NOT_FOUND', 'There is no message of that id.')
}
