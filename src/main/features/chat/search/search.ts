import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { AccountId, ConversationId, MessageId } from '../../../../shared/ids.ts'
import type { Message } from '../../../../shared/model/chat.ts'
import type { Hit, Query } from '../../../../shared/model/search.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import { follow, type Watched } from '../../../platform/feed.ts'
import type { Log } from '../../../platform/log.ts'
import { isVague, placesOf, queryOf, termsOf, type Term } from './asked.ts'
import { accountFacet, conversationFacet, kindFacet } from './facets.ts'
import { FIRST_STRETCH, LONG_TURN_MS, MAX_CATCH_UP_MS, MAX_LOOKED_AT_A_TURN, MAX_READ_MS, SHORT_TURN_MS, SHORTEST_STRETCH, WORK_DELAY_MS } from './limits.ts'
import { snippetOf } from './snippet.ts'
import { KEYS_A_MS, type WordsIndex } from './words-index.ts'

export interface SearchParts {
  readonly database: Database
  readonly index: WordsIndex
  readonly clock: Clock
  readonly log: Log
  readonly message: (id: MessageId) => Message | null
  /** The key of a conversation in the database; null: there is none of that id. */
  readonly keyOf: (conversation: ConversationId) => number | null
  /** Something for each change of messages; where it fell behind, once more from the beginning. */
  readonly changes: (signal: AbortSignal) => AsyncIterable<Watched<unknown, unknown>>
}

export interface SearchPage {
  readonly limit: number
  /** What the last answer gave as `next`. */
  readonly next?: string | undefined
}

export interface Found {
  readonly hits: Hit[]
  readonly next: string | null
  readonly tookMs: number
}

/** Between which keys, and how many rows at a time. */
interface Stretch {
  readonly low: number
  readonly high: number
  readonly page: number
}

interface Row {
  readonly key: number
  readonly id: MessageId
  readonly words: string
}

/** Messages by their words, newest first, in turns that are shorter than a window's frame; and the work that keeps the index. */
export class Search {
  readonly #parts: SearchParts
  readonly #sql: ReturnType<typeof prepareAll>
  #working: Promise<void> | null = null
  #cancel: Cancel = () => {}
  readonly #stop = new AbortController()
  #isDue = false
  #stopped = true

  constructor(parts: SearchParts) {
    this.#parts = parts
    this.#sql = prepareAll(parts.database)
  }

  start(): void {
    this.#stopped = false
    const { changes, log } = this.#parts
    follow(() => changes(this.#stop.signal), () => this.wake()).catch((error: unknown) => {
      log.error({ error }, 'search hears no more of messages')
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#stop.abort()
    this.#cancel()
    await this.#working
  }

  /** Messages came, changed or went: the index follows within a moment, for many of them at once. */
  wake(): void {
    if (this.#stopped || this.#isDue || this.#working !== null) return
    this.#isDue = true
    this.#cancel = this.#parts.clock.after(WORK_DELAY_MS, () => this.#work())
  }

  /** Does at once what is to be done; resolves when nothing is left. */
  async settle(): Promise<void> {
    this.#work()
    await this.#working
  }

  async find(query: Query, { limit, next }: SearchPage): Promise<Found> {
    const { clock } = this.#parts
    const startedMs = clock.monotonicMs()
    const found = await this.#find(query, limit, next)
    return { ...found, tookMs: Math.max(0, clock.monotonicMs() - startedMs) }
  }

  async #find({ text, conversation, from, sinceMs, untilMs, kind }: Query, limit: number, next?: string): Promise<Omit<Found, 'tookMs'>> {
    const facets: string[] = []
    if (conversation !== undefined) {
      const key = this.#parts.keyOf(conversation)
      if (key === null) return { hits: [], next: null }
      facets.push(conversationFacet(key))
    }
    if (from !== undefined) facets.push(accountFacet(from))
    if (kind !== undefined) facets.push(kindFacet(kind))
    const terms = termsOf(text)
    // Signs alone are no words: nothing is like them.
    if (terms.length === 0 && text.trim() !== '') return { hits: [], next: null }
    await this.#catchUp()
    const bounds = this.#sql.bounds.get()
    const low = Math.max(bounds?.low ?? 0, (sinceMs ?? 0) * KEYS_A_MS)
    const high = Math.min((bounds?.high ?? -1) + 1, (untilMs ?? Number.MAX_SAFE_INTEGER) * KEYS_A_MS, cursorOf(next))
    const hits: Hit[] = []
    let last: number | null = null
    let turnMs = this.#parts.clock.monotonicMs()
    for await (const row of this.#rows(queryOf(terms, facets), terms.filter(isVague), { low, high, page: limit + 1 })) {
      if (hits.length === limit) return { hits, next: String(last) }
      if (this.#parts.clock.monotonicMs() - turnMs > MAX_READ_MS) {
        await turnOfTheLoop()
        turnMs = this.#parts.clock.monotonicMs()
      }
      const hit = this.#hit(row, from, terms)
      if (hit === null) continue
      hits.push(hit)
      last = row.key
    }
    return { hits, next: null }
  }

  /** From the newest to the oldest, a stretch of time in each turn. */
  async *#rows(query: string, vague: readonly Term[], { low, high, page }: Stretch): AsyncGenerator<Row> {
    const { clock } = this.#parts
    const limit = vague.length === 0 ? page : MAX_LOOKED_AT_A_TURN
    let before = high
    const shortest = Math.max(KEYS_A_MS, (high - low) * SHORTEST_STRETCH)
    let length = Math.max(shortest, (high - low) * FIRST_STRETCH)
    while (before > low && !this.#stopped) {
      const startedMs = clock.monotonicMs()
      const from = query === '' ? low : Math.max(low, Math.floor(before - length))
      const rows = query === '' ? this.#sql.all.all(from, before, limit) : this.#sql.matching.all(query, from, before, limit)
      const like = rows.filter(({ words }) => isLike(words, vague))
      const tookMs = clock.monotonicMs() - startedMs
      yield* like
      // There may be more behind the last of them.
      before = rows.length === limit ? (rows.at(-1)?.key ?? from) : from
      if (tookMs < SHORT_TURN_MS) length *= 2
      else if (tookMs > LONG_TURN_MS) length = Math.max(shortest, length / 2)
      if (before > low) await turnOfTheLoop()
    }
  }

  #hit({ id }: Row, from: AccountId | undefined, terms: readonly Term[]): Hit | null {
    const message = this.#parts.message(id)
    if (message === null || (from !== undefined && message.from !== from)) return null
    const names = message.files.map(({ name }) => name)
    return { message, ...snippetOf(message.text, names, terms) }
  }

