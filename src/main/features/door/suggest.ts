import type { AccountId } from '../../../shared/ids.ts'
import {
  anyMatch,
  type Decision,
  letsIn,
  type Match,
  type Rule,
  type RuleDraft,
  type Suggestion,
  type Verdict,
} from '../../../shared/model/door.ts'
import { MiB } from '../../../shared/units.ts'
import { isTold } from './paths.ts'
import { decide, type Now } from './policy.ts'
import { factsAgain, TRIAL, trialOf } from './trial.ts'

/** Fewer are no habit. */
const ALLOWED_OFTEN = 5
/** A refusal costs more than a click: whoever was refused so often is not going to be let in the next time. */
const DENIED_OFTEN = 3
/** More are not read. */
const MAX_SUGGESTIONS = 5
/** The smallest size that a suggestion names. Doubled until it covers what was allowed. */
const LEAST_BYTES = 1 * MiB

/** How the log begins what it says of a person's answer, and what it says where one was taken back. */
export const ANSWERED = 'answered'
export const TAKEN_BACK = { allowance: 'an allowance was taken back', refusal: 'a refusal was taken back' } as const

/** Which kind of answer this line takes back; null for every other line. */
export function takenBack({ by, why }: Pick<Decision, 'by' | 'why'>): keyof typeof TAKEN_BACK | null {
  if (by !== 'person') return null
  // The log may add to a reason how many lines it left out.
  if (why.startsWith(TAKEN_BACK.allowance)) return 'allowance'
  return why.startsWith(TAKEN_BACK.refusal) ? 'refusal' : null
}

export interface Habits {
  /** Newest first, as the log gives them. */
  readonly decisions: readonly Decision[]
  readonly rules: readonly Rule[]
  /** Ids of suggestions that this person does not want. */
  readonly declined: ReadonlySet<string>
  readonly isBlocked: (account: AccountId) => boolean
  readonly now: Pick<Now, 'wallMs' | 'leftMs'>
}

/**
 * Rules that would have spared this person questions: an account was allowed the same thing five times and never
 * refused since, or refused three times and never allowed since. Only a person's answers count, none that was taken
 * back, and none of which the log does not tell what it was about: nothing that others do without an answer adds to it.
 * No rule is suggested where one that lasts decides so already, where one for this account says what to do, or where
 * another would come before it. The most frequent first, five at most.
 */
export function suggestionsOf({ decisions, rules, declined, isBlocked, now }: Habits): Suggestion[] {
  const lasting = rules.filter(({ until }) => until.kind === 'forever')
  const candidates = [...answersOf(decisions).values()].flatMap((answers) => candidateOf(streakOf(answers)) ?? [])
  const found: Suggestion[] = []
  for (const { streak, account, ...suggestion } of candidates.toSorted(mostFrequentFirst)) {
    if (declined.has(suggestion.id) || isBlocked(account) || !isOfUse(suggestion.draft, streak, lasting, now)) continue
    found.push(suggestion)
    if (found.length === MAX_SUGGESTIONS) break
  }
  return found
}

interface Candidate extends Suggestion {
  readonly account: AccountId
  readonly streak: readonly Counted[]
}

function mostFrequentFirst(a: Suggestion, b: Suggestion): number {
  return b.count - a.count || b.lastMs - a.lastMs
}

function candidateOf(streak: readonly Counted[]): Candidate | null {
  const latest = streak.at(-1)
  if (latest === undefined) return null
  const { account, capability } = latest.facts
  const verdict = verdictOf(streak)
  const who = { kind: 'account', account } as const
  const draft = { ...plainDraft, who, capability, verdict, match: matchOf(streak) }
  const id = `${letsIn(verdict) ? 'allow' : 'deny'}/${capability}/${account}`
  return { id, draft, count: streak.length, lastMs: latest.atMs, account, streak }
}

const plainDraft = { until: { kind: 'forever' }, priority: 0, note: '' } as const

interface Answered {
  readonly verdict: Verdict
  readonly atMs: number
  /** Null where the log does not tell enough; such an answer ends a habit, and is part of none. */
  readonly facts: Known | null
}
type Known = ReturnType<typeof factsAgain>
type Counted = Answered & { readonly facts: Known }

