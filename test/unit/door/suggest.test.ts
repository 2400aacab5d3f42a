import { describe, expect, test } from 'vitest'
import { ANSWERED, suggestionsOf, TAKEN_BACK, type Habits } from '../../../src/main/features/door/suggest.ts'
import { anyMatch, Suggestion, type Decision } from '../../../src/shared/model/door.ts'
import { MINUTE, MiB } from '../../../src/shared/units.ts'
import { allowed, denied, type Line, logOf } from './any-decision.ts'
import { account, at, rule } from './any-rule.ts'
import { Street } from './street.ts'

const times = <T>(count: number, line: T): T[] => Array.from({ length: count }, () => line)
const suggested = (decisions: readonly Decision[], more: Partial<Habits> = {}): Suggestion[] =>
  suggestionsOf({ decisions, rules: [], declined: new Set(), isBlocked: () => false, now: at(0), ...more })
const takenBack = (kind: keyof typeof TAKEN_BACK) =>
  ({ by: 'person', verdict: kind === 'allowance' ? 'deny' : 'ask', why: TAKEN_BACK[kind] }) as const

describe('answers suggest a rule', () => {
  test('to allow, after five allowances and no refusal since', () => {
    expect(suggested(logOf(...times(4, allowed)))).toEqual([])
    expect(suggested(logOf(denied, ...times(5, allowed)))).toEqual([
      {
        id: `allow/contact/${account('a')}`,
        count: 5,
        lastMs: 5 * MINUTE,
        draft: {
          who: { kind: 'account', account: account('a') },
          capability: 'contact',
          verdict: 'allow',
          match: anyMatch,
          until: { kind: 'forever' },
          priority: 0,
          note: '',
        },
      },
    ])
    expect(suggested(logOf(...times(4, allowed), denied, allowed))).toEqual([])
  })

  test('to deny, after three refusals and no allowance since; to ignore, where that was always meant', () => {
    const ignored = { ...denied, verdict: 'ignore', why: 'answered: ignore' } as const
    const verdicts = (...log: Line[]) => suggested(logOf(...log)).map(({ draft }) => draft.verdict)
    expect(verdicts(denied, denied)).toEqual([])
    expect(verdicts(allowed, denied, ignored, denied)).toEqual(['deny'])
    expect(verdicts(ignored, ignored, ignored)).toEqual(['ignore'])
    expect(verdicts(denied, denied, denied, allowed)).toEqual([])
    expect(verdicts(...times(5, { ...allowed, verdict: 'allow-and-tell' as const }))).toEqual(['allow-and-tell'])
  })

  test('for files no larger than it takes', () => {
    const file = (bytes: number | null) => ({ ...allowed, capability: 'file', about: { bytes } }) as const
    const maxBytes = (...sizes: (number | null)[]) =>
      suggested(logOf(...sizes.map(file))).map(({ draft }) => draft.match.maxBytes)
    expect(maxBytes(1, 2, 3, 4, 5)).toEqual([1 * MiB])
    expect(maxBytes(1, 2, 3 * MiB, 4, 5)).toEqual([4 * MiB])
    expect(maxBytes(1, 2, 3, 4, 8 * MiB + 1)).toEqual([16 * MiB])
    expect(maxBytes(1, 2, 3, 4, Number.MAX_SAFE_INTEGER)).toEqual([Number.MAX_SAFE_INTEGER])
    expect(maxBytes(1, 2, 3, 4, null)).toEqual([])
    expect(maxBytes(1, 2, 3, null, 4, 5)).toEqual([1 * MiB])
  })

  test('for what lies under one path, where each told one', () => {
    const visit = (path: string | null) => ({ ...allowed, capability: 'visit', about: { path } }) as const
    const path = (...paths: (string | null)[]) =>
      suggested(logOf(...paths.map(visit))).map(({ draft }) => draft.match.path)
    expect(path('/a/b', '/a/c', '/a/b/d', '/a/b', '/a')).toEqual(['/a'])
    expect(path('/a/b', '/a/b', '/a/b', '/a/b', '/a/b')).toEqual(['/a/b'])
    expect(path('/a', '/ab', '/abc', '/a', '/a')).toEqual(['/'])
    expect(path('move', 'resign', 'move', 'move', 'move')).toEqual([null])
    expect(path('/a', '/a', '/a', '/a', null)).toEqual([null])
    expect(path('/a', '/a', '/a', '/a', '/a/../b')).toEqual([])
  })

  test('by the same id while the habit lasts, so that what was declined stays so', () => {
    const file = (bytes: number) => ({ ...allowed, capability: 'file', about: { bytes } }) as const
    const [one] = suggested(logOf(...times(5, file(1))))
    const [other] = suggested(logOf(...times(5, file(1)), file(20 * MiB)))
    expect(other?.id).toBe(one?.id)
    expect(suggested(logOf(...times(6, file(1))), { declined: new Set([one?.id ?? '']) })).toEqual([])
  })
})

