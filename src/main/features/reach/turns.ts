/** At most so many at once for each key; the others wait for their turn, in the order they came. */
export class Turns<Key> {
  readonly #max: number
  readonly #running = new Map<Key, number>()
  readonly #waiting = new Map<Key, (() => void)[]>()

  constructor(max: number) {
    this.#max = max
  }

  async run<T>(key: Key, body: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key) ?? 0
    if (running < this.#max) this.#running.set(key, running + 1)
    else await new Promise<void>((resolve) => this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), resolve]))
    try {
      return await body()
    } finally {
      this.#next(key)
    }
  }

  /** Hands the turn on, so that nobody who comes now gets in between. */
  #next(key: Key): void {
    const [first, ...others] = this.#waiting.get(key) ?? []
    if (others.length > 0) this.#waiting.set(key, others)
    else this.#waiting.delete(key)
    if (first !== undefined) return first()
    const running = (this.#running.get(key) ?? 1) - 1
    if (running > 0) this.#running.set(key, running)
    else this.#running.delete(key)
  }
}
