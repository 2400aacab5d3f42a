import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findingsOf } from '../../../src/main/features/door/findings.ts'
import { decide, type Facts, type Ruling } from '../../../src/main/features/door/policy.ts'
import { anyMatch, type Finding, type Rule } from '../../../src/shared/model/door.ts'
import { HOUR, MINUTE, MiB } from '../../../src/shared/units.ts'
import { account, Ageing, anyFacts, anyRules, at, rule, ruleId } from './any-rule.ts'

const anna = { kind: 'account', account: account('a') } as const
const match = (change: Partial<Rule['match']>): Rule['match'] => ({ ...anyMatch, ...change })
const found = (...rules: Partial<Rule>[]): [number, Finding['kind'], number | null][] => {
  const all = rules.map((change, n) => rule({ id: ruleId(n), ...change }))
  const place = (id: string | null): number => all.findIndex((each) => each.id === id)
  return findingsOf(all, at(0)).map(({ rule, kind, by }) => [place(rule), kind, by === null ? null : place(by)])
}

describe('a rule is shadowed', () => {
  test('by a stricter or more urgent one about the same, and not the other way round', () => {
    expect(found({ verdict: 'allow' }, { verdict: 'deny' })).toEqual([[0, 'shadowed', 1]])
    expect(found({ verdict: 'allow', priority: 1 }, { verdict: 'deny' })).toEqual([[1, 'shadowed', 0]])
  })

  test('by a rule of the account, where it goes by a name of that account', () => {
    const name = { kind: 'name', name: 'anna.peer', account: account('a') } as const
    expect(found({ who: name }, { who: anna, verdict: 'deny' })).toEqual([[0, 'shadowed', 1]])
    expect(found({ who: name }, { who: { ...anna, account: account('b') }, verdict: 'deny' })).toEqual([])
  })

  test('by one that asks for as much, and takes all that it takes', () => {
    const small = { capability: 'file', match: match({ maxBytes: MiB }) } as const
    const large = { capability: 'file', match: match({ maxBytes: 2 * MiB }), priority: 1 } as const
    expect(found({ ...small, verdict: 'allow' }, { ...large, verdict: 'deny' })).toEqual([[0, 'shadowed', 1]])
    // A size that is not told is for those that keep out, and not for those that let in.
    expect(found({ ...small, verdict: 'deny' }, { ...large, verdict: 'allow' })).toEqual([])
    const [notes, today] = [match({ path: '/notes' }), match({ path: '/notes/today' })]
    expect(found({ match: today }, { match: notes, verdict: 'deny' })).toEqual([[0, 'shadowed', 1]])
    expect(found({ match: notes }, { match: today, verdict: 'deny' })).toEqual([])
    expect(found({ match: match({ path: '/notes2' }) }, { match: notes, verdict: 'deny' })).toEqual([])
  })

  test('by one for contacts and one for strangers together, as nobody is left', () => {
    const both = [
      { who: { kind: 'contact' }, verdict: 'allow' },
      { who: { kind: 'unknown' }, verdict: 'deny' },
    ] as const
    expect(found({ verdict: 'ignore' }, ...both)).toEqual([[0, 'shadowed', 1]])
    expect(found({ who: { kind: 'lan' }, verdict: 'ignore' }, ...both)).toEqual([[0, 'shadowed', 1]])
    expect(found({ verdict: 'ignore' }, both[0])).toEqual([])
  })

  test('only by what lasts as long as it does and never falls silent', () => {
    const deny = { verdict: 'deny' } as const
    const hour = { kind: 'time', untilMs: HOUR } as const
    expect(found({}, { ...deny, until: hour })).toEqual([])
    expect(found({ until: { kind: 'quit' } }, { ...deny, until: { kind: 'quit' } })).toEqual([[0, 'shadowed', 1]])
    expect(found({}, { ...deny, until: { kind: 'quit' } })).toEqual([])
    const twoHours = { kind: 'time', untilMs: 2 * HOUR } as const
    expect(found({ until: hour }, { ...deny, until: twoHours })).toEqual([[0, 'shadowed', 1]])
    expect(found({}, { verdict: 'allow-and-tell', match: match({ perHour: 1 }) })).toEqual([])
    expect(found({}, { ...deny, enabled: false })).toEqual([])
  })
})

