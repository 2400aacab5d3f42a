/** Places, so many for each key, given out and given back. */
export class Places<Key> {
  readonly #each: number
  readonly #taken = new Map<Key, number>()

  constructor(each: number) {
    this.#each = each
  }

  /** The way to give it back, of which only the first call counts; null when all are taken. */
  take(key: Key): (() => void) | null {
    const taken = this.#taken.get(key) ?? 0
    if (taken >= this.#each) return null
    this.#taken.set(key, taken + 1)
    let isHeld = true
    return () => {
      if (isHeld) this.#giveBack(key)
      isHeld = false
    }
  }

  #giveBack(key: Key): void {
    const left = (this.#taken.get(key) ?? 0) - 1
    if (left > 0) this.#taken.set(key, left)
    else this.#taken.delete(key)
  }
}
