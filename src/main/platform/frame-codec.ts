import { Uint8ArrayList } from 'uint8arraylist'
import { z } from 'zod'
import { KiB, MiB } from '../../shared/units.ts'
import { decode, encode } from './cbor.ts'
import type { RefusalCode } from './streams.ts'

/*
 * What goes over the stream, as docs/wire/frames.md draws it:
 *
 *    0        1                          4
 *   +--------+--------------------------+----------------
 *   | kind   |  length, big-endian      |  payload …
 *   +--------+--------------------------+----------------
 *
 *   0  data     the whole of a frame, or the last piece of one; length = bytes of payload, at least 1
 *   1  part     a piece of a frame of which more follows; other kinds may come between its pieces
 *   2  end      length = 0; nothing but credit comes from this side any more
 *   3  refusal  length = 1 to 64, a DAG-CBOR map {code}; nothing comes after it
 *   4  credit   length = how many more bytes this side takes, at least 1; no payload
 */
export const HEADER_BYTES = 4
export const Kind = { data: 0, part: 1, end: 2, refusal: 3, credit: 4 } as const
type KindName = keyof typeof Kind
const MAX_LENGTH = 2 ** 24 - 1

/**
 * What a piece costs its sender beside its payload. It covers what a frame costs its receiver beside its payload, so
 * that a million frames of one byte are no cheaper to send than they are to hold.
 */
export const PIECE_COST_BYTES = 64

/** What each side may send before it is granted more. A short exchange fits in whole, and needs no credit frame. */
export const INITIAL_CREDIT_BYTES = 256 * KiB

/** The most that a side lets the other have under way or waiting: at a round trip of 25 ms this carries 40 MB/s. */
export const MAX_CREDIT_BYTES = 1 * MiB

const MAX_REFUSAL_BYTES = 64

/** The other side broke the rules of the frames: a fault of its program, or a test of ours. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

/** An end, or a credit: what has no payload. */
export function bareFrame(kind: 'end' | 'credit', length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES)
  writeHeader(bytes, kind, length)
  return bytes
}

/** Header and payload in one buffer, so that a small frame is one packet. */
export function payloadFrame(kind: 'data' | 'part' | 'refusal', payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = unwritten(HEADER_BYTES + payload.byteLength)
  writeHeader(bytes, kind, payload.byteLength)
  bytes.set(payload, HEADER_BYTES)
  return bytes
}

/** From here on, two pieces that are sealed together cost less than one that they are copied into first. */
const LISTED_FROM_BYTES = 4 * KiB

/** The same for a writer whose payload stays as it is until it was sent: a large one is not copied. */
export function listedFrame(kind: 'data' | 'part', payload: Uint8Array): Uint8Array | Uint8ArrayList {
  if (payload.byteLength < LISTED_FROM_BYTES) return payloadFrame(kind, payload)
  const header = new Uint8Array(HEADER_BYTES)
  writeHeader(header, kind, payload.byteLength)
  return new Uint8ArrayList(header, payload)
}

export function refusalFrame(code: RefusalCode): Uint8Array<ArrayBuffer> {
  return payloadFrame('refusal', encode({ code }))
}

function writeHeader(bytes: Uint8Array, kind: KindName, length: number): void {
  if (length > MAX_LENGTH) throw new RangeError(`${length} is more than a header holds`)
  bytes[0] = Kind[kind]
  bytes[1] = length >>> 16
  bytes[2] = (length >>> 8) & 0xff
  bytes[3] = length & 0xff
}

const Refusal = z.object({ code: z.string().max(32) })
const KNOWN_CODES: readonly RefusalCode[] = ['knock-first', 'denied', 'unproven', 'busy', 'version']

/** What a parser found. Each may throw FrameError to say that it may not be there. */
export interface FrameHandler {
  /** Called before a byte of a piece is kept, with what it costs. */
  charge(bytes: number): void
  data(frame: Uint8Array): void
  end(): void
  refusal(code: RefusalCode): void
  credit(bytes: number): void
}

/** Puts frames together from bytes cut anywhere. Holds one at most, and makes room once its length was checked. */
export class FrameParser {
  readonly #maxFrameBytes: number
  readonly #on: FrameHandler
  readonly #header = new Uint8Array(HEADER_BYTES)
  #headerFilled = 0
  /** The piece or refusal that is coming, and how much of its payload is still to come. */
  #kind: number = Kind.data
  #missing = 0
  /** The frame under way: its bytes so far, with room for more. */
  #frame = new Uint8Array(0)
  #filled = 0

