import { z } from 'zod'
import { NetworkId } from '../../../shared/model/ledger.ts'
import { SiteAudience, SiteCid, SiteName, SiteSource } from '../../../shared/model/sites.ts'
import type { Database, Statement } from '../../platform/database.ts'
import type { KeptCopy } from './copying/copier.ts'
import { migrations } from './migrations.ts'
import type { SiteRecord } from './pointing/judge.ts'

/** A site as it is kept. */
export interface StoredSite {
  readonly name: SiteName
  /** Whose names it is under. Null: it is older than that this is kept. */
  readonly network: NetworkId | null
  readonly source: SiteSource
  readonly audience: SiteAudience
  readonly publishedMs: number
  /** Whether others may keep copies of it. */
  readonly copies: boolean
  /** What was made of it; null: nothing yet. */
  readonly copy: KeptCopy | null
  /** What its zone was last made to say of it; null: nothing since it was published. */
  readonly pointed: SiteRecord | null
}

/** A site that is not published any more, of which its zone may still say this. */
export interface LeavingSite {
  readonly name: SiteName
  readonly network: NetworkId | null
  readonly pointed: SiteRecord
}

const json = <Value extends z.ZodType>(value: Value) => z.string().transform((text) => value.parse(JSON.parse(text)))

const Copy = z.object({ cid: SiteCid, files: z.number(), bytes: z.number(), madeMs: z.number(), mark: z.string() })
const Pointed = z.object({ cid: SiteCid.nullable() })

const Row = z.object({
  name: SiteName,
  network: NetworkId.nullable(),
  source: json(SiteSource),
  audience: SiteAudience,
  published_ms: z.number(),
  copies: z.number().transform((isOn) => isOn === 1),
  copy: json(Copy).nullable(),
  pointed: json(Pointed).nullable(),
})

const LeavingRow = z.object({ name: SiteName, network: NetworkId.nullable(), pointed: json(Pointed) })

/** Published sites in the database. */
export class SiteStore {
  readonly #all: Statement
  readonly #leaving: Statement
  readonly #put: Statement<[string, string | null, string, string, number, number, string | null, string | null]>
  readonly #leave: Statement<[string | null, string]>
  readonly #tidy: Statement
  readonly #remove: Statement<[string]>

  constructor(database: Database) {
    database.migrate('sites', migrations)
    this.#all = database.prepare('SELECT name, network, source, audience, published_ms, copies, copy, pointed FROM sites WHERE leaving = 0 ORDER BY name')
    this.#leaving = database.prepare('SELECT name, network, pointed FROM sites WHERE leaving = 1 ORDER BY name')
    this.#put = database.prepare(
      'INSERT OR REPLACE INTO sites (name, network, source, audience, published_ms, copies, copy, pointed, leaving) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)',
    )
    this.#leave = database.prepare('UPDATE sites SET leaving = 1, pointed = ? WHERE name = ?')
    this.#tidy = database.prepare('DELETE FROM sites WHERE leaving = 1 AND pointed IS NULL')
    this.#remove = database.prepare('DELETE FROM sites WHERE name = ?')
  }

  all(): StoredSite[] {
    const rows = z.array(Row).parse(this.#all.all())
    return rows.map(({ published_ms: publishedMs, ...rest }) => ({ ...rest, publishedMs }))
  }

  /** Those that no zone was made to name are forgotten. */
  leaving(): LeavingSite[] {
    this.#tidy.run()
    return z.array(LeavingRow).parse(this.#leaving.all())
  }

  put({ name, network, source, audience, publishedMs, copies, copy, pointed }: StoredSite): void {
    this.#put.run(name, network, JSON.stringify(source), audience, publishedMs, copies ? 1 : 0, jsonOf(copy), jsonOf(pointed))
  }

  /** It is not published any more; what its zone was made to say is kept until that is gone too. */
  leave({ name, pointed }: Pick<StoredSite, 'name' | 'pointed'>): void {
    this.#leave.run(jsonOf(pointed), name)
  }

  remove(name: SiteName): void {
    this.#remove.run(name)
  }
}

function jsonOf(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value)
}
