import { DecodeError } from '../../platform/cbor.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { type FrameStream, StreamCutError } from '../../platform/streams.ts'
import { ANSWER_TIMEOUT_MS, MAX_AT_ONCE, MAX_QUEUED, MAX_REQUEST_ID, NAMES_PROTOCOL } from './constants.ts'
import { NamesFullError, NamesLateError, NamesProtocolError } from './errors.ts'
import { decodeReply, encodeRequest, type Id, type Reply, type Request, type Said } from './messages.ts'
import { Writer } from './writer.ts'

export type Answer = Said<'zone' | 'none' | 'foreign' | 'busy'>
export type PutAnswer = Said<'held' | 'refused' | 'unknown' | 'foreign' | 'busy'>
export type WatchAnswer = { readonly status: 'watching'; readonly stop: () => void } | Said<'foreign' | 'busy'>

/**
 * What one peer is asked, over one stream: many requests at once, answered in whatever order. *Errors* of each:
 * NamesLateError, NamesFullError, the signal's reason; RangeError for what no request may be; and NamesProtocolError,
 * RefusedError, StreamCutError, which are the end of the channel, unless the other side only called one of them malformed.
 */
export interface NamesChannel {
  ask(network: Id, key: Id, signal?: AbortSignal): Promise<Answer>
  put(network: Id, zone: Uint8Array, signal?: AbortSignal): Promise<PutAnswer>
  /**
   * `heard` is told of each zone of these keys that is newer there, until `stop` is called or the channel is over. Not
   * of what was there before. The signal is for the answer alone.
   */
  watch(
    network: Id,
    keys: readonly Id[],
    heard: (key: Id, zone: Uint8Array) => void,
    signal?: AbortSignal,
  ): Promise<WatchAnswer>
  /** Requests that have no answer yet, and watches. */
  readonly busyWith: number
  /** Resolves, never rejects, when nothing more can be asked, with why. */
  readonly over: Promise<Error>
  close(why: Error): void
}

interface Pending {
  /** What may come as its answer. */
  readonly statuses: readonly Reply['status'][]
  readonly settle: (outcome: Reply | Error) => void
}

interface Watch {
  readonly keys: ReadonlySet<Id>
  readonly heard: (key: Id, zone: Uint8Array) => void
}

type Numbered = (id: number) => Request

export class Channel implements NamesChannel {
  readonly #stream: FrameStream
  readonly #clock: Clock
  readonly #writer: Writer
  readonly #pending = new Map<number, Pending>()
  readonly #watches = new Map<number, Watch>()
  readonly #queue = new Set<() => void>()
  readonly #over = Promise.withResolvers<Error>()
  #lastId = 0
  #why: Error | null = null

