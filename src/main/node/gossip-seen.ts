import type { Clock } from '../platform/clock.ts'
import type { Database, Statement } from '../platform/database.ts'

/**
 * Ids that are kept. What must hold is that none is forgotten while the judge of its topic would still take the message:
 * then nothing is broadcast twice by one node, however often it arrives, and also after a restart. A judge refuses for
 * good what it took more than half an hour ago (`TopicTerms.judge`), and a topic takes messages at a rate of its own
 * (gossip-terms.ts). In half an hour entries at 40 a second, the other three topics of a network at 10, and its 32 rooms
 * at 1 come to 183,600, with their bursts to less than 188,000. So an id goes when 200,000 newer ones are there, and
 * never by age.
 */
export const MAX_SEEN = 200_000

/** Of SHA-256: nobody finds a second message for an id of 128 bits, and whoever finds two of their own gains nothing. */
const ID_BYTES = 16

/** Of one commit to the next, where many messages come at once: a commit waits for the disk, and this thread with it. */
const COMMIT_EVERY_MS = 10

/** The oldest go in lots, as looking for them costs more than an insert. */
const PRUNE_EVERY = 1_000

const migrations = [
  `
  -- What was broadcast from here, its own and others'. \`n\` is the order of coming.
  CREATE TABLE gossip_seen (
    n INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE
  ) STRICT;
  `,
]

interface Waiting {
  readonly id: Uint8Array
  readonly done: PromiseWithResolvers<void>
}

/** The check behind gossipsub's own seen-cache, which forgets after two minutes and at each restart. */
export class SeenIds {
  readonly #database: Database
  readonly #clock: Clock
  readonly #maxIds: number
  readonly #find: Statement<[Uint8Array]>
  readonly #insert: Statement<[Uint8Array]>
  readonly #prune: Statement<[number]>
  #waiting: Waiting[] = []
  #isPlanned = false
  #committedMs: number
  #sincePruned = 0

  constructor(database: Database, clock: Clock, maxIds: number = MAX_SEEN) {
    database.migrate('gossip', migrations)
    this.#database = database
    this.#clock = clock
    this.#maxIds = maxIds
    this.#committedMs = clock.monotonicMs() - COMMIT_EVERY_MS
    this.#find = database.prepare('SELECT 1 FROM gossip_seen WHERE id = ?')
    this.#insert = database.prepare('INSERT OR IGNORE INTO gossip_seen (id) VALUES (?)')
    this.#prune = database.prepare('DELETE FROM gossip_seen WHERE n <= (SELECT max(n) FROM gossip_seen) - ?')
  }

  has(id: Uint8Array): boolean {
    const short = id.subarray(0, ID_BYTES)
    return this.#find.get(short) !== undefined || this.#waiting.some((one) => Buffer.compare(one.id, short) === 0)
  }

  /** Resolves when `id` is on the disk, so that not even a kill between this and the broadcast makes two of it. */
  keep(id: Uint8Array): Promise<void> {
    const done = Promise.withResolvers<void>()
    this.#waiting.push({ id: new Uint8Array(id.subarray(0, ID_BYTES)), done })
    if (!this.#isPlanned) {
      this.#isPlanned = true
      const leftMs = this.#committedMs + COMMIT_EVERY_MS - this.#clock.monotonicMs()
      if (leftMs <= 0) queueMicrotask(() => this.flush())
      else this.#clock.after(leftMs, () => this.flush())
    }
    return done.promise
  }

  /** Writes what waits, now. */
  flush(): void {
    this.#isPlanned = false
    this.#committedMs = this.#clock.monotonicMs()
    const waiting = this.#waiting
    if (waiting.length === 0) return
    try {
      this.#database.transaction(() => {
        for (const { id } of waiting) this.#insert.run(id)
        this.#sincePruned += waiting.length
        if (this.#sincePruned < Math.min(PRUNE_EVERY, this.#maxIds)) return
        this.#sincePruned = 0
        this.#prune.run(this.#maxIds)
      })
      this.#waiting = []
      for (const { done } of waiting) done.resolve()
    } catch (error) {
      this.#waiting = []
      for (const { done } of waiting) done.reject(error)
    }
  }
}
