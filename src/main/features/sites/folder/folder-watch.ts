import { watch, type FSWatcher } from 'node:fs'
import { MAX_WATCHED_FOLDERS } from '../limits.ts'
import type { FolderThere } from './read-folder.ts'

export interface FolderWatchParts {
  readonly platform: NodeJS.Platform
  /** Something was written, at the least once; what, is to be looked for. */
  readonly onChange: () => void
}

/**
 * Hears of changes in a folder and all that lies in it. macOS and Windows watch everything below a folder by
 * themselves; elsewhere Node would go through it file by file without a pause, so each folder is watched for itself.
 */
export class FolderWatch {
  readonly #parts: FolderWatchParts
  readonly #watchers = new Map<string, FSWatcher>()

  constructor(parts: FolderWatchParts) {
    this.#parts = parts
  }

  /** From now on these, where they can be watched: the folder itself first, then those below it. */
  follow(folders: readonly FolderThere[]): void {
    const isWhole = this.#parts.platform === 'darwin' || this.#parts.platform === 'win32'
    const wanted = new Map(folders.slice(0, isWhole ? 1 : MAX_WATCHED_FOLDERS).map((folder) => [keyOf(folder), folder]))
    for (const [key, watcher] of this.#watchers) {
      if (wanted.has(key)) continue
      watcher.close()
      this.#watchers.delete(key)
    }
    for (const [key, folder] of wanted) if (!this.#watchers.has(key) && !this.#watch(folder, isWhole)) return
  }

  close(): void {
    this.follow([])
  }

  /** False: the system watches no more, or not there. */
  #watch(folder: FolderThere, recursive: boolean): boolean {
    try {
      const watcher = watch(folder.realPath, { persistent: false, recursive }, () => this.#parts.onChange())
      watcher.on('error', () => {
        watcher.close()
        this.#watchers.delete(keyOf(folder))
        this.#parts.onChange()
      })
      this.#watchers.set(keyOf(folder), watcher)
      return true
    } catch {
      return false
    }
  }
}

function keyOf({ realPath, id }: FolderThere): string {
  return `${id} ${realPath}`
}
