import type { AccountId, PeerId, RuleId } from '../../../shared/ids.ts'
import type { About, Capability, Decision } from '../../../shared/model/door.ts'
import type { Database } from '../../platform/database.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import type { DecisionLog, LogEntry } from './log.ts'
import { factsOf, type Ruling } from './policy.ts'
import type { RuleBook } from './rule-book.ts'
import { asWritten } from './stranger-words.ts'
import type { DoorEvent } from './types.ts'
import type { Guest } from './visitor.ts'

/** A decision and who made it. `rule`: the one that it comes from. */
export type Said = Pick<Decision, 'verdict' | 'why' | 'by'> & { readonly rule?: RuleId | null }

/** Writes decisions down with the facts they depended on, counts them at their rules, and publishes them. */
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

  decided(visitor: Guest, { rule = null, ...said }: Said): 'listed' | 'left-out' {
    const { account, peerId, capability, through } = visitor
    const facts = factsOf(this.#rules.facts({ ...visitor, about: asWritten(visitor.about) }), through)
    return this.#write({ account, peerId, capability, ...said, rule, facts })
  }

  /** A rule, a block or a default decided. `isUse`: a stream was let in, which uses an allowance for once up. */
  ruled(visitor: Guest, { verdict, why, rule }: Ruling, isUse: boolean): void {
    this.#database.transaction(() => {
      const written = this.decided(visitor, { verdict, why, rule, by: rule === null ? 'default' : 'rule' })
      this.#rules.hit(rule, isUse ? visitor.connection : null, written === 'listed')
    })
  }

  /** Nobody knows who asked: whether they are a contact cannot be known either. */
  unproven(peer: RemotePeer, capability: Capability, about: About): void {
    const { peerId, route, circuit } = peer
    const why = 'no account was proven'
    const through = circuit?.through ?? null
    const facts = { contact: false, groups: [], names: [], route, through, about: asWritten(about) }
    this.#write({ account: null, peerId, capability, verdict: 'deny', why, rule: null, by: 'limit', facts })
  }

  /** By a person, at no knock of theirs: there is nothing that it depended on. */
  blocked(account: AccountId, peerId: PeerId, isBlocked: boolean, note: string): void {
    const what = isBlocked ? 'the account was blocked' : 'the account is blocked no more'
    const why = note === '' ? what : `${what}: ${note}`
    const verdict = isBlocked ? 'ignore' : 'ask'
    this.#write({ account, peerId, capability: 'contact', verdict, why, rule: null, by: 'person', facts: null })
  }

  #write(entry: LogEntry): 'listed' | 'left-out' {
    const decision = this.#log.append(entry)
    if (decision === null) return 'left-out'
    this.#publish({ event: 'decided', decision })
    return 'listed'
  }
}
