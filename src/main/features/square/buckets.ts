interface Bucket {
  tokens: number
  atMs: number
}

/** So many at once, then so many a second, for each of many; whoever was heard longest ago is forgotten first. */
export class Buckets<Key> {
  readonly #burst: number
  readonly #perSecond: number
  readonly #max: number
  readonly #byKey = new Map<Key, Bucket>()

  constructor(burst: number, perSecond: number, max: number) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#max = max
  }

  /** How long until one may be taken; 0: it was. *Units*: `nowMs` is monotonic. */
  take(key: Key, nowMs: number): number {
    const before = this.#byKey.get(key) ?? { tokens: this.#burst, atMs: nowMs }
    const tokens = Math.min(this.#burst, before.tokens + ((nowMs - before.atMs) * this.#perSecond) / 1_000)
    const isTaken = tokens >= 1
    this.#byKey.delete(key)
    this.#byKey.set(key, { tokens: isTaken ? tokens - 1 : tokens, atMs: nowMs })
    const oldest = this.#byKey.keys().next()
    if (this.#byKey.size > this.#max && oldest.done !== true) this.#byKey.delete(oldest.value)
    return isTaken ? 0 : Math.ceil(((1 - tokens) / this.#perSecond) * 1_000)
  }

  forget(key: Key): void {
    this.#byKey.delete(key)
  }
}
