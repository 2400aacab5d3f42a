import type { AccountId, RuleId } from '../../../shared/ids.ts'
import {
  type Capability,
  type Decision,
  letsIn,
  type Rehearsal,
  type Rule,
  type RuleDraft,
} from '../../../shared/model/door.ts'
import { HOUR } from '../../../shared/units.ts'
import { applies, isFor, isOutOfReach, outranks, type Facts, type Now } from './policy.ts'
import { takenBack } from './suggest.ts'
import { factsAgain, trialOf } from './trial.ts'

/** As many as a person scrolls through; the rest are counted. */
const MAX_CHANGES = 100

export interface Rehearsing {
  readonly draft: RuleDraft
  /** The rule that the draft would replace, and whose age it would keep where it ends at the same time. */
  readonly replaces?: RuleId | undefined
  /** Newest first, as the log gives them. */
  readonly decisions: readonly Decision[]
  /** Today's. */
  readonly rules: readonly Rule[]
  readonly isBlocked: (account: AccountId) => boolean
  readonly now: Pick<Now, 'wallMs' | 'leftMs'>
}

/**
 * What a draft would have done to these decisions. What a limit decided stays as it was, and that an answer was taken
 * back is no decision: neither is looked at. A line that does not tell whom it is about, or on what it depended, is
 * `unknown`.
 *
 * It is assumed that
 * - the draft was in force all the time, whatever its end, and all else was as it is now: the rules that last, and who
 *   is blocked. Rules for one entry or one connection are for what is to come, and left out;
 * - who came was as the log says: contact or not, in which groups, under which names, by which way;
 * - so often an hour is counted by the times of the log, over what is in it. A knock about which a person was asked has
 *   a line for the question and one for what came of it: both are looked at, and they are one use;
 * - `once` lets in the first, and `connection` nobody: the log does not tell connections.
 */
export function rehearse({ draft, replaces, decisions, rules, isBlocked, now }: Rehearsing): Rehearsal {
  const looked = decisions.filter((decision) => decision.by !== 'limit' && takenBack(decision) === null)
  const stage = new Stage(draft, replaces, rules, now)
  let unknown = 0
  const decided = looked.toReversed().filter((decision) => {
    const { account, facts } = decision
    if (account === null || facts === null) {
      unknown++
      return false
    }
    const known = factsAgain(account, decision.capability, facts)
    return !isBlocked(account) && stage.isDraftsTurn(decision, known) && !isOutOfReach(known, draft.verdict)
  })
  const changed = decided.filter(({ verdict }) => verdict !== draft.verdict).toReversed()
  return {
    looked: looked.length,
    unknown,
    decides: decided.length,
    changes: changed.slice(0, MAX_CHANGES).map((decision) => ({ decision, would: draft.verdict })),
    changed: changed.length,
  }
}

/** The log once more, from its oldest line on, with the draft among the rules. */
class Stage {
  readonly #draft: Rule
  /** What comes before the draft, in the order in which it wins; nothing else can keep the draft from deciding. */
  readonly #ahead: readonly Rule[]
  readonly #aheadOf = new Map<Capability, readonly Rule[]>()
  /** Of these, the rules of one account: they come before all others. */
  readonly #own = new Map<AccountId, Rule[]>()
  readonly #now: Now
  readonly #usesMs = new Map<RuleId, number[]>()
  /** What the draft would have done about each question, for the line about what came of it. */
  readonly #questions = new Map<string, boolean>()
  #isUsedUp = false
  #atMs = 0

  constructor(draft: RuleDraft, replaces: RuleId | undefined, rules: readonly Rule[], now: Rehearsing['now']) {
    this.#draft = ruleOf(draft, rules.find(({ id }) => id === replaces), now.wallMs)
    const ahead = rules
      .filter(({ id, until }) => id !== replaces && until.kind !== 'once' && until.kind !== 'connection')
      .filter((rule) => outranks(rule, this.#draft))
      .toSorted((a, b) => (outranks(a, b) ? -1 : 1))
    this.#ahead = ahead.filter(({ who }) => who.kind !== 'account')
    for (const rule of ahead) {
      if (rule.who.kind !== 'account') continue
      const own = this.#own.get(rule.who.account)
      if (own === undefined) this.#own.set(rule.who.account, [rule])
      else own.push(rule)
    }
    // The draft is one of those that last here, so that its end is never asked for.
    this.#now = {
      wallMs: now.wallMs,
      leftMs: (rule) => now.leftMs(rule),
      usedInHour: ({ id }) => (this.#usesMs.get(id) ?? []).filter((ms) => ms > this.#atMs - HOUR).length,
    }
  }

  /** Whether the draft decides this line, which is the next one of the log. */
  isDraftsTurn({ by, atMs }: Decision, facts: Facts & { account: AccountId }): boolean {
    this.#atMs = atMs
    const question = JSON.stringify([facts.account, facts.capability, facts.about])
    const asked = by === 'person' || by === 'timeout' ? this.#questions.get(question) : undefined
    if (asked !== undefined) return asked
    const winner = this.#winner(facts)
    if (winner !== undefined && letsIn(winner.verdict)) this.#use(winner)
    const isTurn = winner === this.#draft
    this.#questions.set(question, isTurn)
    return isTurn
  }

  #winner(facts: Facts & { account: AccountId }): Rule | undefined {
    const speaks = (rule: Rule): boolean => applies(rule, facts, this.#now)
    const before = this.#own.get(facts.account)?.find(speaks) ?? this.#aheadFor(facts.capability).find(speaks)
    if (before !== undefined) return before
    return !this.#isUsedUp && speaks(this.#draft) ? this.#draft : undefined
  }

  #aheadFor(capability: Capability): readonly Rule[] {
    const known = this.#aheadOf.get(capability)
    if (known !== undefined) return known
    const rules = this.#ahead.filter((rule) => isFor(rule, capability))
    this.#aheadOf.set(capability, rules)
    return rules
  }

  #use({ id, match, until }: Rule): void {
    if (until.kind === 'once') this.#isUsedUp = true
    if (match.perHour === null) return
    const usesMs = this.#usesMs.get(id)
    if (usesMs === undefined) this.#usesMs.set(id, [this.#atMs])
    else usesMs.push(this.#atMs)
  }
}

function ruleOf(draft: RuleDraft, replaced: Rule | undefined, nowMs: number): Rule {
  // Of two rules that are equal in all else, the newer one wins; a new end makes a rule new.
  const isSameEnd = JSON.stringify(replaced?.until) === JSON.stringify(draft.until)
  const trial = trialOf(draft, isSameEnd ? (replaced?.createdMs ?? nowMs) : nowMs)
  return {
    ...trial,
    id: replaced?.id ?? trial.id,
    until: draft.until.kind === 'time' ? { kind: 'forever' } : draft.until,
  }
}
