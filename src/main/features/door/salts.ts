import { timingSafeEqual } from 'node:crypto'
import { WORK_SALT_BYTES } from '../../protocols/knock/index.ts'
import { SALT_LASTS_MS } from './limits.ts'

/** What makes work fresh: random bytes that change, so that nothing can be solved before they are known. */
export class Salts {
  readonly #random: (bytes: number) => Uint8Array
  #newest: { salt: Uint8Array; period: number } | null = null
  #previous: Uint8Array | null = null

  constructor(random: (bytes: number) => Uint8Array) {
    this.#random = random
  }

  /** *Units*: ms on a clock that does not jump. */
  current(nowMs: number): Uint8Array {
    const period = Math.floor(nowMs / SALT_LASTS_MS)
    if (this.#newest?.period !== period) {
      this.#previous = this.#newest?.period === period - 1 ? this.#newest.salt : null
      this.#newest = { salt: this.#random(WORK_SALT_BYTES), period }
    }
    return this.#newest.salt
  }

  isFresh(salt: Uint8Array, nowMs: number): boolean {
    const current = this.current(nowMs)
    return timingSafeEqual(salt, current) || (this.#previous !== null && timingSafeEqual(salt, this.#previous))
  }
}
