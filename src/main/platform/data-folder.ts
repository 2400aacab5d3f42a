import { readFileSync } from 'node:fs'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import Sqlite from 'better-sqlite3-multiple-ciphers'
import { LatchError } from '../../shared/errors.ts'
import { removeLeftovers } from './atomic-file.ts'

/** Where everything lies, drawn in ARCHITECTURE.md. */
export interface DataFiles {
  /** Held by the process that runs; `pid` says, for the other one's message, which that is. */
  readonly lock: string
  readonly pid: string
  /** The keyring, sealed by the vault; and the key file of a vault that has one. */
  readonly keys: string
  readonly key: string
  readonly database: string
  readonly datastore: string
  readonly control: string
  readonly logs: string
}

export interface DataFolder {
  readonly path: string
  readonly files: DataFiles
  /** Lets the next process in. Safe to call twice. */
  close(): Promise<void>
}

export function dataFiles(folder: string): DataFiles {
  return {
    lock: join(folder, 'latch.lock'),
    pid: join(folder, 'latch.pid'),
    keys: join(folder, 'keys.json'),
    key: join(folder, 'key'),
    database: join(folder, 'latch.db'),
    datastore: join(folder, 'datastore'),
    control: join(folder, 'control.json'),
    logs: join(folder, 'logs'),
  }
}

/** Where each system keeps an application's data of one user. */
export function defaultDataFolder(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): string {
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Latch')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Latch')
  const base = env['XDG_DATA_HOME']
  return join(base !== undefined && base.startsWith('/') ? base : join(home, '.local', 'share'), 'latch')
}

/** The one that LATCH_DATA names, or the system's place for it. */
export function chosenDataFolder(env: NodeJS.ProcessEnv = process.env): string {
  const named = env['LATCH_DATA']
  return named === undefined || named === '' ? defaultDataFolder() : resolve(named)
}

/**
 * Makes the folder if it is not there, closes it to other users, and takes it for this process.
 * Errors: LatchError CONFLICT when a process has it, naming the folder and that process; LOCKED when it cannot be used.
 */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const path = resolve(folder)
  const files = dataFiles(path)
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw unusable(path, cause)
  })
  // Somebody else's folder that this user may write to cannot be closed; what is secret is 0600 by itself.
  await chmod(path, 0o700).catch(() => {})
  const release = takeLock(files)
  try {
    await writeFile(files.pid, `${process.pid}\n`, { mode: 0o600 })
    await removeLeftovers(path)
  } catch (cause) {
    release()
    throw unusable(path, cause)
  }
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    await rm(files.pid, { force: true }).catch(() => {})
    release()
  }
  return { path, files, close: () => (closing ??= close()) }
}

/**
 * The lock is the operating system's, taken through SQLite, as Node has no call for it: an exclusive transaction on an
 * empty database that nothing is ever written to. It goes with the process, however that ends, so the next start after
 * a `kill -9` takes it at once, and no process id or time stamp has to be believed. The file must not be opened by any
 * other means in this process: on POSIX systems closing it would let the lock go.
 */
function takeLock(files: DataFiles): () => void {
  let lock: Sqlite.Database | null = null
  try {
    lock = new Sqlite(files.lock, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock?.close()
    throw refusal(files, cause)
  }
  const held = lock
  return () => held.close()
}

function refusal(files: DataFiles, cause: unknown): LatchError {
  const path = dirname(files.lock)
  const code = cause instanceof Sqlite.SqliteError ? cause.code : ''
  if (code === 'SQLITE_BUSY') {
    return new LatchError('CONFLICT', `Latch is running already with the data folder ${path}${holder(files)}.`, { cause })
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    const sentence = `${files.lock} is not what Latch left there. Nothing was changed. Move it away and start again.`
    return new LatchError('DAMAGED', sentence, { cause })
  }
  return unusable(path, cause)
}

/** No right to it, no room, not a folder: what the system says, and what to do. */
function unusable(path: string, cause: unknown): LatchError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const sentence = `The data folder ${path} cannot be used (${reason}). Look at its owner, mode and disk, or name another.`
  return new LatchError('LOCKED', sentence, { cause })
}

function holder(files: DataFiles): string {
  try {
    return ` (process ${Number.parseInt(readFileSync(files.pid, 'utf8'), 10)})`
  } catch {
    return ''
  }
}
