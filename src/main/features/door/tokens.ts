import { createHash, timingSafeEqual } from 'node:crypto'
import { LatchError } from '../../../shared/errors.ts'
import type { Database } from '../../platform/database.ts'
import { TOKEN_BYTES } from '../../protocols/knock/index.ts'
import { MAX_TOKENS } from './limits.ts'
import { CLOCK_SLACK_MS } from './policy.ts'
import type { DoorTime } from './time.ts'

interface Row {
  hash: Uint8Array
  minted_ms: number
  expires_ms: number
}

/** One-time tokens of invitations. Only their hashes are kept: who reads the database cannot knock with them. */
export class Tokens {
  readonly #database: Database
  readonly #time: DoorTime
  readonly #random: (bytes: number) => Uint8Array
  /** When each expires by a clock that nobody can set, in steady ms. */
  readonly #ends: Map<string, number>

  constructor(database: Database, time: DoorTime, random: (bytes: number) => Uint8Array) {
    this.#database = database
    this.#time = time
    this.#random = random
    this.#ends = new Map(this.#open().map((row) => [hex(row.hash), time.steadyAt(row.expires_ms)]))
  }

  /** *Errors*: LatchError BUSY when too many are open. */
  mint(expiresMs: number): Uint8Array {
    const nowMs = this.#time.wallMs()
    this.#database.prepare('DELETE FROM door_tokens WHERE expires_ms <= ?').run(nowMs)
    if (this.#open().length >= MAX_TOKENS) {
      throw new LatchError('BUSY', `${MAX_TOKENS} invitations are open. Wait until one is used or expires.`)
    }
    const token = this.#random(TOKEN_BYTES)
    const hash = sha256(token)
    this.#database
      .prepare('INSERT INTO door_tokens (hash, minted_ms, expires_ms) VALUES (?, ?, ?)')
      .run(hash, nowMs, Math.floor(expiresMs))
    this.#ends.set(hex(hash), this.#time.steadyAt(expiresMs))
    return token
  }

  /**
   * Uses a token up. `void` says nothing about why, here or to the one who brought it: never minted, used, or expired.
   * All are compared, each in constant time, so that the time taken tells nothing either.
   */
  use(token: Uint8Array): 'good' | 'void' {
    const hash = sha256(token)
    let found: Row | undefined
    for (const row of this.#open()) {
      if (timingSafeEqual(row.hash, hash)) found = row
    }
    if (found === undefined) return 'void'
    this.#database.prepare('DELETE FROM door_tokens WHERE hash = ?').run(found.hash)
    const nowMs = this.#time.wallMs()
    const isOver = nowMs >= found.expires_ms || this.#time.steadyMs() >= (this.#ends.get(hex(hash)) ?? 0)
    const isClockSetBack = nowMs < found.minted_ms - CLOCK_SLACK_MS
    this.#ends.delete(hex(hash))
    return isOver || isClockSetBack ? 'void' : 'good'
  }

  #open(): Row[] {
    return this.#database.prepare<[], Row>('SELECT hash, minted_ms, expires_ms FROM door_tokens').all()
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
