import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

/**
 * What the thread runs: text and not a file, as in verify-pool.ts. Its connection reads and nothing else, and each statement sees
 * what was committed when it began. One message is a statement, its answer the rows of it.
 */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
const Sqlite = require(workerData.sqlite)
const db = new Sqlite(workerData.path, { fileMustExist: true, readonly: true, timeout: workerData.timeoutMs })
db.pragma("cipher = 'chacha20'")
db.pragma("key = '" + workerData.key + "'")
db.pragma('temp_store = MEMORY')
db.pragma('trusted_schema = OFF')
const statements = new Map()
parentPort.on('message', (asked) => {
  if (asked === 'close') {
    db.close()
    parentPort.close()
    return
  }
  const { job, sql, params } = asked
  try {
    if (!statements.has(sql)) statements.set(sql, db.prepare(sql))
    parentPort.postMessage({ job, rows: statements.get(sql).all(...params) })
  } catch (error) {
    parentPort.postMessage({ job, error })
  }
})
`

interface Place {
  readonly path: string
  /** As SQLite is told it. */
  readonly key: string
  /** How long a statement waits for who writes. */
  readonly timeoutMs: number
}

interface Job {
  readonly resolve: (rows: never[]) => void
  readonly reject: (why: Error) => void
}

type Answer = { readonly job: number } & ({ readonly rows: never[] } | { readonly error: Error })

/** A second connection to a database, on a thread: for what would hold the event loop. It does not keep the process alive. */
export class ReadingThread {
  readonly #worker: Worker
  readonly #over: Promise<void>
  readonly #jobs = new Map<number, Job>()
  #count = 0
  #end: Error | null = null

  constructor(place: Place) {
    const sqlite = createRequire(import.meta.url).resolve('better-sqlite3-multiple-ciphers')
    this.#worker = new Worker(THREAD, { eval: true, workerData: { sqlite, ...place }, execArgv: [] })
    this.#worker.unref()
    this.#worker.on('message', (answer: Answer) => this.#answered(answer))
    this.#worker.once('error', (error) => this.#ended(error instanceof Error ? error : new Error('the thread failed', { cause: error })))
    this.#over = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#ended(new Error('the thread ended'))
        resolve()
      })
    })
  }

  /** One statement after another. Errors: that of SQLite; an error where the thread died, or was closed. */
  all<Row>(sql: string, params: readonly unknown[]): Promise<Row[]> {
    return new Promise<never[]>((resolve, reject) => {
      if (this.#end !== null) {
        reject(this.#end)
        return
      }
      const job = this.#count++
      this.#jobs.set(job, { resolve, reject })
      this.#worker.postMessage({ job, sql, params })
    })
  }

  /** Nothing of it is open afterwards. What was asked for and not answered fails. */
  async close(): Promise<void> {
    this.#ended(new Error('the thread was closed'))
    this.#worker.ref()
    this.#worker.postMessage('close')
    await this.#over
  }

  #answered(answer: Answer): void {
    const job = this.#jobs.get(answer.job)
    this.#jobs.delete(answer.job)
    if ('rows' in answer) job?.resolve(answer.rows)
    else job?.reject(answer.error)
  }

  #ended(why: Error): void {
    this.#end ??= why
    for (const { reject } of this.#jobs.values()) reject(this.#end)
    this.#jobs.clear()
  }
}
