import { createHash, timingSafeEqual } from 'node:crypto'
import { LatchError } from '../../../shared/errors.ts'
import type { PendingInvitation } from '../../../shared/model/peers.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { TOKEN_BYTES } from '../../protocols/knock/index.ts'
import { MAX_TOKENS } from './limits.ts'
import { CLOCK_SLACK_MS } from './policy.ts'
import type { DoorTime } from './time.ts'

/** Hexadecimal digits of a token's hash that name it: two of 256 share them once in some 30 million times. */
const ID_DIGITS = 10

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
  readonly #clock: Clock
  /** When each expires by a clock that nobody can set, in steady ms. */
  readonly #ends = new Map<string, { steadyMs: number; cancel: Cancel }>()

  constructor(database: Database, time: DoorTime, random: (bytes: number) => Uint8Array, clock: Clock) {
    this.#database = database
    this.#time = time
    this.#random = random
    this.#clock = clock
    for (const row of this.#open()) {
      this.#await(row)
      if (this.#hasExpired(row)) this.#remove(row)
    }
  }

  stop(): void {
    for (const { cancel } of this.#ends.values()) cancel()
  }

  /** *Errors*: LatchError BUSY when too many are open. */
  mint(expiresMs: number): { token: Uint8Array; id: string } {
    const nowMs = this.#time.wallMs()
    this.#database.prepare('DELETE FROM door_tokens WHERE expires_ms <= ?').run(nowMs)
    if (this.#open().length >= MAX_TOKENS) {
      const sentence = `${MAX_TOKENS} invitations are open. Take one back, or wait until one is used or expires.`
      throw new LatchError('BUSY', sentence)
    }
    const token = this.#random(TOKEN_BYTES)
    const hash = sha256(token)
    const row: Row = { hash, minted_ms: nowMs, expires_ms: Math.floor(expiresMs) }
    this.#database
      .prepare('INSERT INTO door_tokens (hash, minted_ms, expires_ms) VALUES (?, ?, ?)')
      .run(hash, row.minted_ms, row.expires_ms)
    this.#await(row)
    return { token, id: idOf(hash) }
  }

  /**
   * Uses a token up. `void` says nothing about why, here or to the one who brought it: never minted, used, revoked, or
   * expired. All are compared, each in constant time, so that the time taken tells nothing either.
   */
  use(token: Uint8Array): 'good' | 'void' {
    const hash = sha256(token)
    let found: Row | undefined
    for (const row of this.#open()) {
      if (timingSafeEqual(row.hash, hash)) found = row
    }
    if (found === undefined) return 'void'
    const isClockSetBack = this.#time.wallMs() < found.minted_ms - CLOCK_SLACK_MS
    const isOver = isClockSetBack || this.#hasExpired(found)
    this.#remove(found)
    return isOver ? 'void' : 'good'
  }

  /** Those that were not used and have not expired, newest first. */
  list(): PendingInvitation[] {
    return this.#open()
      .filter((row) => !this.#hasExpired(row))
      .map((row) => ({ id: idOf(row.hash), createdMs: row.minted_ms, expiresMs: row.expires_ms }))
      .toSorted((a, b) => b.createdMs - a.createdMs)
  }

  /** What was revoked is `void` to whoever brings it, like one that never was. *Errors*: LatchError NOT_FOUND. */
  revoke(id: string): void {
    const meant = this.#open().filter((row) => idOf(row.hash) === id)
    if (meant.length === 0) {
      throw new LatchError('NOT_FOUND', 'That invitation is not open: it was used, was taken back, or has expired.')
    }
    for (const row of meant) this.#remove(row)
  }

  /** What was seen to expire is gone, whatever the machine's clock shows later. */
  #await(row: Row): void {
    const steadyMs = this.#time.steadyAt(row.expires_ms)
    const leftMs = steadyMs - this.#time.steadyMs()
    const cancel = leftMs > 0 ? this.#clock.after(leftMs, () => this.#remove(row)) : (): void => {}
    this.#ends.set(hex(row.hash), { steadyMs, cancel })
  }

  #hasExpired({ hash, expires_ms: expiresMs }: Row): boolean {
    return this.#time.wallMs() >= expiresMs || this.#time.steadyMs() >= (this.#ends.get(hex(hash))?.steadyMs ?? 0)
  }

  #remove({ hash }: Row): void {
    this.#database.prepare('DELETE FROM door_tokens WHERE hash = ?').run(hash)
    this.#ends.get(hex(hash))?.cancel()
    this.#ends.delete(hex(hash))
  }

  #open(): Row[] {
    const newestFirst = 'SELECT hash, minted_ms, expires_ms FROM door_tokens ORDER BY rowid DESC'
    return this.#database.prepare<[], Row>(newestFirst).all()
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function idOf(hash: Uint8Array): string {
  return hex(hash).slice(0, ID_DIGITS)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
