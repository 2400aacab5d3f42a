/** So many places in all, and so many of them for each: whoever takes one gives it back. */
export class Places<Key> {
  readonly #most: { readonly all?: number; readonly each: number }
  readonly #taken = new Map<Key, number>()
  #all = 0

  constructor(most: { readonly all?: number; readonly each: number }) {
    this.#most = most
  }

  /** The way to give a place back, of which only the first call counts; null where none is left. */
  take(key: Key): (() => void) | null {
    const { all = Number.POSITIVE_INFINITY, each } = this.#most
    const taken = this.#taken.get(key) ?? 0
    if (taken >= each || this.#all >= all) return null
    this.#taken.set(key, taken + 1)
    this.#all++
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#all--
      const left = (this.#taken.get(key) ?? 0) - 1
      if (left > 0) this.#taken.set(key, left)
      else this.#taken.delete(key)
    }
  }
}
