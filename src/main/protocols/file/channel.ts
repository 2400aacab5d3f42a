import type { FileId } from '../../../shared/ids.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { chunkBytesOf, chunksOf, groupsOf, HASH_BYTES, leavesIn, type FileHead } from '../../platform/hash-tree.ts'
import { orAborted } from '../../platform/or-aborted.ts'
import { RefusedError, StreamCutError, type FrameStream, type RemotePeer } from '../../platform/streams.ts'
import { CHUNK_TIMEOUT_MS, FILE_PROTOCOL, MAX_CHUNKS_WAITING, MAX_MESSAGE_BYTES } from './constants.ts'
import { FileProtocolError, FileRefusedError } from './errors.ts'
import { decodeReply, decodeSide, encodeMessage, type Reply, type ReplyKind, type Request } from './messages.ts'
import { sideHost, SideReceiver } from './side/side-channel.ts'

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
  /** Asks for a way beside the stream, where there may be one; its answer comes from `next`, and goes to `goBeside`. Whether it asked. */
  askSide(): boolean
  /** Tries the way that the other side named, until it is there or is not; chunks that are asked from then on come over it. Never rejects. */
  goBeside(bytes: Uint8Array): Promise<void>
  /** A way beside the stream did not come about, or broke. */
  readonly brokeBeside: boolean
  /** Says that nothing more is asked, and lets the other side end too. */
  end(): void
  close(why: Error): void
}

interface Expected {
  readonly kind: ReplyKind
  readonly number: number
  readonly bytes: number
  readonly isBeside: boolean
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
  #side: SideReceiver | null = null
  #isClosed = false
  #frame: Promise<Uint8Array | null> | null = null
  brokeBeside = false

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

  ask(asked: Request): void {
    const request = asked.want === 'chunks' && this.#side !== null ? { ...asked, side: true as const } : asked
    this.#expect(request)
    // Whoever is gone is noticed by who reads.
    this.#stream.write(encodeMessage(request)).catch(() => {})
  }

  askSide(): boolean {
    if (sideHost(this.peer) === null) return false
    this.ask({ want: 'side' })
    return true
  }

  async goBeside(bytes: Uint8Array): Promise<void> {
    const host = sideHost(this.peer)
    if (bytes.byteLength === 0 || host === null) return
    try {
      const { port, key } = decodeSide(bytes)
      const side = await SideReceiver.connect(host, port, key)
      if (this.#isClosed) side.close(new StreamCutError('the stream is over'))
      else this.#side = side
    } catch {
      // Then chunks come over the stream.
      this.brokeBeside = true
    }
  }

  async next(signal?: AbortSignal): Promise<Reply> {
    const expected = this.#expected[0]
    if (expected === undefined) throw new RangeError('nothing was asked')
    const limit = deadline(this.#clock, CHUNK_TIMEOUT_MS, 'a part of a file', signal)
    try {
      if (expected.isBeside) return await this.#nextBeside(expected, limit.signal)
      const frame = await orAborted(this.#readFrame(), limit.signal)
      this.#frame = null
      if (frame === null) throw new StreamCutError('the stream ended before all was answered')
      const reply = decodeReply(frame)
      if (reply.kind === 'gone') throw new FileRefusedError('gone')
      const isAsked = reply.kind === expected.kind && reply.number === expected.number
      if (!isAsked) throw new FileProtocolError('an answer to something else')
      const isLong = reply.kind === 'side' ? reply.bytes.byteLength > expected.bytes : reply.bytes.byteLength !== expected.bytes
      if (isLong) throw new FileProtocolError('an answer of another length')
      this.#expected.shift()
      if (reply.kind === 'chunk') this.#chunksWaiting -= 1
      return reply
    } catch (error) {
      throw inOurWords(error, signal)
    } finally {
      limit.release()
    }
  }

  async #nextBeside(expected: Expected, signal: AbortSignal): Promise<Reply> {
    const side = this.#side
    if (side === null) throw new StreamCutError('the way beside the stream is gone')
    this.#watch(side)
    try {
      const { number, bytes } = await side.next(signal)
      if (number !== expected.number || bytes.byteLength !== expected.bytes) throw new FileProtocolError('another chunk than was asked for')
      this.#expected.shift()
      this.#chunksWaiting -= 1
      return { kind: 'chunk', number, bytes }
    } catch (error) {
      this.brokeBeside = !signal.aborted && !(error instanceof FileRefusedError)
      throw error
    }
  }

  /** What is no longer what it was is said over the stream; other answers on it wait for their turn. */
  #watch(side: SideReceiver): void {
    if (this.#frame !== null) return
    this.#readFrame().then(
      (frame) => {
        if (frame === null) side.close(new StreamCutError('the stream ended'))
        else if (isGone(frame)) side.close(new FileRefusedError('gone'))
      },
      (error: unknown) => side.close(inOurWords(error)),
    )
  }

  /** One is read at a time, and held until it is its turn. */
  #readFrame(): Promise<Uint8Array | null> {
    this.#frame ??= this.#stream.read()
    return this.#frame
  }

  end(): void {
    this.#leaveSide()
    this.#stream.end().catch(() => {})
  }

  close(why: Error): void {
    this.#leaveSide()
    this.#stream.abort(why)
  }

  #leaveSide(): void {
    this.#isClosed = true
    this.#side?.close(new StreamCutError('nothing more is asked'))
  }

  #expect(request: Request): void {
    const { bytes } = this.head
    switch (request.want) {
      case 'groups':
        return void this.#expected.push({ kind: 'groups', number: 0, bytes: groupsOf(bytes) * HASH_BYTES, isBeside: false })
      case 'side':
        return void this.#expected.push({ kind: 'side', number: 0, bytes: MAX_MESSAGE_BYTES, isBeside: false })
      case 'leaves':
        if (request.group >= groupsOf(bytes)) throw new RangeError('no such group')
        return void this.#expected.push({ kind: 'leaves', number: request.group, bytes: leavesIn(bytes, request.group) * HASH_BYTES, isBeside: false })
      case 'chunks': {
        if (request.first + request.count > chunksOf(bytes)) throw new RangeError('no such chunk')
        if (this.#chunksWaiting + request.count > MAX_CHUNKS_WAITING) throw new RangeError('too many chunks are wanted at once')
        this.#chunksWaiting += request.count
        for (let at = request.first; at < request.first + request.count; at++) {
          this.#expected.push({ kind: 'chunk', number: at, bytes: chunkBytesOf(bytes, at), isBeside: request.side === true })
        }
        return
      }
      case 'whole':
    }
  }
}

function isGone(frame: Uint8Array): boolean {
  try {
    return decodeReply(frame).kind === 'gone'
  } catch {
    // Whoever reads it says what is wrong with it.
    return false
  }
}

export function inOurWords(error: unknown, signal?: AbortSignal): Error {
  if (signal?.aborted === true && signal.reason instanceof Error) return signal.reason
  if (error instanceof RefusedError) return new FileRefusedError(error.code, { cause: error })
  if (error instanceof DecodeError) return new FileProtocolError(`an answer that no ${FILE_PROTOCOL} gives`, { cause: error })
  if (error instanceof DeadlineError) return new StreamCutError(error.message, { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}