describe('nothing is suggested', () => {
  test('by what rules, limits and nobody decided, however often somebody knocks', () => {
    const lines = (['timeout', 'limit', 'rule'] as const).map((by): Line => ({ by, verdict: 'deny' }))
    expect(suggested(logOf(...times(50, [{}, ...lines]).flat()))).toEqual([])
  })

  test('by answers that were taken back', () => {
    expect(suggested(logOf(...times(5, allowed), takenBack('allowance')))).toEqual([])
    expect(suggested(logOf(...times(5, allowed), denied, takenBack('refusal')))).toHaveLength(1)
    expect(suggested(logOf(...times(6, allowed), takenBack('allowance')))).toMatchObject([{ count: 5 }])
    const misclicked = times(9, [denied, takenBack('refusal')]).flat()
    expect(suggested(logOf(...misclicked))).toEqual([])
  })

  test('by lines of which the log does not tell what they were about, which end a habit all the same', () => {
    expect(suggested(logOf(...times(5, { ...allowed, facts: null })))).toEqual([])
    expect(suggested(logOf(...times(5, allowed), { ...denied, facts: null }))).toEqual([])
    expect(suggested(logOf(...times(5, { ...allowed, why: 'something else' })))).toEqual([])
  })

  test('where a rule that lasts decides so, or one for them says what to do, or they are blocked', () => {
    const log = logOf(...times(5, allowed))
    const them = { kind: 'account', account: account('a') } as const
    expect(suggested(log, { rules: [rule({})] })).toEqual([])
    expect(suggested(log, { rules: [rule({ until: { kind: 'quit' } })] })).toHaveLength(1)
    expect(suggested(log, { rules: [rule({ verdict: 'deny' })] })).toHaveLength(1)
    expect(suggested(log, { rules: [rule({ who: them, verdict: 'deny' })] })).toEqual([])
    expect(suggested(log, { rules: [rule({ who: them, verdict: 'ask' })] })).toEqual([])
    expect(suggested(log, { isBlocked: () => true })).toEqual([])
    // A contact's small files come in without a question anyway.
    const file = { ...allowed, capability: 'file', about: { bytes: 5 } } as const
    expect(suggested(logOf(...times(5, { ...file, facts: { contact: true } })))).toEqual([])
  })

  test('beyond five, and the most frequent come first', () => {
    const log = logOf(
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].flatMap((letter, n) =>
        times(5 + (n % 3), { ...allowed, account: account(letter) }),
      ),
    )
    const found = suggested(log)
    expect(found.map(({ count }) => count)).toEqual([7, 7, 6, 6, 5])
    expect(found[4]?.draft.who).toEqual({ kind: 'account', account: account('g') })
    for (const each of found) expect(Suggestion.parse(each)).toEqual(each)
  })
})

test('the door writes answers, and that they were taken back, in the words that are read here', async () => {
  const street = new Street()
  const bea = await street.house('Bea')
  const newest = (): Decision | undefined => bea.door.log({ by: 'person' }, undefined, 1)[0]
  for (const verdict of ['allow', 'deny'] as const) {
    const visitor = await street.house(verdict)
    await visitor.door.knock({ peerId: bea.peerId }, 'contact', '')
    const knock = bea.door.pending().find(({ account }) => account === visitor.account)
    if (knock === undefined) throw new Error('nobody knocks')
    bea.door.answer(knock.id, { verdict, until: 'once' })
    expect(newest()).toMatchObject({ verdict, why: expect.stringMatching(`^${ANSWERED}`) })
    bea.door.undo(knock.id)
    expect(newest()?.why).toBe(TAKEN_BACK[verdict === 'allow' ? 'allowance' : 'refusal'])
  }
})
