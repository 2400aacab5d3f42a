import { LatchError } from '../../../shared/errors.ts'
import {
  type About,
  type Answer,
  type AnswerScope,
  type AnswerUntil,
  anyMatch,
  type Capability,
  letsIn,
  type Match,
  type Rule,
  type RuleDraft,
} from '../../../shared/model/door.ts'
import { winds } from './paths.ts'
import { isFor, rank } from './policy.ts'
import { ANSWERED } from './suggest.ts'
import { untilOf } from './until.ts'
import type { Visitor } from './visitor.ts'

/**
 * The rule that an answer means; null where it means none: a refusal for once, or a block. `winner`: the rule that
 * decides about them now, mostly the one that asks. *Errors*: LatchError BAD_INPUT.
 */
export function ruleOf(answer: Answer, asked: Visitor, winner: Rule | undefined, nowMs: number): RuleDraft | null {
  switch (answer.verdict) {
    case 'allow': {
      if (answer.scope === 'everything' && asked.capability === 'exit') {
        throw new LatchError('BAD_INPUT', 'Everything does not hold the way out to the web: allow that by itself.')
      }
      const until = untilOf(answer.until, asked.connection, nowMs)
      return draftFor(asked, answer.scope, verdictOf(answer), until, winner)
    }
    case 'deny': {
      const until = untilOf(answer.until, asked.connection, nowMs)
      const draft = draftFor(asked, answer.scope, verdictOf(answer), until, winner)
      return until.kind === 'once' ? null : draft
    }
    case 'ignore':
      return draftFor(asked, 'capability', 'ignore', { kind: 'quit' }, winner)
    case 'block':
      return null
  }
}

/** A rule that denies tells so to whoever comes; one that ignores does not. */
export function verdictOf(answer: Answer): Rule['verdict'] {
  switch (answer.verdict) {
    case 'allow':
      return answer.tell === true ? 'allow-and-tell' : 'allow'
    case 'deny':
      return answer.silently === true ? 'ignore' : 'deny'
    case 'ignore':
    case 'block':
      return 'ignore'
  }
}

/**
 * A rule for one account, for what it asked for. Only another rule of its own could come before it, by its priority or
 * by asking for more: the answer takes both from the one that asks, else the same question would come again.
 */
export function draftFor(
  { account, capability, about }: Pick<Visitor, 'account' | 'capability' | 'about'>,
  scope: AnswerScope = 'capability',
  verdict: Rule['verdict'],
  until: Rule['until'],
  winner?: Rule,
): RuleDraft {
  const wide = scope === 'everything' ? 'anything' : capability
  const asking = winner?.who.kind === 'account' && winner.capability === wide ? winner : undefined
  const asks: Match = { ...(asking?.match ?? anyMatch), perHour: null }
  return {
    who: { kind: 'account', account },
    capability: wide,
    match: scope === 'this' ? { ...asks, ...justThis(capability, about, verdict) } : asks,
    verdict,
    until,
    priority: asking?.priority ?? 0,
    note: '',
  }
}

/** Rules for the same account that say something else of what a draft is about, and would come before it. */
export function rulesAgainst(draft: RuleDraft, rules: readonly Rule[]): Rule[] {
  const { who, capability } = draft
  if (who.kind !== 'account') return []
  return rules.filter(
    (rule) =>
      rule.who.kind === 'account' &&
      rule.who.account === who.account &&
      rule.enabled &&
      (rule.capability === capability || isFor(draft, rule.capability)) &&
      sideOf(rule.verdict) !== sideOf(draft.verdict) &&
      rank(rule, draft) > 0,
  )
}

/** A question is neither a yes nor a no, and stands against both. */
function sideOf(verdict: Rule['verdict']): 'in' | 'out' | 'asks' {
  if (verdict === 'ask') return 'asks'
  return letsIn(verdict) ? 'in' : 'out'
}

/** Called so, as large as this and no larger, at this path. Who denies one thing says nothing of what is smaller. */
function justThis(capability: Capability, { name, bytes, path }: About, verdict: Rule['verdict']): Partial<Match> {
  if (name === null && bytes === null && path === null) {
    throw new LatchError('BAD_INPUT', 'They told no name, size or path: there is no “just this” to answer.')
  }
  if (capability === 'file' && bytes === null && letsIn(verdict)) {
    throw new LatchError('BAD_INPUT', 'They told no size: “just this” would be a file of any size.')
  }
  if (path !== null && winds(path)) {
    throw new LatchError('BAD_INPUT', 'That path winds; no rule can be about just that.')
  }
  return {
    ...(name === null || name === '' ? {} : { name }),
    ...(path === null ? {} : { path }),
    ...(bytes === null ? {} : { maxBytes: bytes }),
    ...(bytes === null || letsIn(verdict) ? {} : { minBytes: bytes }),
  }
}

const scopes: Record<AnswerScope, string> = { this: ' just this', capability: '', everything: ' everything' }

/** For the log: `answered: allow just this, once`. */
export function inWords(answer: Answer): string {
  switch (answer.verdict) {
    case 'allow':
      return `${ANSWERED}: allow${about(answer)}${answer.tell === true ? ', and tell' : ''}`
    case 'deny':
      return `${ANSWERED}: deny${about(answer)}${answer.silently === true ? ', silently' : ''}`
    case 'ignore':
      return `${ANSWERED}: ignore`
    case 'block':
      return `${ANSWERED}: block the account${(answer.note ?? '') === '' ? '' : `: ${answer.note}`}`
  }
}

function about({ scope = 'capability', until }: { scope?: AnswerScope | undefined; until: AnswerUntil }): string {
  return `${scopes[scope]}, ${howLong(until)}`
}

/** The last moment that a date can name. */
const LAST_DATE_MS = 8.64e15

function howLong(until: AnswerUntil): string {
  if (typeof until === 'string') return until
  return `until ${new Date(Math.min(until.untilMs, LAST_DATE_MS)).toISOString()}`
}
