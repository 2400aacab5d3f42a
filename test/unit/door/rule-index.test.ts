import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../../src/main/features/door/policy.ts'
import { RuleIndex } from '../../../src/main/features/door/rule-index.ts'
import type { Rule } from '../../../src/shared/model/door.ts'
import { account, anna, anyFacts, anyRules, anyTimes, at, clocks, rule, ruleId } from './rules.ts'

function indexOf(rules: readonly Rule[]): RuleIndex {
  const index = new RuleIndex()
  for (const each of rules) index.put(each)
  return index
}

test('a decision by the candidates is the decision by all rules', () => {
  fc.assert(
    fc.property(anyRules(30), anyFacts, anyTimes, (rules, facts, [wallMs, steadyMs]) => {
      const used = Object.fromEntries(rules.map(({ id }, n) => [id, n % 3]))
      const now = clocks(wallMs, steadyMs, used)
      expect(decide(facts, indexOf(rules).candidates(facts, now), now)).toEqual(decide(facts, rules, now))
    }),
    { numRuns: 2_000 },
  )
})

test('so it is after rules were changed, counted and removed', () => {
  fc.assert(
    fc.property(anyRules(20), anyRules(20), fc.array(fc.nat(19)), anyFacts, (rules, others, which, facts) => {
      const index = indexOf(rules)
      const left = new Map(rules.map((each) => [each.id, each]))
      for (const [step, n] of which.entries()) {
        const old = [...left.values()][n]
        const other = others[n]
        if (old === undefined || other === undefined) continue
        if (step % 3 === 0) {
          const counted = { ...old, hits: old.hits + 1, lastHitMs: step }
          index.replace(old, counted)
          left.set(old.id, counted)
        } else if (step % 3 === 1) {
          index.remove(old)
          left.delete(old.id)
        } else {
          const changed = { ...other, id: old.id }
          index.remove(old)
          index.put(changed)
          left.set(old.id, changed)
        }
      }
      const now = at(50)
      expect(decide(facts, index.candidates(facts, now), now)).toEqual(decide(facts, left.values(), now))
      const { rule: winner } = decide(facts, left.values(), now)
      if (winner !== null) expect(index.candidates(facts, now)).toContain(left.get(winner))
    }),
    { numRuns: 500 },
  )
})

test('an account’s own rules are found by scope, and nothing is left when all are removed', () => {
  const own = rule({ who: { kind: 'account', account: account('a') } })
  const everything = { ...own, id: ruleId(2), capability: 'anything' } as const
  const index = indexOf([own, everything, rule({ id: ruleId(3) })])
  expect(index.own(account('a'), 'contact')).toEqual([own])
  expect(index.own(account('a'), 'anything')).toEqual([everything])
  expect(index.own(account('b'), 'contact')).toEqual([])
  for (const each of [own, everything]) index.remove(each)
  expect(index.own(account('a'), 'contact')).toEqual([])
  expect(index.candidates(anna, at(0)).map(({ id }) => id)).toEqual([ruleId(3)])
})
