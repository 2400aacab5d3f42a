import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'
import { readContent, type SaidMessage, type SignedEntry } from '../../protocols/chat/index.ts'
import { Acts, type NewAct } from './acts.ts'
import { Blocks } from './blocks.ts'
import { fold } from './fold.ts'
import { placeOf } from './numbers.ts'
import { orderOf } from './order.ts'
import type { ConversationRow, Rows } from './rows.ts'

/** What an entry, or a content block that came late, did to what is shown. */
export interface Effect {
  /** A message that was not there before. */
  readonly shown: MessageId | null
  /** Messages that look different now. */
  readonly changed: readonly MessageId[]
  /** Something about the conversation itself: how long messages stay, what is pinned. */
  readonly conversation: boolean
  /** What an account told its own devices. */
  readonly state: { readonly key: string; readonly value: unknown; readonly ord: string } | null
}

/** Who may do what; of groups it follows from the roster, and changes with it. */
export interface Authority {
  /** Whether what a device wrote at that place of its log is for anybody's eyes. */
  isVisible(row: ConversationRow, account: AccountId, device: PeerId, seq: number): boolean
  /** Whether `account` may take back what `author` wrote. */
  mayDelete(row: ConversationRow, account: AccountId, author: AccountId): boolean
}

const twoPeople: Authority = { isVisible: () => true, mayDelete: () => false }
const NOTHING: Effect = { shown: null, changed: [], conversation: false, state: null }

interface MessageRow {
  readonly n: number
  readonly conversation: number
  readonly account: AccountId
  readonly deletedBy: AccountId | null
  readonly hidden: number
}

/**
 * What is shown of a conversation: kept beside its logs, a pure function of the entries in them, in whatever order they came.
 * Called within the transaction of the entry.
 */
