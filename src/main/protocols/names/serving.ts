import { SECOND } from '../../../shared/units.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { delay, type Cancel, type Clock } from '../../platform/clock.ts'
import { StreamCutError, type FrameStream, type Offence, type RemotePeer } from '../../platform/streams.ts'
import {
  ANSWER_TIMEOUT_MS,
  MAX_AT_ONCE,
  MAX_WAITING_BYTES,
  MAX_WATCHES,
  UNITS,
  UNITS_BURST,
  UNITS_PER_SECOND,
} from './constants.ts'
import type { Answer, PutAnswer } from './channel.ts'
import { NamesProtocolError } from './errors.ts'
import { decodeRequest, encodeReply, numberOf, type Id, type Reply, type Request } from './messages.ts'
import { Writer } from './writer.ts'

/** Points of a hundred, for a request that no Latch writes: not one by an odd version, but a handful ends a connection. */
const MALFORMED_POINTS = 10

/** Called by a handler for each newer zone; what has not been written yet is replaced by what is newer still. */
export type Push = (key: Id, zone: Uint8Array) => void

/** What is asked of a node, whose zones the feature has. An answer at once is written in the same turn. */
export interface NamesHandlers {
  get(peer: RemotePeer, request: { network: Id; key: Id }, signal: AbortSignal): Answer | Promise<Answer>
  put(peer: RemotePeer, request: { network: Id; zone: Uint8Array }, signal: AbortSignal): PutAnswer | Promise<PutAnswer>
  /** `push` of these keys until the signal aborts. */
  watch(
    peer: RemotePeer,
    request: { network: Id; keys: readonly Id[] },
    push: Push,
    signal: AbortSignal,
  ): 'watching' | 'foreign' | 'busy'
}

/** Answers what comes on one stream, until its other side ends it or it is cut. */
export async function serveOne(
  stream: FrameStream,
  handlers: NamesHandlers,
  parts: { clock: Clock; offence: Offence },
): Promise<void> {
  const serving = new Serving(stream, handlers, parts)
  try {
    for (let frame = await stream.read(); frame !== null; frame = await stream.read()) await serving.take(frame)
    await serving.finish()
  } catch (error) {
    throw serving.defect ?? error
  } finally {
    serving.close()
  }
}

class Serving {
  /** A handler's, which is ours: it ends the stream, and the log has it. */
  defect: unknown = null
  readonly #stream: FrameStream
  readonly #handlers: NamesHandlers
  readonly #clock: Clock
  readonly #offence: Offence
  readonly #writer: Writer
  readonly #pace: Pace
  readonly #underWay = new Map<number, { readonly abort: AbortController; readonly cancelTimer: Cancel }>()
  readonly #watches = new Map<number, AbortController>()
  #onAnswered: () => void = () => {}

  constructor(stream: FrameStream, handlers: NamesHandlers, { clock, offence }: { clock: Clock; offence: Offence }) {
    this.#stream = stream
    this.#handlers = handlers
    this.#clock = clock
    this.#offence = offence
    this.#writer = new Writer(stream, clock)
    this.#pace = new Pace(clock.monotonicMs())
  }

