import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/main/features/door/policy.ts'
import { rehearse, type Rehearsing } from '../../../src/main/features/door/rehearse.ts'
import { TAKEN_BACK } from '../../../src/main/features/door/suggest.ts'
import { factsAgain } from '../../../src/main/features/door/trial.ts'
import { anyMatch, RuleDraft, type Rehearsal } from '../../../src/shared/model/door.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { allowed, denied, logOf } from './any-decision.ts'
import { account, anyFacts, anyRules, at, rule, ruleId } from './any-rule.ts'

const NOW_MS = 100 * HOUR
const draftOf = (change: Partial<RuleDraft>): RuleDraft =>
  RuleDraft.parse({ who: { kind: 'anyone' }, capability: 'contact', verdict: 'deny', ...change })

function rehearsed(draft: Partial<RuleDraft>, decisions: Rehearsing['decisions'], more: Partial<Rehearsing> = {}) {
  return rehearse({ draft: draftOf(draft), decisions, rules: [], isBlocked: () => false, now: at(NOW_MS), ...more })
}
const seqs = ({ changes }: Rehearsal): number[] => changes.map(({ decision }) => decision.seq)

describe('a rehearsal', () => {
  test('says what the draft would have decided, and what of that another way, newest first', () => {
    const log = logOf({}, { capability: 'file' }, { verdict: 'deny', by: 'rule' }, {}, allowed)
    const result = rehearsed({}, log)
    expect(result).toMatchObject({ looked: 5, unknown: 0, decides: 4, changed: 3 })
    expect(result.changes.map(({ would }) => would)).toEqual(['deny', 'deny', 'deny'])
    expect(seqs(result)).toEqual([5, 4, 1])
  })

  test('looks at the question and at what came of it, and not at limits or at answers taken back', () => {
    const log = logOf(
      {},
      denied,
      { by: 'person', verdict: 'ask', why: `${TAKEN_BACK.refusal} (3 decisions before this one are not listed)` },
      allowed,
      { by: 'person', verdict: 'deny', why: TAKEN_BACK.allowance },
      { by: 'limit', verdict: 'deny', why: 'muted after several refusals' },
      {},
      { by: 'timeout', verdict: 'deny', why: 'nobody answered' },
      { by: 'token', verdict: 'allow', why: 'the token of an invitation' },
    )
    expect(seqs(rehearsed({ verdict: 'allow' }, log))).toEqual([8, 7, 2, 1])
    expect(rehearsed({ verdict: 'allow' }, log)).toMatchObject({ looked: 6, decides: 6 })
  })

  test('counts the lines that do not tell enough', () => {
    const log = logOf({ facts: null }, { account: null }, {})
    expect(rehearsed({}, log)).toMatchObject({ looked: 3, unknown: 2, decides: 1 })
  })

  test('leaves to today’s rules, and to blocks, what comes before the draft', () => {
    const log = logOf({}, { facts: { contact: true } }, { account: account('b') })
    const rules = [rule({ who: { kind: 'contact' }, verdict: 'allow' }), rule({ id: ruleId(2), enabled: false })]
    expect(seqs(rehearsed({}, log, { rules }))).toEqual([3, 1])
    expect(seqs(rehearsed({}, log, { isBlocked: (who) => who === account('b') }))).toEqual([2, 1])
    // Those are for what is to come.
    const own = { who: { kind: 'account', account: account('b') }, verdict: 'allow' } as const
    expect(rehearsed({}, log, { rules: [rule({ ...own, until: { kind: 'once' } })] }).decides).toBe(3)
    expect(rehearsed({}, log, { rules: [rule({ ...own, until: { kind: 'time', untilMs: 1 } })] }).decides).toBe(3)
    expect(rehearsed({}, log, { rules: [rule(own)] }).decides).toBe(2)
  })

  test('takes the place of the rule that it replaces, and its age', () => {
    const old = rule({ id: ruleId(1), verdict: 'allow', createdMs: 1 })
    const newer = rule({ id: ruleId(2), verdict: 'allow', createdMs: 2, capability: 'contact' })
    const log = logOf({})
    expect(rehearsed({ verdict: 'allow' }, log, { rules: [old, newer] }).decides).toBe(1)
    expect(rehearsed({ verdict: 'allow' }, log, { rules: [old, newer], replaces: old.id }).decides).toBe(0)
    expect(rehearsed({ verdict: 'ask' }, log, { rules: [newer] }).decides).toBe(0)
    expect(rehearsed({ verdict: 'ask' }, log, { rules: [newer], replaces: newer.id })).toMatchObject({
      decides: 1,
      changed: 0,
    })
  })

  test('takes the draft for one in force, whatever its end', () => {
    expect(rehearsed({ until: { kind: 'time', untilMs: NOW_MS + HOUR } }, logOf({})).decides).toBe(1)
    expect(rehearsed({ until: { kind: 'time', untilMs: 5 } }, logOf({})).decides).toBe(1)
    expect(rehearsed({ until: { kind: 'quit' } }, logOf({})).decides).toBe(1)
    expect(rehearsed({ until: { kind: 'connection', connection: 'one' } }, logOf({})).decides).toBe(0)
    const once = { verdict: 'allow', until: { kind: 'once' } } as const
    expect(seqs(rehearsed(once, logOf({}, denied, {}, denied)))).toEqual([2, 1])
  })

  test('lets in so often an hour by the times of the log, a question and its answer being one', () => {
    const twice = { verdict: 'allow', match: { ...anyMatch, perHour: 2 } } as const
    const times = [0, 1, 2, 3, 61, 62, 63]
    const atMinute = (minute: number): number => minute * MINUTE
    const log = logOf(...times.map(atMinute).flatMap((atMs) => [{ atMs }, { atMs: atMs + 1, ...denied }]))
    expect(seqs(rehearsed(twice, log))).toEqual([12, 11, 10, 9, 4, 3, 2, 1])
  })

  test('lists a hundred changes and counts the rest', () => {
    const result = rehearsed({}, logOf(...Array.from({ length: 150 }, () => ({}))))
    expect(result).toMatchObject({ changed: 150, decides: 150 })
    expect(seqs(result)).toEqual(Array.from({ length: 100 }, (_, n) => 150 - n))
  })

  test('decides as the door would with the draft among its rules', () => {
    fc.assert(
      fc.property(anyRules(8), fc.array(anyFacts, { minLength: 1, maxLength: 10 }), (rules, visits) => {
        const [first, ...others] = rules.map(({ match, ...each }) => ({ ...each, match: { ...match, perHour: null } }))
        if (first === undefined) return
        const draft = RuleDraft.parse({ ...first, until: { kind: 'forever' } })
        const log = logOf(
          ...visits.map(({ account, capability, about, isContact, groups, names, route }) => ({
            account,
            capability,
            about,
            facts: { contact: isContact, groups: [...groups], names: [...names], route },
          })),
        )
        const lasting = others.filter(({ until }) => until.kind !== 'once' && until.kind !== 'connection')
        const drafted = rule({ ...draft, id: ruleId(1_000), createdMs: 1_000 })
        const expected = log.filter(({ account, capability, facts }) => {
          if (account === null || facts === null) return false
          return decide(factsAgain(account, capability, facts), [...lasting, drafted], at(1_000)).rule === drafted.id
        })
        const result = rehearse({ draft, decisions: log, rules: others, isBlocked: () => false, now: at(1_000) })
        expect(result.decides).toBe(expected.length)
        expect(result.changes.map(({ decision }) => decision)).toEqual(
          expected.filter(({ verdict }) => verdict !== draft.verdict),
        )
      }),
      { numRuns: 1_000 },
    )
  })
})
