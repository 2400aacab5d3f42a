import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'
import { KNOWN_SAYINGS, readContent, type Post, type Said, type SaidMessage, type SignedEntry } from '../../protocols/chat/index.ts'
import { Acts, type NewAct, type PlacedAct } from './acts.ts'
import { Blocks } from './blocks.ts'
import { fold, type Folded } from './fold.ts'
import { placeOf } from './numbers.ts'
import { orderOf } from './order.ts'
import { OwnState, type StateLine } from './own-state.ts'
import type { ConversationRow, Rows } from './rows.ts'
import { prepareAll, type ShownRow } from './view-rows.ts'

/** What an entry, or a content block that came late, did to what is shown. */
export interface Effect {
  /** A message that was not there before. */
  readonly shown: MessageId | null
  /** Messages that look different now. */
  readonly changed: readonly MessageId[]
  /** Something about the conversation itself: how long messages stay, what is pinned. */
  readonly conversation: boolean
  /** What an account told its own devices, and is the last word on it. */
  readonly state: StateLine | null
}

/** Who may do what; of groups it follows from the roster, and changes with it: then `refold` what it touches. */
export interface Authority {
  /** Whether what a device wrote at that place of its log is for anybody's eyes. */
  isVisible(row: ConversationRow, account: AccountId, device: PeerId, seq: number): boolean
  /** Whether it was taken back with the removal of its author: nothing of it is kept. */
  isTakenBack(row: ConversationRow, account: AccountId, device: PeerId, seq: number): boolean
  /** Whether `account` may take back what `author` wrote. `at`: where it did; without, whether it may now. */
  mayDelete(row: ConversationRow, account: AccountId, author: AccountId, at?: { device: PeerId; seq: number }): boolean
}

const twoPeople: Authority = { isVisible: () => true, isTakenBack: () => false, mayDelete: () => false }
const NOTHING: Effect = { shown: null, changed: [], conversation: false, state: null }

/**
 * What is shown of a conversation: kept beside its logs, a pure function of the entries in them, in whatever order they came,
 * less what this person removed for themselves. Called within the transaction of the entry.
 */
