import type { AccountId, PeerId, RuleId } from '../../../shared/ids.ts'
import type { About, Capability, Decision } from '../../../shared/model/door.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Log } from '../../platform/log.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { LOG_TOGETHER_MS, MAX_LOG_TOGETHER } from './limits.ts'
import type { DecisionLog, LogEntry } from './log.ts'
import { factsOf, type Ruling } from './policy.ts'
import type { RuleBook } from './rule-book.ts'
import { asWritten } from './stranger-words.ts'
import type { DoorEvent } from './types.ts'
import type { Guest } from './visitor.ts'

/** A decision and who made it. `rule`: the one that it comes from. */
export type Said = Pick<Decision, 'verdict' | 'why' | 'by'> & { readonly rule?: RuleId | null }

interface JournalParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly decisions: DecisionLog
  readonly rules: RuleBook
  readonly publish: (event: DoorEvent) => void
}

/** Writes decisions down with the facts they depended on, counts them at their rules, and publishes them. */
export class Journal {
  readonly #parts: JournalParts
  #waiting: (() => void)[] = []
  #cancel: Cancel = () => {}

  constructor(parts: JournalParts) {
    this.#parts = parts
    parts.decisions.settle = () => this.settle()
  }

  /** What waits is written. Errors: LatchError of the database. */
  settle(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#cancel()
    this.#waiting = []
    this.#parts.database.transaction(() => {
      for (const write of waiting) write()
    })
  }

  decided(visitor: Guest, said: Said): 'listed' | 'left-out' {
    return this.#write(this.#entryOf(visitor, said))
  }

  /** A rule, a block or a default decided. `isUse`: a stream was let in, which uses an allowance for once up. */
  ruled(visitor: Guest, { verdict, why, rule }: Ruling, isUse: boolean): void {
    const { database, rules } = this.#parts
    // What it depended on is as of now, whenever it is written.
    const entry = this.#entryOf(visitor, { verdict, why, rule, by: rule === null ? 'default' : 'rule' })
    const write = (): void =>
      database.transaction(() => {
        const written = this.#write(entry)
        rules.hit(rule, isUse ? visitor.connection : null, written === 'listed')
      })
    // Of a page and its parts each is a decision; one that uses a rule up, or is counted by it, is written at once.
    const decidedBy = rules.get(rule)
    const isPart = isUse && visitor.capability === 'visit' && visitor.about.path !== null
    if (isPart && decidedBy?.until.kind !== 'once' && (decidedBy?.match.perHour ?? null) === null) this.#soon(write)
    else write()
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

  #entryOf(visitor: Guest, { rule = null, ...said }: Said): LogEntry {
    const { account, peerId, capability, through } = visitor
    const facts = factsOf(this.#parts.rules.facts({ ...visitor, about: asWritten(visitor.about) }), through)
    return { account, peerId, capability, ...said, rule, facts }
  }

  #soon(write: () => void): void {
    const { clock, log } = this.#parts
    if (this.#waiting.length >= MAX_LOG_TOGETHER) this.settle()
    this.#waiting.push(write)
    if (this.#waiting.length > 1) return
    this.#cancel = clock.after(LOG_TOGETHER_MS, () => {
      try {
        this.settle()
      } catch (error) {
        log.error({ error }, 'what visitors were let in for could not be written down')
      }
    })
  }

  #write(entry: LogEntry): 'listed' | 'left-out' {
    const decision = this.#parts.decisions.append(entry)
    if (decision === null) return 'left-out'
    this.#parts.publish({ event: 'decided', decision })
    return 'listed'
  }
}
