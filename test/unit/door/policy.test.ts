import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide, isFromTheFuture, letsIn, type Facts, type Now } from '../../../src/main/features/door/policy.ts'
import { AccountId, RuleId } from '../../../src/shared/ids.ts'
import { anyMatch, nothingMore, type Rule, type Verdict } from '../../../src/shared/model/door.ts'

const account = (letter: string): AccountId => AccountId.parse(`k51${letter.repeat(59)}`)
const ruleId = (n: number): RuleId =>
  RuleId.parse(n.toString(2).padStart(26, 'a').replaceAll('0', 'b').replaceAll('1', 'c'))
const clocks = (wallMs: number, steadyMs: number): Now => ({
  wallMs,
  leftMs: ({ until }) => (until.kind === 'time' ? until.untilMs - steadyMs : 0),
  usedInHour: () => 0,
})
const at = (ms: number): Now => clocks(ms, ms)

const anna: Facts = {
  account: account('a'),
  capability: 'contact',
  about: nothingMore,
  isContact: false,
  isBlocked: false,
  groups: [],
  names: [],
  route: 'direct',
  connection: 'one',
}

const rule = (change: Partial<Rule>): Rule => ({
  id: ruleId(1),
  enabled: true,
  priority: 0,
  who: { kind: 'anyone' },
  capability: 'contact',
  match: anyMatch,
  verdict: 'allow',
  until: { kind: 'forever' },
  note: '',
  origin: 'person',
  createdMs: 0,
  lastHitMs: null,
  hits: 0,
  suspended: null,
  ...change,
})

describe('without a rule', () => {
  test.each([
    ['contact', 'ask'],
    ['file', 'ask'],
    ['visit', 'ask'],
    ['app:chess', 'ask'],
    ['lookup', 'allow'],
    ['relay', 'deny'],
    ['hold-mail', 'deny'],
  ] as const)('%s is decided by its default, %s', (capability, verdict) => {
    expect(decide({ ...anna, capability }, [], at(0))).toMatchObject({ verdict, rule: null })
  })
})

describe('among rules', () => {
  test('an account’s beats one for contacts, that one for how they came, and that one for anyone', () => {
    const facts: Facts = { ...anna, isContact: true, route: 'relayed' }
    const rules = [
      rule({ id: ruleId(1), who: { kind: 'anyone' }, verdict: 'deny', priority: 100 }),
      rule({ id: ruleId(2), who: { kind: 'relayed' }, verdict: 'allow', priority: 50 }),
      rule({ id: ruleId(3), who: { kind: 'contact' }, verdict: 'ignore' }),
      rule({ id: ruleId(4), who: { kind: 'account', account: anna.account }, verdict: 'ask', priority: -100 }),
    ]
    for (let left = rules.length; left > 0; left--) {
      expect(decide(facts, rules.slice(0, left), at(0)).rule).toBe(ruleId(left))
    }
  })

  test('of equal rank the higher priority wins, and then deny', () => {
    const allow = rule({ id: ruleId(1), verdict: 'allow', priority: 1 })
    const deny = rule({ id: ruleId(2), verdict: 'deny', priority: 0 })
    expect(decide(anna, [allow, deny], at(0)).verdict).toBe('allow')
    expect(decide(anna, [{ ...allow, priority: 0 }, deny], at(0)).verdict).toBe('deny')
  })

  test('an answer beats the ask that it answers', () => {
    expect(decide(anna, [rule({ id: ruleId(1), verdict: 'ask' }), rule({ id: ruleId(2) })], at(0)).verdict).toBe(
      'allow',
    )
  })

  test('a rule for another account, capability or connection, or one switched off, says nothing', () => {
    const others = [
      rule({ who: { kind: 'account', account: account('b') } }),
      rule({ capability: 'file' }),
      rule({ enabled: false }),
      rule({ until: { kind: 'connection', connection: 'another' } }),
      rule({ who: { kind: 'contact' } }),
      rule({ who: { kind: 'lan' } }),
      rule({ who: { kind: 'relayed' } }),
    ]
    expect(decide(anna, others, at(0)).verdict).toBe('ask')
  })

  test('strangers are those who are no contacts, and this machine is part of the local network', () => {
    expect(decide(anna, [rule({ who: { kind: 'unknown' } })], at(0)).verdict).toBe('allow')
    expect(decide({ ...anna, isContact: true }, [rule({ who: { kind: 'unknown' } })], at(0)).verdict).toBe('ask')
    for (const route of ['lan', 'local'] as const) {
      expect(decide({ ...anna, route }, [rule({ who: { kind: 'lan' } })], at(0)).verdict).toBe('allow')
    }
  })

  test('nothing lets a blocked account in', () => {
    expect(decide({ ...anna, isBlocked: true }, [rule({ priority: 100 })], at(0)).verdict).toBe('ignore')
  })
})

