/** So many at once, and then so many a second, for each of a bounded number of peers. Pure but for what it counts. */
export class Allowance {
  readonly #atOnce: number
  readonly #aSecond: number
  readonly #max: number
  readonly #used = new Map<string, { left: number; atMs: number }>()

  constructor(limits: { atOnce: number; aSecond: number; max: number }) {
    this.#atOnce = limits.atOnce
    this.#aSecond = limits.aSecond
    this.#max = limits.max
  }

  /** `cost`: of something larger than others; whoever has one left may spend more, and waits the longer for the next. */
  spend(who: string, nowMs: number, cost = 1): 'spent' | 'too-often' {
    const before = this.#used.get(who) ?? { left: this.#atOnce, atMs: nowMs }
    const grown = before.left + ((nowMs - before.atMs) / 1_000) * this.#aSecond
    const left = Math.min(this.#atOnce, grown)
    const isEnough = left >= 1
    this.#used.delete(who)
    this.#used.set(who, { left: isEnough ? left - cost : left, atMs: nowMs })
    // Whoever was heard least lately is forgotten, and has all of it again.
    const [oldest] = this.#used.keys()
    if (this.#used.size > this.#max && oldest !== undefined) this.#used.delete(oldest)
    return isEnough ? 'spent' : 'too-often'
  }
}
