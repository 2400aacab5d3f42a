import type { Rule } from '../../../shared/model/door.ts'
import { applies, outranks, type Facts, type Now } from './policy.ts'

/** Rules in the order in which they win, whatever is asked: the first that speaks is the best of them. */
export class RankedRules {
  readonly #rules: Rule[] = []

  get size(): number {
    return this.#rules.length
  }

  all(): readonly Rule[] {
    return this.#rules
  }

  put(rule: Rule): void {
    this.#rules.splice(this.#placeOf(rule), 0, rule)
  }

  /** Takes the place of `old`, of which it differs in nothing by which rules are ranked. */
  replace(old: Rule, rule: Rule): void {
    this.#rules[this.#placeOf(old)] = rule
  }

  remove(rule: Rule): void {
    this.#rules.splice(this.#placeOf(rule), 1)
  }

  first(facts: Facts, now: Now): Rule | undefined {
    for (const rule of this.#rules) if (applies(rule, facts, now)) return rule
    return undefined
  }

  /** Where a rule lies, or would. */
  #placeOf(rule: Rule): number {
    let [low, high] = [0, this.#rules.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#rules[middle]
      if (other !== undefined && outranks(other, rule)) low = middle + 1
      else high = middle
    }
    return low
  }
}
