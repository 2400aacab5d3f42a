/** So many at a time; whoever comes later waits in line. */
export class Gate {
  readonly #line: (() => void)[] = []
  readonly #places: number
  #left: number

  constructor(places: number) {
    this.#places = places
    this.#left = places
  }

  /** Nobody is inside, and so nobody waits. */
  get isEmpty(): boolean {
    return this.#left === this.#places
  }

  get waiting(): number {
    return this.#line.length
  }

  /** The way out again, of which only the first call counts. Errors: the signal's reason. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#left > 0) this.#left -= 1
    else await this.#turn(signal)
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      // The place goes to whoever is next, and is never free in between.
      const next = this.#line.shift()
      if (next === undefined) this.#left += 1
      else next()
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const called = (): void => {
        signal.removeEventListener('abort', left)
        resolve()
      }
      const left = (): void => {
        this.#line.splice(this.#line.indexOf(called), 1)
        reject(signal.reason instanceof Error ? signal.reason : new Error('left the line'))
      }
      this.#line.push(called)
      signal.addEventListener('abort', left, { once: true })
    })
  }
}
