import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { databaseKeyText } from '../../platform/database.ts'

/**
 * What a thread runs: SQLite does its work in one go, and a large database takes seconds. Text and not a file, as in
 * platform/verify-pool.ts. `copy`: a copy of one moment, under the same key, never in plain on the disk; writers go on. What is
 * not to be in it is deleted there. `rekey`: every page is read, which finds what is damaged, and written under the new key.
 */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
const Sqlite = require(workerData.sqlite)
const connect = (path, key, options) => {
  const db = new Sqlite(path, { fileMustExist: true, timeout: 10000, ...options })
  db.pragma("cipher = 'chacha20'")
  db.pragma("key = '" + key + "'")
  db.pragma('temp_store = MEMORY')
  db.pragma('secure_delete = ON')
  return db
}
const { job } = workerData
if (job.op === 'copy') {
  const from = connect(job.from, job.key)
  try { from.prepare('VACUUM INTO ?').run(job.to) } finally { from.close() }
  const copy = connect(job.to, job.key)
  try {
    const tables = new Set(copy.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all().map(({ name }) => name))
    for (const table of job.leaveOut) if (tables.has(table)) copy.exec('DELETE FROM "' + table + '"')
  } finally { copy.close() }
} else {
  const db = connect(job.path, job.from)
  try {
    db.pragma('journal_mode = DELETE')
    const [{ integrity_check: found }] = db.pragma('integrity_check(1)')
    if (found !== 'ok') throw new Error('not whole: ' + found)
    db.pragma("rekey = '" + job.to + "'")
  } finally { db.close() }
}
parentPort.postMessage('done')
`

type Job =
  | { readonly op: 'copy'; readonly from: string; readonly to: string; readonly key: string; readonly leaveOut: readonly string[] }
  | { readonly op: 'rekey'; readonly path: string; readonly from: string; readonly to: string }

/** A copy of one moment at `to`, which must not be there, without the rows of the tables of `leaveOut`. */
export function copyDatabase(from: string, to: string, key: Uint8Array, leaveOut: readonly string[], signal: AbortSignal): Promise<void> {
  return run({ op: 'copy', from, to, key: databaseKeyText(key), leaveOut }, signal)
}

/** The database under another key; checked on the way. Errors: that of SQLite, where it is damaged. */
export function rekeyDatabase(path: string, from: Uint8Array, to: Uint8Array, signal: AbortSignal): Promise<void> {
  return run({ op: 'rekey', path, from: databaseKeyText(from), to: databaseKeyText(to) }, signal)
}

function run(job: Job, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const sqlite = createRequire(import.meta.url).resolve('better-sqlite3-multiple-ciphers')
    const worker = new Worker(THREAD, { eval: true, workerData: { sqlite, job }, execArgv: [] })
    let outcome: (() => void) | null = null
    const aborted = (): void => {
      outcome = () => reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'))
      void worker.terminate()
    }
    signal.addEventListener('abort', aborted, { once: true })
    worker.once('message', () => (outcome ??= resolve))
    worker.once('error', (error) => (outcome ??= () => reject(error)))
    // Nothing of it is open any more.
    worker.once('exit', () => {
      signal.removeEventListener('abort', aborted)
      if (outcome === null) reject(new Error('the thread ended before its work'))
      else outcome()
    })
  })
}
