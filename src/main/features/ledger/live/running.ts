import { LatchError } from '../../../../shared/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import { Feed } from '../../../platform/feed.ts'
import type { Log } from '../../../platform/log.ts'
import type { BlockContext } from '../apply.ts'
import type { CertifiedBlock, SealedHeader } from '../block.ts'
import type { Hex } from '../bytes.ts'
import { type AddVerdict, Chain, type Changed, type CheckCertificate } from '../chain.ts'
import { contextOf } from '../context.ts'
import type { Entry } from '../entry.ts'
import { type Genesis, networkOf } from '../genesis.ts'
import { Pool, type PoolVerdict } from '../pool.ts'
import { nextAt } from '../propose.ts'
import { openChain } from '../repair.ts'
import type { LedgerState } from '../state.ts'
import { ChainStore } from '../store.ts'
import type { Agreement, Running } from '../types.ts'
import { EntryPlaces, networkKey } from './entry-places.ts'

/** Where an entry went that the pool has, or had. */
export type EntryNews = { readonly entry: Entry } & (
  | { readonly now: 'pooled' }
  | { readonly now: 'in-block'; readonly height: number }
  | { readonly now: 'gone'; readonly why: string }
)

export interface LiveChainParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly genesis: Genesis
  readonly agreement: Pick<Agreement, 'checkCertificate' | 'whyNoEvidence'>
}

/**
 * A chain and its pool, and the one way into both. What changes is durable and consistent before anybody is told of it.
 * *Errors*: those of the database.
 */
export class LiveChain implements Running {
  readonly network: Hex
  readonly genesis: Genesis
  readonly store: ChainStore
  readonly pool: Pool
  readonly checkCertificate: CheckCertificate
  readonly places: EntryPlaces
  /** The key of its rows in the tables. */
  readonly key: number
  readonly #context: BlockContext
  readonly #clock: Clock
  readonly #changes: Feed<Changed>
  readonly #news: Feed<EntryNews>
  readonly #settled: Feed<readonly Changed[]>
  readonly #besides: Feed<readonly CertifiedBlock[]>
  #chain: Chain
  #isClosed = false

  constructor({ database, clock, log, genesis, agreement }: LiveChainParts) {
    this.network = networkOf(genesis)
    this.genesis = genesis
    this.store = new ChainStore(database, genesis)
    this.key = networkKey(database, this.network)
    this.places = new EntryPlaces(database, this.key)
    this.checkCertificate = agreement.checkCertificate
    this.#context = contextOf(genesis, (op, roster) => agreement.whyNoEvidence(op, this.network, roster))
    this.#chain = openChain(this.store, this.#context, this.checkCertificate, log)
    this.pool = new Pool(this.#context)
    this.#clock = clock
    const failed = (error: unknown): void => log.error({ error }, 'a listener to the ledger failed')
    this.#changes = new Feed(failed)
    this.#news = new Feed(failed)
    this.#settled = new Feed(failed)
    this.#besides = new Feed(failed)
  }

  get chain(): Chain {
    return this.#chain
  }

  take(blocks: readonly CertifiedBlock[], verified: ReadonlySet<Hex> = new Set()): AddVerdict[] {
    this.#mustBeOpen()
    const verdicts: AddVerdict[] = []
    const nowMs = this.#clock.nowMs()
    this.#chain.batch(() => {
      for (const block of blocks) {
        const verdict = this.#chain.add(block, nowMs, this.#trusted(block, verified))
        verdicts.push(verdict)
        if (verdict.outcome === 'added') this.places.follow(verdict.changed)
        if (verdict.outcome === 'refused' || verdict.outcome === 'orphan') return
      }
    })
    this.#settle(verdicts.flatMap((verdict) => (verdict.outcome === 'added' ? [verdict.changed] : [])))
    const beside = blocks.filter((_, index) => verdicts[index]?.outcome === 'beside')
    if (beside.length > 0) this.#besides.publish(beside)
    return verdicts
  }

  begin(header: SealedHeader, certificate: Uint8Array, weight: number, state: LedgerState): void {
    this.#mustBeOpen()
    this.store.transaction(() => {
      this.store.replace(header, certificate, weight, state)
      this.places.clear()
    })
    this.#chain = new Chain(this.store, this.#context, this.checkCertificate)
    this.#settle([{ head: header, left: [], joined: [], why: null, names: [], returned: [] }])
  }

  offer(entry: Entry): PoolVerdict {
    const verdict = this.pool.add(entry, this.#chain.state, nextAt(this.#chain, this.#clock.nowMs()))
    const isNew = verdict.outcome === 'taken' || verdict.outcome === 'waiting'
    if (isNew) this.#news.publish({ entry, now: 'pooled' })
    return verdict
  }

  /** Lets go of what time alone has made impossible. */
  tidy(atMs: number): void {
    this.#tell(this.pool.recheck(this.#chain.state, nextAt(this.#chain, atMs)))
  }

  /** From now on another may open the same network: with two heads in memory, one would be written over the other. */
  close(): void {
    this.#isClosed = true
  }

  onChanged(listener: (changed: Changed) => void): () => void {
    return this.#changes.subscribe(listener)
  }

  /** All that one `take` changed, at once. */
  onSettled(listener: (changes: readonly Changed[]) => void): () => void {
    return this.#settled.subscribe(listener)
  }

  onNews(listener: (news: EntryNews) => void): () => void {
    return this.#news.subscribe(listener)
  }

  /** Blocks that came to lie on a branch that does not count, in their order. */
  onBeside(listener: (blocks: readonly CertifiedBlock[]) => void): () => void {
    return this.#besides.subscribe(listener)
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new LatchError('BUSY', 'This network is not followed any more.')
  }

  /** What is in the pool was verified when it came. */
  #trusted({ entries }: CertifiedBlock, verified: ReadonlySet<Hex>): ReadonlySet<Hex> {
    const pooled = entries.filter(({ id }) => this.pool.has(id) && !verified.has(id))
    return pooled.length === 0 ? verified : new Set([...verified, ...pooled.map(({ id }) => id)])
  }

  /** Many blocks at once are looked through once: what the last of them says of an entry is what counts. */
  #settle(changes: readonly Changed[]): void {
    if (changes.length === 0) return
    const at = nextAt(this.#chain, this.#clock.nowMs())
    const dropped = this.pool.recheck(this.#chain.state, at)
    const back: EntryNews[] = []
    for (const entry of changes.flatMap(({ returned }) => returned)) {
      if (this.places.heightOf(entry.id) !== null) continue
      const verdict = this.pool.add(entry, this.#chain.state, at)
      if (verdict.outcome === 'refused') back.push({ entry, now: 'gone', why: verdict.why })
      else if (verdict.outcome !== 'known') back.push({ entry, now: 'pooled' })
    }
    for (const changed of changes) this.#changes.publish(changed)
    this.#settled.publish(changes)
    this.#tell(dropped)
    for (const news of back) this.#news.publish(news)
  }

  #tell(dropped: readonly { readonly entry: Entry; readonly why: string }[]): void {
    for (const { entry, why } of dropped) {
      const height = this.places.heightOf(entry.id)
      this.#news.publish(height === null ? { entry, now: 'gone', why } : { entry, now: 'in-block', height })
    }
  }
}
