import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { isSigned, type Signed } from './signatures.ts'

/** Who verifies many signatures: here and now, or in threads beside this one. */
export interface Verifier {
  /** Which of them hold, in their order. Never fails: where no thread can be had, this one does the work. */
  verifyMany(signed: readonly Signed[]): Promise<boolean[]>
  close(): Promise<void>
}

/** Below this many, 2 ms of work, handing them over costs more than it saves. */
const WORTH_A_THREAD = 64
/** 32 ms of one thread: small enough to spread, large enough that messages do not count. */
const PER_MESSAGE = 1_024
/** What this thread verifies between two turns of the event loop: 8 ms. */
const PER_SLICE = 256
/** Threads that died before they answered anything: then there is something wrong with threads here. */
const MAX_STILLBORN = 2
const HEAD_BYTES = 32 + 64 + 4

/**
 * What a thread runs. Text and not a file: a bundle has no place for a second file, and this needs nothing but
 * sodium-native, which is never bundled; where that lies is told by the thread that starts it. One message is a
 * buffer of signatures, each `key (32) signature (64) length (4, little endian) message`, and its answer a byte for each.
 */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
const sodium = require(workerData.sodium)
parentPort.on('message', ({ job, count, bytes }) => {
  const view = new DataView(bytes)
  const results = new Uint8Array(count)
  for (let at = 0, number = 0; number < count; number++) {
    const key = new Uint8Array(bytes, at, 32)
    const signature = new Uint8Array(bytes, at + 32, 64)
    const length = view.getUint32(at + 96, true)
    const message = new Uint8Array(bytes, at + 100, length)
    results[number] = sodium.crypto_sign_verify_detached(signature, message, key) ? 1 : 0
    at += 100 + length
  }
  parentPort.postMessage({ job, results }, [results.buffer])
})
`

interface Job {
  readonly signed: readonly Signed[]
  readonly done: (results: boolean[]) => void
}

interface Thread {
  readonly worker: Worker
  readonly jobs: Map<number, Job>
}

/** Everything on this thread, in slices between which everything else runs. */
export const verifierOfThisThread: Verifier = {
  async verifyMany(signed) {
    const results: boolean[] = []
    for (let at = 0; at < signed.length; at += PER_SLICE) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve))
      for (const one of signed.slice(at, at + PER_SLICE)) results.push(isSigned(one))
    }
    return results
  },
  close: async () => {},
}

/**
 * A few threads that verify signatures, started when they are first needed. They do not keep the process alive. A thread
 * that dies leaves its work to this one, and another is started for the next.
 */
export class VerifyPool implements Verifier {
  readonly #size: number
  readonly #threads: Thread[] = []
  #jobs = 0
  #stillborn = 0
  #isClosed = false

  /** `size` 0 is as many as this machine has processors, up to four: the rest of the house wants some too. */
  constructor(size = 0) {
    this.#size = size > 0 ? size : Math.min(4, availableParallelism())
  }

  async verifyMany(signed: readonly Signed[]): Promise<boolean[]> {
    if (signed.length < WORTH_A_THREAD || this.#isClosed) return verifierOfThisThread.verifyMany(signed)
    const per = Math.min(PER_MESSAGE, Math.ceil(signed.length / this.#size))
    const parts: Promise<boolean[]>[] = []
    for (let at = 0; at < signed.length; at += per) parts.push(this.#hand(signed.slice(at, at + per)))
    return (await Promise.all(parts)).flat()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#threads.map(async ({ worker }) => worker.terminate()))
  }

  async #hand(signed: readonly Signed[]): Promise<boolean[]> {
    // Keys and signatures of a wrong length would shift all that follows.
    const isWhole = signed.every(({ key, signature }) => key.byteLength === 32 && signature.byteLength === 64)
    const thread = isWhole ? this.#idlest() : null
    if (thread === null) return verifierOfThisThread.verifyMany(signed)
    return new Promise((resolve) => {
      const job = this.#jobs++
      thread.jobs.set(job, { signed, done: resolve })
      const bytes = packed(signed)
      thread.worker.postMessage({ job, count: signed.length, bytes }, [bytes])
    })
  }

  #idlest(): Thread | null {
    if (this.#threads.length < this.#size && this.#stillborn < MAX_STILLBORN) this.#start()
    return this.#threads.toSorted((a, b) => a.jobs.size - b.jobs.size)[0] ?? null
  }

  #start(): void {
    const sodium = createRequire(import.meta.url).resolve('sodium-native')
    const worker = new Worker(THREAD, { eval: true, workerData: { sodium }, execArgv: [] })
    const thread: Thread = { worker, jobs: new Map() }
    this.#threads.push(thread)
    worker.unref()
    let answers = 0
    worker.on('message', ({ job, results }: { job: number; results: Uint8Array }) => {
      answers++
      const one = thread.jobs.get(job)
      thread.jobs.delete(job)
      one?.done(Array.from(results, (result) => result === 1))
    })
    const gone = (): void => {
      const at = this.#threads.indexOf(thread)
      if (at !== -1) this.#threads.splice(at, 1)
      if (at !== -1 && answers === 0 && !this.#isClosed) this.#stillborn++
      for (const { signed, done } of thread.jobs.values()) void verifierOfThisThread.verifyMany(signed).then(done)
      thread.jobs.clear()
    }
    worker.once('error', gone)
    worker.once('exit', gone)
  }
}

function packed(signed: readonly Signed[]): ArrayBuffer {
  const size = signed.reduce((sum, { message }) => sum + HEAD_BYTES + message.byteLength, 0)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const { key, message, signature } of signed) {
    bytes.set(key, at)
    bytes.set(signature, at + 32)
    view.setUint32(at + 96, message.byteLength, true)
    bytes.set(message, at + HEAD_BYTES)
    at += HEAD_BYTES + message.byteLength
  }
  return bytes.buffer
}
