import type { z } from 'zod'
import { LatchError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { DecodeError, decode, encode } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { StreamCutError, type FrameStream, type PeerStreams } from '../../platform/streams.ts'
import { EXCHANGE_TIMEOUT_MS, INTRODUCTION_TERMS, MAX_FRAME_BYTES } from './constants.ts'
import { IntroductionProtocolError, IntroductionRefusedError } from './errors.ts'
import {
  AnyNotice,
  Attended,
  Described,
  Found as FoundReply,
  Notice as NoticeFrame,
  Probed,
  Registered,
  Unregistered,
  type Request,
} from './messages.ts'
import type { Description, Found, Notice, RefusedCode } from './types.ts'

type Answer = { status: string } | { status: 'refused'; code: RefusedCode } | { status: 'malformed' }
type Done<Reply> = Exclude<Reply, { status: 'refused' | 'malformed' }>

/** The device's side: one request, one answer, within the time of an exchange. */
export class Asking {
  readonly #streams: PeerStreams
  readonly #clock: Clock

  constructor({ streams, clock }: { streams: PeerStreams; clock: Clock }) {
    this.#streams = streams
    this.#clock = clock
  }

  async describe(introducer: PeerId, signal?: AbortSignal): Promise<Description> {
    const { status: _, ...description } = await this.#ask(introducer, { kind: 'describe' }, Described, signal)
    return description
  }

  async register(introducer: PeerId, registration: Uint8Array, signal?: AbortSignal): Promise<{ expiresMs: number }> {
    const { expiresMs } = await this.#ask(introducer, { kind: 'register', registration }, Registered, signal)
    return { expiresMs }
  }

  async unregister(introducer: PeerId, signal?: AbortSignal): Promise<void> {
    await this.#ask(introducer, { kind: 'unregister' }, Unregistered, signal)
  }

  async discover(
    introducer: PeerId,
    topic: Uint8Array,
    limit: number,
    after: string | null,
    signal?: AbortSignal,
  ): Promise<Found> {
    const request = { kind: 'discover' as const, topic, limit, ...(after === null ? {} : { after }) }
    const { registrations, more } = await this.#ask(introducer, request, FoundReply, signal)
    return { registrations, more }
  }

  async locate(introducer: PeerId, peerIds: readonly PeerId[], signal?: AbortSignal): Promise<Found> {
    const request = { kind: 'locate' as const, peerIds: [...peerIds] }
    const { registrations, more } = await this.#ask(introducer, request, FoundReply, signal)
    return { registrations, more }
  }

  async probe(
    introducer: PeerId,
    ports: readonly number[],
    signal?: AbortSignal,
  ): Promise<{ port: number; reached: boolean }[]> {
    const { results } = await this.#ask(introducer, { kind: 'probe', ports: [...ports] }, Probed, signal)
    return results
  }

  async attend(introducer: PeerId, onNotice: (notice: Notice) => void, signal: AbortSignal): Promise<void> {
    let stream: FrameStream | undefined
    try {
      stream = await this.#attended(introducer, signal)
      for (let frame = await stream.read(signal); frame !== null; frame = await stream.read(signal)) {
        // What a later version may have to say is not for this one.
        const { kind } = decode(frame, AnyNotice, MAX_FRAME_BYTES)
        if (kind === 'draining') onNotice(decode(frame, NoticeFrame, MAX_FRAME_BYTES))
      }
      await stream.end()
    } catch (error) {
      stream?.abort(asError(error))
      throw forCaller(error, signal)
    }
  }

  /** Opened and answered within the time of an exchange; what comes then may take as long as it likes. */
  async #attended(introducer: PeerId, parent: AbortSignal): Promise<FrameStream> {
    const { signal, release } = deadline(this.#clock, EXCHANGE_TIMEOUT_MS, 'an introducer', parent)
    let stream: FrameStream | undefined
    try {
      stream = await this.#streams.open(introducer, INTRODUCTION_TERMS, signal)
      await stream.write(encode({ kind: 'attend' } satisfies Request), signal)
      done(decode(answered(await stream.read(signal)), Attended, MAX_FRAME_BYTES))
      return stream
    } catch (error) {
      stream?.abort(asError(error))
      throw error
    } finally {
      release()
    }
  }

  async #ask<Schema extends z.ZodType<Answer>>(
    introducer: PeerId,
    request: Request,
    schema: Schema,
    parent: AbortSignal | undefined,
  ): Promise<Done<z.output<Schema>>> {
    const { signal, release } = deadline(this.#clock, EXCHANGE_TIMEOUT_MS, 'an introducer', parent)
    let stream: FrameStream | undefined
    try {
      stream = await this.#streams.open(introducer, INTRODUCTION_TERMS, signal)
      await stream.write(encode(request), signal)
      await stream.end()
      return done(decode(answered(await stream.read(signal)), schema, MAX_FRAME_BYTES))
    } catch (error) {
      stream?.abort(asError(error))
      throw forCaller(error, parent)
    } finally {
      release()
    }
  }
}

function answered(frame: Uint8Array | null): Uint8Array {
  if (frame === null) throw new StreamCutError('the stream ended without an answer')
  return frame
}

/** Errors: IntroductionRefusedError. */
function done<Reply extends Answer>(reply: Reply): Done<Reply> {
  if (reply.status === 'malformed') throw new IntroductionRefusedError('malformed')
  if (reply.status === 'refused' && 'code' in reply) throw new IntroductionRefusedError(reply.code)
  return reply as Done<Reply>
}

function forCaller(error: unknown, parent: AbortSignal | undefined): unknown {
  if (parent?.aborted === true) return parent.reason
  if (error instanceof DeadlineError) {
    return new LatchError('UNREACHABLE', 'That introducer did not answer in time.', { cause: error })
  }
  if (error instanceof StreamCutError) {
    return new LatchError('UNREACHABLE', 'The connection to that introducer was cut.', { cause: error })
  }
  if (error instanceof DecodeError) {
    return new IntroductionProtocolError(`an answer that no ${INTRODUCTION_TERMS.protocol} gives`, { cause: error })
  }
  return error
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the exchange failed')
}
