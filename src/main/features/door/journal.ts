import type { PeerId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'
import type { DecisionLog, LogEntry } from './log.ts'
import type { Facts, Ruling } from './policy.ts'
import type { RuleBook } from './rule-book.ts'
import type { DoorEvent } from './types.ts'

/** Who asked for what, as far as the log names it. */
export type Asker = Pick<Facts, 'account' | 'capability' | 'connection'> & { readonly peerId: PeerId }

/** Writes decisions down, counts them at the rule that made them, and publishes them. */
export class Journal {
  readonly #database: Database
  readonly #log: DecisionLog
  readonly #rules: RuleBook
  readonly #publish: (event: DoorEvent) => void

  constructor(parts: { database: Database; log: DecisionLog; rules: RuleBook; publish: (event: DoorEvent) => void }) {
    this.#database = parts.database
    this.#log = parts.log
    this.#rules = parts.rules
    this.#publish = parts.publish
  }

  decided(entry: LogEntry): 'listed' | 'left-out' {
    const decision = this.#log.append(entry)
    if (decision === null) return 'left-out'
    this.#publish({ event: 'decided', decision })
    return 'listed'
  }

  /** A rule, a block or a default decided. `isUse`: a stream was let in, which uses an allowance for once up. */
  ruled(asker: Asker, ruling: Ruling, isUse: boolean): void {
    this.#database.transaction(() => {
      const by = ruling.rule === null ? 'default' : 'rule'
      const { account, peerId, capability } = asker
      const written = this.decided({
        account,
        peerId,
        capability,
        verdict: ruling.verdict,
        why: ruling.why,
        rule: ruling.rule,
        by,
      })
      this.#rules.hit(ruling.rule, isUse ? asker.connection : null, written === 'listed')
    })
  }
}
