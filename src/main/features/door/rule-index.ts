import type { Rule, Scope, Who } from '../../../shared/model/door.ts'
import { applies, outranks, type Facts, type Now } from './policy.ts'

/**
 * Rules by whom and what they are about, so that a decision looks at a few of thousands. Each list lies in the order in
 * which its rules win, whatever is asked: the first that speaks is the best of its list.
 */
export class RuleIndex {
  readonly #shelves = new Map<Scope, Map<string, Rule[]>>()

  put(rule: Rule): void {
    const shelf = this.#shelves.get(rule.capability) ?? new Map<string, Rule[]>()
    this.#shelves.set(rule.capability, shelf)
    const key = keyOf(rule.who)
    const list = shelf.get(key)
    if (list === undefined) shelf.set(key, [rule])
    else list.splice(placeOf(rule, list), 0, rule)
  }

  /** Takes the place of `old`, of which it differs in nothing by which rules are found or ranked. */
  replace(old: Rule, rule: Rule): void {
    const list = this.#listOf(old)
    if (list !== undefined) list[placeOf(old, list)] = rule
  }

  remove(rule: Rule): void {
    const list = this.#listOf(rule)
    if (list === undefined) return
    list.splice(placeOf(rule, list), 1)
    if (list.length > 0) return
    const shelf = this.#shelves.get(rule.capability)
    shelf?.delete(keyOf(rule.who))
    if (shelf?.size === 0) this.#shelves.delete(rule.capability)
  }

  /** Some of the rules that speak about these facts now, the one that wins among them. */
  candidates(facts: Facts, now: Now): Rule[] {
    const shelves = [this.#shelves.get(facts.capability), this.#shelves.get('anything')]
    for (const keys of tiersOf(facts)) {
      const found: Rule[] = []
      for (const shelf of shelves) {
        for (const key of keys) {
          const best = shelf?.get(key)?.find((rule) => applies(rule, facts, now))
          if (best !== undefined) found.push(best)
        }
      }
      // Whom a rule is about comes before all else: what is less specific has no say.
      if (found.length > 0) return found
    }
    return []
  }

  /** The rules for an account, and for names of it, about just this scope. */
  own(account: string, scope: Scope): readonly Rule[] {
    return this.#shelves.get(scope)?.get(account) ?? []
  }

  #listOf(rule: Rule): Rule[] | undefined {
    return this.#shelves.get(rule.capability)?.get(keyOf(rule.who))
  }
}

/** Account ids are 62 letters and digits: none of the other keys is one. */
function keyOf(who: Who): string {
  if (who.kind === 'account' || who.kind === 'name') return who.account
  return who.kind === 'group' ? `group ${who.group}` : who.kind
}

/** The keys of all rules that may be about these facts, the most specific first; see `specificity` in policy.ts. */
function* tiersOf({ account, groups, isContact, route }: Facts): Iterable<readonly string[]> {
  yield [account]
  if (groups.length > 0) yield groups.map((group) => `group ${group}`)
  yield [isContact ? 'contact' : 'unknown']
  if (route === 'lan' || route === 'local') yield ['lan']
  if (route === 'relayed') yield ['relayed']
  yield ['anyone']
}

/** Where a rule lies in a list, or would. */
function placeOf(rule: Rule, list: readonly Rule[]): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = list[middle]
    if (other !== undefined && outranks(other, rule)) low = middle + 1
    else high = middle
  }
  return low
}
