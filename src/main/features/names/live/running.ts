/** What has begun and touches the database when it ends: whoever stops waits for it. */
export class Running {
  readonly #running = new Set<Promise<unknown>>()

  /** The same promise, which is waited for from now on. */
  add<T>(work: Promise<T>): Promise<T> {
    const running: Promise<unknown> = work.catch(() => {}).finally(() => this.#running.delete(running))
    this.#running.add(running)
    return work
  }

  /** Resolves when nothing runs, and never rejects. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }
}
