import type { RuleId } from '../../../shared/ids.ts'
import type { Rule, Verdict, Who } from '../../../shared/model/door.ts'
import { kindOf } from './choice.ts'

export interface RuleFilter {
  text: string
  verdict: Verdict | 'any'
  /** A kind of capability: all apps are one. */
  capability: ReturnType<typeof kindOf<Rule['capability']>> | 'any'
  who: Who['kind'] | 'any'
  /** Only those about which something was found out. */
  found: boolean
}

export const allRules: RuleFilter = { text: '', verdict: 'any', capability: 'any', who: 'any', found: false }

export function isFiltering(filter: RuleFilter): boolean {
  return Object.entries(allRules).some(([key, value]) => filter[key as keyof RuleFilter] !== value)
}

/**
 * The rules that are wanted, in the order they are given. Each word of the text must be found; `wordsOf`: all that can
 * be read of a rule, in small letters.
 */
export function filterRules(
  rules: readonly Rule[],
  filter: RuleFilter,
  wordsOf: (rule: Rule) => string,
  found: { has: (id: RuleId) => boolean },
): readonly Rule[] {
  if (!isFiltering(filter)) return rules
  const wanted = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  return rules.filter((rule) => {
    if (filter.verdict !== 'any' && rule.verdict !== filter.verdict) return false
    if (filter.capability !== 'any' && kindOf(rule.capability) !== filter.capability) return false
    if (filter.who !== 'any' && rule.who.kind !== filter.who) return false
    if (filter.found && !found.has(rule.id)) return false
    if (wanted.length === 0) return true
    const words = wordsOf(rule)
    return wanted.every((word) => words.includes(word))
  })
}