  constructor(stream: FrameStream, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
    this.#writer = new Writer(stream, clock)
    this.#listen().then(
      () => this.close(new StreamCutError('the other side ended the channel')),
      (error: unknown) => this.close(asError(error)),
    )
  }

  get over(): Promise<Error> {
    return this.#over.promise
  }

  get busyWith(): number {
    return this.#pending.size + this.#queue.size + this.#watches.size
  }

  async ask(network: Id, key: Id, signal?: AbortSignal): Promise<Answer> {
    const made: Numbered = (id) => ({ id, kind: 'get', network, key })
    const { id: _, ...answer } = await this.#request(made, ['zone', 'none', 'foreign', 'busy'] as const, signal)
    if (answer.status === 'zone' && answer.key !== key) throw this.#broken('a zone under another key than was asked for')
    return answer
  }

  async put(network: Id, zone: Uint8Array, signal?: AbortSignal): Promise<PutAnswer> {
    const made: Numbered = (id) => ({ id, kind: 'put', network, zone })
    const statuses = ['held', 'refused', 'unknown', 'foreign', 'busy'] as const
    const { id: _, ...answer } = await this.#request(made, statuses, signal)
    return answer
  }

  async watch(network: Id, keys: readonly Id[], heard: Watch['heard'], signal?: AbortSignal): Promise<WatchAnswer> {
    let number = 0
    const made: Numbered = (id) => {
      number = id
      // From here on, as zones may come in the same read as the answer.
      this.#watches.set(id, { keys: new Set(keys), heard })
      return { id, kind: 'watch', network, keys: [...keys] }
    }
    try {
      const answer = await this.#request(made, ['watching', 'foreign', 'busy'] as const, signal)
      if (answer.status === 'watching') return { status: 'watching', stop: () => this.#unwatch(number) }
      this.#watches.delete(number)
      return { status: answer.status }
    } catch (error) {
      this.#watches.delete(number)
      throw error
    }
  }

  close(why: Error): void {
    if (this.#why !== null) return
    this.#why = why
    this.#stream.abort(why)
    this.#watches.clear()
    for (const { settle } of this.#pending.values()) settle(why)
    for (const start of this.#queue) start()
    this.#over.resolve(why)
  }

  #unwatch(id: number): void {
    if (this.#watches.delete(id)) this.#cancel(id)
  }

  #cancel(id: number): void {
    if (this.#why === null) this.#writer.send(encodeRequest({ id, kind: 'cancel' }))
  }

  #request<S extends Reply['status']>(
    made: Numbered,
    statuses: readonly S[],
    signal?: AbortSignal,
  ): Promise<Extract<Reply, { status: S }>> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason)
      if (this.#why !== null) return reject(this.#why)
      let id: number | null = null
      let cancelTimer: Cancel = () => {}
      const settle = (outcome: Reply | Error): void => {
        cancelTimer()
        signal?.removeEventListener('abort', aborted)
        if (id === null) this.#queue.delete(start)
        else this.#pending.delete(id)
        if (outcome instanceof Error) reject(outcome)
        // `#hear` lets through only what `statuses` has.
        else resolve(outcome as Extract<Reply, { status: S }>)
        if (id !== null) this.#startNext()
      }
      const giveUp = (why: Error): void => {
        const sent = id
        settle(why)
        if (sent !== null) this.#cancel(sent)
      }
      const aborted = (): void => giveUp(asError(signal?.reason))
      const start = (): void => {
        if (this.#why !== null) return settle(this.#why)
        this.#queue.delete(start)
        const number = this.#nextId()
        let frame: Uint8Array
        try {
          frame = encodeRequest(made(number))
        } catch (error) {
          settle(asError(error))
          return this.#startNext()
        }
        id = number
        this.#pending.set(id, { statuses, settle })
        this.#writer.send(frame)
      }
      if (this.#pending.size >= MAX_AT_ONCE && this.#queue.size >= MAX_QUEUED) {
        return reject(new NamesFullError('too many requests to that peer wait'))
      }
      cancelTimer = this.#clock.after(ANSWER_TIMEOUT_MS, () => giveUp(new NamesLateError(`no answer within ${ANSWER_TIMEOUT_MS} ms`)))
      signal?.addEventListener('abort', aborted, { once: true })
      if (this.#pending.size < MAX_AT_ONCE) start()
      else this.#queue.add(start)
    })
  }

  #startNext(): void {
    const [next] = this.#queue
    if (this.#why === null && this.#pending.size < MAX_AT_ONCE) next?.()
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId % MAX_REQUEST_ID) + 1
    while (this.#pending.has(this.#lastId) || this.#watches.has(this.#lastId))
    return this.#lastId
  }

  async #listen(): Promise<void> {
    for (let frame = await this.#stream.read(); frame !== null; frame = await this.#stream.read()) {
      this.#hear(decodeReply(frame))
    }
  }

  #hear(reply: Reply): void {
    const pending = this.#pending.get(reply.id)
    if (pending !== undefined) {
      if (reply.status === 'malformed') return pending.settle(new NamesProtocolError('what we asked was malformed, it says'))
      if (!pending.statuses.includes(reply.status)) throw new NamesProtocolError(`${reply.status} is no answer to what was asked`)
      return pending.settle(reply)
    }
    // Otherwise it crossed a cancellation on its way.
    if (reply.id > this.#lastId || reply.id === 0) throw new NamesProtocolError('an answer to nothing that was asked')
    const watch = this.#watches.get(reply.id)
    if (watch === undefined || reply.status !== 'zone') return
    if (!watch.keys.has(reply.key)) throw new NamesProtocolError('a zone under a key that is not watched')
    watch.heard(reply.key, reply.zone)
  }

  #broken(why: string): Error {
    const error = new NamesProtocolError(why)
    this.close(error)
    return error
  }
}

function asError(error: unknown): Error {
  if (error instanceof DecodeError) return new NamesProtocolError(`an answer that no ${NAMES_PROTOCOL} gives`, { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}
