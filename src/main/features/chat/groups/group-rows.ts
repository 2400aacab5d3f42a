import type { AccountId, MessageId } from '../../../../shared/ids.ts'
import type { MessageOrder } from '../../../../shared/model/chat.ts'
import type { Database } from '../../../platform/database.ts'
import { readOwnEntry, type SignedEntry } from '../../../protocols/chat/index.ts'
import { entryNumber } from '../numbers.ts'
import { orderOf } from '../order.ts'
import { MAX_TOLD } from './limits.ts'
import type { Range } from './roster.ts'
import type { Change } from './ranks.ts'

/** A change as it is stored: `n` is its entry's number. */
export interface StoredChange extends Change {
  readonly n: number
}

/** What groups read and write of messages, beside what the view does. */
export class GroupRows {
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database) {
    this.#sql = prepareAll(database)
  }

  /** Changes of a roster stored behind `place`, in the order in which they were stored. */
  changes(conversation: number, place: number): StoredChange[] {
    return this.#sql.changes.all(conversation, place).flatMap(({ n, envelope }) => changeOf(n, readOwnEntry(envelope)) ?? [])
  }

  changeAt(n: number): Change | null {
    const envelope = this.#sql.envelope.get(n)?.envelope
    return envelope === undefined ? null : changeOf(n, readOwnEntry(envelope))
  }

  /** A line between messages. */
  addNotice(n: number, talk: number, position: number, { ord, account }: Pick<Change, 'ord' | 'account'>, isHidden: boolean): void {
    this.#sql.addNotice.run(n, talk, position, ord, account, n, isHidden ? 1 : 0)
  }

  /** Gives whether that changed. */
  hideNotice(n: number, isHidden: boolean): boolean {
    return this.#sql.hideNotice.run(isHidden ? 1 : 0, n, isHidden ? 1 : 0).changes > 0
  }

  /**
   * Of what lies in a log of a talk within `part` only those ranges are seen. Gives what came and went by that, as far as there is
   * to tell of. What came back without its words is asked for.
   */
  show(log: number, ranges: readonly Range[], part: Range): { gone: MessageId[]; back: MessageId[] } {
    const gone: MessageId[] = []
    const back: MessageId[] = []
    const within = (seq: number): number => Math.min(part.to, Math.max(part.from, seq))
    let at = part.from
    for (const { from, to } of [...ranges, { from: Number.MAX_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER }]) {
      if (at < within(from)) gone.push(...this.#set(log, at, within(from), 1))
      if (within(from) < within(to)) back.push(...this.#set(log, within(from), within(to), 0))
      at = within(to)
    }
    if (back.length > 0) this.#sql.miss.run(...this.#bounds(log, part))
    return { gone, back }
  }

  /** For good: what was written in a part of a log, whoever would still give it. Gives the messages with which files were offered. */
  erase(log: number, part: Range): MessageId[] {
    const bounds = this.#bounds(log, part)
    const offers = this.#sql.offers.all(...bounds).map(({ id }) => id)
    for (const statement of [this.#sql.unoffer, this.#sql.eraseContents, this.#sql.forget, this.#sql.owesNot, this.#sql.eraseLegacy]) statement.run(...bounds)
    return offers
  }

  /** Messages to which something was done by a device in a talk. */
  targetsOf(log: number): MessageId[] {
    return this.#sql.targets.all(entryNumber(log, 0), entryNumber(log + 1, 0)).map(({ target }) => target)
  }

  #set(log: number, from: number, to: number, hidden: 0 | 1): MessageId[] {
    const bounds = this.#bounds(log, { from, to })
    const ids = this.#sql.affected.all(...bounds, 1 - hidden, MAX_TOLD).map(({ id }) => id)
    if (ids.length > 0) this.#sql.hide.run(hidden, ...bounds, 1 - hidden)
    return ids
  }

  #bounds(log: number, { from, to }: Range): readonly [number, number] {
    const start = entryNumber(log, 0)
    const end = entryNumber(log + 1, 0) - 1
    return [Math.min(start + from, end), Math.min(start + to, end)]
  }
}

/** Null: it is no change of a roster. */
export function changeOf(n: number, { id, entry, body }: SignedEntry): StoredChange | null {
  if (body?.kind !== 'roster') return null
  const { account, device, seq, sentAtMs, clock } = entry
  return { n, id, account, device, seq, sentAtMs, ord: orderOf(clock, id), op: body.change }
}

function prepareAll(db: Database) {
  return {
    changes: db.prepare<[number, number], { n: number; envelope: Uint8Array }>(
      `SELECT n, envelope FROM chat_entries WHERE conversation = ? AND place > ? AND kind = 'roster' ORDER BY place`,
    ),
    envelope: db.prepare<[number], { envelope: Uint8Array }>('SELECT envelope FROM chat_entries WHERE n = ?'),
    addNotice: db.prepare<[number, number, number, MessageOrder, AccountId, number, number]>(
      `INSERT INTO chat_messages (n, conversation, position, ord, account, words, is_notice, hidden)
       VALUES (?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT DO NOTHING`,
    ),
    hideNotice: db.prepare<[number, number, number]>('UPDATE chat_messages SET hidden = ? WHERE n = ? AND is_notice = 1 AND hidden <> ?'),
    affected: db.prepare<[number, number, number, number], { id: MessageId }>(
      `SELECT e.id FROM chat_messages m JOIN chat_entries e ON e.n = m.n
       WHERE m.n > ? AND m.n <= ? AND m.hidden = ? AND m.is_notice = 0 ORDER BY m.n DESC LIMIT ?`,
    ),
    hide: db.prepare<[number, number, number, number]>(
      'UPDATE chat_messages SET hidden = ? WHERE n > ? AND n <= ? AND hidden = ? AND is_notice = 0',
    ),
    miss: db.prepare<[number, number]>(
      `INSERT INTO chat_missing (n, conversation) SELECT m.n, m.conversation FROM chat_messages m JOIN chat_entries e ON e.n = m.n
       WHERE m.n > ? AND m.n <= ? AND m.hidden = 0 AND m.is_notice = 0 AND m.deleted_by IS NULL AND e.kind = 'post'
         AND NOT EXISTS (SELECT 1 FROM chat_contents c WHERE c.n = m.n) ON CONFLICT DO NOTHING`,
    ),
    offers: db.prepare<[number, number], { id: MessageId }>(
      'SELECT DISTINCT e.id FROM chat_offers o JOIN chat_entries e ON e.n = o.n WHERE o.n > ? AND o.n <= ?',
    ),
    unoffer: db.prepare<[number, number]>('DELETE FROM chat_offers WHERE n > ? AND n <= ?'),
    eraseContents: db.prepare<[number, number]>('DELETE FROM chat_contents WHERE n > ? AND n <= ?'),
    forget: db.prepare<[number, number]>('DELETE FROM chat_missing WHERE n > ? AND n <= ?'),
    owesNot: db.prepare<[number, number]>('DELETE FROM chat_owed WHERE n > ? AND n <= ?'),
    eraseLegacy: db.prepare<[number, number]>('UPDATE chat_entries SET text = NULL WHERE n > ? AND n <= ? AND text IS NOT NULL'),
    targets: db.prepare<[number, number], { target: MessageId }>('SELECT DISTINCT target FROM chat_acts WHERE n > ? AND n < ?'),
  }
}
