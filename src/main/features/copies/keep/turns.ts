/** So many at once; the others wait in line. */
export class Turns {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Resolves when it is somebody's turn, with the way to give it back. Errors: the signal's reason. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    while (this.#running >= this.#most) {
      await new Promise<void>((resolve, reject) => {
        const turn = (): void => {
          signal.removeEventListener('abort', aborted)
          resolve()
        }
        const aborted = (): void => {
          this.#waiting.splice(this.#waiting.indexOf(turn), 1)
          reject(signal.reason)
        }
        this.#waiting.push(turn)
        signal.addEventListener('abort', aborted, { once: true })
      })
    }
    this.#running += 1
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }
}
