import { createHash } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import Sqlite from 'better-sqlite3-multiple-ciphers'
import { LatchError } from '../../shared/errors.ts'
import { SECOND } from '../../shared/units.ts'
import { DatabaseCopies } from './database-copies.ts'
import { createAtomically } from './database-create.ts'
import { ReadingThread } from './reading-thread.ts'

/** How long a statement waits for another connection of this process (a thread that searches or backs up). */
const BUSY_TIMEOUT_MS = 2 * SECOND

const KEY_BYTES = 32
const FINGERPRINT_BYTES = 16

/** Errors: LatchError DAMAGED (a page that cannot be read), INTERNAL (the disk is full), BUSY (another program locks it); SqliteError for a defect. */
export interface Statement<Params extends unknown[] | object = unknown[], Row = unknown> {
  run(...params: Bound<Params>): Sqlite.RunResult
  get(...params: Bound<Params>): Row | undefined
  all(...params: Bound<Params>): Row[]
}

/** What `?` stand for, one after another; or the object of what `@name` stand for. */
type Bound<Params extends unknown[] | object> = Params extends unknown[] ? Params : [Params]

/** One SQLite database that all features share, each with its own tables and its own sequence of migrations. */
export interface Database {
  /** The file, or `:memory:`. */
  readonly path: string
  /**
   * Brings the tables of `feature` up to date: runs those of `steps` that have not run, in order, all in one
   * transaction. Steps are only ever added at the end. Errors: LatchError DAMAGED when a newer Latch wrote this file.
   */
  migrate(feature: string, steps: readonly string[]): void
  prepare<Params extends unknown[] | object = unknown[], Row = unknown>(sql: string): Statement<Params, Row>
  /**
   * Runs `body` at once, in a transaction that commits when it returns and rolls back when it throws. Calls nest.
   * When this returns, what was written survives `kill -9` and a power cut. `body` may not be async.
   */
  transaction<T>(body: () => T): T
  /**
   * For what is held in memory too: runs `undo`, the last one first, if the transaction in which this is called rolls
   * back. Outside of one there is nothing to undo.
   */
  onRollback(undo: () => void): void
  /**
   * A second connection that only reads, on a thread of its own; whoever asks for it closes it before the database is closed.
   * Null: it is one in memory, which no other connection sees.
   */
  beside(): ReadingThread | null
  close(): void
}

export interface DatabaseOptions {
  /** The caller knows that there was one: a missing file is then a loss to report, not a first start. */
  readonly mustExist?: boolean
}

/**
 * Opens the encrypted database at `path`, or makes it. `key` is 32 random bytes, used as they are, so that opening
 * costs no key derivation. A file that cannot be opened is left as it is.
 * Errors: LatchError LOCKED (another key, no right to read), DAMAGED (the file), INTERNAL (no room), each naming the file
 * and what to do.
 */
export function openDatabase(path: string, key: Uint8Array, options: DatabaseOptions = {}): Database {
  if (key.byteLength !== KEY_BYTES) throw new RangeError(`a database key is ${KEY_BYTES} bytes, not ${key.byteLength}`)
  try {
    if (!existsSync(path)) create(path, key, options)
    refuseAnotherKey(path, key)
    const thread = (): ReadingThread => new ReadingThread({ path, key: databaseKeyText(key), timeoutMs: BUSY_TIMEOUT_MS })
    return new SqliteDatabase(connect(path, key), path, thread)
  } catch (cause) {
    const error = inWords(cause, path)
    if (error instanceof LatchError) throw error
    const sentence = `${path} cannot be opened. Look at its owner and mode; it was left as it is.`
    throw new LatchError('LOCKED', sentence, { cause })
  }
}

