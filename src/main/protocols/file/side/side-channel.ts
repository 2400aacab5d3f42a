import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { Worker } from 'node:worker_threads'
import { SECOND } from '../../../../shared/units.ts'
import { CHUNK_BYTES } from '../../../platform/hash-tree.ts'
import { StreamCutError, type RemotePeer } from '../../../platform/streams.ts'
import { SIDE_KEY_BYTES, sideKeys } from './keys.ts'
import { HOLDER, RECEIVER } from './thread.ts'

/*
 * Chunks beside the stream: over a TCP connection of their own between two threads, sealed with AES-256-GCM under a key that
 * went over the Noise stream, so that neither libp2p nor the event loop of the app carries them. Only where the stream itself
 * runs over TCP and over no relay; where it cannot be had, chunks go over the stream as ever.
 */

/** From the key being told to the connection being there. Firewalls that drop in silence are found out by this. */
const HELLO_MS = 5 * SECOND
/** Connections that are let speak before the right one: somebody may look for open ports. */
const MAX_TRIES = 16
/** A thread with its buffers takes 15 MiB. */
const MAX_HOLDERS = 4

/** Where the other side is, if chunks may go beside the stream to it; null: they may not. */
export function sideHost(peer: RemotePeer): string | null {
  if (peer.transport !== 'tcp' || peer.circuit !== null || peer.route === 'relayed') return null
  const host = /^\/ip[46]\/([^/]+)\/tcp\//.exec(peer.address)?.[1] ?? ''
  return isIP(host) === 0 ? null : host
}

/** A file's bytes of one chunk, as a thread reads them. */
export interface SideJob {
  readonly number: number
  readonly head: Uint8Array
  readonly segments: readonly { readonly path: string; readonly at: number; readonly bytes: number; readonly stamp: { readonly bytes: number; readonly changedMs: number } }[]
}

let holders = 0

/** The end of whoever has the file. */
export class SideHolder {
  readonly port: number
  readonly key: Uint8Array
  readonly #worker: Worker
  readonly #jobs = new Map<number, { resolve: (outcome: 'sent' | 'gone') => void; reject: (error: Error) => void }>()
  #lastId = 0
  #why: Error | null = null

  private constructor(worker: Worker, port: number, key: Uint8Array) {
    this.#worker = worker
    this.port = port
    this.key = key
    worker.on('message', ({ id, gone, failed }: { id?: number; gone?: true; failed?: string }) => {
      if (failed !== undefined) return this.close(new StreamCutError(failed))
      const job = this.#jobs.get(id ?? -1)
      this.#jobs.delete(id ?? -1)
      job?.resolve(gone === true ? 'gone' : 'sent')
    })
    worker.once('error', (error) => this.close(error))
  }

  /** Waits for the other side on a port of its own. Null: there are enough, or none can be had. */
  static async open(host: string): Promise<SideHolder | null> {
    if (holders >= MAX_HOLDERS) return null
    holders += 1
    const key = new Uint8Array(randomBytes(SIDE_KEY_BYTES))
    const { toReceiver, toHolder } = sideKeys(key)
    const isLoopback = host === '::1' || host.startsWith('127.')
    const bound = isLoopback ? host : host.includes(':') ? '::' : '0.0.0.0'
    const data = { CHUNK_BYTES, HELLO_MS, MAX_TRIES, host: bound, remote: host, keyIn: toHolder, keyOut: toReceiver }
    const worker = new Worker(HOLDER, { eval: true, workerData: data, execArgv: [] })
    worker.unref()
    worker.once('exit', () => (holders -= 1))
    const port = await new Promise<number | null>((resolve) => {
      worker.once('message', (said: { port?: number }) => resolve(said.port ?? null))
      worker.once('error', () => resolve(null))
    })
    if (port !== null) return new SideHolder(worker, port, key)
    void worker.terminate()
    return null
  }

  /** Resolves when the connection took it and wants more. Errors: StreamCutError. */
  send(job: SideJob): Promise<'sent' | 'gone'> {
    return new Promise((resolve, reject) => {
      if (this.#why !== null) return reject(this.#why)
      const id = ++this.#lastId
      this.#jobs.set(id, { resolve, reject })
      this.#worker.postMessage({ id, ...job })
    })
  }

  close(why: Error): void {
    if (this.#why !== null) return
    this.#why = why
    for (const { reject } of this.#jobs.values()) reject(why)
    this.#jobs.clear()
    void this.#worker.terminate()
  }
}

interface Said {
  readonly open?: true
  readonly failed?: string
  readonly number?: number
  readonly bytes?: Uint8Array<ArrayBuffer>
}

/** The end of whoever fetches. */
export class SideReceiver {
  readonly #worker: Worker
  readonly #came: { readonly number: number; readonly bytes: Uint8Array<ArrayBuffer> }[] = []
  #onCame = (): void => {}
  #why: Error | null = null

  private constructor(worker: Worker) {
    this.#worker = worker
  }

  /** Errors: StreamCutError, when there is no way or another is at its end. */
  static async connect(host: string, port: number, key: Uint8Array): Promise<SideReceiver> {
    const { toReceiver, toHolder } = sideKeys(key)
    const data = { CHUNK_BYTES, HELLO_MS, host, port, keyIn: toReceiver, keyOut: toHolder }
    const worker = new Worker(RECEIVER, { eval: true, workerData: data, execArgv: [] })
    worker.unref()
    const side = new SideReceiver(worker)
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new StreamCutError('no way beside the stream in time')), HELLO_MS)
        timer.unref()
        worker.on('message', (said: Said) => {
          if (said.open !== true) return side.#hear(said, reject)
          clearTimeout(timer)
          resolve()
        })
        worker.once('error', reject)
      })
    } catch (error) {
      side.close(new StreamCutError('no way beside the stream', { cause: error }))
      throw error
    }
    worker.once('error', (error) => side.close(error))
    return side
  }

  /** The next chunk. One at a time. Errors: StreamCutError, the signal's reason. */
  async next(signal: AbortSignal): Promise<{ readonly number: number; readonly bytes: Uint8Array<ArrayBuffer> }> {
    for (;;) {
      const chunk = this.#came.shift()
      if (chunk !== undefined) return chunk
      if (this.#why !== null) throw this.#why
      signal.throwIfAborted()
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake)
          resolve()
        }
        this.#onCame = wake
        signal.addEventListener('abort', wake, { once: true })
      })
    }
  }

  close(why: Error): void {
    this.#why ??= why
    this.#onCame()
    void this.#worker.terminate()
  }

  #hear({ failed, number, bytes }: Said, reject: (error: Error) => void): void {
    if (failed !== undefined) {
      const why = new StreamCutError(failed)
      reject(why)
      this.close(why)
    } else if (number !== undefined && bytes !== undefined) {
      this.#came.push({ number, bytes })
      this.#onCame()
    }
  }
}

