import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide, isFromTheFuture, type Facts, type Ruling } from '../../../src/main/features/door/policy.ts'
import { type About, anyMatch, letsIn, type Match, nothingMore, type Rule } from '../../../src/shared/model/door.ts'
import { MiB } from '../../../src/shared/units.ts'
import { account, anna, anyFacts, anyRule, anyRules, anyTimes, at, clocks, rule, ruleId } from './rules.ts'

const match = (change: Partial<Match>): Match => ({ ...anyMatch, ...change })
const about = (change: Partial<About>): About => ({ ...nothingMore, ...change })
const says = (facts: Partial<Facts>, ...rules: Rule[]): Ruling['verdict'] =>
  decide({ ...anna, ...facts }, rules, at(0)).verdict

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

  test('a contact who wants mail held is asked about, and a stranger is not', () => {
    expect(says({ capability: 'hold-mail', isContact: true })).toBe('ask')
    expect(says({ capability: 'hold-mail', isContact: false })).toBe('deny')
  })

  test.each([
    ['a contact’s file of 16 MiB', true, 16 * MiB, 'allow'],
    ['a contact’s file of a byte more', true, 16 * MiB + 1, 'ask'],
    ['a contact’s empty file', true, 0, 'allow'],
    ['a contact’s file of a size that is not told', true, null, 'ask'],
    ['a stranger’s file of a byte', false, 1, 'ask'],
  ] as const)('%s: %#', (_what, isContact, bytes, verdict) => {
    expect(says({ capability: 'file', isContact, about: about({ bytes }) })).toBe(verdict)
  })
})

describe('among rules', () => {
  test('the most specific wins: account, name, group, contact, how they came, anyone', () => {
    const facts: Facts = { ...anna, isContact: true, route: 'relayed', groups: ['family'], names: ['anna.peer'] }
    const rules = [
      rule({ id: ruleId(1), who: { kind: 'anyone' }, verdict: 'deny', priority: 100 }),
      rule({ id: ruleId(2), who: { kind: 'relayed' }, verdict: 'allow', priority: 50 }),
      rule({ id: ruleId(3), who: { kind: 'contact' }, verdict: 'ignore' }),
      rule({ id: ruleId(4), who: { kind: 'group', group: 'family' }, verdict: 'allow', priority: -50 }),
      rule({ id: ruleId(5), who: { kind: 'name', name: 'anna.peer', account: anna.account }, verdict: 'deny' }),
      rule({ id: ruleId(6), who: { kind: 'account', account: anna.account }, verdict: 'ask', priority: -100 }),
    ]
    for (let left = rules.length; left > 0; left--) {
      expect(decide(facts, rules.slice(0, left), at(0)).rule).toBe(ruleId(left))
    }
  })

  test('one for the capability comes before one for anything, and both after whom they are about', () => {
    const [contact, anything] = [
      rule({ id: ruleId(1), verdict: 'allow', priority: -100 }),
      rule({ id: ruleId(2), capability: 'anything', verdict: 'deny', priority: 100, match: match({ minBytes: 0 }) }),
    ]
    expect(says({}, contact, anything)).toBe('allow')
    expect(says({ capability: 'visit' }, contact, anything)).toBe('deny')
    expect(says({}, contact, { ...anything, who: { kind: 'unknown' } })).toBe('deny')
    expect(says({ capability: 'relay' }, { ...anything, verdict: 'allow', match: anyMatch })).toBe('allow')
  })

  test('then the one that asks for more, then the higher priority', () => {
    const file = { capability: 'file', about: about({ bytes: 5, path: '/in' }) } as const
    const all = rule({ id: ruleId(1), capability: 'file', verdict: 'deny', priority: 100 })
    const small = rule({ id: ruleId(2), capability: 'file', match: match({ maxBytes: 10 }) })
    const here = rule({ ...small, id: ruleId(3), verdict: 'ignore', match: match({ maxBytes: 10, path: '/in' }) })
    expect(says(file, all)).toBe('deny')
    expect(says(file, all, small)).toBe('allow')
    expect(says(file, all, small, here)).toBe('ignore')
    expect(says(file, small, { ...small, id: ruleId(4), verdict: 'deny', priority: -1 })).toBe('allow')
  })

  test('of equal rank the higher priority wins, and then deny', () => {
    const allow = rule({ id: ruleId(1), verdict: 'allow', priority: 1 })
    const deny = rule({ id: ruleId(2), verdict: 'deny', priority: 0 })
    expect(says({}, allow, deny)).toBe('allow')
    expect(says({}, { ...allow, priority: 0 }, deny)).toBe('deny')
  })

  test('an answer beats the ask that it answers', () => {
    expect(says({}, rule({ id: ruleId(1), verdict: 'ask' }), rule({ id: ruleId(2) }))).toBe('allow')
  })

  test('a rule for another account, group, name, capability or connection, or one switched off, says nothing', () => {
    const others = [
      rule({ who: { kind: 'account', account: account('b') } }),
      rule({ who: { kind: 'name', name: 'anna.peer', account: account('b') } }),
      rule({ who: { kind: 'group', group: 'family' } }),
      rule({ capability: 'file' }),
      rule({ enabled: false }),
      rule({ until: { kind: 'connection', connection: 'another' } }),
      rule({ who: { kind: 'contact' } }),
      rule({ who: { kind: 'lan' } }),
      rule({ who: { kind: 'relayed' } }),
    ]
    expect(says({ names: ['anna.peer'], groups: ['work'] }, ...others)).toBe('ask')
  })

  test('strangers are those who are no contacts, and this machine is part of the local network', () => {
    expect(says({}, rule({ who: { kind: 'unknown' } }))).toBe('allow')
    expect(says({ isContact: true }, rule({ who: { kind: 'unknown' } }))).toBe('ask')
    for (const route of ['lan', 'local'] as const) expect(says({ route }, rule({ who: { kind: 'lan' } }))).toBe('allow')
  })

  test('nothing lets a blocked account in', () => {
    expect(says({ isBlocked: true }, rule({ priority: 100, capability: 'anything' }))).toBe('ignore')
  })
})

