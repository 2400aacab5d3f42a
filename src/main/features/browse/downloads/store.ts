import { z } from 'zod'
import { Download } from '../../../../shared/model/browse.ts'
import type { Database } from '../../../platform/database.ts'
import type { Log } from '../../../platform/log.ts'
import { migrations } from '../remembered/migrations.ts'

const Row = z
  .object({ done_bytes: z.number(), started_ms: z.number(), part: z.string().nullable() })
  .and(Download.omit({ doneBytes: true, startedMs: true }))

export interface StoredDownload {
  readonly download: Download
  /** What is being written until it is whole. */
  readonly part: string | null
}

/** The list of downloads. */
export class DownloadStore {
  readonly #database: Database
  readonly #log: Log

  constructor(database: Database, log: Log) {
    database.migrate('browse', migrations)
    this.#database = database
    this.#log = log
  }

  /** The latest first. */
  list(): StoredDownload[] {
    const rows = this.#database.prepare('SELECT * FROM browse_downloads ORDER BY started_ms DESC, id').all()
    return rows.flatMap((row) => {
      const read = Row.safeParse(row)
      if (!read.success) {
        this.#log.warn({ error: read.error }, 'a download that was kept cannot be read, and is left out')
        return []
      }
      const { done_bytes: doneBytes, started_ms: startedMs, part, ...rest } = read.data
      return [{ download: { ...rest, doneBytes, startedMs }, part }]
    })
  }

  put({ id, site, url, name, bytes, doneBytes, state, why, path, startedMs }: Download, part: string | null): void {
    this.#database
      .prepare<[object]>(
        `INSERT OR REPLACE INTO browse_downloads (id, site, url, name, bytes, done_bytes, state, why, path, part, started_ms)
         VALUES (@id, @site, @url, @name, @bytes, @doneBytes, @state, @why, @path, @part, @startedMs)`,
      )
      .run({ id, site, url, name, bytes, doneBytes, state, why, path, part, startedMs })
  }

  remove(id: string): void {
    this.#database.prepare<[string]>('DELETE FROM browse_downloads WHERE id = ?').run(id)
  }
}
