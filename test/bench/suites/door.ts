import { decide, type Facts, type Now } from '../../../src/main/features/door/policy.ts'
import { RuleBook } from '../../../src/main/features/door/rule-book.ts'
import { DoorStore } from '../../../src/main/features/door/store.ts'
import { DoorTime } from '../../../src/main/features/door/time.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { AccountId, RuleId } from '../../../src/shared/ids.ts'
import {
  anyMatch,
  type Capability,
  type Rule,
  type RuleDraft,
  type Verdict,
  type Who,
} from '../../../src/shared/model/door.ts'
import { MiB } from '../../../src/shared/units.ts'
import { ratio, type Figure } from '../report.ts'
import { interleave, type Summary } from '../stats.ts'

const RULES = 1_000
const ACCOUNTS = 400
/** Enough for a figure of some ten milliseconds; the walk over all rules gets fewer, as it needs longer for each. */
const DECISIONS = 20_000
const DECISIONS_OF_WALK = 1_000
const ROUNDS = 30
const WARM_UP = 5
const GOAL = '≥ 100,000 a second'

type Visitor = Omit<Facts, 'isContact' | 'isBlocked' | 'groups' | 'names'>

/**
 * Decisions a second with 1,000 rules, by the door's rule book; beside a walk over all of them by the same pure
 * function, in turn. Mixed: rules of all kinds, and visitors of whom half have rules of their own. Then what is worst: all
 * rules are about whoever comes and speak; ask for a path at which nobody is; ask for a size that nothing has, where
 * there is no way but to look at each.
 */
export async function door(): Promise<Figure[]> {
  const figures: Figure[] = []
  const cases = { mixed: mixed(), 'all apply': allApply(), 'other paths': noneIsThere(), 'other sizes': noneFits() }
  for (const [what, drafts] of Object.entries(cases)) {
    const took = await measured(drafts)
    const all: Figure[] = [
      { suite: 'door', what: `walk over 1,000 rules, ${what}`, unit: '/s', summary: took.walk },
      {
        suite: 'door',
        what: `decisions with 1,000 rules, ${what}`,
        unit: '/s',
        summary: took.book,
        ...ratio(took.book, took.walk, 'the walk'),
        goal: GOAL,
      },
    ]
    figures.push(...all)
  }
  return figures
}

function measured(drafts: readonly RuleDraft[]): Promise<{ book: Summary; walk: Summary }> {
  const rules = bookOf(drafts)
  const list: readonly Rule[] = rules.list()
  const asked = visitors.map((visitor) => rules.facts(visitor))
  const now: Now = rules.now()
  let letIn = 0
  const perSecond = async (count: number, one: (at: number) => Verdict): Promise<number> => {
    const startMs = performance.now()
    for (let n = 0; n < count; n++) if (one(n % visitors.length) === 'allow') letIn++
    const tookMs = performance.now() - startMs
    // Looked at, so that nothing of it can be left out.
    if (letIn < 0) throw new Error('more left than came')
    return (count / tookMs) * 1_000
  }
  return interleave(
    {
      book: () => perSecond(DECISIONS, (at) => rules.decide(visitors[at] ?? anybody).verdict),
      walk: () => perSecond(DECISIONS_OF_WALK, (at) => decide(asked[at] ?? rules.facts(anybody), list, now).verdict),
    },
    ROUNDS,
    WARM_UP,
  )
}

function bookOf(drafts: readonly RuleDraft[]): RuleBook {
  let made = 0
  const groups = [['family'], ['club', 'work'], []]
  const rules = new RuleBook({
    clock: systemClock,
    store: new DoorStore(openMemoryDatabase()),
    time: new DoorTime(systemClock),
    newId: () => RuleId.parse((made++).toString(2).padStart(26, '0').replaceAll('0', 'a').replaceAll('1', 'b')),
    isContact: (account) => account.endsWith('0'),
    isBlocked: () => false,
    groupsOf: (account) => groups[account.charCodeAt(61) % groups.length] ?? [],
    names: { of: () => [], ownerOf: () => 'unknown' },
    publish: () => {},
    changed: () => {},
  })
  rules.addAll(drafts, 'person')
  return rules
}

const account = (n: number): AccountId => AccountId.parse(`k51${n.toString(36).padStart(59, '0')}`)
const capabilities: readonly Capability[] = ['contact', 'file', 'visit', 'relay', 'lookup', 'app:chess']
const routes = ['direct', 'lan', 'relayed', 'local'] as const
const pick = <Of>(list: readonly Of[], n: number): Of => list[n % list.length] as Of

const visitors: readonly Visitor[] = Array.from({ length: 997 }, (_, n) => ({
  // Half of them have no rule of their own.
  account: account((n * 7) % (2 * ACCOUNTS)),
  capability: pick(capabilities, n),
  about: { name: null, bytes: (n % 40) * MiB, path: `/shelf-${n % 11}/page-${n}` },
  route: pick(routes, n),
  connection: `connection ${n}`,
}))
const anybody = pick(visitors, 0)

const plain = { match: anyMatch, until: { kind: 'forever' }, priority: 0, note: '' } as const

function mixed(): RuleDraft[] {
  const whos: readonly Who['kind'][] = ['account', 'account', 'account', 'group', 'contact', 'unknown', 'lan', 'anyone']
  return Array.from({ length: RULES }, (_, n): RuleDraft => {
    const kind = pick(whos, n)
    const who: Who =
      kind === 'account'
        ? { kind, account: account((n * 13) % ACCOUNTS) }
        : kind === 'group'
          ? { kind, group: pick(['family', 'club', 'work'], n) }
          : { kind: kind as 'contact' }
    const path = n % 3 === 0 ? `/shelf-${n % 17}` : null
    const match = { ...anyMatch, path, maxBytes: n % 5 === 0 ? (n % 50) * MiB : null }
    const capability = n % 20 === 0 ? 'anything' : pick(capabilities, n)
    const verdict = pick(['allow', 'deny', 'ask', 'ignore'] as const, n)
    return { ...plain, who, capability, match, verdict, priority: (n % 7) - 3 }
  })
}

function allApply(): RuleDraft[] {
  const verdicts = ['allow', 'deny', 'ask'] as const
  return Array.from({ length: RULES }, (_, n): RuleDraft => {
    const verdict = pick(verdicts, n)
    return { ...plain, who: { kind: 'anyone' }, capability: 'anything', verdict, priority: (n % 201) - 100 }
  })
}

function noneFits(): RuleDraft[] {
  return Array.from({ length: RULES }, (_, n): RuleDraft => {
    const match = { ...anyMatch, minBytes: (50 + n) * MiB }
    return { ...plain, who: { kind: 'anyone' }, capability: 'anything', verdict: 'allow', match }
  })
}

function noneIsThere(): RuleDraft[] {
  return Array.from({ length: RULES }, (_, n): RuleDraft => {
    const match = { ...anyMatch, path: `/elsewhere-${n}` }
    return { ...plain, who: { kind: 'anyone' }, capability: 'anything', verdict: 'allow', match }
  })
}
