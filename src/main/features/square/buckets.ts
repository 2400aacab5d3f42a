interface Bucket {
  /** Time that was saved up: what one costs, times how many may be taken. Whole numbers, as fractions of one would err. */
  savedMs: number
  atMs: number
}

/** So many at once, then one each `everyMs`, for each of many; whoever was heard longest ago is forgotten first. */
export class Buckets<Key> {
  readonly #burst: number
  readonly #everyMs: number
  readonly #max: number
  readonly #byKey = new Map<Key, Bucket>()

  constructor(burst: number, everyMs: number, max: number) {
    this.#burst = burst
    this.#everyMs = everyMs
    this.#max = max
  }

  /** How long until one may be taken; 0: it was. *Units*: `nowMs` is monotonic. */
  take(key: Key, nowMs: number): number {
    const fullMs = this.#burst * this.#everyMs
    const before = this.#byKey.get(key) ?? { savedMs: fullMs, atMs: nowMs }
    const savedMs = Math.min(fullMs, before.savedMs + nowMs - before.atMs)
    const isTaken = savedMs >= this.#everyMs
    this.#byKey.delete(key)
    this.#byKey.set(key, { savedMs: isTaken ? savedMs - this.#everyMs : savedMs, atMs: nowMs })
    const oldest = this.#byKey.keys().next()
    if (this.#byKey.size > this.#max && oldest.done !== true) this.#byKey.delete(oldest.value)
    return isTaken ? 0 : this.#everyMs - savedMs
  }

  forget(key: Key): void {
    this.#byKey.delete(key)
  }
}
