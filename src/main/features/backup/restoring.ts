import { open } from 'node:fs/promises'
import { LatchError } from '../../../shared/errors.ts'
import type { BackupContents, Restoring as RestoringState } from '../../../shared/model/backup.ts'
import type { Me } from '../../../shared/model/identity.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import { damaged } from './key.ts'
import { TELL_EVERY_MS } from './limits.ts'
import { readBackup, type ReadBackup } from './reading.ts'
import { rekeyDatabase } from './threads.ts'
import type { RestoringChanged, RestoringFeature, RestoringParts } from './types.ts'

export function createRestoring(parts: RestoringParts): RestoringFeature {
  return new Restoring(parts)
}

/**
 * What comes of a backup is another device of the account, with keys of its own: a log of messages never has two writers, and
 * the device that made the backup may still be there (docs/wire/chat.md).
 */
class Restoring implements RestoringFeature {
  readonly #parts: RestoringParts
  readonly #feed: Feed<RestoringChanged>
  #stop: AbortController | null = null
  #running: RestoringState['running'] = null
  #toldMs = 0

  constructor(parts: RestoringParts) {
    this.#parts = parts
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of a restoring failed'))
  }

  current(): RestoringState {
    return { running: this.#running }
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<RestoringState, RestoringChanged>> {
    return this.#feed.watch(() => this.current(), signal)
  }

  async read(path: string, passphrase: string): Promise<BackupContents> {
    const { about, bytes, revocation } = await readBackup(path, passphrase, new AbortController().signal)
    const { name, madeMs, deviceLabel, conversations, messages } = about
    return { name, madeMs, deviceLabel, bytes, conversations, messages, revocation: revocation !== null }
  }

  async restore(path: string, passphrase: string): Promise<Me> {
    const { arrive, isFresh, log, newSeeds } = this.#parts
    if (!isFresh()) throw new LatchError('ACCOUNT_EXISTS')
    if (this.#stop !== null) throw new LatchError('BUSY', 'A backup is being restored already.')
    const stop = new AbortController()
    this.#stop = stop
    try {
      // Once to its end before anything is written: a file that is cut or changed is found out here.
      this.#tell({ doneBytes: 0, totalBytes: 0 })
      const read = await readBackup(path, passphrase, stop.signal, undefined, (doneBytes, bytes) => this.#tell({ doneBytes, totalBytes: 2 * bytes }))
      const { name, createdMs, phrase, entropy } = read.keys
      const seeds = { ...newSeeds(), entropy }
      return await arrive({
        name,
        createdMs,
        phrase,
        seeds,
        deviceList: null,
        furnish: (to, key) => this.#furnish(path, passphrase, read, to, key, stop.signal),
      })
    } catch (error) {
      log.info({ error }, 'a backup was not restored')
      throw error
    } finally {
      this.#stop = null
      this.#tell(null)
    }
  }

  cancel(): RestoringState {
    this.#stop?.abort(new LatchError('CONFLICT', 'Restoring was cancelled. Nothing of it was kept.'))
    return this.current()
  }

  #tell(running: RestoringState['running']): void {
    const isFirstOrLast = running === null || this.#running === null || running.doneBytes === running.totalBytes
    this.#running = running
    const nowMs = this.#parts.clock.monotonicMs()
    if (!isFirstOrLast && nowMs - this.#toldMs < TELL_EVERY_MS) return
    this.#toldMs = nowMs
    this.#feed.publish({ event: 'restoring-changed', restoring: this.current() })
  }

  async #furnish(path: string, passphrase: string, { keys }: ReadBackup, to: string, key: Uint8Array, signal: AbortSignal): Promise<void> {
    const file = await open(to, 'wx', 0o600)
    try {
      const onBytes = (doneBytes: number, bytes: number): void => this.#tell({ doneBytes: bytes + doneBytes, totalBytes: 2 * bytes })
      await readBackup(path, passphrase, signal, (piece) => file.writeFile(piece), onBytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rekeyDatabase(to, keys.database, key, signal).catch((cause: unknown) => {
      signal.throwIfAborted()
      throw damaged(path, `the database in it cannot be opened (${cause instanceof Error ? cause.message : String(cause)})`)
    })
    signal.throwIfAborted()
  }
}
