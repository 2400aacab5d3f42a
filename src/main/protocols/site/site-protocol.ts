import { finished } from 'node:stream/promises'
import type { PeerId } from '../../../shared/ids.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { deadline, type Clock } from '../../platform/clock.ts'
import { openingOf } from '../../platform/openings.ts'
import {
  RefusedError,
  StreamCutError,
  type FrameStream,
  type Offence,
  type PeerStreams,
  type RemotePeer,
} from '../../platform/streams.ts'
import { ANSWER_TIMEOUT_MS, MAX_ANSWER_BYTES, MAX_OPENING_BYTES, OPENING_TIMEOUT_MS, SITE_TERMS } from './constants.ts'
import { SiteProtocolError, SiteRefusedError } from './errors.ts'
import { Answer, Opening, type RefusedStatus } from './messages.ts'
import { SiteStream } from './site-stream.ts'

/** Somebody who came. Whoever serves them answers once: `open`, `refuse` or `drop`. */
export interface Visit {
  readonly peer: RemotePeer
  readonly opening: Opening
  /** Aborts when whoever came is no longer there. */
  readonly gone: AbortSignal
  /** Lets them in. From here on there are bytes both ways. */
  open(): SiteStream
  refuse(status: RefusedStatus): Promise<void>
  /** Says nothing at all. */
  drop(why: Error): void
}

export interface SiteProtocol {
  /** Resolves when visits are taken. What `serve` leaves unanswered is dropped; what it opened lives on. */
  serve(serve: (visit: Visit) => void | Promise<void>): Promise<void>
  /**
   * Opens a stream, once `turn` has come. Bytes may be written at once: what the other side says to the opening comes
   * before what it says to them, and destroys the stream with SiteRefusedError if it is a no, with SiteProtocolError or
   * DeadlineError if it is none. Where it cannot be opened it is destroyed with LatchError UNREACHABLE.
   */
  ask(peerId: PeerId, opening: Opening, turn?: (signal: AbortSignal) => Promise<void>): SiteStream
}

/** The protocol over `streams`; keeps nothing between one stream and the next. */
export function createSiteProtocol(parts: { streams: PeerStreams; clock: Clock; offence: Offence }): SiteProtocol {
  const { streams, clock, offence } = parts

  const opens = {
    clock,
    offence,
    what: 'site',
    withinMs: OPENING_TIMEOUT_MS,
    decode: (frame: Uint8Array) => decode(frame, Opening, MAX_OPENING_BYTES),
    malformed: (stream: FrameStream) => refuse(stream, 'malformed'),
  }

  async function serveOne(stream: FrameStream, serve: (visit: Visit) => void | Promise<void>): Promise<void> {
    const opening = await openingOf(stream, opens)
    if (opening === null) return
    if (opening.as !== 'http') return refuse(stream, 'unsupported')
    const gone = new AbortController()
    void stream.over.then((over) => {
      if (over.how === 'cut') gone.abort(new StreamCutError('whoever came is gone', { cause: over.why }))
    })
    let opened: SiteStream | null = null
    let isAnswered = false
    await serve({
      peer: stream.peer,
      opening,
      gone: gone.signal,
      open() {
        isAnswered = true
        // Why it failed, every read and every later write says.
        stream.write(encode({ status: 'open' })).catch(() => {})
        return (opened = new SiteStream({ stream, clock, side: 'asked' }))
      },
      refuse(status) {
        isAnswered = true
        return refuse(stream, status)
      },
      drop(why) {
        isAnswered = true
        stream.abort(why)
      },
    })
    if (!isAnswered) stream.abort(new Error('nobody answered'))
    // How it ended is for those who read and write it.
    if (opened !== null) await finished(opened).catch(() => {})
  }

  return {
    serve: (serve) => streams.serve(SITE_TERMS, (stream) => serveOne(stream, serve)),
    ask(peerId, opening, turn) {
      const given = new AbortController()
      const opened = async (): Promise<FrameStream> => {
        await turn?.(given.signal)
        const stream = await streams.open(peerId, SITE_TERMS, given.signal)
        // Whoever refuses without reading cut the stream already; why, the read says.
        stream.write(encode(opening)).catch(() => {})
        return stream
      }
      return new SiteStream({
        stream: opened(),
        clock,
        side: 'asking',
        begin: (stream) => answered(stream, clock),
        onDestroyed: () => given.abort(new StreamCutError('given up')),
      })
    },
  }
}

async function refuse(stream: FrameStream, status: RefusedStatus): Promise<void> {
  await stream.write(encode({ status }))
  await stream.end()
}

/** Resolves when the other side opened. Errors: those that `ask` names. */
async function answered(stream: FrameStream, clock: Clock): Promise<void> {
  const { signal, release } = deadline(clock, ANSWER_TIMEOUT_MS, 'an answer to an opening')
  try {
    const frame = await stream.read(signal)
    if (frame === null) throw new SiteProtocolError('the stream ended without an answer')
    const { status } = decode(frame, Answer, MAX_ANSWER_BYTES)
    if (status !== 'open') throw new SiteRefusedError(status)
  } catch (error) {
    if (error instanceof RefusedError) throw new SiteRefusedError(error.code, { cause: error })
    if (error instanceof DecodeError) {
      throw new SiteProtocolError(`an answer that no ${SITE_TERMS.protocol} gives`, { cause: error })
    }
    throw error
  } finally {
    release()
  }
}
