import { letsIn, type Rule } from '../../../shared/model/door.ts'
import { baseOf, isTold } from './paths.ts'
import type { Facts, Now } from './policy.ts'
import { RankedRules } from './ranked-rules.ts'

/**
 * Rules about the same people and the same scope; those that ask for a path by that path, so that of a thousand paths
 * only those are looked at under which the path lies that is asked for.
 */
export class Shelf {
  readonly #plain = new RankedRules()
  readonly #byPath = new Map<string, RankedRules>()
  /** How many different paths have such a length. */
  readonly #lengths = new Map<number, number>()
  /** Those with a path that keep out: where no path is told, they speak all the same. */
  readonly #wary = new RankedRules()

  isEmpty(): boolean {
    return this.#plain.size === 0 && this.#byPath.size === 0
  }

  all(): readonly Rule[] {
    return [...this.#plain.all(), ...[...this.#byPath.values()].flatMap((rules) => rules.all())]
  }

  put(rule: Rule): void {
    const { list, wary } = this.#listsOf(rule)
    list.put(rule)
    wary?.put(rule)
  }

  replace(old: Rule, rule: Rule): void {
    const { list, wary } = this.#listsOf(old)
    list.replace(old, rule)
    wary?.replace(old, rule)
  }

  remove(rule: Rule): void {
    const { list, wary } = this.#listsOf(rule)
    list.remove(rule)
    wary?.remove(rule)
    const { path } = rule.match
    if (path === null || list.size > 0) return
    const base = baseOf(path)
    this.#byPath.delete(base)
    const others = (this.#lengths.get(base.length) ?? 1) - 1
    if (others === 0) this.#lengths.delete(base.length)
    else this.#lengths.set(base.length, others)
  }

  /** Adds to `found` what speaks about these facts, the best of it in any case. */
  find(facts: Facts, now: Now, found: Rule[]): void {
    add(this.#plain.first(facts, now), found)
    if (this.#byPath.size === 0) return
    const { path } = facts.about
    if (!isTold(path)) return add(this.#wary.first(facts, now), found)
    for (const length of this.#lengths.keys()) {
      if (length !== path.length && path[length] !== '/') continue
      add(this.#byPath.get(path.slice(0, length))?.first(facts, now), found)
    }
  }

  #listsOf({ verdict, match: { path } }: Rule): { list: RankedRules; wary: RankedRules | null } {
    if (path === null) return { list: this.#plain, wary: null }
    const base = baseOf(path)
    let list = this.#byPath.get(base)
    if (list === undefined) {
      list = new RankedRules()
      this.#byPath.set(base, list)
      this.#lengths.set(base.length, (this.#lengths.get(base.length) ?? 0) + 1)
    }
    return { list, wary: letsIn(verdict) ? null : this.#wary }
  }
}

function add(rule: Rule | undefined, found: Rule[]): void {
  if (rule !== undefined) found.push(rule)
}
