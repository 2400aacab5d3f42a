import type { Rule, Scope, Who } from '../../../shared/model/door.ts'
import type { Facts, Now } from './policy.ts'
import { Shelf } from './shelf.ts'

/** The enabled rules by whom and what they are about, so that a decision looks at a few of thousands. */
export class RuleIndex {
  readonly #shelves = new Map<Scope, Map<string, Shelf>>()

  put(rule: Rule): void {
    if (!rule.enabled) return
    const shelves = this.#shelves.get(rule.capability) ?? new Map<string, Shelf>()
    this.#shelves.set(rule.capability, shelves)
    const key = keyOf(rule.who)
    const shelf = shelves.get(key) ?? new Shelf()
    shelves.set(key, shelf)
    shelf.put(rule)
  }

  /** Takes the place of `old`, of which it differs in nothing by which rules are found or ranked. */
  replace(old: Rule, rule: Rule): void {
    if (old.enabled) this.#shelfOf(old)?.replace(old, rule)
  }

  remove(rule: Rule): void {
    const shelf = this.#shelfOf(rule)
    if (shelf === undefined || !rule.enabled) return
    shelf.remove(rule)
    if (!shelf.isEmpty()) return
    const shelves = this.#shelves.get(rule.capability)
    shelves?.delete(keyOf(rule.who))
    if (shelves?.size === 0) this.#shelves.delete(rule.capability)
  }

  /** Some of the rules that speak about these facts now, the one that wins among them. */
  candidates(facts: Facts, now: Now): Rule[] {
    const shelves = [this.#shelves.get(facts.capability), this.#shelves.get('anything')]
    const found: Rule[] = []
    for (const keys of tiersOf(facts)) {
      for (const key of keys) {
        for (const ofScope of shelves) ofScope?.get(key)?.find(facts, now, found)
      }
      // Whom a rule is about comes before all else: what is less specific has no say.
      if (found.length > 0) return found
    }
    return found
  }

  /** The rules for an account, and for names of it, about just this scope. */
  own(account: string, scope: Scope): readonly Rule[] {
    return this.#shelves.get(scope)?.get(account)?.all() ?? []
  }

  #shelfOf(rule: Rule): Shelf | undefined {
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
  if (account !== null) yield [account]
  if (groups.length > 0) yield groups.map((group) => `group ${group}`)
  yield [isContact ? 'contact' : 'unknown']
  if (route === 'lan' || route === 'local') yield ['lan']
  if (route === 'relayed') yield ['relayed']
  yield ['anyone']
}