describe('a rule by name', () => {
  const byName = rule({ who: { kind: 'name', name: 'anna.peer', account: anna.account } })

  test('lets in while the name is theirs', () => {
    expect(says({ names: ['anna.peer'] }, byName)).toBe('allow')
    expect(says({ names: [] }, byName)).toBe('ask')
    expect(says({ names: ['bea.peer'] }, byName)).toBe('ask')
  })

  test('lets nobody else in who has the name now', () => {
    expect(says({ account: account('b'), names: ['anna.peer'] }, byName)).toBe('ask')
  })

  test('that keeps out goes on keeping out whom it was made for, name or not', () => {
    expect(says({ names: [] }, { ...byName, verdict: 'deny' })).toBe('deny')
    expect(says({ account: account('b'), names: ['anna.peer'] }, { ...byName, verdict: 'deny' })).toBe('ask')
  })

  test('that is suspended lets nobody in, and keeps out all the same', () => {
    const suspended = { why: 'anna.peer belongs to somebody else now.', atMs: 0 }
    expect(says({ names: ['anna.peer'] }, { ...byName, suspended })).toBe('ask')
    expect(says({ names: ['anna.peer'] }, { ...byName, suspended, verdict: 'allow-and-tell' })).toBe('ask')
    expect(says({}, { ...byName, suspended, verdict: 'ignore' })).toBe('ignore')
  })
})

describe('a rule by size', () => {
  const file = (verdict: Rule['verdict'], change: Partial<Match>): Rule =>
    rule({ capability: 'file', verdict, match: match(change) })
  const of = (bytes: number | null): Partial<Facts> => ({ capability: 'file', about: about({ bytes }) })

  test('takes both its ends', () => {
    const between = file('allow', { minBytes: 10, maxBytes: 20 })
    expect([9, 10, 20, 21].map((bytes) => says(of(bytes), between))).toEqual(['ask', 'allow', 'allow', 'ask'])
  })

  test('lets nobody in who does not tell a size, and keeps them out', () => {
    expect(says(of(null), file('allow', { maxBytes: 20 }))).toBe('ask')
    expect(says(of(null), file('allow', { minBytes: 0 }))).toBe('ask')
    expect(says(of(null), file('deny', { minBytes: 20 }))).toBe('deny')
    expect(says(of(19), file('deny', { minBytes: 20 }))).toBe('ask')
  })
})

