import type { FileId } from '../../../shared/ids.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { chunkBytesOf, chunksOf, groupsOf, HASH_BYTES, leavesIn, type FileHead } from '../../platform/hash-tree.ts'
import { RefusedError, StreamCutError, type FrameStream, type RemotePeer } from '../../platform/streams.ts'
import { CHUNK_TIMEOUT_MS, FILE_PROTOCOL, MAX_CHUNKS_WAITING } from './constants.ts'
import { FileProtocolError, FileRefusedError } from './errors.ts'
import { decodeReply, encodeMessage, type Reply, type ReplyKind, type Request } from './messages.ts'

/** One file, asked of one device. Forms and lengths are checked here; hashes are not. */
export interface FileChannel {
  readonly peer: RemotePeer
  readonly file: FileId
  /** As the other side says, and as the id binds it. */
  readonly head: FileHead
  /** Chunks that were asked and did not come yet. */
  readonly waiting: number
  /** Resolves, never rejects, when nothing more can be asked, with why. */
  readonly over: Promise<Error>
  /** Asks; what is asked comes from `next`, in this order. Errors: RangeError for what the file has not, or too much at once. */
  ask(request: Request): void
  /**
   * The next answer; the frames hold the other side back until it is read. One at a time. Errors: FileRefusedError `gone`,
   * FileProtocolError, StreamCutError (also: none in time), the signal's reason.
   */
  next(signal?: AbortSignal): Promise<Reply>
  /** Says that nothing more is asked, and lets the other side end too. */
  end(): void
  close(why: Error): void
}

interface Expected {
  readonly kind: ReplyKind
  readonly number: number
  readonly bytes: number
}

/** Over a stream that the other side opened already. */
export class Channel implements FileChannel {
  readonly file: FileId
  readonly head: FileHead
  readonly over: Promise<Error>
  readonly #stream: FrameStream
  readonly #clock: Clock
  readonly #expected: Expected[] = []
  #chunksWaiting = 0

  constructor(stream: FrameStream, clock: Clock, file: FileId, head: FileHead) {
    this.#stream = stream
    this.#clock = clock
    this.file = file
    this.head = head
    this.over = stream.over.then((over) => (over.how === 'cut' ? over.why : new StreamCutError('the stream ended')))
  }

  get peer(): RemotePeer {
    return this.#stream.peer
  }

  get waiting(): number {
    return this.#chunksWaiting
  }

  ask(request: Request): void {
    this.#expect(request)
    // Whoever is gone is noticed by who reads.
    this.#stream.write(encodeMessage(request)).catch(() => {})
  }

  async next(signal?: AbortSignal): Promise<Reply> {
    const expected = this.#expected[0]
    if (expected === undefined) throw new RangeError('nothing was asked')
    const limit = deadline(this.#clock, CHUNK_TIMEOUT_MS, 'a part of a file', signal)
    try {
      const frame = await this.#stream.read(limit.signal)
      if (frame === null) throw new StreamCutError('the stream ended before all was answered')
      const reply = decodeReply(frame)
      if (reply.kind === 'gone') throw new FileRefusedError('gone')
      const isAsked = reply.kind === expected.kind && reply.number === expected.number
      if (!isAsked) throw new FileProtocolError('an answer to something else')
      if (reply.bytes.byteLength !== expected.bytes) throw new FileProtocolError('an answer of another length')
      this.#expected.shift()
      if (reply.kind === 'chunk') this.#chunksWaiting -= 1
      return reply
    } catch (error) {
      throw inOurWords(error, signal)
    } finally {
      limit.release()
    }
  }

  end(): void {
    this.#stream.end().catch(() => {})
  }

  close(why: Error): void {
    this.#stream.abort(why)
  }

  #expect(request: Request): void {
    const { bytes } = this.head
    switch (request.want) {
      case 'groups':
        return void this.#expected.push({ kind: 'groups', number: 0, bytes: groupsOf(bytes) * HASH_BYTES })
      case 'leaves':
        if (request.group >= groupsOf(bytes)) throw new RangeError('no such group')
        return void this.#expected.push({ kind: 'leaves', number: request.group, bytes: leavesIn(bytes, request.group) * HASH_BYTES })
      case 'chunks': {
        if (request.first + request.count > chunksOf(bytes)) throw new RangeError('no such chunk')
        if (this.#chunksWaiting + request.count > MAX_CHUNKS_WAITING) throw new RangeError('too many chunks are wanted at once')
        this.#chunksWaiting += request.count
        for (let at = request.first; at < request.first + request.count; at++) {
          this.#expected.push({ kind: 'chunk', number: at, bytes: chunkBytesOf(bytes, at) })
        }
        return
      }
      case 'whole':
    }
  }
}

export function inOurWords(error: unknown, signal?: AbortSignal): Error {
  if (signal?.aborted === true && signal.reason instanceof Error) return signal.reason
  if (error instanceof RefusedError) return new FileRefusedError(error.code, { cause: error })
  if (error instanceof DecodeError) return new FileProtocolError(`an answer that no ${FILE_PROTOCOL} gives`, { cause: error })
  if (error instanceof DeadlineError) return new StreamCutError(error.message, { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}
