import type { FileId, PeerId } from '../../../shared/ids.ts'
import { deadline, type Clock } from '../../platform/clock.ts'
import { fileIdOf, isHead } from '../../platform/hash-tree.ts'
import { openingOf } from '../../platform/openings.ts'
import type { FrameStream, Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'
import { Channel, inOurWords, type FileChannel } from './channel.ts'
import { ANSWER_TIMEOUT_MS, FILE_TERMS, OPENING_TIMEOUT_MS } from './constants.ts'
import { FileProtocolError, FileRefusedError } from './errors.ts'
import { decodeAnswer, decodeOpening, encodeMessage, type Answer, type RefusedStatus } from './messages.ts'
import { serveFile, type GivenFile } from './serving.ts'

/** For parts that the file does not have, and a file that has another id. */
const FALSE_POINTS = 25

export interface FileHandlers {
  /** Somebody asks for a file. Must answer soon. */
  give(peer: RemotePeer, file: FileId): Promise<GivenFile | RefusedStatus>
}

export interface FileProtocol {
  serve(handlers: FileHandlers): Promise<void>
  /** Errors: FileRefusedError, FileProtocolError, LatchError UNREACHABLE, StreamCutError, the signal's reason. */
  open(peerId: PeerId, file: FileId, signal?: AbortSignal): Promise<FileChannel>
}

/** The protocol over `streams`; keeps nothing between one stream and the next. */
export function createFileProtocol(parts: { streams: PeerStreams; clock: Clock; offence: Offence }): FileProtocol {
  const { streams, clock, offence } = parts

  const opens = {
    clock,
    offence,
    what: 'file',
    withinMs: OPENING_TIMEOUT_MS,
    decode: decodeOpening,
    malformed: (stream: FrameStream) => refuse(stream, 'malformed'),
  }

  async function serveOne(stream: FrameStream, handlers: FileHandlers): Promise<void> {
    const opening = await openingOf(stream, opens)
    if (opening === null) return
    const given = await handlers.give(stream.peer, opening.file)
    if (typeof given === 'string') return refuse(stream, given)
    const { bytes, manifestBytes, top } = given.head
    try {
      await stream.write(encodeMessage({ status: 'open', bytes, manifest: manifestBytes, top }))
    } catch (error) {
      given.over()
      throw error
    }
    await serveFile(stream, given, clock)
  }

  async function answerOf(stream: FrameStream, file: FileId, signal: AbortSignal): Promise<Answer> {
    // Whoever refuses without reading cut the stream already; why, the read says.
    stream.write(encodeMessage({ file })).catch(() => {})
    const frame = await stream.read(signal)
    if (frame === null) throw new FileProtocolError('the stream ended without an answer')
    return decodeAnswer(frame)
  }

  return {
    serve: (handlers) => streams.serve(FILE_TERMS, (stream) => serveOne(stream, handlers)),
    async open(peerId, file, signal) {
      const stream = await streams.open(peerId, FILE_TERMS, signal)
      const limit = deadline(clock, ANSWER_TIMEOUT_MS, 'an answer to an opening', signal)
      try {
        const answer = await answerOf(stream, file, limit.signal)
        if (answer.status !== 'open') throw new FileRefusedError(answer.status)
        const head = { bytes: answer.bytes, manifestBytes: answer.manifest, top: answer.top }
        if (!isHead(head) || fileIdOf(head) !== file) {
          offence(peerId, 'file: another file than was asked for', FALSE_POINTS)
          throw new FileProtocolError('another file than was asked for')
        }
        return new Channel(stream, clock, file, head)
      } catch (error) {
        const why = inOurWords(error, signal)
        stream.abort(why)
        throw why
      } finally {
        limit.release()
      }
    },
  }
}

async function refuse(stream: FrameStream, status: RefusedStatus): Promise<void> {
  await stream.write(encodeMessage({ status }))
  await stream.end()
}
