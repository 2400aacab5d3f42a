import type { PeerId } from '../../../shared/ids.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { StreamCutError, type FrameStream, type Offence, type PeerStreams, type RemotePeer } from '../../platform/streams.ts'
import { digestOf, type Hex } from './bytes.ts'
import { ANSWER_TIMEOUT_MS, LETTER_SIZES, LETTER_TIMEOUT_MS, MAILBOX_TERMS, MAX_PAGE_BYTES, OPENING_TIMEOUT_MS } from './constants.ts'
import { MailboxProtocolError } from './errors.ts'
import {
  decodeCollectAnswer,
  decodeDepositAnswer,
  decodeRegisterAnswer,
  decodeRequest,
  decodeStatus,
  encodeHeld,
  encodePage,
  encodeRegistered,
  encodeRequest,
  encodeStatus,
  isTooLarge,
  type DepositRefusal,
  type Listed,
  type RegisterAnswer,
  type RegisterRefusal,
  type Request,
  type Room,
} from './messages.ts'

/** Points of a hundred: a handful of requests that no Latch writes end a connection. */
const MALFORMED_POINTS = 10
/** For a request or a letter that was begun and not finished in time: a bad line does that too. */
const SLOW_POINTS = 5

export interface ListedLetter extends Listed {
  readonly sealed: Uint8Array
}

export type Deposited = { readonly outcome: 'held'; readonly forMs: number } | { readonly outcome: DepositRefusal }

export type Collected =
  | ({ readonly outcome: 'page'; readonly letters: readonly ListedLetter[]; readonly more: boolean } & Room)
  /** It holds nothing for us, and did not say that it would. */
  | { readonly outcome: 'refused' | 'busy' }

/** What a device does that holds mail for others; and, `news`, one whose mail is held. */
export interface MailboxHandlers {
  /** Before a byte of the letter comes; `bytes` is one of the sizes. `over`: it came, or did not. */
  offered(peer: RemotePeer, box: Hex, bytes: number): { readonly outcome: 'go'; over(): void } | { readonly outcome: DepositRefusal }
  /** When it returns, the letter survives a crash. */
  deposited(peer: RemotePeer, box: Hex, sealed: Uint8Array): Deposited
  /** Waits for a proof of who it is, never for a person. */
  register(peer: RemotePeer, box: Hex, signal: AbortSignal): Promise<(Room & { outcome: 'registered' }) | { outcome: RegisterRefusal }>
  unregister(peer: RemotePeer): void
  /** At most a page of what is there for this device. `over`: it was given, or not taken. */
  collect(peer: RemotePeer, after: number): { readonly collected: Collected; over(): void }
  acknowledge(peer: RemotePeer, letters: readonly Hex[]): void
  news(peer: RemotePeer): void
}

/**
 * *Errors* of all that sends: LatchError UNREACHABLE, RefusedError, StreamCutError, MailboxProtocolError, the signal's reason.
 */
export interface MailboxProtocol {
  serve(handlers: MailboxHandlers): Promise<void>
  /** `seal` is called once the holder would take a letter of so many bytes. Its errors are passed on. */
  deposit(holder: PeerId, box: Hex, bytes: number, seal: () => Promise<Uint8Array>, signal?: AbortSignal): Promise<Deposited>
  register(holder: PeerId, box: Hex, signal?: AbortSignal): Promise<RegisterAnswer>
  unregister(holder: PeerId, signal?: AbortSignal): Promise<void>
  /** Each letter is of the size and has the digest that the holder listed. */
  collect(holder: PeerId, after: number, signal?: AbortSignal): Promise<Collected>
  acknowledge(holder: PeerId, letters: readonly Hex[], signal?: AbortSignal): Promise<void>
  tell(recipient: PeerId, signal?: AbortSignal): Promise<void>
}

