import { timingSafeEqual } from 'node:crypto'
import { WORK_SALT_BYTES } from '../../protocols/knock/index.ts'
import { SALT_LASTS_MS } from './limits.ts'

/** What makes work fresh: random bytes that change, so that nothing can be solved before they are known. */
export class Salts {
  readonly #random: (bytes: number) => Uint8Array
  #newest: { salt: Uint8Array; sinceMs: number } | null = null
  #previous: Uint8Array | null = null

  constructor(random: (bytes: number) => Uint8Array) {
    this.#random = random
  }

  /** *Units*: ms on a clock that does not jump. */
  current(nowMs: number): Uint8Array {
    if (this.#newest === null || nowMs - this.#newest.sinceMs >= SALT_LASTS_MS) {
      const isPreviousFresh = this.#newest !== null && nowMs - this.#newest.sinceMs < 2 * SALT_LASTS_MS
      this.#previous = isPreviousFresh ? (this.#newest?.salt ?? null) : null
      this.#newest = { salt: this.#random(WORK_SALT_BYTES), sinceMs: nowMs }
    }
    return this.#newest.salt
  }

  isFresh(salt: Uint8Array, nowMs: number): boolean {
    const current = this.current(nowMs)
    return timingSafeEqual(salt, current) || (this.#previous !== null && timingSafeEqual(salt, this.#previous))
  }
}