function create(path: string, key: Uint8Array, { mustExist }: DatabaseOptions): void {
  if (mustExist === true) {
    const sentence = `${path} is missing, though this account has been used here. Put it back, or a copy of it.`
    throw new LatchError('DAMAGED', sentence)
  }
  // What a killed process wrote last is in there, and SQLite would write it over whatever database lies beside it.
  if (existsSync(`${path}-wal`)) {
    const sentence =
      `${path} is missing, and ${basename(path)}-wal, which belongs to it, is still there. Put them together again, or ` +
      'move that one away too to start with an empty history.'
    throw new LatchError('DAMAGED', sentence)
  }
  createAtomically(path, (temporary) => connect(temporary, key).close())
}

/** The same code without a file or a key, for tests. */
export function openMemoryDatabase(): Database {
  return new SqliteDatabase(configure(new Sqlite(':memory:')), ':memory:')
}

/**
 * ChaCha20-Poly1305 for each page: as fast as AES on machines that have AES instructions, several times faster on
 * those that have none, and a changed page is noticed when it is read. The 16 bytes at the head of the file, a salt
 * where there is a passphrase, are free to use with a raw key: they hold its fingerprint.
 */
function connect(path: string, key: Uint8Array): Sqlite.Database {
  const sqlite = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true })
  try {
    sqlite.pragma(`cipher = 'chacha20'`)
    sqlite.pragma(`key = '${databaseKeyText(key)}'`)
    return configure(sqlite)
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/** The key as SQLite is told it: for whoever copies a database, or gives it another key, on a thread of its own. Never logged. */
export function databaseKeyText(key: Uint8Array): string {
  return `raw:${Buffer.from(key).toString('hex')}${fingerprint(key).toString('hex')}`
}

function configure(sqlite: Sqlite.Database): Sqlite.Database {
  sqlite.pragma('journal_mode = WAL')
  // FULL syncs the write-ahead log at each commit, so that not even a power cut takes back what was acknowledged (on a
  // disk that honours a flush; macOS fsync does not, and can lose the last moments). NORMAL would lose what was written
  // since the last checkpoint, and nothing at a kill. Measured for two rows on an idle disk, p50 and p99 in ms: FULL
  // 0.11 and 0.21, NORMAL 0.02 and 0.04; with the disk busy for others, FULL 0.66 and 17.
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('checkpoint_fullfsync = ON')
  sqlite.pragma('foreign_keys = ON')
  // What is deleted is overwritten in its page. Without it, a key that was destroyed or a text that was erased would be there
  // still for whoever takes the file and the key of the database later.
  sqlite.pragma('secure_delete = ON')
  // Temporary files would lie on the disk unencrypted.
  sqlite.pragma('temp_store = MEMORY')
  sqlite.pragma('trusted_schema = OFF')
  sqlite.exec('CREATE TABLE IF NOT EXISTS migrations (feature TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT')
  return sqlite
}

class SqliteDatabase implements Database {
  readonly path: string
  readonly #sqlite: Sqlite.Database
  readonly #copies: DatabaseCopies | null
  readonly #thread: (() => ReadingThread) | null
  /** What the transaction that runs now would undo; null outside of any. */
  #undo: (() => void)[] | null = null

  constructor(sqlite: Sqlite.Database, path: string, thread: (() => ReadingThread) | null = null) {
    this.#sqlite = sqlite
    this.#thread = thread
    this.path = path
    const isNew = sqlite.prepare('SELECT 1 FROM migrations').get() === undefined
    this.#copies = isNew || sqlite.memory ? null : new DatabaseCopies(path)
  }

  migrate(feature: string, steps: readonly string[]): void {
    if (!/^[a-z][a-z-]*$/.test(feature)) throw new RangeError(`not a feature's name: ${feature}`)
    const done = this.#versionOf(feature)
    if (done > steps.length) {
      throw new LatchError(
        'DAMAGED',
        `${this.path} was written by a newer Latch: its ${feature} is at version ${done}, and this Latch knows ` +
          `${steps.length}. Nothing was changed. Start the newer Latch.`,
      )
    }
    if (done === steps.length) return
    this.#worded(() => this.#copies?.keepOnce(`${feature}-${done + 1}`, () => this.#checkpoint()))
    const note = this.#sqlite.prepare('INSERT OR REPLACE INTO migrations (feature, version) VALUES (?, ?)')
    this.transaction(() => {
      for (const step of steps.slice(done)) this.#sqlite.exec(step)
      note.run(feature, steps.length)
    })
  }

  prepare<Params extends unknown[] | object, Row>(sql: string): Statement<Params, Row> {
    const statement = this.#sqlite.prepare<unknown[], Row>(sql)
    return {
      run: (...params) => this.#worded(() => statement.run(...params)),
      get: (...params) => this.#worded(() => statement.get(...params)),
      all: (...params) => this.#worded(() => statement.all(...params)),
    }
  }

  transaction<T>(body: () => T): T {
    const around = this.#undo
    const own: (() => void)[] = []
    this.#undo = own
    try {
      const result = this.#worded(() => this.#sqlite.transaction(body).immediate())
      around?.push(...own)
      return result
    } catch (error) {
      for (const undo of own.toReversed()) undo()
      throw error
    } finally {
      this.#undo = around
    }
  }

  onRollback(undo: () => void): void {
    this.#undo?.push(undo)
  }

  beside(): ReadingThread | null {
    return this.#thread?.() ?? null
  }

  close(): void {
    this.#sqlite.close()
  }

  #worded<T>(run: () => T): T {
    try {
      return run()
    } catch (error) {
      throw inWords(error, this.path)
    }
  }

  #versionOf(feature: string): number {
    const sql = 'SELECT version FROM migrations WHERE feature = ?'
    return this.prepare<[string], { version: number }>(sql).get(feature)?.version ?? 0
  }

  /** Moves the write-ahead log into the file itself, which is then whole and can be copied. */
  #checkpoint(): void {
    this.#sqlite.pragma('wal_checkpoint(TRUNCATE)')
  }
}