describe('a rule is redundant', () => {
  test('where a wider one says the same, and nothing between them says otherwise', () => {
    const between = { who: { kind: 'group', group: 'family' }, verdict: 'allow' } as const
    const toAll = { verdict: 'deny' } as const
    expect(found({ who: anna, verdict: 'deny' }, toAll)).toEqual([[0, 'redundant', 1]])
    expect(found({ who: anna, verdict: 'deny' }, toAll, between)).toEqual([])
    const elsewhere = { ...between, capability: 'file' } as const
    expect(found({ who: anna, verdict: 'deny' }, toAll, elsewhere)).toEqual([[0, 'redundant', 1]])
  })

  test('where it says what another says, and then the older of the two', () => {
    const verdict = 'deny'
    expect(found({ verdict, createdMs: 1 }, { verdict, createdMs: 2 })).toEqual([[0, 'redundant', 1]])
    expect(found({ verdict, createdMs: 2 }, { verdict, createdMs: 1 })).toEqual([[1, 'redundant', 0]])
  })

  test('where the default says the same', () => {
    expect(found({ capability: 'lookup', verdict: 'allow' })).toEqual([[0, 'redundant', null]])
    expect(found({ capability: 'relay', verdict: 'deny', who: anna })).toEqual([[0, 'redundant', null]])
    expect(found({ capability: 'relay', verdict: 'deny', who: anna }, { capability: 'relay' })).toEqual([])
    expect(found({ capability: 'anything', verdict: 'ask' })).toEqual([])
  })

  test('with files, where the size is on the same side of what contacts may send', () => {
    const file = { capability: 'file' } as const
    const contact = { kind: 'contact' } as const
    const upTo = (bytes: number): Rule['match'] => match({ maxBytes: bytes })
    expect(found({ ...file, who: contact, match: upTo(16 * MiB) })).toEqual([[0, 'redundant', null]])
    expect(found({ ...file, who: contact, match: upTo(16 * MiB + 1) })).toEqual([])
    expect(found({ ...file, who: contact })).toEqual([])
    const ask = { ...file, verdict: 'ask' } as const
    expect(found({ ...ask, match: match({ minBytes: 16 * MiB }) })).toEqual([])
    expect(found({ ...ask, match: match({ minBytes: 16 * MiB + 1 }) })).toEqual([[0, 'redundant', null]])
    expect(found({ ...file, verdict: 'ask', who: { kind: 'unknown' } })).toEqual([[0, 'redundant', null]])
  })

  test('not where it spares a rule that is used up', () => {
    const once = { who: { kind: 'contact' }, until: { kind: 'once' } } as const
    expect(found({ who: anna }, {})).toEqual([[0, 'redundant', 1]])
    expect(found({ who: anna }, {}, once)).toEqual([[2, 'redundant', 1]])
  })
})

test('a rule whose time is over, or whose name has another owner, is found, and said in words', () => {
  const rules = [
    rule({ id: ruleId(1), until: { kind: 'time', untilMs: 10 } }),
    rule({
      id: ruleId(2),
      who: { kind: 'name', name: 'anna.peer', account: account('a') },
      suspended: { why: 'another owner', atMs: 5 },
    }),
    rule({ id: ruleId(3), capability: 'file', match: match({ maxBytes: 16 * MiB }) }),
    rule({ id: ruleId(4), capability: 'file', verdict: 'deny', match: match({ maxBytes: 32 * MiB }) }),
  ]
  expect(findingsOf(rules, at(11))).toEqual([
    { rule: ruleId(1), kind: 'over', by: null, why: 'Its time has run out.' },
    { rule: ruleId(2), kind: 'suspended', by: null, why: 'anna.peer belongs to somebody else now.' },
    {
      rule: ruleId(3),
      kind: 'shadowed',
      by: ruleId(4),
      why: 'The rule “deny files from anyone, at most 32 MiB” always comes before it.',
    },
  ])
})

type Step =
  | { do: 'ask'; facts: Facts }
  | { do: 'pass'; ms: number }
  | { do: 'set-clock'; ms: number }
  | { do: 'restart' }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('ask' as const), facts: anyFacts }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(MINUTE, 50 * MINUTE) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('set-clock' as const), ms: fc.constantFrom(-HOUR, HOUR) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
)

/** What a door of these rules says, step for step. */
function sayings(rules: readonly Rule[], lateBy: (rule: Rule) => number, steps: readonly Step[]): Ruling[] {
  const door = new Ageing(rules, lateBy)
  return steps.flatMap((step) => {
    switch (step.do) {
      case 'pass':
        door.pass(step.ms)
        return []
      case 'set-clock':
        door.setClock(step.ms)
        return []
      case 'restart':
        door.restart()
        return []
      case 'ask': {
        const ruling = decide(step.facts, door.rules, door.now)
        if (ruling.rule !== null) door.used(ruling.rule, step.facts.connection)
        return [ruling]
      }
    }
  })
}

test('whatever is found is so, whoever asks, however the clocks run, and whatever is used up', () => {
  const counted = { shadowed: 0, redundant: 0 }
  fc.assert(
    fc.property(
      anyRules(9),
      fc.array(fc.constantFrom(0, 0, 0, -HOUR, HOUR), { minLength: 9, maxLength: 9 }),
      fc.array(anyStep, { minLength: 10, maxLength: 40 }),
      (rules, late, steps) => {
        const lateBy = ({ id }: Rule): number => late[rules.findIndex((each) => each.id === id)] ?? 0
        const findings = findingsOf(rules, new Ageing(rules, lateBy).now)
        const before = sayings(rules, lateBy, steps)
        const verdicts = before.map(({ verdict }) => verdict)
        const without = (ids: readonly string[]): string[] =>
          sayings(rules.filter(({ id }) => !ids.includes(id)), lateBy, steps).map(({ verdict }) => verdict)
        const idle = findings.filter(({ kind }) => kind === 'shadowed' || kind === 'redundant')
        for (const { rule, kind } of idle) {
          if (kind === 'shadowed') expect(before.map((ruling) => ruling.rule)).not.toContain(rule)
          expect(without([rule]), `${kind} ${rule}`).toEqual(verdicts)
          counted[kind === 'shadowed' ? 'shadowed' : 'redundant']++
        }
        expect(without(idle.map(({ rule }) => rule)), 'all at once').toEqual(verdicts)
      },
    ),
    { numRuns: 3_000 },
  )
  // Else nothing was shown.
  expect(Math.min(counted.shadowed, counted.redundant)).toBeGreaterThan(300)
})
