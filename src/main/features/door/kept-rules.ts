import type { RuleId } from '../../../shared/ids.ts'
import { letsIn, type Rule, type Scope } from '../../../shared/model/door.ts'
import type { Clock } from '../../platform/clock.ts'
import { isFromTheFuture, type Facts, type Now } from './policy.ts'
import { RuleEnds } from './rule-ends.ts'
import { RuleIndex } from './rule-index.ts'
import type { DoorStore } from './store.ts'
import type { DoorTime } from './time.ts'
import type { DoorEvent } from './types.ts'
import { isLasting } from './until.ts'

interface Parts {
  readonly clock: Clock
  readonly store: DoorStore
  readonly time: DoorTime
  readonly publish: (event: DoorEvent) => void
  /** The time of a rule is over. */
  readonly ended: () => void
}

/** What was found out of a rule's time. `endsMs`: when it runs out, in steady ms. `isOver`: it was seen to be over. */
export interface FoundEnd {
  readonly endsMs: number | undefined
  readonly isOver: boolean
}

const notFound: FoundEnd = { endsMs: undefined, isOver: false }

/**
 * The rules as they are held: in memory with their ends, where decisions find them, and those that last on the disk
 * too. What could not be written did not happen.
 */
export class KeptRules {
  readonly #parts: Parts
  readonly #rules = new Map<RuleId, Rule>()
  readonly #index = new RuleIndex()
  readonly #ends: RuleEnds
  /** Those whose time was seen to be over: no clock brings it back, if they let in. */
  readonly #over = new Set<RuleId>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#ends = new RuleEnds({ time: parts.time, clock: parts.clock, ended: (id) => this.#ended(id) })
    for (const { isOver, ...rule } of parts.store.rules()) {
      this.#rules.set(rule.id, rule)
      this.#index.put(rule)
      this.#ends.await(rule)
      if (isOver) this.#over.add(rule.id)
      else if (rule.until.kind === 'time' && this.#ends.leftMs(rule.id) <= 0) this.#markOver(rule)
      if (rule.enabled && isFromTheFuture(rule, parts.time.wallMs())) this.put({ ...rule, enabled: false })
    }
  }

  get size(): number {
    return this.#rules.size
  }

  list(): Rule[] {
    return [...this.#rules.values()]
  }

  get(id: RuleId): Rule | undefined {
    return this.#rules.get(id)
  }

  candidates(facts: Facts, now: Now): Rule[] {
    return this.#index.candidates(facts, now)
  }

  /** The rules for an account, and for names of it, about just this scope. */
  own(account: string, scope: Scope): readonly Rule[] {
    return this.#index.own(account, scope)
  }

  /** What the clock that nobody can set leaves of the time of a rule that has an end. */
  leftMs({ id, verdict }: Rule): number {
    return letsIn(verdict) && this.#over.has(id) ? 0 : this.#ends.leftMs(id)
  }

  endOf(id: RuleId): FoundEnd {
    return { endsMs: this.#ends.of(id), isOver: this.#over.has(id) }
  }

  put(rule: Rule, { endsMs, isOver }: FoundEnd = notFound): void {
    const old = this.#rules.get(rule.id)
    this.#undoable(rule.id)
    if (isOver) this.#over.add(rule.id)
    if (old !== undefined && JSON.stringify(old.until) !== JSON.stringify(rule.until)) this.#over.delete(rule.id)
    this.#ends.await(rule, endsMs)
    if (rule.until.kind === 'time' && this.#ends.leftMs(rule.id) <= 0) this.#over.add(rule.id)
    if (isLasting(rule)) this.#parts.store.putRule({ ...rule, isOver: this.#over.has(rule.id) })
    else if (old !== undefined && isLasting(old)) this.#parts.store.removeRule(rule.id)
    if (old !== undefined) this.#index.remove(old)
    this.#rules.set(rule.id, rule)
    this.#index.put(rule)
    this.#parts.publish({ event: 'rule-changed', rule })
  }

  /** Only its counts differ from those of `old`, and they are not worth a write to the disk. */
  count(old: Rule, rule: Rule): void {
    this.#rules.set(rule.id, rule)
    this.#index.replace(old, rule)
  }

  drop(rule: Rule): void {
    const { id } = rule
    this.#undoable(id)
    if (isLasting(rule)) this.#parts.store.removeRule(id)
    this.#ends.forget(id)
    this.#over.delete(id)
    this.#rules.delete(id)
    this.#index.remove(rule)
    this.#parts.publish({ event: 'rule-removed', id })
  }

  stop(): void {
    this.#ends.stop()
  }

  /** A rule is again as it is now, if the transaction in which it changes fails. */
  #undoable(id: RuleId): void {
    const [old, { endsMs, isOver }] = [this.#rules.get(id), this.endOf(id)]
    this.#parts.store.database.onRollback(() => {
      const failed = this.#rules.get(id)
      if (failed !== undefined) this.#index.remove(failed)
      this.#ends.forget(id)
      if (isOver) this.#over.add(id)
      else this.#over.delete(id)
      if (old === undefined) {
        this.#rules.delete(id)
        return this.#parts.publish({ event: 'rule-removed', id })
      }
      this.#rules.set(id, old)
      this.#index.put(old)
      this.#ends.await(old, endsMs)
      this.#parts.publish({ event: 'rule-changed', rule: old })
    })
  }

  #ended(id: RuleId): void {
    const rule = this.#rules.get(id)
    if (rule === undefined) return
    this.#markOver(rule)
    this.#parts.ended()
  }

  #markOver(rule: Rule): void {
    this.#over.add(rule.id)
    this.#parts.store.putRule({ ...rule, isOver: true })
  }
}
