import { z } from 'zod'
import { AccountId } from '../../../../shared/ids.ts'
import { SiteCid, SiteName } from '../../../../shared/model/sites.ts'
import type { Database, Statement } from '../../../platform/database.ts'
import type { Log } from '../../../platform/log.ts'

/** A version that is fetched, beside the one that is here. `cancelled`: by the person, so that nothing goes on by itself. */
export interface NextVersion {
  readonly cid: SiteCid
  readonly files: number
  readonly bytes: number
  readonly doneBytes: number
  readonly state: 'fetching' | 'stopped' | 'cancelled'
  readonly why: string
}

/** A copy as it is kept. */
export interface CopyRow {
  readonly site: SiteName
  readonly owner: AccountId
  /** Whole and checked. */
  readonly here: { readonly cid: SiteCid; readonly files: number; readonly bytes: number } | null
  readonly next: NextVersion | null
  readonly keptMs: number
  readonly isServed: boolean
  readonly servedBytes: number
}

const Row = z
  .object({
    site: SiteName,
    owner: AccountId,
    cid: SiteCid.nullable(),
    files: z.number(),
    bytes: z.number(),
    kept_ms: z.number(),
    next_cid: SiteCid.nullable(),
    next_files: z.number(),
    next_bytes: z.number(),
    next_done: z.number(),
    next_state: z.enum(['fetching', 'stopped', 'cancelled']),
    next_why: z.string(),
    is_served: z.number(),
    served_bytes: z.number(),
  })
  .transform((row): CopyRow => ({
    site: row.site,
    owner: row.owner,
    here: row.cid === null ? null : { cid: row.cid, files: row.files, bytes: row.bytes },
    next:
      row.next_cid === null
        ? null
        : {
            cid: row.next_cid,
            files: row.next_files,
            bytes: row.next_bytes,
            doneBytes: row.next_done,
            state: row.next_state,
            why: row.next_why,
          },
    keptMs: row.kept_ms,
    isServed: row.is_served === 1,
    servedBytes: row.served_bytes,
  }))

export interface MadeRow {
  readonly site: SiteName
  readonly cid: SiteCid
}

/** Copies and trees of own sites in the database. */
export class CopyRows {
  readonly #log: Log
  readonly #all: Statement
  readonly #put: Statement<Record<string, unknown>>
  readonly #remove: Statement<[string]>
  readonly #made: Statement<[], MadeRow>
  readonly #addMade: Statement<[string, string, number]>
  readonly #removeMade: Statement<[string, string]>

  constructor(database: Database, log: Log) {
    this.#log = log
    this.#all = database.prepare('SELECT * FROM copies ORDER BY site')
    this.#put = database.prepare(
      `INSERT OR REPLACE INTO copies VALUES (@site, @owner, @cid, @files, @bytes, @keptMs, @nextCid, @nextFiles, @nextBytes,
         @nextDone, @nextState, @nextWhy, @isServed, @servedBytes)`,
    )
    this.#remove = database.prepare('DELETE FROM copies WHERE site = ?')
    this.#made = database.prepare('SELECT site, cid FROM copy_made ORDER BY site, rowid DESC')
    this.#addMade = database.prepare('INSERT OR REPLACE INTO copy_made (site, cid, made_ms) VALUES (?, ?, ?)')
    this.#removeMade = database.prepare('DELETE FROM copy_made WHERE site = ? AND cid = ?')
  }

  /** A line that cannot be read is left out: of the others nothing is lost by it. */
  all(): CopyRow[] {
    return this.#all.all().flatMap((line) => {
      const row = Row.safeParse(line)
      if (!row.success) this.#log.error({ error: row.error }, 'a copy that is written down cannot be read')
      return row.success ? [row.data] : []
    })
  }

  put({ site, owner, here, next, keptMs, isServed, servedBytes }: CopyRow): void {
    this.#put.run({
      site,
      owner,
      cid: here?.cid ?? null,
      files: here?.files ?? 0,
      bytes: here?.bytes ?? 0,
      keptMs,
      nextCid: next?.cid ?? null,
      nextFiles: next?.files ?? 0,
      nextBytes: next?.bytes ?? 0,
      nextDone: next?.doneBytes ?? 0,
      nextState: next?.state ?? 'fetching',
      nextWhy: next?.why ?? '',
      isServed: isServed ? 1 : 0,
      servedBytes,
    })
  }

  remove(site: SiteName): void {
    this.#remove.run(site)
  }

  /** The newest version of each site first, whatever the clock said. */
  made(): MadeRow[] {
    return this.#made.all()
  }

  addMade(site: SiteName, cid: SiteCid, nowMs: number): void {
    this.#addMade.run(site, cid, nowMs)
  }

  removeMade(site: SiteName, cid: SiteCid): void {
    this.#removeMade.run(site, cid)
  }
}
