import { z } from 'zod'
import type { PeerId } from '../../../shared/ids.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { StreamCutError, type FrameStream, type Offence, type PeerStreams, type RemotePeer } from '../../platform/streams.ts'
import { bytesOf, hexBytes, someBytes } from './bytes.ts'
import {
  ANSWER_TIMEOUT_MS,
  KEY_ID_BYTES,
  MAIL_KEYS_TERMS,
  MAX_BATCH_BYTES,
  MAX_CARD_BYTES,
  MAX_KEYS_ANSWER_BYTES,
  MAX_KEYS_IN_BATCH,
  MAX_KEYS_REQUEST_BYTES,
  MAX_UNUSED_TOLD,
  OPENING_TIMEOUT_MS,
} from './constants.ts'
import { MailboxProtocolError } from './errors.ts'

const MALFORMED_POINTS = 10
const SLOW_POINTS = 5

const Ids = z.array(hexBytes(KEY_ID_BYTES)).max(MAX_UNUSED_TOLD)

/** One device says where its mail is held, which keys of the other it has left, and how many more it would like. */
const KeysRequest = z.object({
  card: someBytes(MAX_CARD_BYTES),
  /** Number of the newest card of the other that it has. */
  seen: z.int().nonnegative().optional(),
  unused: Ids,
  want: z.int().min(0).max(MAX_KEYS_IN_BATCH),
})
export type KeysRequest = z.infer<typeof KeysRequest>

/** `stranger`: keys are not given to you. */
const KeysRefusal = z.enum(['stranger', 'busy'])
export type KeysRefusal = z.infer<typeof KeysRefusal>

const Status = z.object({ status: z.string().max(32) })

const Given = z.object({
  status: z.literal('given'),
  /** Where the other has an older one, or none. */
  card: someBytes(MAX_CARD_BYTES).optional(),
  /** New keys, at most as many as were wanted. */
  keys: someBytes(MAX_BATCH_BYTES).optional(),
  /** Of those that the other has left: these open nothing any more, and are to be thrown away. */
  gone: Ids,
})
export type Given = Omit<z.infer<typeof Given>, 'status'>

export type KeysAnswer = ({ readonly outcome: 'given' } & Given) | { readonly outcome: KeysRefusal }

export interface KeysProtocol {
  /** The handler may wait for a proof, and never for a person. */
  serve(handler: (peer: RemotePeer, request: KeysRequest, signal: AbortSignal) => Promise<KeysAnswer>): Promise<void>
  /** *Errors*: LatchError UNREACHABLE, RefusedError, StreamCutError, MailboxProtocolError, the signal's reason. */
  exchange(peerId: PeerId, request: KeysRequest, signal?: AbortSignal): Promise<KeysAnswer>
}

/** `/latch/mail-keys/1.0.0` over `streams`; keeps nothing between one stream and the next. */
export function createKeysProtocol(parts: { streams: PeerStreams; clock: Clock; offence: Offence }): KeysProtocol {
  const { streams, clock, offence } = parts

  async function serveOne(stream: FrameStream, handler: Parameters<KeysProtocol['serve']>[0]): Promise<void> {
    const { peer } = stream
    const opening = deadline(clock, OPENING_TIMEOUT_MS, 'a request')
    let request: KeysRequest
    try {
      const frame = await stream.read(opening.signal)
      if (frame === null) throw new DecodeError('no request')
      request = decode(frame, KeysRequest, MAX_KEYS_REQUEST_BYTES)
    } catch (error) {
      if (error instanceof DeadlineError) {
        offence(peer.peerId, 'mail keys: not a whole request in time', SLOW_POINTS)
        throw new StreamCutError(error.message, { cause: error })
      }
      if (!(error instanceof DecodeError)) throw error
      offence(peer.peerId, `mail keys: ${error.message}`, MALFORMED_POINTS)
      await stream.write(encode({ status: 'malformed' }))
      return await stream.end()
    } finally {
      opening.release()
    }
    const limit = deadline(clock, ANSWER_TIMEOUT_MS, 'an answer')
    try {
      await stream.write(encodeKeysAnswer(await handler(peer, request, limit.signal)))
      await stream.end()
    } finally {
      limit.release()
    }
  }

  return {
    serve: (handler) => streams.serve(MAIL_KEYS_TERMS, (stream) => serveOne(stream, handler)),
    async exchange(peerId, request, parent) {
      const { signal, release } = deadline(clock, ANSWER_TIMEOUT_MS, 'an exchange of keys', parent)
      let stream: FrameStream | undefined
      try {
        stream = await streams.open(peerId, MAIL_KEYS_TERMS, signal)
        await stream.write(encodeKeysRequest(request), signal)
        await stream.end()
        const frame = await stream.read(signal)
        if (frame === null) throw new StreamCutError('no answer')
        return decodeKeysAnswer(frame)
      } catch (error) {
        stream?.abort(error instanceof Error ? error : new Error(String(error)))
        if (parent?.aborted === true) throw parent.reason
        if (error instanceof DeadlineError) throw new StreamCutError(error.message, { cause: error })
        if (error instanceof DecodeError) throw new MailboxProtocolError(`an answer that no ${MAIL_KEYS_TERMS.protocol} gives`, { cause: error })
        throw error
      } finally {
        release()
      }
    },
  }
}

export function encodeKeysRequest({ card, seen, unused, want }: KeysRequest): Uint8Array<ArrayBuffer> {
  return encode({ card, unused: unused.map(bytesOf), want, ...(seen === undefined ? {} : { seen }) })
}

export function encodeKeysAnswer(answer: KeysAnswer): Uint8Array<ArrayBuffer> {
  if (answer.outcome !== 'given') return encode({ status: answer.outcome })
  const { card, keys, gone } = answer
  const optional = { ...(card === undefined ? {} : { card }), ...(keys === undefined ? {} : { keys }) }
  return encode({ status: 'given', gone: gone.map(bytesOf), ...optional })
}

/** *Errors*: DecodeError. A status that a newer Latch made up gives nothing. */
export function decodeKeysAnswer(frame: Uint8Array): KeysAnswer {
  const { status } = decode(frame, Status, MAX_KEYS_ANSWER_BYTES)
  if (status !== 'given') return { outcome: status === 'busy' ? 'busy' : 'stranger' }
  const { card, keys, gone } = decode(frame, Given, MAX_KEYS_ANSWER_BYTES)
  return { outcome: 'given', card, keys, gone }
}