  /** Resolves when the next one may be read: not before this one was due, and those before it were taken. */
  async take(frame: Uint8Array): Promise<void> {
    const request = this.#read(frame)
    const waitMs = this.#pace.take(request === null ? UNITS.put : UNITS[request.kind], this.#clock.monotonicMs())
    if (waitMs > 0) await delay(this.#clock, waitMs)
    if (request !== null) this.#begin(request)
    if (this.#writer.waitingBytes > MAX_WAITING_BYTES) await this.#writer.idle()
  }

  /** Nothing more is asked: what is under way is still answered. */
  async finish(): Promise<void> {
    for (const watch of this.#watches.values()) watch.abort(new StreamCutError('the other side ended'))
    this.#watches.clear()
    if (this.#underWay.size > 0) await new Promise<void>((resolve) => (this.#onAnswered = resolve))
    await this.#writer.idle()
  }

  close(): void {
    const why = new StreamCutError('the stream is over')
    for (const { abort, cancelTimer } of this.#underWay.values()) {
      cancelTimer()
      abort.abort(why)
    }
    for (const watch of this.#watches.values()) watch.abort(why)
    this.#underWay.clear()
    this.#watches.clear()
  }

  #read(frame: Uint8Array): Request | null {
    try {
      return decodeRequest(frame)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#offence(this.#stream.peer.peerId, `names: ${error.message}`, MALFORMED_POINTS)
      this.#say({ id: numberOf(frame), status: 'malformed' })
      return null
    }
  }

  #begin(request: Request): void {
    const { id } = request
    if (request.kind === 'cancel') return this.#cancel(id)
    if (this.#underWay.has(id) || this.#watches.has(id)) {
      this.#offence(this.#stream.peer.peerId, 'names: one number for two requests', MALFORMED_POINTS)
      throw new NamesProtocolError('one number for two requests')
    }
    if (request.kind === 'watch') return this.#watch(request)
    if (this.#underWay.size >= MAX_AT_ONCE) return this.#say({ id, status: 'busy' })
    const abort = new AbortController()
    const { peer } = this.#stream
    const answer =
      request.kind === 'get' ? this.#handlers.get(peer, request, abort.signal) : this.#handlers.put(peer, request, abort.signal)
    if (answer instanceof Promise) this.#wait(id, answer, abort)
    else this.#say({ id, ...answer })
  }

  #wait(id: number, answer: Promise<Answer | PutAnswer>, abort: AbortController): void {
    const over = (reply: Reply): void => {
      // It was cancelled, or was late, and its number may be another's by now.
      if (this.#underWay.get(id)?.abort !== abort) return
      this.#say(reply)
      this.#forget(id)
    }
    const late = (): void => {
      over({ id, status: 'busy' })
      abort.abort(new StreamCutError('an answer that took too long'))
    }
    this.#underWay.set(id, { abort, cancelTimer: this.#clock.after(ANSWER_TIMEOUT_MS, late) })
    answer.then(
      (said) => over({ id, ...said }),
      (error: unknown) => {
        // After a cancellation the signal's reason is what a handler rejects with.
        if (abort.signal.aborted) return
        this.defect = error
        this.#stream.abort(new NamesProtocolError('a handler failed', { cause: error }))
      },
    )
  }

  #watch({ id, network, keys }: Extract<Request, { kind: 'watch' }>): void {
    if (this.#watches.size >= MAX_WATCHES) return this.#say({ id, status: 'busy' })
    const abort = new AbortController()
    const waiting = new Map<Id, Uint8Array>()
    const watched = new Set(keys)
    let isFlushing = true
    const flush = async (): Promise<void> => {
      isFlushing = true
      while (waiting.size > 0 && !abort.signal.aborted) {
        const [[key, zone] = []] = waiting
        if (key === undefined || zone === undefined) break
        waiting.delete(key)
        this.#say({ id, status: 'zone', key, zone })
        // One who takes nothing has one of each key waiting, and not all that ever came.
        if (this.#writer.waitingBytes > MAX_WAITING_BYTES) await this.#writer.idle()
      }
      isFlushing = false
    }
    const push: Push = (key, zone) => {
      if (!watched.has(key) || abort.signal.aborted) return
      waiting.set(key, zone)
      if (!isFlushing) void flush()
    }
    const status = this.#handlers.watch(this.#stream.peer, { network, keys }, push, abort.signal)
    this.#say({ id, status })
    if (status !== 'watching') return
    this.#watches.set(id, abort)
    void flush()
  }

  #cancel(id: number): void {
    const why = new StreamCutError('cancelled')
    const request = this.#underWay.get(id)
    this.#forget(id)
    request?.abort.abort(why)
    const watch = this.#watches.get(id)
    this.#watches.delete(id)
    watch?.abort(why)
  }

  #forget(id: number): void {
    this.#underWay.get(id)?.cancelTimer()
    this.#underWay.delete(id)
    if (this.#underWay.size === 0) this.#onAnswered()
  }

  #say(reply: Reply): void {
    this.#writer.send(encodeReply(reply))
  }
}

/** So many units at once, then so many a second. *Units*: times are monotonic. */
class Pace {
  #savedUnits = UNITS_BURST
  #atMs: number

  constructor(nowMs: number) {
    this.#atMs = nowMs
  }

  /** Takes them, and says how long to wait until they were due. */
  take(units: number, nowMs: number): number {
    this.#savedUnits = Math.min(UNITS_BURST, this.#savedUnits + ((nowMs - this.#atMs) / SECOND) * UNITS_PER_SECOND) - units
    this.#atMs = nowMs
    return this.#savedUnits >= 0 ? 0 : (-this.#savedUnits / UNITS_PER_SECOND) * SECOND
  }
}
