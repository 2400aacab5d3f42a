import type { PeerId } from '../../../shared/ids.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { StreamCutError, type FrameStream, type PeerStreams } from '../../platform/streams.ts'
import {
  ANSWER_TIMEOUT_MS,
  FIRST_TIMEOUT_MS,
  FRAME_TIMEOUT_MS,
  LEDGER_PROTOCOL,
  LEDGER_TERMS,
  SNAPSHOT_LEAST_BYTES_A_SECOND,
  SNAPSHOT_PACE_AFTER_MS,
  SNAPSHOT_TIMEOUT_MS,
  VALIDATE_TIMEOUT_MS,
} from './constants.ts'
import { LedgerProtocolError, NotServedError, UnfinishedError } from './errors.ts'
import { decodeReply, encodeRequest, type Reply, type Request } from './messages.ts'

/** Served, and of the kinds that an answer may have. */
export type Said = Exclude<Reply, { status: 'unknown' | 'busy' | 'none' | 'malformed' }>

interface Times {
  readonly firstMs: number
  readonly wholeMs: number
  /** From when on how much must have come, on average. */
  readonly pace?: { readonly afterMs: number; readonly bytesASecond: number }
}

const SNAPSHOT_PACE = { afterMs: SNAPSHOT_PACE_AFTER_MS, bytesASecond: SNAPSHOT_LEAST_BYTES_A_SECOND }

const usual: Times = { firstMs: FIRST_TIMEOUT_MS, wholeMs: ANSWER_TIMEOUT_MS }

function timesOf(kind: Request['kind']): Times {
  if (kind === 'snapshot') return { firstMs: FIRST_TIMEOUT_MS, wholeMs: SNAPSHOT_TIMEOUT_MS, pace: SNAPSHOT_PACE }
  return kind === 'validate' ? { firstMs: VALIDATE_TIMEOUT_MS, wholeMs: VALIDATE_TIMEOUT_MS } : usual
}

/**
 * One request, and the frames of its answer as they come, to the other side's end. Whoever stops reading drops the
 * stream. *Errors*: LatchError UNREACHABLE, RefusedError, NotServedError, UnfinishedError, LedgerProtocolError, the
 * signal's reason.
 */
export async function* ask(
  { streams, clock }: { streams: PeerStreams; clock: Clock },
  peerId: PeerId,
  request: Request,
  parent?: AbortSignal,
): AsyncGenerator<Said, void, void> {
  const { firstMs, wholeMs, pace } = timesOf(request.kind)
  const beganMs = clock.monotonicMs()
  let bytes = 0
  const whole = deadline(clock, wholeMs, 'an answer', parent)
  let stream: FrameStream | undefined
  let isOver = false
  try {
    stream = await streams.open(peerId, LEDGER_TERMS, whole.signal)
    await sent(stream, encodeRequest(request), whole.signal)
    for (let timeoutMs = firstMs; ; timeoutMs = FRAME_TIMEOUT_MS) {
      const frame = await readInTime(stream, clock, timeoutMs, whole.signal)
      if (frame === null) break
      bytes += frame.byteLength
      const tookMs = clock.monotonicMs() - beganMs
      if (pace !== undefined && tookMs > pace.afterMs && bytes < (tookMs / 1_000) * pace.bytesASecond) {
        throw new UnfinishedError(`only ${bytes} bytes of a snapshot in ${Math.round(tookMs / 1_000)} s`)
      }
      yield served(decodeReply(frame))
    }
    isOver = true
  } catch (error) {
    if (parent?.aborted === true) throw parent.reason
    throw asProtocolError(error)
  } finally {
    whole.release()
    if (!isOver) stream?.abort(new UnfinishedError('no more of it is wanted'))
  }
}

async function sent(stream: FrameStream, frame: Uint8Array, signal: AbortSignal): Promise<void> {
  try {
    await stream.write(frame, signal)
    await stream.end()
  } catch {
    // Whoever refuses without reading cut the stream already; why, the read says.
    signal.throwIfAborted()
  }
}

async function readInTime(
  stream: FrameStream,
  clock: Clock,
  timeoutMs: number,
  parent: AbortSignal,
): Promise<Uint8Array | null> {
  const { signal, release } = deadline(clock, timeoutMs, 'a frame of an answer', parent)
  try {
    return await stream.read(signal)
  } finally {
    release()
  }
}

function served(reply: Reply): Said {
  switch (reply.status) {
    case 'unknown':
    case 'busy':
    case 'none':
      throw new NotServedError(reply.status)
    case 'malformed':
      throw new LedgerProtocolError('what we asked was malformed, it says')
    default:
      return reply
  }
}

function asProtocolError(error: unknown): unknown {
  if (error instanceof StreamCutError || error instanceof DeadlineError) {
    return new UnfinishedError(error.message, { cause: error })
  }
  if (error instanceof DecodeError) {
    return new LedgerProtocolError(`an answer that no ${LEDGER_PROTOCOL} gives`, { cause: error })
  }
  return error
}
