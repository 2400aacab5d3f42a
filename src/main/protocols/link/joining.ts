import { SECOND } from '../../../shared/units.ts'
import { DecodeError, encode } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { StreamCutError, type FrameStream } from '../../platform/streams.ts'
import { cleanText } from '../hello/index.ts'
import { HAND_OVER_TIMEOUT_MS, KEY_BYTES, LINK_VERSION, MAX_CODE_LASTS_MS, MAX_LABEL_LENGTH, NONCE_BYTES, PROOF_TIMEOUT_MS } from './constants.ts'
import { LinkProtocolError, LinkRefusedError } from './errors.ts'
import type { JoinRequest, LinkParts } from './link-protocol.ts'
import { AccountOrRefused, Done, OfferOrRefused, Piece, ProvenOrRefused, readMessage, type Begin, type Proof } from './messages.ts'
import { exchangeOf, isSame, publicKeyOf, type Exchange } from './secrets.ts'

/** The account is here, in memory alone. */
export interface Joining {
  readonly account: Uint8Array
  /** It is on the disk: says so, and waits a little for the answer. Never rejects; the other side may be gone by then. */
  whole(): Promise<'heard' | 'unheard'>
  /** It is not, and will not be. */
  abandon(why: Error): void
}

/** How long the other side has to say that it heard: it keeps a list and no more. */
const DONE_TIMEOUT_MS = 10 * SECOND

/** One exchange, seen from the new device. */
export async function joinOver(parts: LinkParts, stream: FrameStream, request: JoinRequest, signal: AbortSignal): Promise<Joining> {
  const { clock } = parts
  try {
    const exchange = await within(clock, PROOF_TIMEOUT_MS, 'the proof', signal, (limit) => prove(parts, stream, request, limit))
    request.onWords(exchange.words)
    const sealedBytes = await within(clock, MAX_CODE_LASTS_MS + PROOF_TIMEOUT_MS, 'an answer', signal, async (limit) => {
      const answer = readMessage(await next(stream, limit), AccountOrRefused)
      if (answer.kind === 'refused') throw new LinkRefusedError(answer.status)
      return answer.bytes
    })
    const sealed = await within(clock, HAND_OVER_TIMEOUT_MS, 'the account', signal, (limit) => receive(stream, sealedBytes, request, limit))
    const account = exchange.open(sealed)
    if (account === null) throw new LinkProtocolError('the account was not sealed in this exchange')
    return {
      account,
      whole: () => confirm(clock, stream),
      abandon: (why) => stream.abort(why),
    }
  } catch (error) {
    const why = inOurWords(error, signal)
    stream.abort(why)
    throw why
  }
}

async function prove(
  { me, random }: LinkParts,
  stream: FrameStream,
  { secret, label: raw, mailKey }: JoinRequest,
  signal: AbortSignal,
): Promise<Exchange> {
  // As the other side reads it: the proof is over what both see.
  const label = cleanText(raw, MAX_LABEL_LENGTH)
  const privateKey = random(KEY_BYTES)
  const begin = encode({ v: LINK_VERSION, nonce: random(NONCE_BYTES), key: publicKeyOf(privateKey) } satisfies Begin)
  // Whoever refuses at once cut the stream already; why, the read says.
  stream.write(begin, signal).catch(() => {})
  const offer = await next(stream, signal)
  const offered = readMessage(offer, OfferOrRefused)
  if (offered.kind === 'refused') throw new LinkRefusedError(offered.status)
  const oldDevice = stream.peer.peerId
  const exchange = exchangeOf({ secret, oldDevice, newDevice: me, begin, offer, privateKey, theirKey: offered.key })
  if (exchange === null) throw new LinkProtocolError('a key of small order')
  stream.write(encode({ proof: exchange.proofOfNew({ label, mailKey }), label, mailKey } satisfies Proof), signal).catch(() => {})
  const proven = readMessage(await next(stream, signal), ProvenOrRefused)
  if (proven.kind === 'refused') throw new LinkRefusedError(proven.status)
  if (!isSame(proven.proof, exchange.proofOfOld())) throw new LinkProtocolError('the other device does not know the secret')
  return exchange
}

async function receive(stream: FrameStream, bytes: number, { onReceiving }: JoinRequest, signal: AbortSignal): Promise<Uint8Array> {
  const sealed = new Uint8Array(bytes)
  let at = 0
  onReceiving(0, bytes)
  while (at < bytes) {
    const { piece } = readMessage(await next(stream, signal), Piece)
    if (at + piece.byteLength > bytes) throw new LinkProtocolError('more than was announced')
    sealed.set(piece, at)
    at += piece.byteLength
    onReceiving(at, bytes)
  }
  return sealed
}

async function confirm(clock: Clock, stream: FrameStream): Promise<'heard' | 'unheard'> {
  const limit = deadline(clock, DONE_TIMEOUT_MS, 'the last word')
  try {
    await stream.write(encode({ kind: 'whole' }), limit.signal)
    readMessage(await next(stream, limit.signal), Done)
    await stream.end()
    return 'heard'
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
    return 'unheard'
  } finally {
    limit.release()
  }
}

async function within<T>(clock: Clock, ms: number, what: string, parent: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, release } = deadline(clock, ms, what, parent)
  try {
    return await run(signal)
  } finally {
    release()
  }
}

async function next(stream: FrameStream, signal: AbortSignal): Promise<Uint8Array> {
  const frame = await stream.read(signal)
  if (frame === null) throw new StreamCutError('the other device ended in the middle')
  return frame
}

function inOurWords(error: unknown, signal: AbortSignal): Error {
  if (signal.aborted && signal.reason instanceof Error) return signal.reason
  if (error instanceof DecodeError) return new LinkProtocolError(error.message, { cause: error })
  if (error instanceof DeadlineError) return new StreamCutError(error.message, { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}
