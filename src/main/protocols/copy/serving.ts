import type { Cancel, Clock } from '../../platform/clock.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { StreamCutError, type FrameStream } from '../../platform/streams.ts'
import { writeWithin } from '../../platform/write-within.ts'
import { IDLE_TIMEOUT_MS, MAX_AHEAD_BYTES, MAX_BLOCK_BYTES, MAX_NONES_GIVEN, MAX_PIECE_BYTES, MAX_WANTS_WAITING, WRITE_TIMEOUT_MS } from './constants.ts'
import { decodeRequest, encodeReply, type BlockId } from './messages.ts'

/** Of the tree that was opened: a block, or null where it is not of it or not here. */
export type GiveBlock = (id: BlockId) => Promise<Uint8Array | null>

/**
 * Answers wants on one stream, one after another in their order, until its other side ends it or asks nothing for two
 * minutes. Never more than one block and, behind a small one, the next are held; whoever does not read is not read from.
 * *Errors*: DecodeError (also: what they want is not of the tree, time and again), StreamCutError, and those of `give`.
 */
export async function serveBlocks(stream: FrameStream, give: GiveBlock, clock: Clock): Promise<void> {
  const serving = new Serving(stream, give, clock)
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
  }
}

interface Want {
  readonly number: number
  readonly id: BlockId
}

class Serving {
  readonly #stream: FrameStream
  readonly #give: GiveBlock
  readonly #clock: Clock
  readonly #wants: Want[] = []
  #isOver = false
  #nones = 0
  #cancelIdle: Cancel = () => {}
  #onWant = (): void => {}
  #onRoom = (): void => {}

  constructor(stream: FrameStream, give: GiveBlock, clock: Clock) {
    this.#stream = stream
    this.#give = give
    this.#clock = clock
  }

  async read(): Promise<void> {
    for (let frame = await this.#stream.read(); frame !== null; frame = await this.#stream.read()) {
      const request = decodeRequest(frame)
      if (request.kind === 'cancel') this.#cancel(new Set(request.numbers))
      else request.cids.forEach((id, at) => this.#wants.push({ number: request.first + at, id }))
      this.#onWant()
      while (this.#wants.length >= MAX_WANTS_WAITING && !this.#isOver) {
        await new Promise<void>((resolve) => (this.#onRoom = resolve))
      }
    }
    this.#isOver = true
    this.#onWant()
  }

  async answer(): Promise<void> {
    let want = await this.#next()
    let block = want === null ? null : this.#give(want.id)
    while (want !== null) {
      const now = await block
      // The next is read from the disk while this one is on its way.
      const next = (now?.byteLength ?? 0) <= MAX_AHEAD_BYTES ? this.#take() : null
      const ahead = next === null ? null : this.#give(next.id)
      ahead?.catch(() => {})
      await this.#send(want.number, now)
      want = next ?? (await this.#next())
      block = ahead ?? (want === null ? null : this.#give(want.id))
    }
  }

  close(): void {
    this.#isOver = true
    this.#cancelIdle()
    this.#wants.length = 0
    this.#onRoom()
    this.#onWant()
  }

  #cancel(numbers: ReadonlySet<number>): void {
    const kept = this.#wants.filter(({ number }) => !numbers.has(number))
    this.#wants.splice(0, this.#wants.length, ...kept)
  }

  #take(): Want | null {
    const want = this.#wants.shift() ?? null
    if (this.#wants.length < MAX_WANTS_WAITING) this.#onRoom()
    return want
  }

  /** Null: nothing more is asked. Only who has all that they asked for is idle. */
  async #next(): Promise<Want | null> {
    const idle = new StreamCutError('nothing was asked for too long')
    this.#cancelIdle = this.#clock.after(IDLE_TIMEOUT_MS, () => this.#stream.abort(idle))
    try {
      for (;;) {
        const want = this.#take()
        if (want !== null || this.#isOver) return want
        await new Promise<void>((resolve) => (this.#onWant = resolve))
      }
    } finally {
      this.#cancelIdle()
    }
  }

  async #send(number: number, block: Uint8Array | null): Promise<void> {
    if (block === null || block.byteLength > MAX_BLOCK_BYTES) {
      if (++this.#nones > MAX_NONES_GIVEN) throw new DecodeError('wants of blocks that are not of the tree')
      return this.#write(encodeReply({ kind: 'none', number }))
    }
    let at = 0
    for (; block.byteLength - at > MAX_PIECE_BYTES; at += MAX_PIECE_BYTES) {
      await this.#write(encodeReply({ kind: 'more', number, bytes: block.subarray(at, at + MAX_PIECE_BYTES) }))
    }
    await this.#write(encodeReply({ kind: 'last', number, bytes: block.subarray(at) }))
  }

  #write(frame: Uint8Array): Promise<void> {
    return writeWithin(this.#stream, frame, this.#clock, WRITE_TIMEOUT_MS, 'a piece of a block')
  }
}
