import { RuleId, type AccountId } from '../../../shared/ids.ts'
import type { Capability, DecisionFacts, Rule, RuleDraft } from '../../../shared/model/door.ts'
import type { Facts } from './policy.ts'

/** No rule of a book has this id: those are random. */
export const TRIAL = RuleId.parse('a'.repeat(26))

/** The rule that a draft would be, if it were made at `nowMs`. */
export function trialOf(draft: RuleDraft, nowMs: number): Rule {
  const unused = { lastHitMs: null, hits: 0, suspended: null }
  return { ...draft, id: TRIAL, enabled: true, origin: 'person', createdMs: nowMs, ...unused }
}

/** What a line of the log depended on, for deciding it once more; on which connection it was, no line tells. */
export function factsAgain(account: AccountId, capability: Capability, facts: DecisionFacts): Facts & { account: AccountId } {
  const { contact: isContact, groups, names, route, about } = facts
  return { account, capability, about, isContact, isBlocked: false, groups, names, route, connection: '' }
}
