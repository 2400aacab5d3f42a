import { open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { LatchError } from '../../../shared/errors.ts'
import type { AccountId } from '../../../shared/ids.ts'
import type { BackupStatus } from '../../../shared/model/backup.ts'
import { KiB } from '../../../shared/units.ts'
import { writeFileAtomic } from '../../platform/atomic-file.ts'
import { encode } from '../../platform/cbor.ts'
import type { Cancel } from '../../platform/clock.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import { smallEntry, type About, type Keys } from './entries.ts'
import { isBackup, keyFrom, SALT_BYTES, type BackupKey } from './key.ts'
import { TELL_EVERY_MS } from './limits.ts'
import { dueAfterMs, nameOf, tooMany } from './schedule.ts'
import { BACKUP_TABLES, BackupStore } from './store.ts'
import { copyDatabase } from './threads.ts'
import type { Automatic, BackupFeature, BackupParts } from './types.ts'
import { writeBackup } from './writing.ts'

type BackupChanged = { event: 'backup-changed'; backup: BackupStatus }

const MAX_REVOCATION_BYTES = 4 * KiB

export function createBackup(parts: BackupParts): BackupFeature {
  return new Backup(parts)
}

class Backup implements BackupFeature {
  readonly #parts: BackupParts
  readonly #store: BackupStore
  readonly #feed: Feed<BackupChanged>
  #running: { readonly stop: AbortController; readonly done: Promise<unknown> } | null = null
  #progress: BackupStatus['running'] = null
  #why: string | null = null
  #cancelTimer: Cancel = () => {}
  #isStopped = false

  constructor(parts: BackupParts) {
    this.#parts = parts
    this.#store = new BackupStore(parts.database)
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of backups failed'))
  }

  async start(): Promise<void> {
    // A process that was ended in the middle.
    await rm(this.#copyPath(), { force: true })
    this.#schedule()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelTimer()
    await this.cancel()
  }

  status(): BackupStatus {
    const [last, automatic] = [this.#store.last(), this.#store.automatic()]
    return {
      lastMs: last?.atMs ?? null,
      lastPath: last?.path ?? null,
      lastBytes: last?.bytes ?? null,
      automatic: automatic === null ? null : { folder: automatic.folder, everyMs: automatic.everyMs, keep: automatic.keep },
      running: this.#progress,
      why: this.#why,
    }
  }

  async make(path: string, passphrase: string): Promise<BackupStatus> {
    await refuseOther(path)
    await this.#making(path, () => keyFrom(passphrase, this.#parts.random(SALT_BYTES)))
    return this.status()
  }

  async cancel(): Promise<BackupStatus> {
    const running = this.#running
    running?.stop.abort(new LatchError('CONFLICT', 'The backup was cancelled. Nothing of it was kept.'))
    await running?.done.catch(() => {})
    return this.status()
  }

  async automatic(wanted: Automatic): Promise<BackupStatus> {
    if (!wanted.on) this.#store.putAutomatic(null)
    else {
      const { folder, everyMs, keep } = wanted
      const there = isAbsolute(folder) ? await stat(folder).catch(() => null) : null
      if (there?.isDirectory() !== true) throw new LatchError('BAD_INPUT', `${folder} is not a folder that is there. Name one by its whole path.`)
      const key = await keyFrom(wanted.passphrase, this.#parts.random(SALT_BYTES))
      this.#store.putAutomatic({ folder, everyMs, keep, key })
    }
    this.#why = null
    this.#schedule()
    return this.#tell()
  }

  async revocation(path: string): Promise<{ path: string }> {
    if (!isAbsolute(path)) throw new LatchError('BAD_INPUT', 'Name the file by its whole path.')
    if ((await stat(path).catch(() => null)) !== null) throw new LatchError('CONFLICT', `${path} is there already. Name another file.`)
    const envelope = await this.#parts.revocation()
    await writeFileAtomic(path, envelope).catch((cause: unknown) => {
      throw inWords(cause, path)
    })
    return { path }
  }

  async publishRevocation(path: string): Promise<{ account: AccountId; told: number }> {
    const there = await stat(path).catch(() => null)
    if (there === null) throw new LatchError('NOT_FOUND', `${path} is not there.`)
    if (!there.isFile() || there.size > MAX_REVOCATION_BYTES) throw new LatchError('BAD_INPUT', `${path} is not a revocation.`)
    return this.#parts.publishRevocation(new Uint8Array(await readFile(path)))
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<BackupStatus, BackupChanged>> {
    return this.#feed.watch(() => this.status(), signal)
  }

  /** One at a time. */
  async #making(path: string, keyOf: () => Promise<BackupKey>): Promise<void> {
    if (this.#isStopped) throw new LatchError('CONFLICT', 'Latch is stopping.')
    if (this.#running !== null) throw new LatchError('BUSY', 'A backup is being made already.')
    const stop = new AbortController()
    const done = this.#write(path, keyOf, stop.signal)
    this.#running = { stop, done }
    try {
      await done
    } catch (cause) {
      const error = inWords(cause, path)
      this.#why = error.message
      throw error
    } finally {
      this.#running = null
      this.#progress = null
      this.#tell()
    }
  }

  async #write(path: string, keyOf: () => Promise<BackupKey>, signal: AbortSignal): Promise<void> {
    const { clock, database, databaseKey, leaveOut } = this.#parts
    const copy = this.#copyPath()
    this.#progress = { doneBytes: 0, totalBytes: (await stat(database.path)).size }
    this.#tell()
    try {
      await rm(copy, { force: true })
      const madeMs = Math.round(clock.nowMs())
      const [key] = await Promise.all([keyOf(), copyDatabase(database.path, copy, databaseKey, [...leaveOut, ...BACKUP_TABLES], signal)])
      const { size } = await stat(copy)
      let toldMs = 0
      const bytes = await writeBackup(path, key, { small: await this.#small(madeMs), database: { path: copy, bytes: size } }, signal, (doneBytes, totalBytes) => {
        this.#progress = { doneBytes: Math.min(doneBytes, totalBytes), totalBytes }
        if (clock.monotonicMs() - toldMs < TELL_EVERY_MS) return
        toldMs = clock.monotonicMs()
        this.#tell()
      })
      this.#store.putLast({ atMs: madeMs, path, bytes })
      // In the same turn: whoever sees that it was made does not see why the one before it was not.
      this.#why = null
    } finally {
      await rm(copy, { force: true }).catch(() => {})
    }
  }

  async #small(madeMs: number): Promise<Uint8Array[]> {
    const { account, counts, databaseKey, revocation } = this.#parts
    const { name, deviceLabel, entropy, createdMs, phrase } = account()
    const { conversations, messages } = counts()
    return [
      smallEntry('about', encode({ v: 1, name, deviceLabel, madeMs, conversations, messages } satisfies About)),
      smallEntry('keys', encode({ entropy, database: databaseKey, name, createdMs, phrase } satisfies Keys)),
      smallEntry('revocation', await revocation()),
    ]
  }

  #schedule(): void {
    this.#cancelTimer()
    // The database may be closed by then.
    if (this.#isStopped) return
    const automatic = this.#store.automatic()
    if (automatic === null) return
    const { clock } = this.#parts
    const wait = dueAfterMs(clock.nowMs(), automatic.everyMs, this.#store.last()?.atMs ?? null, this.#why !== null)
    this.#cancelTimer = clock.after(wait, () => void this.#byItself())
  }

  async #byItself(): Promise<void> {
    const { account, clock, log } = this.#parts
    const automatic = this.#store.automatic()
    if (automatic === null) return
    const { folder, keep, key } = automatic
    try {
      await this.#making(join(folder, nameOf(account().account, clock.nowMs())), async () => key)
      for (const name of tooMany(await readdir(folder), account().account, keep)) await rm(join(folder, name), { force: true })
    } catch (error) {
      log.warn({ error }, 'a backup was not made')
    } finally {
      this.#schedule()
    }
  }

  /** Under the key of the database, beside it; there only while a backup is made. */
  #copyPath(): string {
    return `${this.#parts.database.path}.backup-copy`
  }

  #tell(): BackupStatus {
    const backup = this.status()
    this.#feed.publish({ event: 'backup-changed', backup })
    return backup
  }
}

/** Takes the place of nothing but an earlier backup. */
async function refuseOther(path: string): Promise<void> {
  if (!isAbsolute(path)) throw new LatchError('BAD_INPUT', 'Name the file by its whole path.')
  const there = await stat(path).catch(() => null)
  if (there === null) return
  if (there.isDirectory()) throw new LatchError('BAD_INPUT', `${path} is a folder. Name a file in it.`)
  const file = await open(path, 'r').catch(() => null)
  try {
    const beginning = await file?.read(Buffer.alloc(16), 0, 16, 0)
    if (beginning !== undefined && isBackup(beginning.buffer)) return
  } finally {
    await file?.close()
  }
  throw new LatchError('CONFLICT', `${path} is there, and is no backup of Latch. It was left as it is; name another file.`)
}

function inWords(cause: unknown, path: string): LatchError {
  if (cause instanceof LatchError) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const sentences: Record<string, string> = {
    ENOSPC: `There is no room for ${path}. Make some, or name another disk.`,
    ENOENT: `The folder of ${path} is not there.`,
    EACCES: `You may not write ${path}.`,
    EPERM: `You may not write ${path}.`,
    EROFS: `The disk of ${path} cannot be written to.`,
    SQLITE_FULL: 'There is no room for a copy of the database. Make some beside the data folder.',
  }
  return new LatchError('INTERNAL', sentences[code] ?? `${path} could not be written; the log has the cause. Nothing of it was kept.`, { cause })
}
