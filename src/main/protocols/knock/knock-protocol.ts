import type { z } from 'zod'
import type { KnockId, PeerId } from '../../../shared/ids.ts'
import { DecodeError, decode, encode } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import {
  RefusedError,
  StreamCutError,
  type FrameStream,
  type Offence,
  type PeerStreams,
  type RemotePeer,
} from '../../platform/streams.ts'
import { EXCHANGE_TIMEOUT_MS, KNOCK_TERMS, MAX_FRAME_BYTES } from './constants.ts'
import { KnockProtocolError, SilenceError } from './errors.ts'
import { KnockReply, Receipt, Request, type KnockRequest } from './messages.ts'

/**
 * Points of a hundred, for a request that no Latch writes: not one by an odd version, but a handful ends a connection.
 */
const MALFORMED_POINTS = 10
/** For a request that was begun and not finished in time: a bad line does that too. */
const SLOW_POINTS = 5

/** What the door does with each request. A handler answers within the exchange and never waits for a person. */
export interface KnockHandlers {
  /** `silence` drops the stream without a word. */
  knocked(peer: RemotePeer, knock: KnockRequest): Promise<KnockReply | 'silence'>
  judged(peer: RemotePeer, envelope: Uint8Array): Promise<Receipt>
  withdrawn(peer: RemotePeer, id: KnockId): Receipt
}

/**
 * *Errors* of all that sends: LatchError UNREACHABLE, RefusedError, SilenceError, KnockProtocolError, the signal's
 * reason.
 */
export interface KnockProtocol {
  serve(handlers: KnockHandlers): Promise<void>
  knock(peerId: PeerId, knock: Omit<KnockRequest, 'kind'>, signal?: AbortSignal): Promise<KnockReply>
  tell(peerId: PeerId, envelope: Uint8Array, signal?: AbortSignal): Promise<Receipt>
  withdraw(peerId: PeerId, id: KnockId, signal?: AbortSignal): Promise<Receipt>
}

/** The protocol over `streams`; keeps nothing between one stream and the next. */
export function createKnockProtocol(parts: { streams: PeerStreams; clock: Clock; offence: Offence }): KnockProtocol {
  const { streams, clock, offence } = parts

  async function exchange<Schema extends z.ZodType>(
    peerId: PeerId,
    request: Request,
    schema: Schema,
    parent: AbortSignal | undefined,
  ): Promise<z.output<Schema>> {
    const { signal, release } = deadline(clock, EXCHANGE_TIMEOUT_MS, 'a knock', parent)
    let stream: FrameStream | undefined
    try {
      stream = await streams.open(peerId, KNOCK_TERMS, signal)
      await stream.write(encode(request), signal)
      await stream.end()
      const reply = await stream.read(signal)
      if (reply === null) throw new SilenceError('the stream ended without an answer')
      return decode(reply, schema, MAX_FRAME_BYTES)
    } catch (error) {
      stream?.abort(error instanceof Error ? error : new Error('the exchange failed'))
      throw asProtocolError(error)
    } finally {
      release()
    }
  }

  async function serveOne(stream: FrameStream, handlers: KnockHandlers): Promise<void> {
    const frame = await stream.read().catch((error: unknown) => {
      const isSlow = error instanceof StreamCutError && error.cause instanceof DeadlineError
      if (isSlow) offence(stream.peer.peerId, 'knock: not a whole request in time', SLOW_POINTS)
      throw error
    })
    if (frame === null) return stream.abort(new KnockProtocolError('no request'))
    let request: Request
    try {
      request = decode(frame, Request, MAX_FRAME_BYTES)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      offence(stream.peer.peerId, `knock: ${error.message}`, MALFORMED_POINTS)
      await stream.write(encode({ status: 'malformed' }))
      return stream.end()
    }
    const reply = await answer(stream.peer, request, handlers)
    if (reply === 'silence') return stream.abort(new SilenceError('the door gives no answer'))
    await stream.write(encode(reply))
    await stream.end()
  }

  return {
    serve: (handlers) => streams.serve(KNOCK_TERMS, (stream) => serveOne(stream, handlers)),
    knock: (peerId, knock, signal) => exchange(peerId, { kind: 'knock', ...knock }, KnockReply, signal),
    tell: (peerId, envelope, signal) => exchange(peerId, { kind: 'verdict', envelope }, Receipt, signal),
    withdraw: (peerId, id, signal) => exchange(peerId, { kind: 'withdraw', id }, Receipt, signal),
  }
}

async function answer(
  peer: RemotePeer,
  request: Request,
  handlers: KnockHandlers,
): Promise<KnockReply | Receipt | 'silence'> {
  switch (request.kind) {
    case 'knock':
      return handlers.knocked(peer, request)
    case 'verdict':
      return handlers.judged(peer, request.envelope)
    case 'withdraw':
      return handlers.withdrawn(peer, request.id)
  }
}

function asProtocolError(error: unknown): unknown {
  if (error instanceof StreamCutError || error instanceof DeadlineError) {
    return new SilenceError(error.message, { cause: error })
  }
  if (error instanceof RefusedError && error.code === 'silent') return new SilenceError(error.message, { cause: error })
  if (error instanceof DecodeError) {
    return new KnockProtocolError(`an answer that no ${KNOCK_TERMS.protocol} gives`, { cause: error })
  }
  return error
}
