import { z } from 'zod'
import { PeerId, type AccountId, type ConversationId, type MessageId } from '../../../shared/ids.ts'
import { ConversationChoices, defaultChoices } from '../../../shared/model/chat.ts'
import type { Database } from '../../platform/database.ts'

/** Something an account chose. `ord`: its place in the notes to itself; the last one counts. */
export interface StateLine {
  readonly key: string
  readonly value: unknown
  readonly ord: string
}

/** A message, as far as it matters whether this person wants it gone. */
export interface Removable {
  readonly conversation: ConversationId
  readonly id: MessageId
  readonly account: AccountId
  readonly device: PeerId
  readonly seq: number
  readonly sentMs: number
}

/** By device: up to where of its log. */
export type Places = Readonly<Record<string, number>>

/** What was read, log by log. */
export const ReadUpTo = z.array(z.object({ device: PeerId, seq: z.int().positive() }))
export type ReadUpTo = z.infer<typeof ReadUpTo>

const Places = z.record(z.string(), z.int().positive())

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

  /** Whether this person removed a message, with others or alone, perhaps before it came. */
  isUnwanted({ conversation, id, account, device, seq, sentMs }: Removable): boolean {
    if (seq <= (this.places(clearedKey(conversation))[device] ?? 0)) return true
    const untilMs = this.get(removedKey(account))
    return (typeof untilMs === 'number' && sentMs <= untilMs) || typeof this.get(droppedKey(id)) === 'string'
  }

  /** What stands there of logs; nothing, where it is of another shape. */
  places(key: string): Places {
    return Places.safeParse(this.get(key)).data ?? {}
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
/** What each log held when the conversation was cleared; what comes behind is shown again. */
export const clearedKey = (conversation: ConversationId): string => `cleared:${conversation}`
/** One message that this person removed for themselves. */
export const droppedKey = (message: string): string => `dropped:${message}`
/** Everything of somebody's, written before that time, was removed. */
export const removedKey = (account: string): string => `removed:${account}`
/** Read while others are not told of it. Of each device: what one read does not take the place of what another one did. */
export const readKey = (conversation: ConversationId, device: PeerId): string => `read:${conversation}:${device}`
/** Of this device alone: how far other devices of this account read, also of what has not come here yet. */
export const seenKey = (conversation: ConversationId): string => `seen:${conversation}`

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