  /** What was said a moment ago is found; what has lain there since before there was an index, when its turn has come. */
  async #catchUp(): Promise<void> {
    const { clock, index } = this.#parts
    const startedMs = clock.monotonicMs()
    while (!this.#stopped && index.isBehind() && clock.monotonicMs() - startedMs < MAX_CATCH_UP_MS) {
      index.turn()
      await turnOfTheLoop()
    }
  }

  #work(): void {
    this.#isDue = false
    this.#cancel()
    if (this.#stopped || this.#working !== null) return
    this.#working = this.#turns()
      .catch((error: unknown) => this.#parts.log.error({ error }, 'the index of words could not be kept'))
      .finally(() => (this.#working = null))
  }

  async #turns(): Promise<void> {
    while (!this.#stopped && this.#parts.index.turn()) await turnOfTheLoop()
  }
}

/** Whether the words hold what the index was not asked for. */
function isLike(words: string, vague: readonly Term[]): boolean {
  if (vague.length === 0) return true
  const list = words.split(' ')
  return vague.every((term) => placesOf(term, list).length > 0)
}

/** What is no cursor of ours begins at the end, where there is nothing. */
function cursorOf(next: string | undefined): number {
  if (next === undefined) return Number.MAX_SAFE_INTEGER
  return /^\d{1,16}$/.test(next) ? Number(next) : 0
}

function prepareAll(db: Database) {
  const shown = `JOIN chat_messages m ON m.n = w.n JOIN chat_entries e ON e.n = w.n`
  return {
    bounds: db.prepare<[], { low: number | null; high: number | null }>(
      'SELECT (SELECT min(key) FROM chat_words) AS low, (SELECT max(key) FROM chat_words) AS high',
    ),
    /** The index first: which rows it gives decides how much is read of the others. */
    matching: db.prepare<[string, number, number, number], Row>(
      `SELECT w.key, e.id, w.words FROM chat_find f CROSS JOIN chat_words w ON w.key = f.rowid ${shown}
       WHERE f.words MATCH ? AND f.rowid >= CAST(? AS INTEGER) AND f.rowid < CAST(? AS INTEGER)
         AND m.hidden = 0 AND m.deleted_by IS NULL ORDER BY f.rowid DESC LIMIT ?`,
    ),
    all: db.prepare<[number, number, number], Row>(
      `SELECT w.key, e.id, w.words FROM chat_words w ${shown}
       WHERE w.key >= ? AND w.key < ? AND m.hidden = 0 AND m.deleted_by IS NULL ORDER BY w.key DESC LIMIT ?`,
    ),
  }
}
