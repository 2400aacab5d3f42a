import type { PeerId } from '../../../shared/ids.ts'
import type { SiteName } from '../../../shared/model/sites.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { openingOf } from '../../platform/openings.ts'
import {
  RefusedError,
  StreamCutError,
  type FrameStream,
  type Offence,
  type PeerStreams,
  type RemotePeer,
} from '../../platform/streams.ts'
import { Channel, type CopyChannel } from './channel.ts'
import { ANSWER_TIMEOUT_MS, COPY_PROTOCOL, COPY_TERMS, OPENING_TIMEOUT_MS } from './constants.ts'
import { CopyProtocolError, CopyRefusedError } from './errors.ts'
import { decodeAnswer, decodeOpening, encodeAnswer, encodeOpening, type Answer, type BlockId, type Opening, type RefusedStatus } from './messages.ts'
import { serveBlocks, type GiveBlock } from './serving.ts'

export interface CopyHandlers {
  /**
   * Somebody asks for blocks of a tree. `gone` aborts when they are no longer there. Gives who answers them, or why not;
   * `silent` says nothing at all.
   */
  blocks(
    peer: RemotePeer,
    asked: { readonly site: SiteName; readonly root: BlockId },
    gone: AbortSignal,
  ): Promise<{ readonly give: GiveBlock; readonly over: () => void } | RefusedStatus | 'silent'>
  /** They say that they have it. */
  provide(peer: RemotePeer, root: BlockId): 'told' | 'busy'
  /** Devices that said so; the newest first. */
  who(peer: RemotePeer, root: BlockId): readonly PeerId[] | 'busy'
}

export interface CopyProtocol {
  serve(handlers: CopyHandlers): Promise<void>
  /** Errors: CopyRefusedError (`none`: they do not have it), CopyProtocolError, LatchError UNREACHABLE, StreamCutError, the signal's reason. */
  open(peerId: PeerId, asked: { readonly site: SiteName; readonly root: BlockId }, signal?: AbortSignal): Promise<CopyChannel>
  /** Tells a device that this one has it. Errors: as `open`. */
  provide(peerId: PeerId, root: BlockId, signal?: AbortSignal): Promise<void>
  /** Errors: as `open`. */
  who(peerId: PeerId, root: BlockId, signal?: AbortSignal): Promise<readonly PeerId[]>
}

/** The protocol over `streams`; keeps nothing between one stream and the next. */
export function createCopyProtocol(parts: { streams: PeerStreams; clock: Clock; offence: Offence }): CopyProtocol {
  const { streams, clock, offence } = parts

  const opens = {
    clock,
    offence,
    what: 'copy',
    withinMs: OPENING_TIMEOUT_MS,
    decode: (frame: Uint8Array) => decodeOpening(frame) ?? 'unsupported',
    malformed: (stream: FrameStream) => say(stream, 'malformed'),
  }

  async function serveOne(stream: FrameStream, handlers: CopyHandlers): Promise<void> {
    const opening = await openingOf(stream, opens)
    if (opening === null) return
    if (opening === 'unsupported') return say(stream, 'unsupported')
    const { root } = opening
    if (opening.as === 'provide') return say(stream, handlers.provide(stream.peer, root))
    if (opening.as === 'who') {
      const peers = handlers.who(stream.peer, root)
      return peers === 'busy' ? say(stream, peers) : say(stream, 'told', peers)
    }
    const gone = new AbortController()
    void stream.over.then(() => gone.abort(new StreamCutError('whoever asked is gone')))
    const outcome = await handlers.blocks(stream.peer, { site: opening.site, root }, gone.signal)
    if (outcome === 'silent') return stream.abort(new Error('the door gives no answer'))
    if (typeof outcome === 'string') return say(stream, outcome)
    try {
      await stream.write(encodeAnswer('open'))
      await serveBlocks(stream, outcome.give, clock)
    } finally {
      outcome.over()
    }
  }

  /** A stream on which the opening was answered, and how. */
  async function ask(peerId: PeerId, opening: Opening, signal?: AbortSignal): Promise<{ stream: FrameStream; answer: Answer }> {
    const stream = await streams.open(peerId, COPY_TERMS, signal)
    const limit = deadline(clock, ANSWER_TIMEOUT_MS, 'an answer to an opening', signal)
    try {
      // Whoever refuses without reading cut the stream already; why, the read says.
      stream.write(encodeOpening(opening)).catch(() => {})
      const frame = await stream.read(limit.signal)
      if (frame === null) throw new CopyProtocolError('the stream ended without an answer')
      return { stream, answer: decodeAnswer(frame) }
    } catch (error) {
      const why = inOurWords(error, signal)
      stream.abort(why)
      throw why
    } finally {
      limit.release()
    }
  }

  /** Asks what is answered at once. */
  async function askOnce(peerId: PeerId, opening: Opening, signal?: AbortSignal): Promise<Answer> {
    const { stream, answer } = await ask(peerId, opening, signal)
    // It said all that there is; whether it also ends is nobody's concern, and keeps no stream open here.
    stream.end().catch(() => {}).finally(() => stream.abort(new StreamCutError('that was all')))
    if (answer.status === 'told') return answer
    if (answer.status === 'open') throw new CopyProtocolError('an answer to something else')
    throw new CopyRefusedError(answer.status)
  }

  return {
    serve: (handlers) => streams.serve(COPY_TERMS, (stream) => serveOne(stream, handlers)),
    async open(peerId, asked, signal) {
      const { stream, answer } = await ask(peerId, { as: 'blocks', ...asked }, signal)
      if (answer.status === 'open') return new Channel(stream)
      stream.abort(new StreamCutError('it was not opened'))
      if (answer.status === 'told') throw new CopyProtocolError('an answer to something else')
      throw new CopyRefusedError(answer.status)
    },
    provide: async (peerId, root, signal) => void (await askOnce(peerId, { as: 'provide', root }, signal)),
    who: async (peerId, root, signal) => (await askOnce(peerId, { as: 'who', root }, signal)).peers,
  }
}

async function say(stream: FrameStream, status: Answer['status'], peers: readonly PeerId[] = []): Promise<void> {
  await stream.write(encodeAnswer(status, peers))
  await stream.end()
}

function inOurWords(error: unknown, signal?: AbortSignal): Error {
  if (signal?.aborted === true && signal.reason instanceof Error) return signal.reason
  if (error instanceof RefusedError) return new CopyRefusedError(error.code, { cause: error })
  if (error instanceof DecodeError) return new CopyProtocolError(`an answer that no ${COPY_PROTOCOL} gives`, { cause: error })
  if (error instanceof DeadlineError) return new StreamCutError(error.message, { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}
