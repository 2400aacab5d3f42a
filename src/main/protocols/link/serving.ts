import { DecodeError, encode } from '../../platform/cbor.ts'
import { deadline, DeadlineError } from '../../platform/clock.ts'
import { StreamCutError, type FrameStream } from '../../platform/streams.ts'
import { HAND_OVER_TIMEOUT_MS, KEY_BYTES, LINK_VERSION, MAX_CODE_LASTS_MS, NONCE_BYTES, PIECE_BYTES, POINTS, PROOF_TIMEOUT_MS } from './constants.ts'
import { LinkProtocolError, LinkRefusedError } from './errors.ts'
import type { Joiner, LinkHandlers, LinkParts } from './link-protocol.ts'
import { Begin, Proof, readMessage, Version, Whole, writeRefused, type LinkStatus, type Offer } from './messages.ts'
import { exchangeOf, isSame, publicKeyOf, type Exchange } from './secrets.ts'

/** One exchange, seen from the device that has the account. */
export async function serveJoiner(parts: LinkParts, stream: FrameStream, handlers: LinkHandlers): Promise<void> {
  const { clock, log, offence } = parts
  const { peerId } = stream.peer
  let joiner: Joiner | null = null
  try {
    const proving = deadline(clock, PROOF_TIMEOUT_MS, 'the proof of a new device')
    let proven: { joiner: Joiner; exchange: Exchange }
    try {
      proven = await prove(parts, stream, handlers, proving.signal, (taken) => (joiner = taken))
    } finally {
      proving.release()
    }
    await handOver(parts, stream, handlers, proven)
  } catch (error) {
    const why = error instanceof Error ? error : new Error(String(error))
    log.info({ peer: peerId, why: why.message }, 'a new device was not linked')
    if (error instanceof DecodeError || error instanceof LinkProtocolError) offence(peerId, `link: ${why.message}`, POINTS.malformed)
    if (error instanceof DeadlineError && joiner === null) offence(peerId, `link: ${why.message}`, POINTS.tooSlow)
    if (joiner !== null) handlers.failed(joiner, why)
    await refuse(stream, statusOf(error))
  }
}

async function prove(
  { me, offence, random }: LinkParts,
  stream: FrameStream,
  handlers: LinkHandlers,
  signal: AbortSignal,
  onTaken: (joiner: Joiner) => void,
): Promise<{ joiner: Joiner; exchange: Exchange }> {
  const { peer } = stream
  const begin = await next(stream, signal)
  if (readMessage(begin, Version).v !== LINK_VERSION) throw new LinkRefusedError('version')
  const { key: theirKey } = readMessage(begin, Begin)
  // Looked at before anything is answered, and again with the proof: it may have ended between.
  secretOf(handlers)
  const privateKey = random(KEY_BYTES)
  const offer = encode({ kind: 'offer', nonce: random(NONCE_BYTES), key: publicKeyOf(privateKey) } satisfies Offer)
  await stream.write(offer, signal)
  const said = readMessage(await next(stream, signal), Proof)
  // From here to `tried` in one turn: of two that prove at once, one gets the code.
  const secret = secretOf(handlers)
  const exchange = exchangeOf({ secret, oldDevice: me, newDevice: peer.peerId, begin, offer, privateKey, theirKey })
  if (exchange === null) throw new LinkProtocolError('a key of small order')
  const isRight = isSame(said.proof, exchange.proofOfNew(said))
  const joiner = { peer, label: said.label, mailKey: said.mailKey, words: exchange.words }
  const tried = handlers.tried(isRight ? joiner : null)
  if (!isRight) offence(peer.peerId, 'link: not the secret of the code', POINTS.wrongSecret)
  if (tried !== 'taken') throw new LinkRefusedError(tried)
  onTaken(joiner)
  await stream.write(encode({ kind: 'proven', proof: exchange.proofOfOld() }), signal)
  return { joiner, exchange }
}

/** Waits for the person, gives the account, and hears that it is on the other disk. */
async function handOver(
  { clock }: LinkParts,
  stream: FrameStream,
  handlers: LinkHandlers,
  { joiner, exchange }: { joiner: Joiner; exchange: Exchange },
): Promise<void> {
  const gone = new AbortController()
  void stream.over.then((over) => gone.abort(over.how === 'cut' ? over.why : new StreamCutError('the new device ended')))
  const asking = deadline(clock, MAX_CODE_LASTS_MS, 'an answer', gone.signal)
  // Read all the while: whoever is asked to wait says nothing, and an end is heard at once.
  const whole = next(stream, gone.signal)
  whole.catch((error: unknown) => gone.abort(error))
  let answer: Uint8Array | LinkStatus
  try {
    answer = await untilAborted(handlers.asked(joiner, asking.signal), asking.signal)
  } finally {
    asking.release()
  }
  if (typeof answer === 'string') throw new LinkRefusedError(answer)

  const giving = deadline(clock, HAND_OVER_TIMEOUT_MS, 'handing over the account', gone.signal)
  try {
    const sealed = exchange.seal(answer)
    await stream.write(encode({ kind: 'account', bytes: sealed.byteLength }), giving.signal)
    for (let at = 0; at < sealed.byteLength; at += PIECE_BYTES) {
      await stream.write(encode({ piece: sealed.subarray(at, at + PIECE_BYTES) }), giving.signal)
    }
    readMessage(await untilAborted(whole, giving.signal), Whole)
  } finally {
    giving.release()
  }
  await handlers.whole(joiner)
  // It is whole there, whether it hears this or not.
  await stream.write(encode({ kind: 'done' })).then(() => stream.end()).catch((error: unknown) => stream.abort(asError(error)))
}

function secretOf(handlers: LinkHandlers): Uint8Array {
  const secret = handlers.secret()
  if (secret instanceof Uint8Array) return secret
  throw new LinkRefusedError(secret.refused)
}

async function next(stream: FrameStream, signal: AbortSignal): Promise<Uint8Array> {
  const frame = await stream.read(signal)
  if (frame === null) throw new StreamCutError('the new device ended in the middle')
  return frame
}

function untilAborted<T>(doing: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(asError(signal.reason))
    if (signal.aborted) aborted()
    signal.addEventListener('abort', aborted, { once: true })
    doing.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
  })
}

function statusOf(error: unknown): LinkStatus {
  if (error instanceof LinkRefusedError) return error.status
  if (error instanceof DecodeError || error instanceof LinkProtocolError) return 'malformed'
  return error instanceof DeadlineError ? 'expired' : 'failed'
}

async function refuse(stream: FrameStream, status: LinkStatus): Promise<void> {
  await stream.write(writeRefused(status)).then(() => stream.end()).catch((error: unknown) => stream.abort(asError(error)))
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
