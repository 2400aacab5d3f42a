import type { PeerId } from '../../../shared/ids.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import {
  RefusedError,
  StreamCutError,
  type FrameStream,
  type Offence,
  type PeerStreams,
  type RemotePeer,
} from '../../platform/streams.ts'
import { HELLO_TERMS, HELLO_TIMEOUT_MS, POINTS } from './constants.ts'
import { HelloError } from './errors.ts'
import {
  decodeClosing,
  decodeHello,
  decodeReply,
  encodeHello,
  encodeRefusal,
  encodeTaken,
  type Hello,
  type Refusal,
  type RefusalStatus,
} from './messages.ts'

/** What a side makes of the other's hello. `points` is what the refused one did wrong, for the door. */
export type Judgement =
  | { verdict: 'taken'; why: string }
  | { verdict: 'refused'; status: RefusalStatus; why: string; points: number; newest?: Uint8Array }

/** Who stands behind the protocol: it says what this device is, and judges what others say. */
export interface HelloParty {
  hello(): Hello
  /** May be called for several peers at once, and twice for one where both sides begin. */
  judge(peer: RemotePeer, hello: Hello): Promise<Judgement>
  /** The other side refused our hello. Resolves when what can be learned from that is learned. */
  refused(peer: RemotePeer, refusal: Refusal): Promise<void>
}

export interface HelloParts {
  readonly streams: PeerStreams
  readonly party: HelloParty
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
}

export type Greeting =
  | { outcome: 'taken'; why: string }
  /** Their hello did not hold. */
  | { outcome: 'false'; why: string }
  /** They did not take ours, and said nothing of themselves. */
  | { outcome: 'refused'; status: RefusalStatus; why: string }
  /** No hello came: away, cut, too slow, or another protocol behind the name. */
  | { outcome: 'none'; why: string }

export interface HelloProtocol {
  serve(): Promise<void>
  /** Says hello to `peerId` and judges the answer, within 5 s. Never rejects. */
  greet(peerId: PeerId, signal: AbortSignal): Promise<Greeting>
}

export function createHelloProtocol({ streams, party, clock, log, offence }: HelloParts): HelloProtocol {
  return {
    serve: () => streams.serve(HELLO_TERMS, answer),
    greet,
  }

  async function answer(stream: FrameStream): Promise<void> {
    const limit = deadline(clock, HELLO_TIMEOUT_MS, 'a hello')
    try {
      const judgement = await judged(stream.peer, decodeHello(await stream.read(limit.signal)))
      if (judgement.verdict === 'refused') return await refuse(stream, judgement, limit.signal)
      await stream.write(encodeHello(party.hello()), limit.signal)
      const refusal = decodeClosing(await stream.read(limit.signal))
      await stream.end()
      if (refusal !== null) await heard(stream.peer, refusal)
    } catch (error) {
      await failed(stream, error, limit.signal)
    } finally {
      limit.release()
    }
  }

  async function greet(peerId: PeerId, signal: AbortSignal): Promise<Greeting> {
    const limit = deadline(clock, HELLO_TIMEOUT_MS, 'a hello', signal)
    try {
      const stream = await streams.open(peerId, HELLO_TERMS, limit.signal)
      try {
        return await greetOver(stream, limit.signal)
      } catch (error) {
        return await failed(stream, error, limit.signal)
      }
    } catch (error) {
      return { outcome: 'none', why: messageOf(error) }
    } finally {
      limit.release()
    }
  }

  async function greetOver(stream: FrameStream, signal: AbortSignal): Promise<Greeting> {
    await stream.write(encodeHello(party.hello()), signal)
    const reply = decodeReply(await stream.read(signal))
    if (reply.kind === 'refusal') {
      await stream.end()
      await heard(stream.peer, reply.refusal)
      return { outcome: 'refused', status: reply.refusal.status, why: `they answered ${reply.refusal.status}` }
    }
    const judgement = await judged(stream.peer, reply.hello)
    if (judgement.verdict === 'refused') {
      await refuse(stream, judgement, signal)
      return { outcome: 'false', why: judgement.why }
    }
    await stream.write(encodeTaken(), signal)
    await stream.end()
    return { outcome: 'taken', why: judgement.why }
  }

  async function judged(peer: RemotePeer, hello: Hello): Promise<Judgement> {
    const judgement = await party.judge(peer, hello)
    if (judgement.verdict === 'refused') {
      log.warn({ peer: peer.peerId, status: judgement.status, why: judgement.why }, 'a hello was refused')
      offence(peer.peerId, `hello: ${judgement.why}`, judgement.points)
    }
    return judgement
  }

  async function heard(peer: RemotePeer, refusal: Refusal): Promise<void> {
    log.info({ peer: peer.peerId, status: refusal.status }, 'our hello was refused')
    await party.refused(peer, refusal)
  }

  async function refuse(stream: FrameStream, { status, newest }: Refusal, signal: AbortSignal): Promise<void> {
    await stream.write(encodeRefusal(newest === undefined ? { status } : { status, newest }), signal)
    await stream.end()
  }

  /** A wrong message is answered with its status; a cut or a timeout drops the stream. */
  async function failed(stream: FrameStream, error: unknown, signal: AbortSignal): Promise<Greeting> {
    const { peerId } = stream.peer
    const why = messageOf(error)
    log.info({ peer: peerId, why }, 'no hello came of it')
    if (error instanceof HelloError) {
      offence(peerId, `hello: ${why}`, error.points)
      await refuse(stream, { status: error.status }, signal).catch((reason: unknown) => stream.abort(asError(reason)))
      return { outcome: 'false', why }
    }
    if (isTooSlow(error)) offence(peerId, `hello: ${why}`, POINTS.tooSlow)
    stream.abort(asError(error))
    return { outcome: 'none', why }
  }
}

/** The deadline here, or that of the stream, whichever came first. */
function isTooSlow(error: unknown): boolean {
  return error instanceof DeadlineError || (error instanceof StreamCutError && error.cause instanceof DeadlineError)
}

function messageOf(error: unknown): string {
  if (error instanceof RefusedError) return `their guard answered ${error.code}`
  if (error instanceof StreamCutError) return `cut: ${error.message}`
  return asError(error).message
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
