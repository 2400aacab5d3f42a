import { RESERVE_BYTES, ROOM_LOOKED_AT_BYTES } from '../limits.ts'

/** Whether the disk takes more: looked up now and then, as others write too, and always where it did not. */
export class Room {
  /** Null where the system does not say. */
  readonly #freeBytes: () => Promise<number | null>
  /** What may still be written before it is looked up again. */
  #leftBytes = 0
  #looking: Promise<number> | null = null

  constructor(freeBytes: () => Promise<number | null>) {
    this.#freeBytes = freeBytes
  }

  async has(bytes: number): Promise<boolean> {
    while (this.#leftBytes < bytes) {
      this.#looking ??= this.#look().finally(() => (this.#looking = null))
      if ((await this.#looking) < bytes) return false
    }
    this.#leftBytes -= bytes
    return true
  }

  async #look(): Promise<number> {
    const free = (await this.#freeBytes()) ?? Infinity
    return (this.#leftBytes = Math.min(ROOM_LOOKED_AT_BYTES, free - RESERVE_BYTES))
  }
}