export class View {
  authority: Authority = twoPeople
  readonly #me: AccountId
  readonly #rows: Rows
  readonly blocks: Blocks
  readonly #acts: Acts
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database, me: AccountId, rows: Rows) {
    this.#me = me
    this.#rows = rows
    this.#acts = new Acts(database)
    this.blocks = new Blocks(database)
    this.#sql = prepareAll(database)
  }

  /** An entry was stored; `block` was held against the hash that it names. */
  apply(id: ConversationId, n: number, signed: SignedEntry, block: Uint8Array | null, nowMs: number): Effect {
    const { entry, body } = signed
    const ord = orderOf(entry.clock, signed.id)
    const act = { n, account: entry.account, ord, atMs: entry.sentAtMs }
    switch (body?.kind) {
      case 'message':
        return this.#message(id, n, signed, null, nowMs)
      case 'post':
        return this.#said(id, n, signed, block, nowMs)
      case 'delete': {
        for (const target of body.of) this.#acts.add({ ...act, target, kind: 'delete', value: '' })
        return { ...NOTHING, changed: body.of.filter((target) => this.refold(target)), conversation: true }
      }
      case 'pin': {
        this.#acts.add({ ...act, target: body.of, kind: 'pin', value: body.on ? '+' : '-' })
        return { ...NOTHING, changed: this.refold(body.of) ? [body.of] : [], conversation: true }
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
    const before = this.#sql.row.get(signed.id)
    // A message that is not here any more was dropped, and stays so.
    const isMessage = signed.body?.kind === 'post' && signed.body.says === 'message'
    if (before === undefined) return isMessage ? NOTHING : this.#said(id, n, signed, block, nowMs)
    const said = readContent(block)
    if (before.deletedBy !== null || said?.kind !== 'message') return NOTHING
    this.blocks.put(n, block)
    for (const { file } of said.files) this.#sql.offer.run(file, n)
    const { expiresMs, namesMe } = this.#aboutMessage(said, signed, nowMs)
    this.#sql.fill.run(expiresMs, namesMe ? 1 : 0, n)
    this.recount(id)
    return { ...NOTHING, changed: [signed.id] }
  }

  /**
   * Makes a message anew from what was done to it. False: it is not here, or nothing changed. What is taken back is erased:
   * its words, those of its edits, and its files.
   */
  refold(id: MessageId): boolean {
    const row = this.#sql.row.get(id)
    const conversation = row === undefined ? null : this.#rows.byKey(row.conversation)
    if (row === undefined || conversation === null) return false
    const acts = this.#acts.on(id)
    const mayDelete = (account: AccountId): boolean => this.authority.mayDelete(conversation, account, row.account)
    const { words, deletedBy, pinnedOrd } = fold(acts, row.account, mayDelete)
    this.#sql.refold.run(words?.n ?? row.n, words?.atMs ?? null, deletedBy, pinnedOrd, row.n)
    if (deletedBy !== null) {
      for (const { n, kind } of acts) if (kind === 'edit') this.blocks.erase(n)
      this.blocks.erase(row.n)
      this.#sql.eraseLegacy.run(row.n)
      if (row.deletedBy === null) this.recount(conversation.id)
    }
    return true
  }

  /** Nothing of a message is kept here but its place in the chain. */
  drop(n: number): void {
    const row = this.#sql.byNumber.get(n)
    if (row === undefined) return
    for (const act of this.#acts.on(row.id)) this.blocks.erase(act.n)
    this.#acts.forget(row.id)
    this.blocks.erase(n)
    this.#sql.eraseLegacy.run(n)
    this.#sql.unoffer.run(n)
    this.#sql.remove.run(n)
  }

  /** Counts what is unread; for what was added by itself, `#message` adds one. */
  recount(id: ConversationId): void {
    const row = this.#rows.conversation(id)
    if (row === null) return
    const counted = this.#sql.unread.get(row.key, row.readPosition, this.#me)
    this.#rows.saveConversation({ ...row, unread: counted?.unread ?? 0, mentions: counted?.mentions ?? 0 })
  }

  #said(id: ConversationId, n: number, signed: SignedEntry, block: Uint8Array | null, nowMs: number): Effect {
    if (signed.body?.kind !== 'post') return NOTHING
    const { says } = signed.body
    if (block === null) this.#miss(id, n)
    const read = block === null ? null : readContent(block)
    const said = read?.kind === says ? read : null
    if (says === 'message') return this.#message(id, n, signed, said?.kind === 'message' ? { said, block } : null, nowMs)
    if (said === null || block === null) return NOTHING
    const { account, clock, sentAtMs } = signed.entry
    const act = { n, account, ord: orderOf(clock, signed.id), atMs: sentAtMs }
    switch (said.kind) {
      case 'edit':
        return this.#acted({ ...act, target: said.of, kind: 'edit', value: '' }, block)
      case 'reaction':
        return this.#acted({ ...act, target: said.to, kind: 'reaction', value: `${said.on ? '+' : '-'}${said.emoji}` }, block)
      case 'state':
        if (this.#rows.conversation(id)?.kind !== 'self') return NOTHING
        this.blocks.put(n, block)
        return { ...NOTHING, state: { key: said.key, value: said.value, ord: act.ord } }
      default:
        return NOTHING
    }
  }

  #miss(id: ConversationId, n: number): void {
    this.blocks.miss(n, this.#rows.conversation(id)?.key ?? 0)
  }

  #acted(act: NewAct & { readonly target: MessageId }, block: Uint8Array): Effect {
    this.#acts.add(act)
    const isGone = this.#sql.row.get(act.target)?.deletedBy != null
    if (!isGone) this.blocks.put(act.n, block)
    return { ...NOTHING, changed: this.refold(act.target) ? [act.target] : [] }
  }

  #message(id: ConversationId, n: number, signed: SignedEntry, words: Words | null, nowMs: number): Effect {
    const row = this.#rows.conversation(id)
    if (row === null) throw new Error('a message came into a conversation that is not there')
    const { entry } = signed
    const { expiresMs, namesMe } = this.#aboutMessage(words?.said ?? null, signed, nowMs)
    // It disappeared before it came: its place in the chain is all that is taken.
    if (expiresMs !== null && expiresMs <= nowMs) return NOTHING
    const isVisible = this.authority.isVisible(row, entry.account, entry.device, placeOf(n).seq)
    const position = row.position + 1
    const ord = orderOf(entry.clock, signed.id)
    this.#sql.add.run(n, row.key, position, ord, entry.account, n, expiresMs, namesMe ? 1 : 0, isVisible ? 0 : 1)
    if (words?.block != null) this.blocks.put(n, words.block)
    for (const { file } of words?.said.files ?? []) this.#sql.offer.run(file, n)
    if (signed.body?.kind === 'message') this.#sql.legacy.run(signed.body.text, n)
    this.refold(signed.id)
    const isNews = isVisible && entry.account !== this.#me && this.#sql.row.get(signed.id)?.deletedBy === null
    const more = isNews ? 1 : 0
    const mentions = row.mentions + (isNews && namesMe ? 1 : 0)
    this.#rows.saveConversation({ ...row, position, unread: row.unread + more, mentions })
    return { ...NOTHING, shown: isVisible ? signed.id : null }
  }

  #aboutMessage(said: SaidMessage | null, { entry }: SignedEntry, nowMs: number): { expiresMs: number | null; namesMe: boolean } {
    if (said === null) return { expiresMs: null, namesMe: false }
    const after = said.expiresAfterMs
    // Their clock may be ahead: nothing stays longer for that.
    const expiresMs = after === null ? null : Math.min(entry.sentAtMs, nowMs) + after
    const answersMe = said.reply !== null && this.#sql.row.get(said.reply)?.account === this.#me
    return { expiresMs, namesMe: answersMe || said.mentions.includes(this.#me) }
  }
}

interface Words {
  readonly said: SaidMessage
  readonly block: Uint8Array | null
}

function prepareAll(db: Database) {
  return {
    row: db.prepare<[string], MessageRow>(
      `SELECT m.n, m.conversation, m.account, m.deleted_by AS deletedBy, m.hidden FROM chat_entries e
       JOIN chat_messages m ON m.n = e.n WHERE e.id = ?`,
    ),
    byNumber: db.prepare<[number], { id: MessageId }>('SELECT id FROM chat_entries WHERE n = ?'),
    add: db.prepare<[number, number, number, string, string, number, number | null, number, number]>(
      `INSERT INTO chat_messages (n, conversation, position, ord, account, words, expires_ms, names_me, hidden)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    fill: db.prepare<[number | null, number, number]>('UPDATE chat_messages SET expires_ms = ?, names_me = ? WHERE n = ?'),
    legacy: db.prepare<[string, number]>('UPDATE chat_entries SET text = ? WHERE n = ?'),
    eraseLegacy: db.prepare<[number]>(`UPDATE chat_entries SET text = NULL WHERE n = ? AND text IS NOT NULL`),
    refold: db.prepare<[number, number | null, string | null, string | null, number]>(
      'UPDATE chat_messages SET words = ?, edited_ms = ?, deleted_by = ?, pinned_ord = ? WHERE n = ?',
    ),
    offer: db.prepare<[string, number]>('INSERT INTO chat_offers (file, n) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    unoffer: db.prepare<[number]>('DELETE FROM chat_offers WHERE n = ?'),
    remove: db.prepare<[number]>('DELETE FROM chat_messages WHERE n = ?'),
    unread: db.prepare<[number, number, string], { unread: number; mentions: number }>(
      `SELECT count(*) AS unread, coalesce(sum(names_me), 0) AS mentions FROM chat_messages
       WHERE conversation = ? AND position > ? AND account <> ? AND hidden = 0 AND is_notice = 0 AND deleted_by IS NULL`,
    ),
  }
}
