/** A person thinks for minutes; a house has some hundred connections, and few of them end in that time. */
const MAX_REMEMBERED = 1_000

/** Which connections have ended lately: what was asked on one of them can be answered for it no more. */
export class EndedConnections {
  readonly #ended = new Set<string>()

  add(connection: string): void {
    this.#ended.add(connection)
    const [oldest] = this.#ended
    if (this.#ended.size > MAX_REMEMBERED && oldest !== undefined) this.#ended.delete(oldest)
  }

  has(connection: string): boolean {
    return this.#ended.has(connection)
  }
}
