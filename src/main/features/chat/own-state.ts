import type { ConversationId } from '../../../shared/ids.ts'
import { ConversationChoices, defaultChoices } from '../../../shared/model/chat.ts'
import type { Database } from '../../platform/database.ts'

/** Something an account chose. `ord`: its place in the notes to itself; the last one counts. */
export interface StateLine {
  readonly key: string
  readonly value: unknown
  readonly ord: string
}

/** What this device alone remembers stands at no place, and anything said later replaces it. */
const HERE_ONLY = ''

/** What this account chose, the same on all of its devices; and drafts, which stay here. */
export class OwnState {
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database) {
    this.#sql = prepareAll(database)
  }

  /** Whether it counts: nothing later is known under that key. To be called within a transaction. */
  take({ key, value, ord }: StateLine): boolean {
    const known = this.#sql.get.get(key)
    if (known !== undefined && known.ord >= ord) return false
    this.#sql.put.run(key, JSON.stringify(value ?? null), ord)
    return true
  }

  keepHere(key: string, value: unknown): void {
    this.#sql.put.run(key, JSON.stringify(value ?? null), HERE_ONLY)
  }

  get(key: string): unknown {
    const found = this.#sql.get.get(key)
    return found === undefined ? undefined : (JSON.parse(found.value) as unknown)
  }

  /** Everything under a prefix; what was taken back is null. */
  all(prefix: string): StateLine[] {
    const rows = this.#sql.all.all(prefix, `${prefix}\u{10ffff}`)
    return rows.map(({ key, value, ord }) => ({ key, value: JSON.parse(value) as unknown, ord }))
  }

  /** What another Latch wrote may be of another shape: what does not fit is as if it had not been chosen. */
  choicesOf(conversation: ConversationId): ConversationChoices {
    const draft = this.get(draftKey(conversation))
    const chosen = ConversationChoices.safeParse({ ...defaultChoices, ...asObject(this.get(choicesKey(conversation))) }).data
    return { ...(chosen ?? defaultChoices), draft: typeof draft === 'string' ? draft : '' }
  }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

export const choicesKey = (conversation: ConversationId): string => `choices:${conversation}`
export const draftKey = (conversation: ConversationId): string => `draft:${conversation}`
/** Messages up to that place were cleared away. */
export const clearedKey = (conversation: ConversationId): string => `cleared:${conversation}`
/** One message that this person removed for themselves. */
export const droppedKey = (message: string): string => `dropped:${message}`
/** Everything of somebody's, written before that time, was removed. */
export const removedKey = (account: string): string => `removed:${account}`
/** Read while others are not told of it. */
export const readKey = (conversation: ConversationId): string => `read:${conversation}`

function prepareAll(db: Database) {
  return {
    get: db.prepare<[string], { value: string; ord: string }>('SELECT value, ord FROM chat_state WHERE key = ?'),
    all: db.prepare<[string, string], { key: string; value: string; ord: string }>(
      'SELECT key, value, ord FROM chat_state WHERE key >= ? AND key < ? ORDER BY key',
    ),
    put: db.prepare<[string, string, string]>(
      'INSERT INTO chat_state (key, value, ord) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, ord = excluded.ord',
    ),
  }
}
