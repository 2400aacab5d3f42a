import type { Cancel, Clock } from '../../platform/clock.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { CHUNK_BYTES, chunkBytesOf, chunksOf, groupsOf, type FileHead } from '../../platform/hash-tree.ts'
import { StreamCutError, type FrameStream } from '../../platform/streams.ts'
import { writeWithin } from '../../platform/write-within.ts'
import { CHUNK_TIMEOUT_MS, IDLE_TIMEOUT_MS, MAX_REQUESTS_WAITING, READ_AHEAD, REPLY_HEADER_BYTES } from './constants.ts'
import { decodeRequest, encodeMessage, encodeReply, replyFrame, type Request } from './messages.ts'
import { sideHost, SideHolder, type SideJob } from './side/side-channel.ts'

/** One file that is here. Each gives null where it is no longer what it was. */
export interface GivenFile {
  readonly head: FileHead
  groups(): Promise<Uint8Array | null>
  leaves(group: number): Promise<Uint8Array | null>
  /** Reads a chunk into `room`, which is as long as the chunk. */
  chunk(number: number, room: Uint8Array): Promise<'read' | null>
  /** The same for a thread that reads it itself. */
  job(number: number): SideJob
  /** Whoever asks says that they have all of it. */
  taken(): void
  over(): void
}

type Want = Exclude<Request, { want: 'chunks' | 'whole' }> | { readonly want: 'chunk'; readonly number: number; readonly isBeside: boolean }

/**
 * Answers requests on one stream, one after another in their order, until its other side ends it or asks nothing for a
 * minute. Some chunks are read ahead into the same few buffers; whoever does not read is not read from.
 * *Errors*: DecodeError (also: parts that the file has not), StreamCutError, and those of `given`.
 */
export async function serveFile(stream: FrameStream, given: GivenFile, clock: Clock): Promise<void> {
  const serving = new Serving(stream, given, clock)
  const both = [serving.read(), serving.answer()]
  try {
    await Promise.all(both)
  } catch (error) {
    serving.close()
    stream.abort(error instanceof Error ? error : new Error(String(error)))
    await Promise.allSettled(both)
    throw error
  } finally {
    serving.close()
    given.over()
  }
}

class Serving {
  readonly #stream: FrameStream
  readonly #given: GivenFile
  readonly #clock: Clock
  readonly #wants: Want[] = []
  readonly #rooms: Uint8Array[] = []
  #side: SideHolder | null = null
  #isOver = false
  #cancelIdle: Cancel = () => {}
  #onWant = (): void => {}
  #onRoom = (): void => {}

  constructor(stream: FrameStream, given: GivenFile, clock: Clock) {
    this.#stream = stream
    this.#given = given
    this.#clock = clock
  }

