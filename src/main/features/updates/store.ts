import { z } from 'zod'
import { UpdateFinding } from '../../../shared/model/updates.ts'
import type { Database } from '../../platform/database.ts'
import type { Seen } from './judge.ts'

const migrations = ['CREATE TABLE updates (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT']

const values = {
  daily: z.boolean(),
  seen: z.object({ version: z.string(), releasedMs: z.number() }),
  found: UpdateFinding,
}

/** What was chosen, what was seen, and what the last check found. */
export interface UpdatesStore {
  daily(): boolean | null
  seen(): Seen | null
  found(): UpdateFinding | null
  keep<Name extends keyof typeof values>(name: Name, value: z.infer<(typeof values)[Name]>): void
}

export function createStore(database: Database): UpdatesStore {
  database.migrate('updates', migrations)
  const save = database.prepare<[string, string]>('INSERT OR REPLACE INTO updates (name, value) VALUES (?, ?)')
  const find = database.prepare<[string], { value: string }>('SELECT value FROM updates WHERE name = ?')
  const read = <Name extends keyof typeof values>(name: Name): z.infer<(typeof values)[Name]> | null => {
    const row = find.get(name)
    // What another version wrote that this one does not know is as if it had not been.
    const parsed = row === undefined ? null : values[name].safeParse(JSON.parse(row.value))
    return parsed?.success === true ? (parsed.data as z.infer<(typeof values)[Name]>) : null
  }
  return {
    daily: () => read('daily'),
    seen: () => read('seen'),
    found: () => read('found'),
    keep: (name, value) => void save.run(name, JSON.stringify(value)),
  }
}
