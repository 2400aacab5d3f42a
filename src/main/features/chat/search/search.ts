import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { AccountId, ConversationId, MessageId } from '../../../../shared/ids.ts'
import type { Message } from '../../../../shared/model/chat.ts'
import type { Hit, Query } from '../../../../shared/model/search.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import { follow, type Watched } from '../../../platform/feed.ts'
import type { Log } from '../../../platform/log.ts'
import { isVague, queryOf, termsOf, type Term } from './asked.ts'
import { accountFacet, conversationFacet, kindFacet } from './facets.ts'
import { MAX_CATCH_UP_MS, MAX_READ_MS, WORK_DELAY_MS } from './limits.ts'
import { Reader, type Row } from './reader.ts'
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

const never = new AbortController().signal

/** Messages by their words, newest first, in turns that are shorter than a window's frame; and the work that keeps the index. */
export class Search {
  readonly #parts: SearchParts
  readonly #reader: Reader
  #working: Promise<void> | null = null
  #cancel: Cancel = () => {}
  readonly #stop = new AbortController()
  #isDue = false
  #stopped = true

  constructor(parts: SearchParts) {
    this.#parts = parts
    this.#reader = new Reader(parts)
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
    await this.#reader.stop()
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

  /** `signal`: whoever asked wants no answer any more; it ends with the reason of that, within a turn. */
  async find(query: Query, page: SearchPage, signal: AbortSignal = never): Promise<Found> {
    const { clock } = this.#parts
    const startedMs = clock.monotonicMs()
    const found = await this.#find(query, page, signal)
    return { ...found, tookMs: Math.max(0, clock.monotonicMs() - startedMs) }
  }

  async #find(query: Query, { limit, next }: SearchPage, signal: AbortSignal): Promise<Omit<Found, 'tookMs'>> {
    const { text, conversation, from, sinceMs, untilMs, kind } = query
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
    await this.#catchUp(signal)
    signal.throwIfAborted()
    const bounds = this.#reader.bounds()
    const low = Math.max(bounds.low, (sinceMs ?? 0) * KEYS_A_MS)
    const high = Math.min(bounds.high, (untilMs ?? Number.MAX_SAFE_INTEGER) * KEYS_A_MS, cursorOf(next))
    const hits: Hit[] = []
    let last: number | null = null
    let turnMs = this.#parts.clock.monotonicMs()
    const stretch = { low, high, page: limit + 1 }
    for await (const row of this.#reader.rows(queryOf(terms, facets), terms.filter(isVague), stretch, signal)) {
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

  #hit({ id }: Row, from: AccountId | undefined, terms: readonly Term[]): Hit | null {
    const message = this.#parts.message(id)
    // It may have been taken back since the index gave it.
    if (message === null || message.kind === 'deleted' || (from !== undefined && message.from !== from)) return null
    const names = message.files.map(({ name }) => name)
    return { message, ...snippetOf(message.text, names, terms) }
  }

  /** What was said a moment ago is found; what has lain there since before there was an index, when its turn has come. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    const { clock, index } = this.#parts
    const startedMs = clock.monotonicMs()
    while (!this.#stopped && !signal.aborted && index.isBehind() && clock.monotonicMs() - startedMs < MAX_CATCH_UP_MS) {
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

/** What is no cursor of ours begins at the end, where there is nothing. */
function cursorOf(next: string | undefined): number {
  if (next === undefined) return Number.MAX_SAFE_INTEGER
  return /^\d{1,16}$/.test(next) ? Number(next) : 0
}
