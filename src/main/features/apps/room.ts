/** So much of something, given out and given back. */
export class Room {
  #left: number

  constructor(size: number) {
    this.#left = size
  }

  /** The way to give it back, once; null when there is not so much left. */
  take(amount: number): (() => void) | null {
    if (amount > this.#left) return null
    this.#left -= amount
    let isHeld = true
    return () => {
      if (isHeld) this.#left += amount
      isHeld = false
    }
  }
}

/** Rooms of one size, one for each key that holds any of it. */
export class Rooms<Key> {
  readonly #size: number
  readonly #held = new Map<Key, number>()

  constructor(size: number) {
    this.#size = size
  }

  take(key: Key, amount = 1): (() => void) | null {
    const held = this.#held.get(key) ?? 0
    if (held + amount > this.#size) return null
    this.#held.set(key, held + amount)
    let isHeld = true
    return () => {
      if (isHeld) this.#give(key, amount)
      isHeld = false
    }
  }

  #give(key: Key, amount: number): void {
    const left = (this.#held.get(key) ?? 0) - amount
    if (left <= 0) this.#held.delete(key)
    else this.#held.set(key, left)
  }
}

/** All of these or none: what was taken is given back where one of them is full. */
export function takeAll(takes: readonly (() => (() => void) | null)[]): (() => void) | null {
  const held: (() => void)[] = []
  const giveBack = (): void => held.forEach((give) => give())
  for (const take of takes) {
    const give = take()
    if (give === null) {
      giveBack()
      return null
    }
    held.push(give)
  }
  return giveBack
}