function fingerprint(key: Uint8Array): Buffer {
  const hash = createHash('sha256').update('latch database key fingerprint').update(key)
  return hash.digest().subarray(0, FINGERPRINT_BYTES)
}

/** Tells a wrong key from a damaged file, which SQLite reports alike. */
function refuseAnotherKey(path: string, key: Uint8Array): void {
  const head = Buffer.alloc(FINGERPRINT_BYTES)
  const file = openSync(path, 'r')
  try {
    if (fstatSync(file).size === 0) throw damaged(path, 'it is empty')
    readSync(file, head, 0, FINGERPRINT_BYTES, 0)
  } finally {
    closeSync(file)
  }
  if (head.equals(fingerprint(key))) return
  throw new LatchError(
    'LOCKED',
    `${path} belongs to other keys than those beside it (or its first bytes are damaged). It was left as it is. ` +
      `Put back the keys.json that goes with it, or move the database away, with ${basename(path)}-wal if that is there, ` +
      'to start with an empty history.',
  )
}

/** What a person can do something about, in words for them; any other error as it is. */
function inWords(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error
  const { code } = error as NodeJS.ErrnoException
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    const sentence = `The disk that holds ${path} is full. What was there was kept; make room and try again.`
    return new LatchError('INTERNAL', sentence, { cause: error })
  }
  if (code?.startsWith('SQLITE_BUSY') === true) {
    const sentence = `Another program has ${path} open and keeps it locked. Nothing was written. End that one (a backup, a viewer of databases) and try again.`
    return new LatchError('BUSY', sentence, { cause: error })
  }
  if (code !== undefined && /^SQLITE_(NOTADB|CORRUPT)/.test(code)) return damaged(path, 'SQLite cannot read it', error)
  return error
}

function damaged(path: string, why: string, cause?: unknown): LatchError {
  const name = basename(path)
  return new LatchError(
    'DAMAGED',
    `${path} is damaged: ${why}. It was left as it is. Move it away, with ${name}-wal if that is there; then put a copy ` +
      `in its place (${name}.before-… are copies made before updates), or start with an empty history.`,
    { cause },
  )
}