export class View {
  authority: Authority = twoPeople
  readonly blocks: Blocks
  readonly #me: AccountId
  readonly #rows: Rows
  readonly #acts: Acts
  readonly #state: OwnState
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database, me: AccountId, rows: Rows) {
    this.#me = me
    this.#rows = rows
    this.#acts = new Acts(database)
    this.#state = new OwnState(database)
    this.blocks = new Blocks(database)
    this.#sql = prepareAll(database)
  }

  /** An entry was stored; `block` was held against the hash that it names. */
  apply(id: ConversationId, n: number, signed: SignedEntry, block: Uint8Array | null, nowMs: number): Effect {
    const { entry, body } = signed
    const act = { n, account: entry.account, ord: orderOf(entry.clock, signed.id), atMs: entry.sentAtMs }
    switch (body?.kind) {
      case 'message':
        return this.#message(id, n, signed, null, nowMs)
      case 'post': {
        const row = this.#required(id)
        if (this.authority.isTakenBack(row, entry.account, entry.device, entry.seq)) return this.#post(id, n, signed, body, null, nowMs)
        if (block === null && !isOver(signed, body, nowMs)) this.blocks.miss(n, row.key)
        return this.#post(id, n, signed, body, block, nowMs)
      }
      case 'delete': {
        const changed = body.of.filter((target) => this.#acted(id, { ...act, target, kind: 'delete', value: '' }, null))
        return { ...NOTHING, changed, conversation: true }
      }
      case 'pin': {
        const isChanged = this.#acted(id, { ...act, target: body.of, kind: 'pin', value: body.on ? '+' : '-' }, null)
        return { ...NOTHING, changed: isChanged ? [body.of] : [], conversation: true }
      }
      case 'disappear':
        this.#acts.add({ ...act, target: id, kind: 'disappear', value: String(body.afterMs ?? '') })
        return { ...NOTHING, conversation: true }
      default:
        return NOTHING
    }
  }

  /** A content block came that was missing. `n`: the entry that names it. */
  late(id: ConversationId, n: number, signed: SignedEntry, block: Uint8Array, nowMs: number): Effect {
    const { body } = signed
    this.blocks.found(n)
    if (body?.kind !== 'post') return NOTHING
    if (body.says !== 'message') return this.#post(id, n, signed, body, block, nowMs)
    const row = this.#sql.row.get(signed.id)
    const said = readContent(block)
    // A message that is not here any more was dropped, and stays so.
    if (row === undefined || row.deletedBy !== null || said?.kind !== 'message') return NOTHING
    this.#fill(n, said, block)
    this.#sql.named.run(this.#isAboutMe(said, row.conversation) ? 1 : 0, n)
    this.recount(id)
    return { ...NOTHING, changed: [signed.id] }
  }

  /** Makes a message anew from what was done to it. What is taken back is erased: its words, those of its edits, its files. */
  refold(id: MessageId): boolean {
    const row = this.#sql.row.get(id)
    const conversation = row === undefined ? null : this.#rows.byKey(row.conversation)
    if (row === undefined || conversation === null) return false
    this.#refold(id, row, conversation)
    return true
  }

  /** What was done to a message by those who may, and in its own conversation. */
  actsOn(id: MessageId, conversation: ConversationRow): PlacedAct[] {
    return this.#acts.on(id).filter((act) => {
      const { seq } = placeOf(act.n)
      return act.conversation === conversation.key && this.authority.isVisible(conversation, act.account, act.device, seq)
    })
  }

  /**
   * Nothing of a message is kept here but its place in the chain. What `isOwed` is kept for those who are still to have it, and
   * erased then.
   */
  drop(n: number, isOwed: (n: number) => boolean): void {
    const row = this.#sql.byNumber.get(n)
    if (row === undefined) return
    for (const one of [n, ...this.#acts.on(row.id).map((act) => act.n)]) {
      if (isOwed(one)) this.blocks.owe(one)
      else this.blocks.erase(one)
    }
    this.#acts.forget(row.id)
    this.#sql.eraseLegacy.run(n)
    this.#sql.unoffer.run(n)
    this.#sql.remove.run(n)
  }

  /** Counts what is unread; for what was added by itself, `#message` adds one. */
  recount(id: ConversationId): void {
    const row = this.#required(id)
    const counted = this.#sql.unread.get(row.key, row.readPosition, this.#me)
    this.#rows.saveConversation({ ...row, unread: counted?.unread ?? 0, mentions: counted?.mentions ?? 0 })
  }

  #required(id: ConversationId): ConversationRow {
    const row = this.#rows.conversation(id)
    if (row === null) throw new Error('a conversation is gone while something was written in it')
    return row
  }

  #refold(id: MessageId, row: ShownRow, conversation: ConversationRow): Folded {
    const acts = this.actsOn(id, conversation)
    const folded = fold(acts, row.account, ({ account, device, n }) =>
      this.authority.mayDelete(conversation, account, row.account, { device, seq: placeOf(n).seq }),
    )
    const { words, deletedBy, pinnedOrd } = folded
    this.#sql.refold.run(words?.n ?? row.n, words?.atMs ?? null, deletedBy, pinnedOrd, row.n)
    if (deletedBy !== null) {
      for (const { n, kind } of acts) if (kind === 'edit') this.blocks.erase(n)
      this.blocks.erase(row.n)
      this.#sql.eraseLegacy.run(row.n)
    } else if (row.deletedBy !== null) {
      // It was not theirs to take back: whoever still has the words may give them again.
      for (const { n, kind } of acts) if (kind === 'edit') this.blocks.miss(n, conversation.key)
      this.blocks.miss(row.n, conversation.key)
    }
    if (deletedBy !== row.deletedBy) this.recount(conversation.id)
    return folded
  }

  #post(id: ConversationId, n: number, signed: SignedEntry, body: Post, block: Uint8Array | null, nowMs: number): Effect {
    const read = block === null ? null : readContent(block)
    const said = read?.kind === body.says ? read : null
    if (body.says === 'message') {
      return this.#message(id, n, signed, block === null || said?.kind !== 'message' ? null : { said, block }, nowMs)
    }
    if (block === null) return NOTHING
    // A newer Latch may know what it says: it is kept for that, and carried on.
    if (!KNOWN_SAYINGS.has(body.says)) this.blocks.put(n, block)
    return said === null ? NOTHING : this.#aside(id, n, signed, said, block)
  }

  /** What is no message of its own. */
  #aside(id: ConversationId, n: number, signed: SignedEntry, said: Said, block: Uint8Array): Effect {
    const { account, clock, sentAtMs } = signed.entry
    const act = { n, account, ord: orderOf(clock, signed.id), atMs: sentAtMs }
    const acted = (target: MessageId, kind: 'edit' | 'reaction', value: string): Effect => {
      const isChanged = this.#acted(id, { ...act, target, kind, value }, block)
      return { ...NOTHING, changed: isChanged ? [target] : [] }
    }
    switch (said.kind) {
      case 'edit':
        return acted(said.of, 'edit', '')
      case 'reaction':
        return acted(said.to, 'reaction', `${said.on ? '+' : '-'}${said.emoji}`)
      case 'state': {
        if (this.#required(id).kind !== 'self') return NOTHING
        this.blocks.put(n, block)
        const line = { key: said.key, value: said.value, ord: act.ord }
        return { ...NOTHING, state: this.#state.take(line) ? line : null }
      }
      case 'message':
        return NOTHING
    }
  }

  /** Something was done to a message, perhaps before it came. Gives whether it looks different for it. */
  #acted(id: ConversationId, act: NewAct & { readonly target: MessageId }, block: Uint8Array | null): boolean {
    const conversation = this.#required(id)
    const row = this.#sql.row.get(act.target)
    const isForeign = row !== undefined && (row.conversation !== conversation.key || (act.kind === 'edit' && row.account !== act.account))
    // Of a message that was dropped nothing is kept, nor of what is none.
    const isDropped = row === undefined && this.#sql.isEntry.get(act.target) !== undefined
    const { isKept, instead } = isForeign || isDropped ? { isKept: false, instead: null } : this.#acts.add(act)
    if (!isKept) {
      this.blocks.erase(act.n)
      return false
    }
    if (instead !== null) this.blocks.erase(instead)
    if (block !== null && row?.deletedBy == null) this.blocks.put(act.n, block)
    if (row !== undefined) this.#refold(act.target, row, conversation)
    else if (act.kind !== 'pin') this.#eraseTakenBack(act)
    return true
  }

  /** Words that their own author took back before the message came: they never count, whoever wrote that. */
  #eraseTakenBack({ target, account }: Pick<NewAct, 'target' | 'account'>): void {
    const acts = this.#acts.on(target).filter((act) => act.account === account)
    if (!acts.some(({ kind }) => kind === 'delete')) return
    for (const { n, kind } of acts) if (kind === 'edit') this.blocks.erase(n)
  }

  #message(id: ConversationId, n: number, signed: SignedEntry, words: Words | null, nowMs: number): Effect {
    const row = this.#required(id)
    const { entry, body } = signed
    const ord = orderOf(entry.clock, signed.id)
    const expiresMs = expiryOf(signed, nowMs)
    // It disappeared, or this person removed it, before it came: its place in the chain is all that is taken.
    const isOver = expiresMs !== null && expiresMs <= nowMs
    const { account, device, seq, sentAtMs: sentMs } = entry
    if (isOver || this.#state.isUnwanted({ conversation: id, id: signed.id, account, device, seq, sentMs })) {
      this.drop(n, () => false)
      return NOTHING
    }
    const isVisible = this.authority.isVisible(row, account, device, seq)
    const namesMe = words !== null && this.#isAboutMe(words.said, row.key)
    const position = row.position + 1
    this.#sql.add.run(n, row.key, position, ord, account, n, expiresMs, namesMe ? 1 : 0, isVisible ? 0 : 1)
    const shown = { n, conversation: row.key, account, deletedBy: null, hidden: 0 }
    this.#rows.saveConversation({ ...row, position })
    this.#forgetForeign(signed.id, shown)
    const isDeleted = this.#refold(signed.id, shown, row).deletedBy !== null
    if (words !== null && !isDeleted) this.#fill(n, words.said, words.block)
    if (body?.kind === 'message' && !isDeleted && !this.authority.isTakenBack(row, account, device, seq)) this.#sql.legacy.run(body.text, n)
    const now = this.#required(id)
    const more = isVisible && account !== this.#me && !isDeleted ? 1 : 0
    // What was deleted was counted anew by that.
    if (!isDeleted) this.#rows.saveConversation({ ...now, unread: now.unread + more, mentions: now.mentions + (namesMe ? more : 0) })
    return { ...NOTHING, shown: isVisible ? signed.id : null }
  }

  #fill(n: number, { files }: SaidMessage, block: Uint8Array): void {
    this.blocks.put(n, block)
    for (const { file } of files) this.#sql.offer.run(file, n)
  }

  /** What others did to a message in other conversations, and what they made of its words, before it came. */
  #forgetForeign(id: MessageId, row: ShownRow): void {
    for (const { n, kind, account, conversation } of this.#acts.on(id)) {
      if (conversation === row.conversation && (kind !== 'edit' || account === row.account)) continue
      this.#acts.remove(id, n)
      this.blocks.erase(n)
    }
  }

  #isAboutMe({ reply, mentions }: SaidMessage, conversation: number): boolean {
    const answered = reply === null ? undefined : this.#sql.row.get(reply)
    return (answered?.conversation === conversation && answered.account === this.#me) || mentions.includes(this.#me)
  }
}

interface Words {
  readonly said: SaidMessage
  readonly block: Uint8Array
}

/** Their clock may be ahead: nothing stays longer for that. */
function expiryOf({ entry, body }: SignedEntry, nowMs: number): number | null {
  const afterMs = body?.kind === 'post' ? body.expiresAfterMs : undefined
  return afterMs === undefined ? null : Math.min(entry.sentAtMs, nowMs) + afterMs
}

function isOver(signed: SignedEntry, body: Post, nowMs: number): boolean {
  return body.says === 'message' && (expiryOf(signed, nowMs) ?? Number.POSITIVE_INFINITY) <= nowMs
}
