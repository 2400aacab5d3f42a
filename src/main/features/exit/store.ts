import { ExitUse } from '../../../shared/model/exit.ts'
import type { Database, Statement } from '../../platform/database.ts'
import { migrations } from './migrations.ts'

/** What was counted, across restarts. A line that cannot be read is left out: counts protect nobody. */
export class ExitStore {
  readonly #database: Database
  readonly #all: Statement
  readonly #put: Statement<[string, string, string, number, string]>
  readonly #remove: Statement<[string, string, string, number]>
  readonly #clear: Statement

  constructor(database: Database) {
    database.migrate('exit', migrations)
    this.#database = database
    this.#all = database.prepare('SELECT record FROM exit_uses')
    this.#put = database.prepare('INSERT OR REPLACE INTO exit_uses (whose, peer, host, port, record) VALUES (?, ?, ?, ?, ?)')
    this.#remove = database.prepare('DELETE FROM exit_uses WHERE whose = ? AND peer = ? AND host = ? AND port = ?')
    this.#clear = database.prepare('DELETE FROM exit_uses')
  }

  all(): ExitUse[] {
    return (this.#all.all() as { record: string }[]).flatMap(({ record }) => {
      try {
        return [ExitUse.parse(JSON.parse(record))]
      } catch {
        return []
      }
    })
  }

  put(uses: readonly ExitUse[]): void {
    this.#database.transaction(() => {
      for (const use of uses) this.#put.run(use.whose, use.peerId, use.host, use.port, JSON.stringify(use))
    })
  }

  remove({ whose, peerId, host, port }: Pick<ExitUse, 'whose' | 'peerId' | 'host' | 'port'>): void {
    this.#remove.run(whose, peerId, host, port)
  }

  clear(): void {
    this.#clear.run()
  }
}
