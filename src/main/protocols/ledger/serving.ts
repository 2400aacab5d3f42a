import { DecodeError } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { StreamCutError, type FrameStream, type Offence, type RemotePeer } from '../../platform/streams.ts'
import {
  ANSWER_TIMEOUT_MS,
  MAX_BLOCK_BYTES,
  MAX_BLOCKS_BYTES,
  MAX_LIST_BYTES,
  MAX_SNAPSHOT_BYTES,
  REQUEST_TIMEOUT_MS,
  SNAPSHOT_TIMEOUT_MS,
  VALIDATE_TIMEOUT_MS,
  WRITE_TIMEOUT_MS,
} from './constants.ts'
import { LedgerProtocolError } from './errors.ts'
import { decodeRequest, encodeReply, type Reply, type Request } from './messages.ts'

/** Points of a hundred, for a request that no Latch writes: not one by an odd version, but a handful ends a connection. */
const MALFORMED_POINTS = 10
/** For a request that was begun and not finished in time: a bad line does that too. */
const SLOW_POINTS = 5

/** What is asked of a node, whose chains the feature has. */
export interface LedgerHandlers {
  /**
   * The answer, frame by frame; each is made when the one before it was taken. `signal` aborts when its time is over, or
   * whoever asked is gone. What goes beyond the bounds of an answer is not sent.
   */
  answer(peer: RemotePeer, request: Request, signal: AbortSignal): AsyncIterable<Reply>
}

interface Bounds {
  readonly timeoutMs: number
  readonly maxBytes: number
}

const small: Bounds = { timeoutMs: ANSWER_TIMEOUT_MS, maxBytes: MAX_LIST_BYTES }

/** What one answer may take of this side. */
const BOUNDS: Record<Request['kind'], Bounds> = {
  head: small,
  genesis: small,
  headers: small,
  blocks: { timeoutMs: ANSWER_TIMEOUT_MS, maxBytes: MAX_BLOCKS_BYTES + MAX_BLOCK_BYTES },
  snapshot: { timeoutMs: SNAPSHOT_TIMEOUT_MS, maxBytes: MAX_SNAPSHOT_BYTES },
  pool: small,
  entries: small,
  validate: { timeoutMs: VALIDATE_TIMEOUT_MS, maxBytes: MAX_LIST_BYTES },
}

/** Reads one request within its time, and writes the answer as fast as it is taken. */
export async function serveOne(
  stream: FrameStream,
  handlers: LedgerHandlers,
  { clock, offence }: { clock: Clock; offence: Offence },
): Promise<void> {
  const { peerId } = stream.peer
  const request = await requestOf(stream, clock, (why, points) => offence(peerId, `ledger: ${why}`, points))
  if (request === null) return
  const { timeoutMs, maxBytes } = BOUNDS[request.kind]
  const gone = new AbortController()
  void stream.over.then((over) => gone.abort(new StreamCutError(over.how === 'cut' ? over.why.message : 'over')))
  const limit = deadline(clock, timeoutMs, 'an answer', gone.signal)
  try {
    let leftBytes = maxBytes
    for await (const reply of handlers.answer(stream.peer, request, limit.signal)) {
      const frame = encodeReply(reply)
      leftBytes -= frame.byteLength
      if (leftBytes < 0) break
      await writeInTime(stream, frame, clock, limit.signal)
    }
    await stream.end()
  } catch (error) {
    // Ours, and no defect: what was asked took too long, or was not taken in time.
    throw error instanceof DeadlineError ? new StreamCutError(error.message, { cause: error }) : error
  } finally {
    limit.release()
  }
}

/** Null: it was answered already. */
async function requestOf(
  stream: FrameStream,
  clock: Clock,
  wrong: (why: string, points: number) => void,
): Promise<Request | null> {
  const { signal, release } = deadline(clock, REQUEST_TIMEOUT_MS, 'a request')
  try {
    const frame = await stream.read(signal)
    if (frame !== null) return decodeRequest(frame)
    stream.abort(new LedgerProtocolError('no request'))
    return null
  } catch (error) {
    if (error instanceof DeadlineError) {
      wrong('not a whole request in time', SLOW_POINTS)
      throw new StreamCutError('no request in time', { cause: error })
    }
    if (!(error instanceof DecodeError)) throw error
    wrong(error.message, MALFORMED_POINTS)
    await writeInTime(stream, encodeReply({ status: 'malformed' }), clock)
    await stream.end()
    return null
  } finally {
    release()
  }
}

async function writeInTime(stream: FrameStream, frame: Uint8Array, clock: Clock, parent?: AbortSignal): Promise<void> {
  const { signal, release } = deadline(clock, WRITE_TIMEOUT_MS, 'a frame of an answer', parent)
  try {
    await stream.write(frame, signal)
  } finally {
    release()
  }
}
