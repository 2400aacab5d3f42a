import type { Connection } from '@libp2p/interface'

/** `unproven`: nothing came back over it yet. `retiring`: another took its place, and it ends when it is idle. */
export type Standing = 'unproven' | 'proven' | 'retiring'

/** What stands of a connection besides what libp2p knows; whoever opens a stream asks it which to use. */
export class Standings {
  readonly #standings = new WeakMap<Connection, Standing>()
  readonly #proofs = new WeakMap<Connection, Promise<void>>()

  of(connection: Connection): Standing {
    return this.#standings.get(connection) ?? 'proven'
  }

  /** It counts when `proof` resolves. Gives that it did, or was found wanting. */
  async suspect(connection: Connection, proof: Promise<void>): Promise<'proven' | 'refused'> {
    this.#standings.set(connection, 'unproven')
    this.#proofs.set(connection, proof)
    try {
      await proof
      this.#standings.delete(connection)
      return 'proven'
    } catch {
      return 'refused'
    } finally {
      this.#proofs.delete(connection)
    }
  }

  /** Resolves once it is proven. Errors: why it is not. */
  async proven(connection: Connection): Promise<void> {
    await this.#proofs.get(connection)
  }

  retire(connection: Connection): void {
    this.#standings.set(connection, 'retiring')
  }

  /** What was to take its place is gone. */
  restore(connection: Connection): void {
    if (this.of(connection) === 'retiring') this.#standings.delete(connection)
  }
}
