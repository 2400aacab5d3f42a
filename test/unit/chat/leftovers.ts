import type { Database } from '../../../src/main/platform/database.ts'

/** Every table and column of a database in which these words stand, in whatever encoding they are kept. */
export function whereIs(database: Database, words: string): string[] {
  // An index for searching is read through the tables that it is made of.
  const real = `SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'`
  const tables = database.prepare<[], { name: string }>(real).all()
  const found = new Set<string>()
  for (const { name } of tables) {
    for (const row of database.prepare<[], Record<string, unknown>>(`SELECT * FROM "${name}"`).all()) {
      for (const [column, value] of Object.entries(row)) if (holds(value, words)) found.add(`${name}.${column}`)
    }
  }
  return [...found]
}

function holds(value: unknown, words: string): boolean {
  if (typeof value === 'string') return value.includes(words)
  return value instanceof Uint8Array && Buffer.from(value).includes(words)
}