/** The protocol over `streams`; keeps nothing between one stream and the next. */
export function createMailboxProtocol(parts: { streams: PeerStreams; clock: Clock; offence: Offence }): MailboxProtocol {
  const { streams, clock, offence } = parts

  async function within<T>(timeoutMs: number, what: string, signal: AbortSignal | undefined, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = deadline(clock, timeoutMs, what, signal)
    try {
      return await act(limit.signal)
    } finally {
      limit.release()
    }
  }

  async function withStream<T>(peerId: PeerId, request: Request, signal: AbortSignal | undefined, talk: (stream: FrameStream) => Promise<T>): Promise<T> {
    let stream: FrameStream | undefined
    try {
      stream = await streams.open(peerId, MAILBOX_TERMS, signal)
      await stream.write(encodeRequest(request), signal)
      const result = await talk(stream)
      await stream.end()
      return result
    } catch (error) {
      stream?.abort(error instanceof Error ? error : new Error(String(error)))
      throw inOurWords(error, signal)
    }
  }

  const answerOf = (stream: FrameStream, signal: AbortSignal | undefined): Promise<Uint8Array> =>
    within(ANSWER_TIMEOUT_MS, 'an answer about mail', signal, async (both) => need(await stream.read(both)))

  async function serveOne(stream: FrameStream, handlers: MailboxHandlers): Promise<void> {
    const { peer } = stream
    try {
      const request = await within(OPENING_TIMEOUT_MS, 'a request', undefined, async (signal) => decodeRequest(need(await stream.read(signal))))
      await answer(stream, request, handlers)
      await stream.end()
    } catch (error) {
      if (error instanceof DeadlineError) {
        offence(peer.peerId, 'mailbox: not a whole request in time', SLOW_POINTS)
        throw new StreamCutError(error.message, { cause: error })
      }
      if (!(error instanceof DecodeError)) throw error
      offence(peer.peerId, `mailbox: ${error.message}`, MALFORMED_POINTS)
      await stream.write(encodeStatus('malformed'))
      await stream.end()
    }
  }

  async function answer(stream: FrameStream, request: Request | null, handlers: MailboxHandlers): Promise<void> {
    const { peer } = stream
    switch (request?.as) {
      case undefined:
        return stream.write(encodeStatus('unsupported'))
      case 'deposit':
        return stream.write(await take(stream, request.box, request.bytes, handlers))
      case 'register': {
        const register = (signal: AbortSignal) => handlers.register(peer, request.box, signal)
        const registered = await within(ANSWER_TIMEOUT_MS, 'a registration', undefined, register)
        return stream.write(registered.outcome === 'registered' ? encodeRegistered(registered) : encodeStatus(registered.outcome))
      }
      case 'unregister':
        handlers.unregister(peer)
        return stream.write(encodeStatus('done'))
      case 'collect': {
        const going = handlers.collect(peer, request.after)
        return give(stream, going.collected).finally(() => going.over())
      }
      case 'acknowledge':
        handlers.acknowledge(peer, request.letters)
        return stream.write(encodeStatus('done'))
      case 'news':
        handlers.news(peer)
        return stream.write(encodeStatus('done'))
    }
  }

  /** Gives what to answer. */
  async function take(stream: FrameStream, box: Hex, bytes: number, handlers: MailboxHandlers): Promise<Uint8Array> {
    if (isTooLarge(bytes)) return encodeStatus('too-large')
    if (!LETTER_SIZES.includes(bytes)) throw new DecodeError(`a letter of ${bytes} bytes`)
    const first = handlers.offered(stream.peer, box, bytes)
    if (first.outcome !== 'go') return encodeStatus(first.outcome)
    try {
      await stream.write(encodeStatus('go'))
      const sealed = await within(LETTER_TIMEOUT_MS, 'a letter', undefined, (signal) => stream.read(signal))
      if (sealed === null) throw new StreamCutError('no letter came')
      if (sealed.byteLength !== bytes) throw new DecodeError('a letter of another size than was said')
      const deposited = handlers.deposited(stream.peer, box, sealed)
      return deposited.outcome === 'held' ? encodeHeld(deposited.forMs) : encodeStatus(deposited.outcome)
    } finally {
      first.over()
    }
  }

  async function give(stream: FrameStream, collected: Collected): Promise<void> {
    if (collected.outcome !== 'page') return stream.write(encodeStatus(collected.outcome))
    const letters = collected.letters.map(({ seq, digest, bytes }) => ({ seq, digest, bytes }))
    await stream.write(encodePage({ ...collected, letters }))
    for (const { sealed } of collected.letters) {
      await within(LETTER_TIMEOUT_MS, 'a letter', undefined, (signal) => stream.write(sealed, signal))
    }
  }

  return {
    serve: (handlers) => streams.serve(MAILBOX_TERMS, (stream) => serveOne(stream, handlers)),

    deposit: (holder, box, bytes, seal, signal) =>
      withStream(holder, { as: 'deposit', box, bytes }, signal, async (stream) => {
        const first = decodeDepositAnswer(await answerOf(stream, signal))
        if (first.status === 'held') throw new MailboxProtocolError('it holds what it was not given')
        if (first.status !== 'go') return { outcome: first.status }
        const sealed = await seal()
        await within(LETTER_TIMEOUT_MS, 'a letter', signal, (both) => stream.write(sealed, both))
        const last = decodeDepositAnswer(await answerOf(stream, signal))
        if (last.status === 'go') throw new MailboxProtocolError('an answer to something else')
        return last.status === 'held' ? { outcome: 'held', forMs: last.forMs } : { outcome: last.status }
      }),

    register: (holder, box, signal) =>
      withStream(holder, { as: 'register', box }, signal, async (stream) => decodeRegisterAnswer(await answerOf(stream, signal))),

    unregister: (holder, signal) =>
      withStream(holder, { as: 'unregister' }, signal, async (stream) => done(await answerOf(stream, signal))),

    collect: (holder, after, signal) =>
      withStream(holder, { as: 'collect', after }, signal, async (stream): Promise<Collected> => {
        const page = decodeCollectAnswer(await answerOf(stream, signal))
        if (page.status !== 'page') return { outcome: page.status }
        if (page.letters.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_PAGE_BYTES) throw new MailboxProtocolError('a page that is too large')
        const letters: ListedLetter[] = []
        for (const listed of page.letters) {
          const read = (both: AbortSignal) => stream.read(both)
          const sealed = need(await within(LETTER_TIMEOUT_MS, 'a letter', signal, read))
          if (sealed.byteLength !== listed.bytes || digestOf(sealed) !== listed.digest) throw new MailboxProtocolError('not the letter that was listed')
          letters.push({ ...listed, sealed })
        }
        return { outcome: 'page', letters, more: page.more, quotaBytes: page.quotaBytes, usedBytes: page.usedBytes }
      }),

    acknowledge: (holder, letters, signal) =>
      withStream(holder, { as: 'acknowledge', letters: [...letters] }, signal, async (stream) => done(await answerOf(stream, signal))),

    tell: (recipient, signal) => withStream(recipient, { as: 'news' }, signal, async (stream) => done(await answerOf(stream, signal))),
  }
}

function need(frame: Uint8Array | null): Uint8Array {
  if (frame === null) throw new DecodeError('the stream ended where a message was due')
  return frame
}

function done(frame: Uint8Array): void {
  const status = decodeStatus(frame)
  if (status !== 'done') throw new MailboxProtocolError(`it is not done: ${status}`)
}

function inOurWords(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason
  if (error instanceof DecodeError) return new MailboxProtocolError(`an answer that no ${MAILBOX_TERMS.protocol} gives`, { cause: error })
  if (error instanceof DeadlineError) return new StreamCutError(error.message, { cause: error })
  return error
}

