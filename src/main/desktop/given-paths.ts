/** As many as lie in one large drop, and then some. */
const MAX_GIVEN = 64

/** Paths that the person gave to a page: chosen in a dialog of the system, or dropped. Nothing else is read for it. */
export class GivenPaths {
  readonly #paths = new Set<string>()

  /** The oldest goes where there are too many. */
  give(path: string): void {
    this.#paths.delete(path)
    this.#paths.add(path)
    for (const oldest of this.#paths) {
      if (this.#paths.size <= MAX_GIVEN) break
      this.#paths.delete(oldest)
    }
  }

  /** Whether it was given; it is good for once. */
  take(path: string): boolean {
    return this.#paths.delete(path)
  }
}
