import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { CHUNK_BYTES, HASH_BYTES } from './hash-tree.ts'

/** A run of bytes in a file of this disk; of an empty path nothing is written, and nothing can be read. */
export interface Segment {
  readonly path: string
  readonly at: number
  readonly bytes: number
}

/** The disk says no; `code` is the system's, such as ENOSPC, ENOENT, or SHORT where a file ended too early. */
export class DiskError extends Error {
  override readonly name = 'DiskError'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * What a thread runs. Text and not a file, as in verify-pool.ts: a bundle has no place for a second file. A thread keeps a few
 * files open that it writes to; it makes none, and a link in the place of one is not followed.
 */
const THREAD = `
const fs = require('node:fs')
const { createHash } = require('node:crypto')
const { parentPort, workerData } = require('node:worker_threads')
const { CHUNK_BYTES, HASH_BYTES } = workerData
const { O_RDONLY, O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants
const LEAF = Uint8Array.of(0)
const MAX_OPEN = 16
const open = new Map()
const room = Buffer.allocUnsafeSlow(CHUNK_BYTES)

const forWriting = (path) => {
  let fd = open.get(path)
  if (fd === undefined) fd = fs.openSync(path, O_RDWR | O_NOFOLLOW)
  open.delete(path)
  open.set(path, fd)
  for (const [oldest, old] of open) {
    if (open.size <= MAX_OPEN) break
    open.delete(oldest)
    fs.closeSync(old)
  }
  return fd
}
const letGo = (under) => {
  for (const [path, fd] of open) {
    if (!path.startsWith(under)) continue
    open.delete(path)
    fs.closeSync(fd)
  }
}
const leafOf = (chunk) => createHash('sha256').update(LEAF).update(chunk).digest()

const leaves = ({ segments, head }) => {
  const total = segments.reduce((sum, { bytes }) => sum + bytes, head.byteLength)
  const count = Math.max(1, Math.ceil(total / CHUNK_BYTES))
  const out = new Uint8Array(count * HASH_BYTES)
  let filled = 0
  let done = 0
  const flush = () => {
    out.set(leafOf(room.subarray(0, filled)), done++ * HASH_BYTES)
    filled = 0
  }
  for (let at = 0; at < head.byteLength; ) {
    const taken = Math.min(CHUNK_BYTES - filled, head.byteLength - at)
    room.set(head.subarray(at, at + taken), filled)
    filled += taken
    at += taken
    if (filled === CHUNK_BYTES) flush()
  }
  for (const { path, at, bytes } of segments) {
    const fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      for (let from = 0; from < bytes; ) {
        const got = fs.readSync(fd, room, filled, Math.min(CHUNK_BYTES - filled, bytes - from), at + from)
        if (got === 0) throw Object.assign(new Error('ended too early: ' + path), { code: 'SHORT' })
        filled += got
        from += got
        if (filled === CHUNK_BYTES) flush()
      }
    } finally {
      fs.closeSync(fd)
    }
  }
  if (filled > 0 || total === 0) flush()
  return out
}
const put = ({ segments, chunk, leaf }) => {
  if (Buffer.compare(leafOf(chunk), leaf) !== 0) return false
  let from = 0
  for (const { path, at, bytes } of segments) {
    const fd = path === '' ? -1 : forWriting(path)
    for (let done = fd === -1 ? bytes : 0; done < bytes; ) done += fs.writeSync(fd, chunk, from + done, bytes - done, at + done)
    from += bytes
  }
  return true
}
const run = (job) => {
  switch (job.op) {
    case 'leaves': return leaves(job)
    case 'put': return put(job)
    case 'let go': return letGo(job.under)
  }
}
parentPort.on('message', ({ id, job }) => {
  try {
    const result = run(job)
    // Freed at once: a thread that waits for its garbage to be collected holds a hundred of them.
    job.chunk?.buffer.transfer(0)
    parentPort.postMessage({ id, result }, result instanceof Uint8Array ? [result.buffer] : [])
  } catch (error) {
    parentPort.postMessage({ id, error: { code: String(error.code ?? 'UNKNOWN'), message: String(error.message) } })
  }
})
`

type Job =
  | { readonly op: 'leaves'; readonly segments: readonly Segment[]; readonly head: Uint8Array }
  | { readonly op: 'put'; readonly segments: readonly Segment[]; readonly chunk: Uint8Array; readonly leaf: Uint8Array }
  | { readonly op: 'let go'; readonly under: string }

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

interface Thread {
  readonly worker: Worker
  readonly jobs: Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>
}

/**
 * Threads that hash and write beside this one, started when they are first needed; they do not keep the process alive. A thread
 * that dies fails its work, and another is started for the next.
 */
export class HashThreads {
  readonly #size: number
  readonly #threads: Thread[] = []
  #lastId = 0
  #isClosed = false

  /** `size` 0 is as many as this machine has processors, up to four: the rest of the house wants some too. */
  constructor(size = 0) {
    this.#size = size > 0 ? size : Math.min(4, availableParallelism())
  }

  get size(): number {
    return this.#size
  }

  /**
   * The leaves of `head` and then the segments, as one run of bytes cut into chunks; of nothing, the leaf of an empty chunk.
   * Errors: DiskError.
   */
  async leaves(segments: readonly Segment[], head: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
    return (await this.#hand({ op: 'leaves', segments, head })) as Uint8Array
  }

  /** Writes a chunk where it belongs, if it is the one of this leaf. The chunk is handed over: it is empty afterwards. Errors: DiskError. */
  async put(segments: readonly Segment[], chunk: Uint8Array<ArrayBuffer>, leaf: Uint8Array): Promise<'written' | 'wrong'> {
    const isWritten = await this.#hand({ op: 'put', segments, chunk, leaf }, [chunk.buffer])
    return isWritten === true ? 'written' : 'wrong'
  }

  /** Closes what is open under this path, as it is renamed or removed next. */
  async letGo(under: string): Promise<void> {
    await Promise.all(this.#threads.map((thread) => this.#give(thread, { op: 'let go', under })))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  #hand(job: Job, moved: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new DiskError('CLOSED', 'the threads are closed'))
    if (this.#threads.length < this.#size && this.#threads.every(({ jobs }) => jobs.size > 0)) this.#start()
    const idlest = this.#threads.reduce((a, b) => (b.jobs.size < a.jobs.size ? b : a))
    return this.#give(idlest, job, moved)
  }

  #give(thread: Thread, job: Job, moved: ArrayBuffer[] = []): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId
      thread.jobs.set(id, { resolve, reject })
      thread.worker.postMessage({ id, job }, moved)
    })
  }

  #start(): void {
    const worker = new Worker(THREAD, { eval: true, workerData: { CHUNK_BYTES, HASH_BYTES }, execArgv: [] })
    const thread: Thread = { worker, jobs: new Map() }
    this.#threads.push(thread)
    worker.unref()
    worker.on('message', ({ id, result, error }: Answer) => {
      const job = thread.jobs.get(id)
      thread.jobs.delete(id)
      if (error === undefined) job?.resolve(result)
      else job?.reject(new DiskError(error.code, error.message))
    })
    const gone = (): void => {
      const at = this.#threads.indexOf(thread)
      if (at !== -1) this.#threads.splice(at, 1)
      for (const { reject } of thread.jobs.values()) reject(new DiskError('CLOSED', 'a thread ended'))
      thread.jobs.clear()
    }
    worker.once('error', gone)
    worker.once('exit', gone)
  }
}