  constructor(maxFrameBytes: number, on: FrameHandler) {
    this.#maxFrameBytes = maxFrameBytes
    this.#on = on
  }

  /** Whether a frame has begun and is not whole. */
  get midFrame(): boolean {
    return this.#headerFilled > 0 || this.#missing > 0 || this.#filled > 0
  }

  /** Errors: FrameError, after which the parser is of no more use. */
  push(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.byteLength) at += this.#missing === 0 ? this.#takeHeader(bytes, at) : this.#takePayload(bytes, at)
  }

  #takeHeader(bytes: Uint8Array, at: number): number {
    const taken = bytes.subarray(at, at + HEADER_BYTES - this.#headerFilled)
    this.#header.set(taken, this.#headerFilled)
    this.#headerFilled += taken.byteLength
    if (this.#headerFilled === HEADER_BYTES) {
      this.#headerFilled = 0
      const [kind = 0, high = 0, middle = 0, low = 0] = this.#header
      this.#begin(kind, (high << 16) | (middle << 8) | low)
    }
    return taken.byteLength
  }

  #begin(kind: number, length: number): void {
    switch (kind) {
      case Kind.data:
      case Kind.part:
        this.#expect(kind, length, this.#maxFrameBytes)
        return this.#on.charge(PIECE_COST_BYTES)
      case Kind.refusal:
        if (this.#filled > 0) throw new FrameError('a refusal in the middle of a frame')
        return this.#expect(kind, length, MAX_REFUSAL_BYTES)
      case Kind.end:
        if (length > 0) throw new FrameError('an end with a length')
        if (this.#filled > 0) throw new FrameError('an end in the middle of a frame')
        return this.#on.end()
      case Kind.credit:
        if (length === 0) throw new FrameError('a credit of nothing')
        return this.#on.credit(length)
      default:
        throw new FrameError(`an unknown kind, ${kind}`)
    }
  }

  #expect(kind: number, length: number, max: number): void {
    const whole = this.#filled + length
    if (length === 0) throw new FrameError('an empty frame')
    if (whole > max) throw new FrameError(`a frame of ${whole} bytes where at most ${max} are taken`)
    this.#kind = kind
    this.#missing = length
  }

  #makeRoom(): void {
    const whole = this.#filled + this.#missing
    if (whole <= this.#frame.byteLength) return
    // Room doubles, so that many small pieces are not copied over and over; a frame of one piece gets exactly its room.
    const roomBytes = this.#filled === 0 ? whole : Math.min(this.#maxFrameBytes, Math.max(whole, 2 * this.#frame.byteLength))
    const room = unwritten(roomBytes)
    room.set(this.#frame.subarray(0, this.#filled))
    this.#frame = room
  }

  #takePayload(bytes: Uint8Array, at: number): number {
    const taken = bytes.subarray(at, at + this.#missing)
    if (this.#kind !== Kind.refusal) this.#on.charge(taken.byteLength)
    if (this.#kind === Kind.data && this.#filled === 0 && taken.byteLength === this.#missing && isMostOfItsMemory(taken)) {
      this.#missing = 0
      // Not a Buffer, whatever came.
      this.#on.data(new Uint8Array(taken.buffer, taken.byteOffset, taken.byteLength))
      return taken.byteLength
    }
    this.#makeRoom()
    this.#frame.set(taken, this.#filled)
    this.#filled += taken.byteLength
    this.#missing -= taken.byteLength
    if (this.#missing === 0 && this.#kind !== Kind.part) this.#finish()
    return taken.byteLength
  }

  #finish(): void {
    const frame = this.#frame.subarray(0, this.#filled)
    this.#frame = new Uint8Array(0)
    this.#filled = 0
    if (this.#kind === Kind.refusal) this.#on.refusal(decodeRefusal(frame))
    else this.#on.data(frame)
  }
}

/** Memory of its own that holds whatever was there before: writing zeros first takes as long as writing the frame. */
function unwritten(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer)
}

/** A frame that lies whole in what came is given as it lies there, unless it would hold much more than itself. */
function isMostOfItsMemory(bytes: Uint8Array): boolean {
  return 2 * bytes.byteLength >= bytes.buffer.byteLength
}

/** A code that a newer Latch made up is a refusal all the same. */
function decodeRefusal(bytes: Uint8Array): RefusalCode {
  let code: string
  try {
    code = decode(bytes, Refusal, MAX_REFUSAL_BYTES).code
  } catch (cause) {
    throw new FrameError('a refusal that cannot be read', { cause })
  }
  return KNOWN_CODES.find((known) => known === code) ?? 'denied'
}