describe('a rule with an end', () => {
  const until = { kind: 'time', untilMs: 1_000 } as const

  test('lets in until then, and not at it', () => {
    expect(decide(anna, [rule({ until })], at(999)).verdict).toBe('allow')
    expect(decide(anna, [rule({ until })], at(1_000)).verdict).toBe('ask')
  })

  test('is over for an allowance, and not for a refusal, where the clock may have jumped', () => {
    for (const jumped of [clocks(500, 1_500), clocks(1_500, 500)]) {
      expect(decide(anna, [rule({ until })], jumped).verdict).toBe('ask')
      const rules = [rule({ until, verdict: 'deny' }), rule({ id: ruleId(2), priority: -1 })]
      expect(decide(anna, rules, jumped).verdict).toBe('deny')
    }
  })

  test('is distrusted when the clock shows a time before it was made or last used', () => {
    const hour = 3_600_000
    const allowance = rule({ until: { kind: 'time', untilMs: 10 * hour }, createdMs: hour, lastHitMs: 5 * hour })
    expect(isFromTheFuture(allowance, 4 * hour)).toBe(true)
    expect(isFromTheFuture(allowance, 5 * hour)).toBe(false)
    expect(isFromTheFuture({ ...allowance, verdict: 'deny' }, 0)).toBe(false)
  })
})

const verdicts: Verdict[] = ['allow', 'allow-and-tell', 'ask', 'deny', 'ignore']
const anyRule = fc
  .record({
    n: fc.nat(999),
    enabled: fc.boolean(),
    priority: fc.integer({ min: -2, max: 2 }),
    who: fc.constantFrom<Rule['who']>(
      { kind: 'account', account: account('a') },
      { kind: 'account', account: account('b') },
      { kind: 'contact' },
      { kind: 'unknown' },
      { kind: 'lan' },
      { kind: 'relayed' },
      { kind: 'anyone' },
    ),
    capability: fc.constantFrom<Rule['capability']>('contact', 'file', 'lookup', 'relay'),
    verdict: fc.constantFrom(...verdicts),
    until: fc.constantFrom<Rule['until']>(
      { kind: 'forever' },
      { kind: 'once' },
      { kind: 'connection', connection: 'one' },
      { kind: 'connection', connection: 'two' },
      { kind: 'time', untilMs: 100 },
    ),
  })
  .map(({ n, ...rest }) => rule({ id: ruleId(n), ...rest }))
const anyFacts: fc.Arbitrary<Facts> = fc.record({
  account: fc.constant(account('a')),
  capability: fc.constantFrom<Facts['capability']>('contact', 'file', 'lookup', 'relay'),
  about: fc.constant(nothingMore),
  isContact: fc.boolean(),
  isBlocked: fc.boolean(),
  groups: fc.constant([]),
  names: fc.constant([]),
  route: fc.constantFrom<Facts['route']>('direct', 'lan', 'local', 'relayed'),
  connection: fc.constantFrom('one', 'two', 'three'),
})
const anyTimes = fc.tuple(fc.constantFrom(50, 99, 100, 150), fc.constantFrom(50, 99, 100, 150))

describe('whatever the rules', () => {
  test('the ruling does not depend on their order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyRule, { selector: ({ id }) => id, maxLength: 8 }),
        anyFacts,
        anyTimes,
        (rules, facts, [wallMs, steadyMs]) => {
          const now = clocks(wallMs, steadyMs)
          expect(decide(facts, rules.toReversed(), now)).toEqual(decide(facts, rules, now))
        },
      ),
    )
  })

  test('nobody is let in but by the default or an enabled allowing rule for them whose time is not over', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 8 }), anyFacts, anyTimes, (rules, facts, [wallMs, steadyMs]) => {
        const ruling = decide(facts, rules, clocks(wallMs, steadyMs))
        if (!letsIn(ruling.verdict)) return
        expect(facts.isBlocked).toBe(false)
        if (ruling.rule === null) {
          expect(facts.capability).toBe('lookup')
          return
        }
        const reason = rules.find(
          ({ id, enabled, verdict, capability, who, until }) =>
            id === ruling.rule &&
            enabled &&
            letsIn(verdict) &&
            capability === facts.capability &&
            (who.kind !== 'account' || who.account === facts.account) &&
            (until.kind !== 'connection' || until.connection === facts.connection) &&
            (until.kind !== 'time' || Math.max(wallMs, steadyMs) < until.untilMs),
        )
        expect(reason).toBeDefined()
      }),
    )
  })

  test('clocks that differ let nobody in whom neither of them alone would', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 6 }), anyFacts, anyTimes, (rules, facts, [wallMs, steadyMs]) => {
        // An `ask` that outlasts its time can hide a refusal for more people, but lets nobody in itself.
        const answers = rules.filter(({ verdict }) => verdict !== 'ask')
        if (!letsIn(decide(facts, answers, clocks(wallMs, steadyMs)).verdict)) return
        for (const ms of [wallMs, steadyMs]) expect(letsIn(decide(facts, answers, at(ms)).verdict)).toBe(true)
      }),
    )
  })
})
