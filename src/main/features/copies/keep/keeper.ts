import { LatchError } from '../../../../shared/errors.ts'
import type { Copy } from '../../../../shared/model/copies.ts'
import type { AccountId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { idOfCid } from '../dag/block-id.ts'
import { inWords, sentenceOf } from './words.ts'
import type { Swarm } from '../fetch/swarm.ts'
import type { Swarms } from '../fetch/swarms.ts'
import { KEEPING_AT_ONCE, MAX_COPIES, STOPPED_RETRY_MS } from '../limits.ts'
import type { BlockCache } from '../store/block-cache.ts'
import type { BlockStore } from '../store/block-store.ts'
import type { CopyRow, CopyRows, NextVersion } from '../store/copy-rows.ts'
import type { Room } from '../store/room.ts'
import type { ZonedSite } from '../types.ts'
import { checkRoom, fetchVersion, sizeOf } from './job.ts'
import { Cancelled, isOnItsWay, show, Superseded, type Kept } from './kept.ts'
import { ServedCounter } from './served-counter.ts'
import { Turns } from './turns.ts'

export interface KeeperParts {
  readonly clock: Clock
  readonly log: Log
  readonly rows: CopyRows
  readonly store: BlockStore
  readonly cache: BlockCache
  readonly swarms: Swarms
  readonly room: Room
  readonly zoned: (site: SiteName, signal: AbortSignal) => Promise<ZonedSite>
  readonly freeBytes: () => Promise<number | null>
  /** Resolves with the bytes that nobody needs any more and that were removed. */
  readonly sweep: () => Promise<number>
  /** While this runs no tree is removed. */
  readonly unswept: <T>(run: () => Promise<T>) => Promise<T>
  readonly onChanged: (copy: Copy) => void
  readonly onGone: (site: SiteName) => void
  /** What is given on changed. */
  readonly onServed: () => void
}

const NOT_KEPT = 'No copy of this site is kept on this device.'

/** The copies of this device: each as it is written down, and those that are being fetched. */
export class Keeper {
  readonly #parts: KeeperParts
  readonly #kept = new Map<SiteName, Kept>()
  readonly #turns = new Turns(KEEPING_AT_ONCE)
  readonly #stopped = new AbortController()
  readonly #counter: ServedCounter

  constructor(parts: KeeperParts) {
    this.#parts = parts
    this.#counter = new ServedCounter(parts.clock, (site) => {
      const kept = this.#kept.get(site)
      if (kept !== undefined) this.#put(kept, kept.row)
    })
    for (const row of parts.rows.all()) this.#add(row)
  }

  /** What was being fetched goes on. */
  start(): void {
    for (const kept of this.#kept.values()) {
      const state = kept.row.next?.state
      if (state === 'fetching' || state === 'stopped') this.#run(kept)
    }
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error('stopping'))
    const jobs = [...this.#kept.values()].map(({ job }) => job)
    for (const kept of this.#kept.values()) kept.cancelRetry()
    for (const job of jobs) job?.abort.abort(new Error('stopping'))
    await Promise.all(jobs.flatMap((job) => (job === null ? [] : [job.over])))
    this.#counter.flush()
  }

  list(): Copy[] {
    return [...this.#kept.values()].map(show).toSorted((a, b) => (a.site < b.site ? -1 : 1))
  }

  /** Null: no copy. */
  row(site: SiteName): CopyRow | null {
    return this.#kept.get(site)?.row ?? null
  }

  rowsAll(): CopyRow[] {
    return [...this.#kept.values()].map(({ row }) => row)
  }

  /** The copy, on its way. `zoned` was looked up for it. Errors: LatchError, as of the feature. */
  async keep(site: SiteName, zoned: ZonedSite, signal: AbortSignal): Promise<Copy> {
    const { cid, owner } = zoned
    if (cid === null) throw new LatchError('CONFLICT', 'The owner of this site publishes no copy of it.')
    const root = idOfCid(cid)
    if (root === null) throw new LatchError('CONFLICT', 'The owner of this site publishes a copy of a kind that Latch does not keep.')
    this.#checkPlace(site, owner)
    this.zoneHeard(site, zoned)
    const before = this.#kept.get(site)
    if (before !== undefined && isOnItsWay(before, cid)) return show(before)
    const bytes = await sizeOf(site, root, zoned, this.#parts, signal)
    await checkRoom(bytes - (before?.row.next?.cid === cid ? before.row.next.doneBytes : 0), this.#parts.freeBytes)
    await this.#end(site, (kept) => !isOnItsWay(kept, cid))
    // From here on in one go, whoever else wants the same.
    this.#checkPlace(site, owner)
    const now = this.#kept.get(site)
    if (now !== undefined && isOnItsWay(now, cid)) return show(now)
    const { clock } = this.#parts
    const next: NextVersion = { cid, files: 0, bytes, doneBytes: 0, state: 'fetching', why: '' }
    const fresh: CopyRow = { site, owner, here: null, next, keptMs: clock.nowMs(), isServed: true, servedBytes: 0 }
    const kept = now ?? this.#add(fresh)
    kept.latest = cid
    this.#put(kept, now === undefined ? fresh : { ...now.row, next })
    this.#run(kept)
    return show(kept)
  }

  async cancel(site: SiteName): Promise<Copy> {
    const kept = this.#known(site)
    if (kept.job === null) throw new LatchError('CONFLICT', 'This copy is not being fetched.')
    kept.job.abort.abort(new Cancelled('cancelled'))
    await kept.job.over
    return show(kept)
  }

  serve(site: SiteName, isServed: boolean): Copy {
    const kept = this.#known(site)
    this.#put(kept, { ...kept.row, isServed })
    this.#parts.onServed()
    return show(kept)
  }

  async drop(site: SiteName): Promise<{ freedBytes: number }> {
    const kept = this.#known(site)
    await this.#end(site)
    this.#kept.delete(site)
    kept.cancelRetry()
    this.#parts.rows.remove(site)
    this.#parts.onGone(site)
    this.#parts.onServed()
    return { freedBytes: await this.#parts.sweep() }
  }

  zoneHeard(site: SiteName, { owner, cid }: Pick<ZonedSite, 'owner' | 'cid'>): void {
    const kept = this.#kept.get(site)
    if (kept === undefined) return
    const latest = owner === kept.row.owner ? cid : null
    if (kept.latest === latest) return
    kept.latest = latest
    this.#tell(kept)
  }

  /** A copy is of its owner's site, and not of what somebody else shows under the same name. Errors: LatchError CONFLICT. */
  checkOwner(site: SiteName, owner: AccountId): void {
    const kept = this.#kept.get(site)
    if (kept === undefined || kept.row.owner === owner) return
    throw new LatchError('CONFLICT', 'This name belongs to somebody else now. To keep what they publish, remove the copy of its former owner first.')
  }

  /** Counted at once, written down and told now and then. */
  given(site: SiteName, bytes: number): void {
    const kept = this.#kept.get(site)
    if (kept === undefined) return
    kept.row = { ...kept.row, servedBytes: kept.row.servedBytes + bytes }
    this.#counter.given(site)
  }

  #add(row: CopyRow): Kept {
    const kept: Kept = { row, progress: null, latest: null, job: null, cancelRetry: () => {} }
    this.#kept.set(row.site, kept)
    return kept
  }

  #known(site: SiteName): Kept {
    const kept = this.#kept.get(site)
    if (kept === undefined) throw new LatchError('NOT_FOUND', NOT_KEPT)
    return kept
  }

  #put(kept: Kept, row: CopyRow): void {
    kept.row = row
    this.#parts.rows.put(row)
    this.#tell(kept)
  }

  #tell(kept: Kept): void {
    if (this.#kept.get(kept.row.site) === kept) this.#parts.onChanged(show(kept))
  }

  /** Errors: LatchError CONFLICT, BUSY. */
  #checkPlace(site: SiteName, owner: AccountId): void {
    this.checkOwner(site, owner)
    if (this.#kept.has(site) || this.#kept.size < MAX_COPIES) return
    throw new LatchError('BUSY', `One device keeps at most ${MAX_COPIES} copies; remove one first.`)
  }

  /** Whatever is being fetched for it ends, also what was begun meanwhile. */
  async #end(site: SiteName, isToEnd: (kept: Kept) => boolean = () => true): Promise<void> {
    for (let kept = this.#kept.get(site); kept !== undefined && isToEnd(kept); kept = this.#kept.get(site)) {
      kept.cancelRetry()
      if (kept.job === null) return
      kept.job.abort.abort(new Superseded('something else is fetched'))
      await kept.job.over
    }
  }

  #run(kept: Kept): void {
    kept.cancelRetry()
    const abort = new AbortController()
    const over = this.#turns
      .take(abort.signal)
      .then(async (done) => {
        try {
          await this.#fetch(kept, abort.signal)
        } finally {
          done()
        }
      })
      .catch((error: unknown) => this.#broke(kept, error))
      .finally(() => {
        kept.job = null
        kept.progress = null
        this.#tell(kept)
      })
    kept.job = { abort, over }
  }

  async #fetch(kept: Kept, signal: AbortSignal): Promise<void> {
    const { site } = kept.row
    const { store, rows, swarms, zoned, clock, sweep } = this.#parts
    // Who has it now, and whether it is still this: nobody may have an older one any more.
    const now = await zoned(site, signal).catch(() => null)
    signal.throwIfAborted()
    let next = kept.row.next
    if (next === null) return
    if (now !== null) {
      this.zoneHeard(site, now)
      this.checkOwner(site, now.owner)
    }
    if (now !== null && now.cid !== null && now.cid !== next.cid) next = { ...next, cid: now.cid, files: 0, bytes: 0, doneBytes: 0 }
    next = { ...next, state: 'fetching', why: '' }
    this.#put(kept, { ...kept.row, next })
    const root = idOfCid(next.cid)
    if (root === null) throw new LatchError('CONFLICT', 'The owner of this site publishes a copy of a kind that Latch does not keep.')
    const swarm = (): Swarm => swarms.of(site, root, now?.devices ?? [])
    const { cid } = next
    // Whatever was being removed is gone by then, and this tree is needed from now on.
    const tree = await this.#parts.unswept(() => Promise.resolve(store.tree(cid)))
    const survey = await fetchVersion({
      ...this.#parts,
      site,
      root,
      tree,
      swarm,
      signal,
      onSurvey: ({ files, fileBytes }) => {
        if (kept.row.next === null) return
        this.#put(kept, { ...kept.row, next: { ...kept.row.next, files: files.length, bytes: fileBytes } })
      },
      onProgress: (progress) => {
        kept.progress = progress
        this.#tell(kept)
      },
    })
    const here = { cid, files: survey.files.length, bytes: survey.fileBytes }
    kept.row = { ...kept.row, here, next: null, keptMs: clock.nowMs() }
    rows.put(kept.row)
    this.#parts.onServed()
    await sweep()
  }

  #broke(kept: Kept, error: unknown): void {
    const { next } = kept.row
    if (next === null || this.#kept.get(kept.row.site) !== kept) return
    const doneBytes = kept.progress?.doneBytes ?? next.doneBytes
    // Stopping is no end: it goes on at the next start.
    if (this.#stopped.signal.aborted) {
      this.#parts.rows.put({ ...kept.row, next: { ...next, doneBytes } })
      return
    }
    const isByPerson = error instanceof Cancelled
    const mayGoOn = inWords(error) instanceof LatchError && (inWords(error) as LatchError).code === 'UNREACHABLE'
    if (!isByPerson && !mayGoOn) this.#parts.log.warn({ error }, 'a copy could not be fetched')
    const why = isByPerson ? 'You stopped it.' : sentenceOf(error)
    kept.row = { ...kept.row, next: { ...next, doneBytes, state: mayGoOn ? 'stopped' : 'cancelled', why } }
    // What ends it is written down in a moment; a crash before that is no word of the person.
    if (!(error instanceof Superseded)) this.#parts.rows.put(kept.row)
    if (mayGoOn) kept.cancelRetry = this.#parts.clock.after(STOPPED_RETRY_MS, () => this.#run(kept))
  }
}
