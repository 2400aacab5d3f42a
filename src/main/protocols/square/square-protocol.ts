import type { PeerId } from '../../../shared/ids.ts'
import type { PostId } from '../../../shared/model/square.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { StreamCutError, type FrameStream, type Offence, type PeerStreams, type RemotePeer } from '../../platform/streams.ts'
import { MALFORMED_POINTS, MAX_DEPTH, SQUARE_TERMS, STEP_TIMEOUT_MS, TRACE_TIMEOUT_MS } from './constants.ts'
import { SquareProtocolError } from './errors.ts'
import { decodeReply, decodeRequest, encodeReply, encodeRequest, type TraceReply, type TraceRequest } from './messages.ts'

export interface SquareProtocolParts {
  readonly streams: PeerStreams
  readonly clock: Clock
  readonly offence: Offence
}

export interface SquareProtocol {
  /** `answer` is given as long as those behind it may take. */
  serve(answer: (peer: RemotePeer, request: TraceRequest, signal: AbortSignal) => Promise<TraceReply>): Promise<void>
  /** Errors: LatchError UNREACHABLE, StreamCutError, RefusedError, DeadlineError, SquareProtocolError, the signal's reason. */
  trace(peerId: PeerId, id: PostId, depth: number, signal?: AbortSignal): Promise<TraceReply>
}

export function createSquareProtocol({ streams, clock, offence }: SquareProtocolParts): SquareProtocol {
  return {
    serve: (answer) => streams.serve(SQUARE_TERMS, (stream) => answerOne(stream, answer)),
    trace,
  }

  async function answerOne(stream: FrameStream, answer: Parameters<SquareProtocol['serve']>[0]): Promise<void> {
    const limit = deadline(clock, TRACE_TIMEOUT_MS, 'a trace')
    try {
      const reply = await replied(stream, answer, limit.signal)
      await stream.write(encodeReply(reply), limit.signal)
      await stream.end()
    } catch (error) {
      throw error instanceof DeadlineError ? new StreamCutError(error.message, { cause: error }) : error
    } finally {
      limit.release()
    }
  }

  async function replied(
    stream: FrameStream,
    answer: Parameters<SquareProtocol['serve']>[0],
    signal: AbortSignal,
  ): Promise<TraceReply> {
    try {
      return await answer(stream.peer, decodeRequest(await stream.read(signal)), signal)
    } catch (error) {
      if (!(error instanceof SquareProtocolError)) throw error
      offence(stream.peer.peerId, `square: ${error.message}`, MALFORMED_POINTS)
      return { status: 'malformed' }
    }
  }

  async function trace(peerId: PeerId, id: PostId, depth: number, signal?: AbortSignal): Promise<TraceReply> {
    const steps = Math.min(depth, MAX_DEPTH - 1) + 1
    const limit = deadline(clock, steps * STEP_TIMEOUT_MS, 'a trace', signal)
    try {
      const stream = await streams.open(peerId, SQUARE_TERMS, limit.signal)
      try {
        await stream.write(encodeRequest({ id, depth }), limit.signal)
        await stream.end()
        return decodeReply(await stream.read(limit.signal))
      } catch (error) {
        stream.abort(error instanceof Error ? error : new Error(String(error)))
        throw error
      }
    } finally {
      limit.release()
    }
  }
}
