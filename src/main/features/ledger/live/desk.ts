import type { LedgerEntry, OpDraft, Submitted } from '../../../../shared/model/blocks.ts'
import type { EntryId } from '../../../../shared/model/ledger.ts'
import { DecodeError } from '../../../platform/cbor.ts'
import type { Log } from '../../../platform/log.ts'
import { digestOf, type Hex } from '../bytes.ts'
import { decodeEntry, type Entry } from '../entry.ts'
import type { Author } from './author.ts'
import { GONE_KEPT } from './limits.ts'
import type { OwnEntries } from './own.ts'
import type { Reading } from './reading.ts'
import type { EntryNews, LiveChain } from './running.ts'

export interface DeskParts {
  readonly running: LiveChain
  readonly reading: Reading
  readonly author: Author
  readonly own: OwnEntries
  readonly log: Log
  /** Tells the network; to how many. */
  readonly broadcast: (entry: Entry) => Promise<number>
}

/** Where entries are handed in, and where one hears what became of them. */
export class Desk {
  readonly #parts: DeskParts
  /** Entries that came to nothing, and why. */
  readonly #gone = new Map<Hex, LedgerEntry>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  /** One after another: each is numbered after the one before. *Errors*: LatchError NOT_FOUND, the signal's reason. */
  submit(op: OpDraft, signal: AbortSignal): Promise<Submitted> {
    const run = this.#last.then(async () => {
      signal.throwIfAborted()
      const made = await this.#parts.author.make(op, signal)
      return made.outcome === 'made' ? this.#offer(made.entry) : refused(made)
    })
    this.#last = run.catch(() => {})
    return run
  }

  /** One that was signed elsewhere. */
  async submitBytes(bytes: Uint8Array): Promise<Submitted> {
    const entry = decoded(bytes)
    return typeof entry === 'string' ? { outcome: 'refused', code: 'malformed', why: entry } : this.#offer(entry)
  }

  /** What waited when this device stopped. */
  restore(): void {
    const { own, running } = this.#parts
    for (const entry of own.list()) {
      const verdict = running.offer(entry)
      if (verdict.outcome !== 'refused') continue
      own.drop(entry.id)
      if (running.places.heightOf(entry.id) === null) this.#isGone(entry, verdict.why)
    }
  }

  /** What it looks like now, for whoever is told. */
  heard(news: EntryNews): LedgerEntry | null {
    const { own, reading } = this.#parts
    const { entry } = news
    const isMine = entry.account === reading.account
    if (news.now === 'pooled') {
      this.#gone.delete(entry.id)
      if (isMine) own.keep(entry)
    } else if (isMine) own.drop(entry.id)
    if (news.now === 'gone') return this.#isGone(entry, news.why)
    const place = reading.placeOf(entry.id)
    return place === null ? null : reading.entry(entry, place)
  }

  gone(id: EntryId): LedgerEntry | null {
    return this.#gone.get(digestOf(id)) ?? null
  }

  #isGone(entry: Entry, why: string): LedgerEntry {
    const { reading, log } = this.#parts
    const shown = reading.entry(entry, { at: 'gone', why })
    if (!shown.mine) return shown
    log.info({ kind: entry.op.kind, why }, 'an entry of this account came to nothing')
    this.#gone.set(entry.id, shown)
    const [oldest] = this.#gone.keys()
    if (this.#gone.size > GONE_KEPT && oldest !== undefined) this.#gone.delete(oldest)
    return shown
  }

  async #offer(entry: Entry): Promise<Submitted> {
    const { running, reading, log, broadcast } = this.#parts
    const verdict = running.offer(entry)
    if (verdict.outcome === 'refused') return refused(verdict)
    const shown = reading.entry(entry, reading.placeOf(entry.id) ?? { at: 'pool', early: false, why: null })
    if (verdict.outcome === 'known') return { outcome: 'taken', entry: shown, peers: 0 }
    // It waits here whether or not it can be told: peers ask for what waits.
    const peers = await broadcast(entry).catch((error: unknown) => {
      log.warn({ error }, 'an entry could not be broadcast')
      return 0
    })
    return { outcome: 'taken', entry: shown, peers }
  }
}

function refused({ code, why }: { readonly code: string; readonly why: string }): Submitted {
  return { outcome: 'refused', code, why }
}

function decoded(bytes: Uint8Array): Entry | string {
  try {
    return decodeEntry(bytes)
  } catch (error) {
    if (error instanceof DecodeError) return error.message
    throw error
  }
}