  async read(): Promise<void> {
    for (let frame = await this.#stream.read(); frame !== null; frame = await this.#stream.read()) {
      this.#take(decodeRequest(frame))
      this.#onWant()
      while (this.#wants.length >= MAX_REQUESTS_WAITING && !this.#isOver) {
        await new Promise<void>((resolve) => (this.#onRoom = resolve))
      }
    }
    this.#isOver = true
    this.#onWant()
  }

  /** What is next is read from the disk while what is before it is on its way. */
  async answer(): Promise<void> {
    const ahead: Promise<Ready>[] = []
    for (;;) {
      while (ahead.length <= READ_AHEAD) {
        const want = this.#shift()
        if (want === undefined) break
        const ready = this.#ready(want)
        ready.catch(() => {})
        ahead.push(ready)
      }
      const ready = ahead.shift()
      if (ready === undefined) {
        if (!(await this.#anotherWant())) return
        continue
      }
      const { frame, room } = await ready
      if (frame === 'sent') continue
      if (frame === null) {
        await this.#write(encodeReply('gone', 0))
        return this.#stream.end()
      }
      await this.#write(frame)
      if (room !== null) this.#rooms.push(room)
    }
  }

  close(): void {
    this.#isOver = true
    this.#side?.close(new StreamCutError('the stream is over'))
    this.#cancelIdle()
    this.#wants.length = 0
    this.#onRoom()
    this.#onWant()
  }

  #take(request: Request): void {
    const { bytes } = this.#given.head
    switch (request.want) {
      case 'whole':
        return this.#given.taken()
      case 'groups':
      case 'side':
        return void this.#wants.push(request)
      case 'leaves':
        if (request.group >= groupsOf(bytes)) throw new DecodeError('a group that the file has not')
        return void this.#wants.push(request)
      case 'chunks':
        if (request.first + request.count > chunksOf(bytes)) throw new DecodeError('a chunk that the file has not')
        for (let number = request.first; number < request.first + request.count; number++) {
          this.#wants.push({ want: 'chunk', number, isBeside: request.side === true })
        }
    }
  }

  #shift(): Want | undefined {
    const want = this.#wants.shift()
    if (this.#wants.length < MAX_REQUESTS_WAITING) this.#onRoom()
    return want
  }

  async #ready(want: Want): Promise<Ready> {
    if (want.want === 'side') return { frame: encodeReply('side', 0, await this.#beside()), room: null }
    if (want.want === 'chunk' && want.isBeside) return this.#sent(want.number)
    if (want.want === 'chunk') {
      const room = this.#rooms.pop() ?? new Uint8Array(REPLY_HEADER_BYTES + CHUNK_BYTES)
      const { frame, payload } = replyFrame('chunk', want.number, room, chunkBytesOf(this.#given.head.bytes, want.number))
      const outcome = await this.#given.chunk(want.number, payload)
      return { frame: outcome === null ? null : frame, room }
    }
    const list = await (want.want === 'groups' ? this.#given.groups() : this.#given.leaves(want.group))
    const frame = list === null ? null : encodeReply(want.want, want.want === 'leaves' ? want.group : 0, list)
    return { frame, room: null }
  }

  /** What is said of the way beside the stream; nothing: there is none. */
  async #beside(): Promise<Uint8Array> {
    const host = sideHost(this.#stream.peer)
    if (host === null || this.#side !== null || this.#isOver) return new Uint8Array()
    const side = await SideHolder.open(host)
    if (side === null) return new Uint8Array()
    if (this.#isOver) side.close(new StreamCutError('the stream is over'))
    this.#side = side
    return encodeMessage({ port: side.port, key: side.key })
  }

  async #sent(number: number): Promise<Ready> {
    const side = this.#side
    if (side === null) throw new DecodeError('a chunk beside the stream, where there is no way')
    const cancel = this.#clock.after(CHUNK_TIMEOUT_MS, () => side.close(new StreamCutError('a chunk that nobody takes')))
    try {
      return { frame: (await side.send(this.#given.job(number))) === 'gone' ? null : 'sent', room: null }
    } finally {
      cancel()
    }
  }

  /** Whether there is one; false: nothing more is asked. Only who has all that they asked for is idle. */
  async #anotherWant(): Promise<boolean> {
    const idle = new StreamCutError('nothing was asked for too long')
    this.#cancelIdle = this.#clock.after(IDLE_TIMEOUT_MS, () => this.#stream.abort(idle))
    try {
      while (this.#wants.length === 0) {
        if (this.#isOver) return false
        await new Promise<void>((resolve) => (this.#onWant = resolve))
      }
      return true
    } finally {
      this.#cancelIdle()
    }
  }

  #write(frame: Uint8Array): Promise<void> {
    return writeWithin(this.#stream, frame, this.#clock, CHUNK_TIMEOUT_MS, 'a chunk')
  }
}

interface Ready {
  /** Null: it is gone. `sent`: beside the stream. */
  readonly frame: Uint8Array | 'sent' | null
  readonly room: Uint8Array | null
}
