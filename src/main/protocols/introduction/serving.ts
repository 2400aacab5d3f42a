import { DecodeError, decode, encode } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { FrameError } from '../../platform/frame-codec.ts'
import { StreamCutError, type FrameStream, type Offence, type RemotePeer } from '../../platform/streams.ts'
import { EXCHANGE_TIMEOUT_MS, INTRODUCTION_PROTOCOL, MAX_REQUEST_BYTES } from './constants.ts'
import { IntroductionProtocolError } from './errors.ts'
import { Request, type Reply } from './messages.ts'
import type { Found, IntroductionHandlers, Notice, Refused, RefusedCode } from './types.ts'

/** Points of a hundred, for a request that no Latch writes: not one by an odd version, but a handful ends a connection. */
const MALFORMED_POINTS = 10
/** For a request that was begun and not finished in time: a bad line does that too. */
const SLOW_POINTS = 5

type Reading = { outcome: 'request'; request: Request } | { outcome: 'unreadable'; reply: Reply }

/** The introducer's side: reads one request within its time, asks the handlers, and writes one answer. */
export class Serving {
  readonly #clock: Clock
  readonly #offence: Offence
  readonly #handlers: IntroductionHandlers

  constructor({ clock, offence }: { clock: Clock; offence: Offence }, handlers: IntroductionHandlers) {
    this.#clock = clock
    this.#offence = offence
    this.#handlers = handlers
  }

  async serveOne(stream: FrameStream): Promise<void> {
    const limit = deadline(this.#clock, EXCHANGE_TIMEOUT_MS, 'an introduction')
    try {
      const reading = await this.#read(stream, limit.signal)
      const reply = reading.outcome === 'request' ? await this.#admitted(stream, reading.request, limit) : reading.reply
      if (reply === 'said') return
      await stream.write(encode(reply), limit.signal)
      await stream.end()
    } catch (error) {
      // Ours, and not a defect: the device did not send, or did not take, in time.
      throw error instanceof DeadlineError ? new StreamCutError(error.message, { cause: error }) : error
    } finally {
      limit.release()
    }
  }

  async #read(stream: FrameStream, signal: AbortSignal): Promise<Reading> {
    const { peer } = stream
    const frame = await stream.read(signal).catch((error: unknown) => {
      // What it costs, the frames say themselves.
      const isBroken = error instanceof StreamCutError && error.cause instanceof FrameError
      if (isBroken) this.#handlers.refused(peer, 'request', 'malformed')
      if (!(error instanceof DeadlineError)) throw error
      this.#offence(peer.peerId, 'introduction: not a whole request in time', SLOW_POINTS)
      this.#handlers.refused(peer, 'request', 'unfinished')
      throw error
    })
    if (frame === null) throw new StreamCutError('no request')
    if (frame.byteLength > MAX_REQUEST_BYTES) {
      this.#wrong(peer, `a request of ${frame.byteLength} bytes`, 'too-large')
      return { outcome: 'unreadable', reply: { status: 'refused', code: 'too-large' } }
    }
    try {
      return { outcome: 'request', request: decode(frame, Request, MAX_REQUEST_BYTES) }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#wrong(peer, error.message, 'malformed')
      return { outcome: 'unreadable', reply: { status: 'malformed' } }
    }
  }

  async #admitted(
    stream: FrameStream,
    request: Request,
    limit: { signal: AbortSignal; release: () => void },
  ): Promise<Reply | 'said'> {
    const { peer } = stream
    const refusal = this.#handlers.admits(peer)
    if (refusal === null && request.kind === 'attend') {
      // It lives as long as the connection, and the time of an exchange is not its own.
      limit.release()
      await this.#attend(stream)
      return 'said'
    }
    const reply =
      refusal === null ? await this.#answer(peer, request, limit.signal) : ({ status: 'refused', code: refusal } as const)
    if (reply.status === 'refused') this.#handlers.refused(peer, request.kind, reply.code)
    return reply
  }

  async #answer(peer: RemotePeer, request: Request, signal: AbortSignal): Promise<Reply> {
    const handlers = this.#handlers
    switch (request.kind) {
      case 'describe': {
        const { others, relay, ...rest } = await handlers.describe(peer)
        return { status: 'described', ...rest, others: [...others], relay: relay === null ? null : { ...relay } }
      }
      case 'register':
        return handlers.register(peer, request.registration)
      case 'unregister':
        handlers.unregister(peer)
        return { status: 'unregistered' }
      case 'discover':
        return found(handlers.discover(peer, request.topic, request.limit, request.after ?? null))
      case 'locate':
        return found(handlers.locate(peer, request.peerIds))
      case 'probe': {
        const probed = await handlers.probe(peer, request.ports, signal)
        return 'status' in probed ? probed : { status: 'probed', results: probed }
      }
      case 'attend':
        return { status: 'attended' }
    }
  }

  /** The device says nothing more on this stream but its end. */
  async #attend(stream: FrameStream): Promise<void> {
    const ended = new AbortController()
    const heard = stream.read().then(
      (frame) => {
        if (frame !== null) this.#wrong(stream.peer, 'a request where one attends', 'malformed')
        if (frame !== null) stream.abort(new IntroductionProtocolError(`no ${INTRODUCTION_PROTOCOL} says more here`))
      },
      () => {},
    )
    void Promise.race([heard, stream.over]).then(() => ended.abort(new StreamCutError('the device went')))
    await stream.write(encode({ status: 'attended' }), ended.signal)
    const notify = (notice: Notice): Promise<void> => stream.write(encode(notice), ended.signal)
    await this.#handlers.attend(stream.peer, notify, ended.signal)
    await stream.end()
  }

  #wrong(peer: RemotePeer, why: string, code: RefusedCode): void {
    this.#offence(peer.peerId, `introduction: ${why}`, MALFORMED_POINTS)
    this.#handlers.refused(peer, 'request', code)
  }
}

function found(answer: Found | Refused): Reply {
  if ('status' in answer) return answer
  return { status: 'found', registrations: [...answer.registrations], more: answer.more }
}
