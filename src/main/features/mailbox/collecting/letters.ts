import type { PeerId } from '../../../../shared/ids.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import type { Log } from '../../../platform/log.ts'
import { digestOf, keyIdOf, openLetter, type Letter } from '../../../protocols/mailbox/index.ts'
import { REMEMBER_MS } from '../keys/decide.ts'
import type { OpeningKey, OwnKeys } from '../keys/own-keys.ts'
import { MAX_REMEMBERED } from '../limits.ts'
import type { LetterHandler } from '../types.ts'

/** `taken`: dealt with now. `before`: dealt with earlier. `garbage`: opens to nothing, and never will. `later`: nobody took it. */
export type LetterOutcome = 'taken' | 'before' | 'garbage' | 'later'

export interface LettersParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly me: PeerId
  readonly keys: OwnKeys
  readonly handler: () => LetterHandler | null
  /** What came beside a letter that was taken. */
  readonly learn: (letter: Letter) => Promise<void>
}

/**
 * Opens letters, one at a time. What was taken is stored by its taker first; then, in one transaction, its key is destroyed
 * and its digest kept; then its holder may be told. Whenever the process ends, the letter is still there, or it is known
 * that it was taken.
 */
export class Letters {
  readonly #parts: LettersParts
  readonly #sql
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: LettersParts) {
    this.#parts = parts
    const { database } = parts
    this.#sql = {
      get: database.prepare<[string], { at_ms: number }>('SELECT at_ms FROM mail_taken WHERE digest = ?'),
      add: database.prepare<[string, number]>('INSERT OR REPLACE INTO mail_taken VALUES (?, ?)'),
      expire: database.prepare<[number]>('DELETE FROM mail_taken WHERE at_ms <= ?'),
      trim: database.prepare<[number]>(
        'DELETE FROM mail_taken WHERE digest IN (SELECT digest FROM mail_taken ORDER BY at_ms DESC LIMIT -1 OFFSET ?)',
      ),
    }
  }

  take(sealed: Uint8Array): Promise<LetterOutcome> {
    const taken = this.#turn.then(() => this.#take(sealed))
    this.#turn = taken.catch(() => {})
    return taken
  }

  sweep(): void {
    this.#sql.expire.run(this.#parts.clock.nowMs() - REMEMBER_MS)
    this.#sql.trim.run(MAX_REMEMBERED)
  }

  async #take(sealed: Uint8Array): Promise<LetterOutcome> {
    const { log, handler } = this.#parts
    const digest = digestOf(sealed)
    if (this.#sql.get.get(digest) !== undefined) return 'before'
    const id = keyIdOf(sealed)
    if (id === null) return 'garbage'
    for (const key of this.#parts.keys.openers(id)) {
      const opened = await openLetter(sealed, this.#parts.me, key.privateKey)
      if (opened.outcome === 'sealed') continue
      if (opened.outcome === 'false') {
        log.warn({ why: opened.why }, 'a letter opened, and is no letter')
        this.#done(digest, key)
        return 'garbage'
      }
      const take = handler()
      return take === null ? 'later' : await this.#hand(take, opened.letter, digest, key)
    }
    return 'garbage'
  }

  async #hand(take: LetterHandler, letter: Letter, digest: string, key: OpeningKey): Promise<LetterOutcome> {
    const { log } = this.#parts
    const { device, account, sentAtMs, body } = letter
    try {
      const outcome = await take({ from: { device, account }, sentAtMs, bytes: body, secrecy: key.secrecy })
      if (outcome === 'refused') log.info({ peer: device }, 'a letter was opened and is not wanted')
      else await this.#parts.learn(letter)
    } catch (error) {
      log.warn({ peer: device, error }, 'a letter was not taken, and comes again')
      return 'later'
    }
    this.#done(digest, key)
    return 'taken'
  }

  #done(digest: string, key: OpeningKey): void {
    this.#parts.database.transaction(() => {
      key.destroy()
      this.#sql.add.run(digest, this.#parts.clock.nowMs())
    })
  }
}
