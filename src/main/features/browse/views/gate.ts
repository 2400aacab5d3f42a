/** So many at once, so many in line; whoever comes then goes away at once. */
export class Gate {
  readonly #atOnce: number
  readonly #inLine: number
  #running = 0
  #line: ((isIn: boolean) => void)[] = []

  constructor(atOnce: number, inLine: number) {
    this.#atOnce = atOnce
    this.#inLine = inLine
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#line.length
  }

  /** Resolves to what is called on leaving, once; null: the line is full, the signal aborted, or the gate was closed. */
  async enter(signal: AbortSignal): Promise<(() => void) | null> {
    if (signal.aborted) return null
    if (this.#running < this.#atOnce) this.#running += 1
    else if (this.#line.length >= this.#inLine || !(await this.#queue(signal))) return null
    let isOut = false
    return () => {
      if (isOut) return
      isOut = true
      this.#leave()
    }
  }

  /** Whoever is in line goes away. */
  close(): void {
    for (const enter of this.#line.splice(0)) enter(false)
  }

  #queue(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const enter = (isIn: boolean): void => {
        signal.removeEventListener('abort', gone)
        resolve(isIn)
      }
      const gone = (): void => {
        this.#line = this.#line.filter((other) => other !== enter)
        resolve(false)
      }
      signal.addEventListener('abort', gone, { once: true })
      this.#line.push(enter)
    })
  }

  /** The place goes to whoever is next; nobody in line: it is free. */
  #leave(): void {
    const next = this.#line.shift()
    if (next === undefined) this.#running -= 1
    else next(true)
  }
}
