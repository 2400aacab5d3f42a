import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { MessageId } from '../../../../shared/ids.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database, Statement } from '../../../platform/database.ts'
import type { Log } from '../../../platform/log.ts'
import { placesOf, type Term } from './asked.ts'
import { FIRST_STRETCH, MAX_LOOKED_AT_A_TURN, SHORTEST_STRETCH, TURNS_BESIDE, TURNS_HERE } from './limits.ts'
import { KEYS_A_MS } from './words-index.ts'

/** Between which keys, and how many rows at a time. */
export interface Stretch {
  readonly low: number
  readonly high: number
  readonly page: number
}

export interface Row {
  readonly key: number
  readonly id: MessageId
  readonly words: string
}

interface ReaderParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
}

const SHOWN = `JOIN chat_messages m ON m.n = w.n JOIN chat_entries e ON e.n = w.n`
/** The index first: which rows it gives decides how much is read of the others. */
const MATCHING = `SELECT w.key, e.id, w.words FROM chat_find f CROSS JOIN chat_words w ON w.key = f.rowid ${SHOWN}
  WHERE f.words MATCH ? AND f.rowid >= CAST(? AS INTEGER) AND f.rowid < CAST(? AS INTEGER)
    AND m.hidden = 0 AND m.deleted_by IS NULL ORDER BY f.rowid DESC LIMIT ?`
const ALL = `SELECT w.key, e.id, w.words FROM chat_words w ${SHOWN}
  WHERE w.key >= ? AND w.key < ? AND m.hidden = 0 AND m.deleted_by IS NULL ORDER BY w.key DESC LIMIT ?`

type Thread = NonNullable<ReturnType<Database['beside']>>

/**
 * What the index gives, from the newest to the oldest, a stretch of time in each turn. Words that every message has, together, take
 * it hundreds of milliseconds: that is done on a thread, which is there from the first search on, and on this one where there is none.
 */
export class Reader {
  readonly #parts: ReaderParts
  readonly #bounds: Statement<[], { low: number | null; high: number | null }>
  readonly #here = new Map<string, Statement<(string | number)[], Row>>()
  #thread: Thread | null | undefined
  #closing: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(parts: ReaderParts) {
    this.#parts = parts
    this.#bounds = parts.database.prepare('SELECT (SELECT min(key) FROM chat_words) AS low, (SELECT max(key) FROM chat_words) AS high')
  }

  /** Of all that is in the index. */
  bounds(): { low: number; high: number } {
    const bounds = this.#bounds.get()
    return { low: bounds?.low ?? 0, high: (bounds?.high ?? -1) + 1 }
  }

  /** Where `query` is empty, all of them; of those, the ones in which every term of `vague` stands. */
  async *rows(query: string, vague: readonly Term[], { low, high, page }: Stretch, signal: AbortSignal): AsyncGenerator<Row> {
    const { clock } = this.#parts
    const limit = vague.length === 0 ? page : MAX_LOOKED_AT_A_TURN
    let before = high
    const shortest = Math.max(KEYS_A_MS, (high - low) * SHORTEST_STRETCH)
    let length = Math.max(shortest, (high - low) * FIRST_STRETCH)
    while (before > low && !this.#stopped) {
      signal.throwIfAborted()
      const startedMs = clock.monotonicMs()
      const from = query === '' ? low : Math.max(low, Math.floor(before - length))
      const rows = await (query === '' ? this.#read(ALL, [from, before, limit]) : this.#read(MATCHING, [query, from, before, limit]))
      const tookMs = clock.monotonicMs() - startedMs
      yield* rows.filter(({ words }) => isLike(words, vague))
      // There may be more behind the last of them.
      before = rows.length === limit ? (rows.at(-1)?.key ?? from) : from
      const { shortMs, longMs } = this.#thread === null ? TURNS_HERE : TURNS_BESIDE
      if (tookMs < shortMs) length *= 2
      else if (tookMs > longMs) length = Math.max(shortest, length / 2)
      if (before > low) await turnOfTheLoop()
    }
  }

  /** Afterwards nothing is read, and nothing of this is open. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#leaveThread()
    await this.#closing
  }

  async #read(sql: string, params: (string | number)[]): Promise<Row[]> {
    const { database, log } = this.#parts
    this.#thread ??= this.#thread === undefined ? database.beside() : null
    const thread = this.#thread
    if (thread !== null) {
      try {
        return await thread.all<Row>(sql, params)
      } catch (error) {
        if (this.#stopped) return []
        log.warn({ error }, 'a search failed on its thread; from here on they run without one')
        this.#leaveThread()
      }
    }
    const statement = this.#here.get(sql) ?? database.prepare<(string | number)[], Row>(sql)
    this.#here.set(sql, statement)
    return statement.all(...params)
  }

  #leaveThread(): void {
    const thread = this.#thread
    this.#thread = null
    if (thread !== null && thread !== undefined) this.#closing = thread.close()
  }
}

/** Whether the words hold what the index was not asked for. */
function isLike(words: string, vague: readonly Term[]): boolean {
  if (vague.length === 0) return true
  const list = words.split(' ')
  return vague.every((term) => placesOf(term, list).length > 0)
}
