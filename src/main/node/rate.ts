/** So many at once, then so many a second. *Units*: `nowMs` is monotonic. */
export class Rate {
  readonly #burst: number
  readonly #perSecond: number
  #tokens: number
  #atMs: number

  constructor(burst: number, perSecond: number, nowMs: number) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#tokens = burst
    this.#atMs = nowMs
  }

  take(nowMs: number): 'taken' | 'empty' {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#atMs) * this.#perSecond) / 1_000)
    this.#atMs = nowMs
    if (this.#tokens < 1) return 'empty'
    this.#tokens -= 1
    return 'taken'
  }

  /** What was taken was not used. */
  giveBack(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + 1)
  }
}
