import type { PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { type Offence, RefusedError, StreamCutError } from '../../platform/streams.ts'
import {
  type Answer,
  type Id,
  type NamesChannel,
  type NamesProtocol,
  NamesProtocolError,
  type PutAnswer,
  type WatchAnswer,
} from '../../protocols/names/index.ts'
import { MAX_LINES, REFUSED_PAUSE_MS, UNREACHABLE_PAUSE_MS } from './limits.ts'

/** For an answer that no Latch gives: a handful ends a connection. */
const MALFORMED_POINTS = 20

interface Line {
  channel: NamesChannel | null
  opening: Promise<NamesChannel> | null
  /** Why there was none lately, and until when that stands, on the monotonic hand. */
  failure: Error | null
  untilMs: number
}

export interface LinesParts {
  readonly protocol: Pick<NamesProtocol, 'open'>
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
}

/**
 * One stream to each peer that is asked for names, opened once and kept, so that asking costs a round trip. *Errors* of
 * all that asks: those of a channel, LatchError UNREACHABLE; the same again for 30 s after a refusal, and 5 s after a failure.
 */
export class Lines {
  readonly #parts: LinesParts
  /** The one used last at the end. */
  readonly #lines = new Map<PeerId, Line>()
  readonly #stop = new AbortController()

  constructor(parts: LinesParts) {
    this.#parts = parts
  }

  /** Whether a stream is there, so that an answer is one round trip away. */
  isWarm(peerId: PeerId): boolean {
    return (this.#lines.get(peerId)?.channel ?? null) !== null
  }

  ask(peerId: PeerId, network: Id, key: Id, signal?: AbortSignal): Promise<Answer> {
    return this.#once(peerId, (channel) => channel.ask(network, key, signal), signal)
  }

  put(peerId: PeerId, network: Id, zone: Uint8Array, signal?: AbortSignal): Promise<PutAnswer> {
    return this.#once(peerId, (channel) => channel.put(network, zone, signal), signal)
  }

  /** Ends with the stream; `gone` is told then, unless it was stopped. Whoever wants it again asks when the peer is back. */
  async watch(
    peerId: PeerId,
    network: Id,
    keys: readonly Id[],
    on: { readonly heard: (key: Id, zone: Uint8Array) => void; readonly gone: () => void },
    signal?: AbortSignal,
  ): Promise<WatchAnswer> {
    let isStopped = false
    const watching = async (channel: NamesChannel): Promise<WatchAnswer> => {
      const answer = await channel.watch(network, keys, on.heard, signal)
      if (answer.status !== 'watching') return answer
      void channel.over.then(() => (isStopped ? undefined : on.gone()))
      return {
        status: 'watching',
        stop: () => {
          isStopped = true
          answer.stop()
        },
      }
    }
    return this.#once(peerId, watching, signal)
  }

  /** It is connected: its stream is opened before anybody looks something up. */
  connected(peerId: PeerId): void {
    const line = this.#lineTo(peerId)
    line.failure = null
    if (line.channel === null) void this.#open(peerId, line)
  }

  /** It is not connected any more, or is on a better way: the next request opens another stream. */
  disconnected(peerId: PeerId): void {
    const line = this.#lines.get(peerId)
    this.#lines.delete(peerId)
    line?.channel?.close(new StreamCutError('the peer went'))
  }

  close(): void {
    const why = new StreamCutError('closed')
    this.#stop.abort(why)
    for (const { channel } of this.#lines.values()) channel?.close(why)
    this.#lines.clear()
  }

  /** Once more where the stream turned out to be gone: a request may be made twice, and a connection be exchanged. */
  async #once<T>(peerId: PeerId, request: (channel: NamesChannel) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { channel } = this.#lineTo(peerId)
    if (channel === null) return request(await this.#opened(peerId, signal))
    try {
      return await request(channel)
    } catch (error) {
      if (!(error instanceof StreamCutError) || signal?.aborted === true || this.#stop.signal.aborted) throw error
      return request(await this.#opened(peerId, signal))
    }
  }

  #opened(peerId: PeerId, signal?: AbortSignal): Promise<NamesChannel> {
    const line = this.#lineTo(peerId)
    const { failure } = line
    if (line.channel !== null) return Promise.resolve(line.channel)
    if (failure !== null && this.#parts.clock.monotonicMs() < line.untilMs) return Promise.reject(failure)
    const opening = this.#open(peerId, line)
    if (signal === undefined) return opening
    // It goes on opening for those who wait too, and for the next.
    return new Promise((resolve, reject) => {
      const aborted = (): void => reject(signal.reason)
      if (signal.aborted) return aborted()
      signal.addEventListener('abort', aborted, { once: true })
      opening.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
    })
  }

  #open(peerId: PeerId, line: Line): Promise<NamesChannel> {
    line.opening ??= this.#parts.protocol.open(peerId, this.#stop.signal).then(
      (channel) => this.#begin(peerId, line, channel),
      (error: unknown) => {
        line.opening = null
        this.#failed(line, asError(error), UNREACHABLE_PAUSE_MS)
        throw error
      },
    )
    // Whoever wanted it may have given up before.
    line.opening.catch(() => {})
    return line.opening
  }

  #begin(peerId: PeerId, line: Line, channel: NamesChannel): NamesChannel {
    line.opening = null
    if (this.#lines.get(peerId) !== line) {
      const why = new StreamCutError('the peer went')
      channel.close(why)
      throw why
    }
    line.failure = null
    line.channel = channel
    void channel.over.then((why) => {
      if (line.channel === channel) line.channel = null
      this.#parts.log.debug({ error: why }, 'a stream of names is over')
      if (why instanceof NamesProtocolError) this.#parts.offence(peerId, `names: ${why.message}`, MALFORMED_POINTS)
      // A cut is of the moment, and so is one that does not serve it yet; a refusal, or nonsense, would come again.
      const isOfMoment = why instanceof StreamCutError || (why instanceof RefusedError && why.code === 'version')
      if (!isOfMoment) this.#failed(line, why, REFUSED_PAUSE_MS)
    })
    return channel
  }

  #failed(line: Line, why: Error, pauseMs: number): void {
    line.failure = why
    line.untilMs = this.#parts.clock.monotonicMs() + pauseMs
  }

  #lineTo(peerId: PeerId): Line {
    const line = this.#lines.get(peerId) ?? { channel: null, opening: null, failure: null, untilMs: 0 }
    this.#lines.delete(peerId)
    this.#lines.set(peerId, line)
    if (this.#lines.size > MAX_LINES) this.#dropOne()
    return line
  }

  #dropOne(): void {
    for (const [peerId, { channel, opening }] of this.#lines) {
      if (opening !== null || (channel !== null && channel.busyWith > 0)) continue
      this.#lines.delete(peerId)
      channel?.close(new StreamCutError('others were used since'))
      return
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
