import { MAX_LIVE_VIEWS } from '../limits.ts'

/** Views that are there, of all tabs. The one that was looked at longest ago goes when there are too many. */
export class LiveViews {
  /** The one looked at last is the last. */
  readonly #views = new Map<number, () => void>()

  /** `sleep` is called when it has to go. */
  add(key: number, sleep: () => void): void {
    this.#views.set(key, sleep)
    const [oldest] = this.#views
    if (this.#views.size <= MAX_LIVE_VIEWS || oldest === undefined) return
    this.#views.delete(oldest[0])
    oldest[1]()
  }

  touch(key: number): void {
    const sleep = this.#views.get(key)
    if (sleep === undefined) return
    this.#views.delete(key)
    this.#views.set(key, sleep)
  }

  drop(key: number): void {
    this.#views.delete(key)
  }

  get size(): number {
    return this.#views.size
  }
}
