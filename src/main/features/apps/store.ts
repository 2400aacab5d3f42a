import { z } from 'zod'
import { AppId } from '../../../shared/model/apps.ts'
import type { Database, Statement } from '../../platform/database.ts'
import { migrations } from './migrations.ts'

/** A program as it is kept. */
export interface StoredApp {
  readonly id: AppId
  readonly title: string
  readonly createdMs: number
  readonly lastSeenMs: number | null
  /** SHA-256 of its token. */
  readonly tokenHash: Uint8Array
}

const Row = z.object({
  id: AppId,
  title: z.string(),
  created_ms: z.number(),
  last_seen_ms: z.number().nullable(),
  token_hash: z.instanceof(Uint8Array),
})

/** Registered programs in the database. */
export class AppStore {
  readonly #all: Statement
  readonly #put: Statement<[string, string, number, number | null, Uint8Array]>
  readonly #remove: Statement<[string]>

  constructor(database: Database) {
    database.migrate('apps', migrations)
    this.#all = database.prepare('SELECT id, title, created_ms, last_seen_ms, token_hash FROM apps ORDER BY created_ms, id')
    this.#put = database.prepare(
      'INSERT OR REPLACE INTO apps (id, title, created_ms, last_seen_ms, token_hash) VALUES (?, ?, ?, ?, ?)',
    )
    this.#remove = database.prepare('DELETE FROM apps WHERE id = ?')
  }

  all(): StoredApp[] {
    return z
      .array(Row)
      .parse(this.#all.all())
      .map(({ id, title, created_ms: createdMs, last_seen_ms: lastSeenMs, token_hash: tokenHash }) => ({
        id,
        title,
        createdMs,
        lastSeenMs,
        tokenHash,
      }))
  }

  put({ id, title, createdMs, lastSeenMs, tokenHash }: StoredApp): void {
    this.#put.run(id, title, createdMs, lastSeenMs, tokenHash)
  }

  remove(id: AppId): void {
    this.#remove.run(id)
  }
}
