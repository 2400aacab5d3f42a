import { KiB } from '../../shared/units.ts'

/** The largest message of Noise. */
const ROOM_BYTES = 64 * KiB
/** Smaller ones cost the collector little. */
const FROM_BYTES = 16 * KiB
/** What lies here for the next: more is not under way on a busy device at once, and it is 4 MiB. */
const MAX_IDLE = 64

/**
 * Memory for what is sealed, used again once the kernel took it. Each message in memory of its own has V8 collect the whole
 * heap for every 64 MiB that are sent: measured at 100 MB/s, two fifths of the processor.
 */
export class Recycled {
  readonly #idle: ArrayBuffer[] = []
  /** How much of it was given. Whoever never brings it back leaves it to the collector. */
  readonly #given = new WeakMap<ArrayBufferLike, number>()

  /** Holds whatever was there before. */
  take(bytes: number): Uint8Array {
    if (bytes < FROM_BYTES || bytes > ROOM_BYTES) return Buffer.allocUnsafe(bytes)
    const room = this.#idle.pop() ?? Buffer.allocUnsafeSlow(ROOM_BYTES).buffer
    this.#given.set(room, bytes)
    return Buffer.from(room, 0, bytes)
  }

  /** Nobody reads it any more. What is not from here, or is a part only, stays what it is. */
  giveBack({ buffer, byteLength }: Uint8Array): void {
    if (this.#given.get(buffer) !== byteLength) return
    this.#given.delete(buffer)
    if (this.#idle.length < MAX_IDLE) this.#idle.push(buffer as ArrayBuffer)
  }
}

/** One for this process: what one connection seals, another may use next. */
export const sealedRooms = new Recycled()
