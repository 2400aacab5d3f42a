import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, RuleId } from '../../../shared/ids.ts'
import { nothingMore, RuleDraft, type Capability, type Rule } from '../../../shared/model/door.ts'
import { decide, isAbout, isFromTheFuture, letsIn, type Facts, type Ruling } from './policy.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { OpenFor } from '../../protocols/knock/index.ts'
import type { DoorStore } from './store.ts'
import type { DoorTime } from './time.ts'
import type { DoorEvent, NewRule } from './types.ts'

interface Parts {
  readonly clock: Clock
  readonly store: DoorStore
  readonly time: DoorTime
  readonly newId: () => RuleId
  readonly isContact: (account: AccountId) => boolean
  readonly publish: (event: DoorEvent) => void
  /** Something changed that can change a decision. */
  readonly changed: () => void
  readonly blocked: (account: AccountId) => void
}

/** Somebody who asks; of what exactly may not be said. */
type Asked = Pick<Facts, 'account' | 'capability' | 'route' | 'connection'> & Partial<Pick<Facts, 'about'>>

/**
 * The rules and the blocked accounts. What lasts `forever` or to a time is stored; the rest lives until the node stops.
 */
export class RuleBook {
  readonly #parts: Parts
  readonly #rules: Map<RuleId, Rule>
  readonly #blocked: Set<AccountId>
  /** When a rule's time runs out, in steady ms; what it let in goes then, and what it kept out is decided again. */
  readonly #ends = new Map<RuleId, { steadyMs: number; cancel: Cancel }>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#rules = new Map(parts.store.rules().map((rule) => [rule.id, rule]))
    for (const rule of this.list()) {
      this.#awaitEnd(rule)
      if (rule.enabled && isFromTheFuture(rule, parts.time.wallMs())) this.#put({ ...rule, enabled: false })
    }
    this.#blocked = new Set(parts.store.blocked())
  }

  list(): Rule[] {
    return [...this.#rules.values()]
  }

  blocked(): AccountId[] {
    return [...this.#blocked]
  }

  isBlocked(account: AccountId): boolean {
    return this.#blocked.has(account)
  }

  facts(visitor: Asked): Facts {
    const { account, capability, about = nothingMore, route, connection } = visitor
    const isContact = this.#parts.isContact(account)
    return { account, capability, about, isContact, isBlocked: this.#blocked.has(account), groups: [], names: [], route, connection }
  }

  decide(visitor: Asked): Ruling {
    const facts = this.facts(visitor)
    const leftMs = ({ id }: Rule): number => (this.#ends.get(id)?.steadyMs ?? 0) - this.#parts.time.steadyMs()
    return decide(facts, this.list(), { wallMs: this.#parts.time.wallMs(), leftMs, usedInHour: () => 0 })
  }

  get(id: RuleId | null): Rule | undefined {
    return id === null ? undefined : this.#rules.get(id)
  }

  add(draft: NewRule, origin: Rule['origin']): Rule {
    const rule: Rule = {
      id: this.#parts.newId(),
      enabled: true,
      ...RuleDraft.parse(draft),
      origin,
      createdMs: this.#parts.time.wallMs(),
      lastHitMs: null,
      hits: 0,
      suspended: null,
    }
    this.#put(rule)
    this.#parts.changed()
    return rule
  }

  /**
   * Lets an account in by a rule of its own, in place of any other that did, unless one lasts at least as long. The
   * rule speaks as loud as the `ask` that it answers, else that question would come again.
   */
  allow(
    account: AccountId,
    capability: Capability,
    until: OpenFor,
    origin: Rule['origin'],
    priority: number,
  ): { rule: Rule; isNew: boolean } {
    const lasting = ['once', 'quit', 'forever']
    const own = this.list().filter(
      (rule) =>
        isAbout(rule, account, capability) && rule.verdict === 'allow' && rule.enabled && rule.priority === priority,
    )
    const atLeast = own.find((rule) => lasting.indexOf(rule.until.kind) >= lasting.indexOf(until))
    if (atLeast !== undefined) return { rule: atLeast, isNew: false }
    for (const rule of own) {
      if (rule.until.kind !== 'connection') this.#drop(rule.id)
    }
    const draft: NewRule = {
      who: { kind: 'account', account },
      capability,
      verdict: 'allow',
      until: { kind: until },
      priority,
      note: '',
    }
    return { rule: this.add(draft, origin), isNew: true }
  }

  /** *Errors* of this and `remove`: LatchError NOT_FOUND. */
  enable(id: RuleId, enabled: boolean): Rule {
    const rule = { ...this.#known(id), enabled }
    this.#put(rule)
    this.#parts.changed()
    return rule
  }

  remove(id: RuleId): void {
    this.#drop(this.#known(id).id)
    this.#parts.changed()
  }

  block(account: AccountId, blocked: boolean): AccountId[] {
    if (this.#blocked.has(account) !== blocked) {
      this.#parts.store.putBlocked(account, blocked)
      if (blocked) this.#blocked.add(account)
      else this.#blocked.delete(account)
      this.#parts.publish({ event: 'blocked-changed', blocked: this.blocked() })
      this.#parts.changed()
      if (blocked) this.#parts.blocked(account)
    }
    return this.blocked()
  }

  /** A rule decided. `once` is then used up: it lasts as long as the connection it was used on. */
  hit(id: RuleId | null, connection: string | null, isLogged: boolean): void {
    const rule = this.get(id)
    if (rule === undefined) return
    const isUsedUp = rule.until.kind === 'once' && letsIn(rule.verdict) && connection !== null
    const until = isUsedUp ? ({ kind: 'connection', connection } as const) : rule.until
    const counted = { ...rule, until, hits: rule.hits + 1, lastHitMs: this.#parts.time.wallMs() }
    // What the log leaves out as a repetition is not worth a write to the disk either.
    if (isLogged || isUsedUp) this.#put(counted)
    else this.#rules.set(counted.id, counted)
  }

  stop(): void {
    for (const end of this.#ends.values()) end.cancel()
    this.#ends.clear()
  }

  connectionGone(connection: string): void {
    for (const rule of this.list()) {
      if (rule.until.kind === 'connection' && rule.until.connection === connection) this.#drop(rule.id)
    }
  }

  #known(id: RuleId): Rule {
    const rule = this.#rules.get(id)
    if (rule === undefined) throw new LatchError('NOT_FOUND', 'There is no rule of that id.')
    return rule
  }

  #put(rule: Rule): void {
    if (rule.until.kind === 'forever' || rule.until.kind === 'time') this.#parts.store.putRule(rule)
    this.#rules.set(rule.id, rule)
    this.#awaitEnd(rule)
    this.#parts.publish({ event: 'rule-changed', rule })
  }

  #awaitEnd(rule: Rule): void {
    if (rule.until.kind !== 'time' || this.#ends.has(rule.id)) return
    const steadyMs = this.#parts.time.steadyAt(rule.until.untilMs)
    const leftMs = steadyMs - this.#parts.time.steadyMs()
    const cancel = leftMs > 0 ? this.#parts.clock.after(leftMs, () => this.#parts.changed()) : (): void => {}
    this.#ends.set(rule.id, { steadyMs, cancel })
  }

  #drop(id: RuleId): void {
    this.#ends.get(id)?.cancel()
    this.#ends.delete(id)
    this.#parts.store.removeRule(id)
    this.#rules.delete(id)
    this.#parts.publish({ event: 'rule-removed', id })
  }
}
