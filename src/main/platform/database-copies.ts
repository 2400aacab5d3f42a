import { constants, copyFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { sync, syncFolder } from './database-create.ts'

/** Enough to go back past two updates that went wrong unnoticed; each is as large as the database. */
const KEPT = 3

/** Copies of a database from before it was migrated: `latch.db.before-chat-2`. */
export class DatabaseCopies {
  readonly #path: string
  #made = false

  constructor(path: string) {
    this.#path = path
  }

  /**
   * Copies the file, once for each opening: an update migrates several features in a row, and what is worth keeping is
   * the file from before the first. `settle` makes the file whole on the disk.
   */
  keepOnce(label: string, settle: () => void): void {
    if (this.#made) return
    settle()
    const copy = `${this.#path}.before-${label}`
    const temporary = `${copy}.new`
    try {
      copyFileSync(this.#path, temporary, constants.COPYFILE_FICLONE)
      sync(temporary)
      renameSync(temporary, copy)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
    syncFolder(dirname(copy))
    this.#made = true
    this.#dropOld()
  }

  #dropOld(): void {
    const folder = dirname(this.#path)
    const prefix = `${basename(this.#path)}.before-`
    const copies = readdirSync(folder)
      .filter((name) => name.startsWith(prefix))
      .map((name) => ({ path: join(folder, name), madeMs: statSync(join(folder, name)).mtimeMs }))
      .toSorted((a, b) => b.madeMs - a.madeMs)
    for (const { path } of copies.slice(KEPT)) rmSync(path)
  }
}