describe('a rule by path', () => {
  const visit = (verdict: Rule['verdict'], path: string): Rule =>
    rule({ capability: 'visit', verdict, match: match({ path }) })
  const to = (path: string | null): Partial<Facts> => ({ capability: 'visit', about: about({ path }) })

  test.each([
    ['/notes', '/notes', 'allow'],
    ['/notes', '/notes/', 'allow'],
    ['/notes', '/notes/today', 'allow'],
    ['/notes', '/notes2', 'ask'],
    ['/notes', '/note', 'ask'],
    ['/notes', '/', 'ask'],
    ['/notes/', '/notes', 'allow'],
    ['/notes/', '/notes/today', 'allow'],
    ['/', '/anything/at/all', 'allow'],
    ['/notes', '/notes/..', 'ask'],
    ['/notes', '/notes/../secrets', 'ask'],
    ['/notes', '../notes', 'ask'],
    ['/notes', '/notes/..today', 'allow'],
    ['/notes', '/notes/today..', 'allow'],
    ['/notes', '/Notes', 'ask'],
    ['/notes', '/notes/./today', 'ask'],
    ['/notes', '/notes//today', 'ask'],
    ['/notes', '/notes/%2e%2e/secrets', 'ask'],
    ['/notes', '/notes/..%2Fsecrets', 'ask'],
    ['/notes', '/notes\\..\\secrets', 'ask'],
    ['/notes', '/notes/\0', 'ask'],
    ['/notes', '/notes/e\u0301', 'ask'],
    ['/notes', '/notes/\u00e9', 'allow'],
    ['/notes', '/notes/100%', 'allow'],
    ['/notes', `/notes/${'a/'.repeat(250)}`, 'allow'],
    ['/notes', null, 'ask'],
  ] as const)('for %s and a visit of %s: %s', (root, path, verdict) => {
    expect(says(to(path), visit('allow', root))).toBe(verdict)
  })

  test('that keeps out keeps out what winds, and what is not told', () => {
    const around = ['//secrets', '/./secrets', '/%73ecrets', '/secrets?x', '/secrets#x', '\\secrets', '/sec\0rets']
    for (const path of ['/secrets', '/notes/../secrets', '..', ...around, null]) {
      expect(says(to(path), visit('deny', '/secrets'))).toBe('deny')
    }
    expect(says(to('/notes'), visit('deny', '/secrets'))).toBe('ask')
  })
})

test('a rule for so often an hour is silent after that', () => {
  const twice = rule({ match: match({ perHour: 2 }) })
  const after = (uses: number): string => decide(anna, [twice], clocks(0, 0, { [twice.id]: uses })).verdict
  expect([0, 1, 2, 3].map(after)).toEqual(['allow', 'allow', 'ask', 'ask'])
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

describe('whatever the rules', () => {
  test('the ruling does not depend on their order', () => {
    fc.assert(
      fc.property(anyRules(8), anyFacts, anyTimes, (rules, facts, [wallMs, steadyMs]) => {
        const now = clocks(wallMs, steadyMs)
        expect(decide(facts, rules.toReversed(), now)).toEqual(decide(facts, rules, now))
      }),
    )
  })

  test('nobody is let in but by the default or an enabled allowing rule for them that still holds', () => {
    fc.assert(
      fc.property(anyRules(8), anyFacts, anyTimes, (rules, facts, [wallMs, steadyMs]) => {
        const ruling = decide(facts, rules, clocks(wallMs, steadyMs))
        if (!letsIn(ruling.verdict)) return
        expect(facts.isBlocked).toBe(false)
        if (ruling.rule === null) {
          const { capability, isContact, about: asked } = facts
          const isSmallFile = capability === 'file' && isContact && (asked.bytes ?? Infinity) <= 16 * MiB
          expect(capability === 'lookup' || isSmallFile).toBe(true)
          return
        }
        const reason = rules.find(({ id }) => id === ruling.rule)
        expect(reason).toMatchObject({ enabled: true, suspended: null })
        if (reason === undefined) return
        const { who, capability, until, verdict } = reason
        expect(letsIn(verdict)).toBe(true)
        expect([facts.capability, 'anything']).toContain(capability)
        if (who.kind === 'account' || who.kind === 'name') expect(who.account).toBe(facts.account)
        if (who.kind === 'name') expect(facts.names).toContain(who.name)
        if (who.kind === 'group') expect(facts.groups).toContain(who.group)
        if (until.kind === 'connection') expect(until.connection).toBe(facts.connection)
        if (until.kind === 'time') expect(Math.max(wallMs, steadyMs)).toBeLessThan(until.untilMs)
        const { minBytes, maxBytes, path } = reason.match
        if (minBytes !== null) expect(facts.about.bytes).toBeGreaterThanOrEqual(minBytes)
        if (maxBytes !== null) expect(facts.about.bytes).toBeLessThanOrEqual(maxBytes)
        if (path !== null) expect(facts.about.path?.split('/')).not.toContain('..')
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

  test('who tells less is let in to nothing more by rules that let in', () => {
    fc.assert(
      fc.property(anyRules(6), anyFacts, (rules, facts) => {
        // Without rules that keep out, silence about a size or a path opens nothing.
        const opening = rules.filter(({ verdict }) => letsIn(verdict))
        const silent = { ...facts, about: nothingMore }
        if (!letsIn(decide(silent, opening, at(0)).verdict)) return
        expect(letsIn(decide(facts, opening, at(0)).verdict)).toBe(true)
      }),
    )
  })
})
