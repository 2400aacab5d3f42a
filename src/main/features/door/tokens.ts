import { createHash, timingSafeEqual } from 'node:crypto'
import { LatchError } from '../../../shared/errors.ts'
import type { Database } from '../../platform/database.ts'
import { TOKEN_BYTES } from '../../protocols/knock/index.ts'
import { MAX_TOKENS } from './limits.ts'
import { CLOCK_SLACK_MS, type Moment } from './policy.ts'

interface Row {
  hash: Uint8Array
  minted_ms: number
  expires_ms: number
}

/** One-time tokens of invitations. Only their hashes are kept: who reads the database cannot knock with them. */
export class Tokens {
  readonly #database: Database
  readonly #random: (bytes: number) => Uint8Array

  constructor(database: Database, random: (bytes: number) => Uint8Array) {
    this.#database = database
    this.#random = random
  }

  /** *Errors*: LatchError BUSY when too many are open. */
  mint(expiresMs: number, now: Moment): Uint8Array {
    this.#database.prepare('DELETE FROM door_tokens WHERE expires_ms <= ?').run(now.earliestMs)
    if (this.#open().length >= MAX_TOKENS) {
      throw new LatchError('BUSY', `${MAX_TOKENS} invitations are open. Wait until one is used or expires.`)
    }
    const token = this.#random(TOKEN_BYTES)
    this.#database
      .prepare('INSERT INTO door_tokens (hash, minted_ms, expires_ms) VALUES (?, ?, ?)')
      .run(sha256(token), Math.floor(now.earliestMs), Math.floor(expiresMs))
    return token
  }

  /**
   * Uses a token up. `void` says nothing about why, here or to the one who brought it: never minted, used, or expired.
   * All are compared, each in constant time, so that the time taken tells nothing either.
   */
  use(token: Uint8Array, now: Moment): 'good' | 'void' {
    const hash = sha256(token)
    let found: Row | undefined
    for (const row of this.#open()) {
      if (timingSafeEqual(row.hash, hash)) found = row
    }
    if (found === undefined) return 'void'
    this.#database.prepare('DELETE FROM door_tokens WHERE hash = ?').run(found.hash)
    const isClockSetBack = now.earliestMs < found.minted_ms - CLOCK_SLACK_MS
    return now.latestMs < found.expires_ms && !isClockSetBack ? 'good' : 'void'
  }

  #open(): Row[] {
    return this.#database.prepare<[], Row>('SELECT hash, minted_ms, expires_ms FROM door_tokens').all()
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
