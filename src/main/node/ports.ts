import type { Database } from '../platform/database.ts'

const migrations = ['CREATE TABLE node_ports (wish TEXT PRIMARY KEY, port INTEGER NOT NULL) STRICT']

/** The port that each wish for any port came to, kept for the next start. */
export class Ports extends Map<string, number> {
  readonly #save: (wish: string, port: number) => void

  constructor(database: Database) {
    super()
    database.migrate('node', migrations)
    const rows = database.prepare<[], { wish: string; port: number }>('SELECT wish, port FROM node_ports').all()
    for (const { wish, port } of rows) super.set(wish, port)
    const insert = database.prepare<[string, number]>('INSERT OR REPLACE INTO node_ports (wish, port) VALUES (?, ?)')
    this.#save = (wish, port) => insert.run(wish, port)
  }

  override set(wish: string, port: number): this {
    // Most starts find what is known.
    if (this.get(wish) !== port) this.#save(wish, port)
    return super.set(wish, port)
  }
}