/** The answers about each account and capability that were not taken back, oldest first. */
function answersOf(decisions: readonly Decision[]): Map<string, Answered[]> {
  const all = new Map<string, Answered[]>()
  for (const { account, capability, verdict, why, by, atMs, facts } of decisions.toReversed()) {
    if (account === null || by !== 'person') continue
    const key = `${account} ${capability}`
    const answers = all.get(key) ?? []
    all.set(key, answers)
    const kind = takenBack({ by, why })
    if (kind !== null) {
      const at = answers.findLastIndex((answer) => letsIn(answer.verdict) === (kind === 'allowance'))
      if (at >= 0) answers.splice(at, 1)
    } else if (verdict !== 'ask') {
      const isTold = facts !== null && why.startsWith(ANSWERED)
      answers.push({ verdict, atMs, facts: isTold ? factsAgain(account, capability, facts) : null })
    }
  }
  return all
}

/** The latest answers that were all of one kind, if they are often enough to be a habit. */
function streakOf(answers: readonly Answered[]): Counted[] {
  const last = answers.at(-1)
  if (last === undefined) return []
  const isIn = letsIn(last.verdict)
  const turn = answers.findLastIndex(({ verdict }) => letsIn(verdict) !== isIn)
  const streak = answers.slice(turn + 1).filter((answer): answer is Counted => isPartOfHabit(answer))
  return streak.length < (isIn ? ALLOWED_OFTEN : DENIED_OFTEN) ? [] : streak
}

/** A rule that lets in by size or path has nothing to go by where they are not told, or where a path winds. */
function isPartOfHabit({ facts, verdict }: Answered): boolean {
  if (facts === null) return false
  if (!letsIn(verdict)) return true
  if (facts.capability === 'file' && facts.about.bytes === null) return false
  return facts.about.path === null || isTold(facts.about.path)
}

/** The quietest that was always meant. */
function verdictOf(streak: readonly Counted[]): Verdict {
  const isAlways = (verdict: Verdict): boolean => streak.every((answer) => answer.verdict === verdict)
  if (letsIn(streak[0]?.verdict ?? 'deny')) return isAlways('allow-and-tell') ? 'allow-and-tell' : 'allow'
  return isAlways('ignore') ? 'ignore' : 'deny'
}

/** No wider than what was allowed, so far as it was told. */
function matchOf(streak: readonly Counted[]): Match {
  if (!letsIn(verdictOf(streak))) return anyMatch
  const paths = streak.flatMap(({ facts }) => facts.about.path ?? [])
  const sizes = streak.flatMap(({ facts }) => (facts.capability === 'file' ? (facts.about.bytes ?? []) : []))
  return {
    ...anyMatch,
    maxBytes: sizes.length === 0 ? null : roundedUp(Math.max(...sizes)),
    path: paths.length === streak.length ? commonPath(paths) : null,
  }
}

function roundedUp(bytes: number): number {
  let up = LEAST_BYTES
  while (up < bytes) up *= 2
  return Math.min(up, Number.MAX_SAFE_INTEGER)
}

/** `/a` of `/a/b` and `/a/c`; null where they have nothing in common. */
function commonPath(paths: readonly string[]): string | null {
  const [first = [], ...others] = paths.map((path) => path.split('/'))
  const differs = first.findIndex((step, at) => others.some((other) => other[at] !== step))
  const common = differs < 0 ? first : first.slice(0, differs)
  // Of absolute paths, the root; of others, nothing.
  return common.join('/') || (common.length > 0 ? '/' : null)
}

/** Whether the rule would have decided the latest of them, and some of them are not decided so already. */
function isOfUse(draft: RuleDraft, streak: readonly Counted[], lasting: readonly Rule[], now: Habits['now']): boolean {
  const latest = streak.at(-1)
  if (latest === undefined) return false
  const times: Now = { wallMs: now.wallMs, leftMs: (rule) => now.leftMs(rule), usedInHour: () => 0 }
  const isIn = letsIn(draft.verdict)
  const isDecided = ({ facts }: Counted): boolean => {
    const { verdict } = decide(facts, lasting, times)
    return verdict !== 'ask' && letsIn(verdict) === isIn
  }
  if (streak.every(isDecided)) return false
  const { account } = latest.facts
  const today = decide(latest.facts, lasting, times).rule
  if (lasting.some(({ id, who }) => id === today && who.kind === 'account' && who.account === account)) return false
  return decide(latest.facts, [...lasting, trialOf(draft, now.wallMs)], times).rule === TRIAL
}
