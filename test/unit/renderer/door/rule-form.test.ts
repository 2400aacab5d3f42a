import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allRules, filterRules, isFiltering } from '../../../../src/renderer/features/door/rule-filter.ts'
import {
  draftOf,
  formOf,
  keyOfWho,
  newRule,
  whoOfKey,
  type RuleForm,
} from '../../../../src/renderer/features/door/rule-form.ts'
import { exactSize, parseSize } from '../../../../src/renderer/features/door/size-text.ts'
import { sayTheSame } from '../../../../src/renderer/features/door/use-findings.ts'
import { whoOptions } from '../../../../src/renderer/features/door/use-who-options.ts'
import { ruleWords } from '../../../../src/renderer/features/door/wording.ts'
import { createMessages } from '../../../../src/renderer/messages/i18n.ts'
import { dateFieldOf, msOfDateField } from '../../../../src/renderer/ui/date-field.ts'
import type { RuleId } from '../../../../src/shared/ids.ts'
import { anyMatch, RuleDraft, type Who } from '../../../../src/shared/model/door.ts'
import { GiB, KiB, MiB, MINUTE } from '../../../../src/shared/units.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { knock, person } from '../../../gallery/people.ts'
import { rule } from '../../../gallery/door-parts.ts'

const { t } = createMessages()
const NOW = new Date(2026, 10, 20, 12, 0).getTime()
const form = (changes: Partial<RuleForm> = {}): RuleForm => ({ ...newRule, ...changes })
const wrongOf = (changes: Partial<RuleForm>) => {
  const read = draftOf(form(changes), NOW)
  return read.draft === null ? read.wrong : {}
}

test('a new rule keeps out whoever is not known', () => {
  expect(draftOf(newRule, NOW).draft).toEqual({
    who: { kind: 'unknown' },
    capability: 'contact',
    match: anyMatch,
    verdict: 'deny',
    until: { kind: 'forever' },
    priority: 0,
    note: '',
  })
})

test('whatever rule there is stands in the fields and comes out of them the same', () => {
  const account = accountOf('Bea')
  const whos = fc.oneof(
    fc.constantFrom<Who>({ kind: 'account', account }, { kind: 'anyone' }, { kind: 'lan' }, { kind: 'unknown' }),
    fc.constantFrom<Who>({ kind: 'name', name: 'bea.peer', account }, { kind: 'group', group: 'Choir of 2026' }),
  )
  const drafts = fc.record<RuleDraft>({
    who: whos,
    capability: fc.constantFrom('contact', 'file', 'anything', 'app:org.example.chess'),
    match: fc.record({
      name: fc.constantFrom(null, 'holiday.jpg'),
      minBytes: fc.option(fc.integer({ min: 0, max: 5_000 })),
      maxBytes: fc.option(fc.integer({ min: 5_000, max: 900_000_000 })),
      path: fc.constantFrom(null, '/notes/2026', 'game/move'),
      perHour: fc.constantFrom(null),
    }),
    verdict: fc.constantFrom('allow', 'allow-and-tell', 'ask', 'deny', 'ignore'),
    until: fc.constantFrom<RuleDraft['until']>(
      { kind: 'forever' },
      { kind: 'quit' },
      { kind: 'connection', connection: 'c1' },
      { kind: 'time', untilMs: NOW + 90 * MINUTE },
    ),
    priority: fc.integer({ min: -100, max: 100 }),
    note: fc.constantFrom('', 'Since March.'),
  })
  fc.assert(
    fc.property(drafts, (draft) => {
      const read = draftOf(formOf(draft), NOW)
      expect(read.draft).toEqual(draft)
      expect(RuleDraft.parse(read.draft)).toEqual(draft)
    }),
    { numRuns: 1_000 },
  )
})

test('an app has a name of its own kind, and nothing else does', () => {
  expect(draftOf(form({ capability: 'app', app: ' org.example.chess ' }), NOW).draft?.capability).toBe(
    'app:org.example.chess',
  )
  for (const app of ['', 'Org', '-x', 'a b', 'a'.repeat(64)]) {
    expect(wrongOf({ capability: 'app', app })).toEqual({ app: 'appWrong' })
  }
  expect(wrongOf({ capability: 'file', app: 'Not An App' })).toEqual({})
})

test('what is typed wrong is named, and makes no rule', () => {
  expect(wrongOf({ until: 'time', date: '2020-01-01T00:00' })).toEqual({ date: 'past' })
  expect(wrongOf({ until: 'time' })).toEqual({ date: 'past' })
  expect(wrongOf({ minBytes: '5', maxBytes: 'a lot' })).toEqual({ minBytes: 'sizeWrong', maxBytes: 'sizeWrong' })
  expect(wrongOf({ minBytes: '2 MiB', maxBytes: '1 MiB' })).toEqual({ maxBytes: 'sizeOrder' })
  expect(wrongOf({ verdict: 'allow', perHour: '0' })).toEqual({ perHour: 'perHourWrong' })
  expect(wrongOf({ verdict: 'allow', perHour: '1.5' })).toEqual({ perHour: 'perHourWrong' })
  expect(wrongOf({ verdict: 'deny', perHour: '5' })).toEqual({ perHour: 'perHourDeny' })
  expect(wrongOf({ priority: '101' })).toEqual({ priority: 'priorityWrong' })
  expect(wrongOf({ priority: 'high' })).toEqual({ priority: 'priorityWrong' })
  expect(draftOf(form({ priority: '−7' }), NOW).draft?.priority).toBe(-7)
})

test.each([
  ['16 MiB', 16 * MiB],
  ['16mb', 16 * MiB],
  ['1.5 G', 1.5 * GiB],
  ['0,5 KiB', 512],
  ['12 bytes', 12],
  ['16', null],
  ['', null],
  ['-1 MiB', null],
  ['1e9 GiB', null],
])('“%s” is a size of %s bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes)
})

test('a size is written so that it reads the same to the byte', () => {
  expect([exactSize(64 * MiB), exactSize(3 * KiB), exactSize(214_300_001), exactSize(0)]).toEqual([
    '64 MiB', '3 KiB', '214300001 B', '0 B',
  ])
  fc.assert(fc.property(fc.integer({ min: 0, max: 999_999_999 }), (bytes) => parseSize(exactSize(bytes)) === bytes))
})

test('a date in its field is the same minute of this machine’s calendar', () => {
  expect(dateFieldOf(NOW)).toBe('2026-11-20T12:00')
  expect(msOfDateField(dateFieldOf(NOW))).toBe(NOW)
  expect([msOfDateField(''), msOfDateField('soon'), msOfDateField('0000-00-00T00:00')]).toEqual([null, null, null])
})

test('everybody a rule can be about is on the list: kinds, groups, owners of names that were seen, people', () => {
  const people = new Map(
    [person('Bea', { groups: ['Choir'] }), person('Jo'), person('Jo (work)', { petname: 'Jo' })].map((one) => [
      one.account,
      one,
    ]),
  )
  const knocks = [knock('Ines', { ledgerName: { name: 'ines.peer', sinceMs: 0 } })]
  const rules = [rule('x', { who: { kind: 'group', group: 'Allotment' } })]
  const options = whoOptions(t, people, rules, knocks, accountOf('gone'))
  const labels = (group: string): string[] => options.filter((one) => one.group === group).map(({ label }) => label)
  expect(labels('Everybody who')).toHaveLength(5)
  expect(labels('Tags')).toEqual(['Allotment', 'Choir'])
  expect(labels('Ledger names')).toEqual(['whoever owns ines.peer'])
  expect(labels('People')[0]).toBe('Bea')
  // Two of one name are told apart; who is gone is there as long as the rule is about them.
  expect(labels('People').filter((label) => label.startsWith('Jo (k51'))).toHaveLength(2)
  expect(options.at(-1)?.value).toBe(accountOf('gone'))
  for (const { value } of options) expect(keyOfWho(whoOfKey(value))).toBe(value)
})

const book = [
  rule('Bea'),
  rule('Jo', { verdict: 'deny', capability: 'file', note: 'Too many films' }),
  rule('choir', { who: { kind: 'group', group: 'Choir' }, capability: 'app:org.example.chess' }),
]
const wordsOf = ruleWords(t, new Map([person('Bea'), person('Jo')].map((one) => [one.account, one])))
const nothing = new Set<RuleId>()
const notes = (filter: Partial<typeof allRules>) =>
  filterRules(book, { ...allRules, ...filter }, wordsOf, nothing).map(({ who }) => who.kind)

test('rules are found by every word of what can be read of them, and by what they are', () => {
  expect(filterRules(book, { ...allRules, text: 'FILMS jo' }, wordsOf, nothing)).toEqual([book[1]])
  expect(filterRules(book, { ...allRules, text: 'films bea' }, wordsOf, nothing)).toEqual([])
  expect(notes({ capability: 'app' })).toEqual(['group'])
  expect(notes({ who: 'account' })).toEqual(['account', 'account'])
  expect(notes({ verdict: 'deny' })).toEqual(['account'])
  expect(filterRules(book, { ...allRules, found: true }, wordsOf, new Set(book.slice(2).map(({ id }) => id)))).toEqual([book[2]])
})

test('without a filter the rules stay the very list they were', () => {
  expect(isFiltering(allRules)).toBe(false)
  expect(filterRules(book, allRules, wordsOf, nothing)).toBe(book)
})

test('findings are asked for again when a rule says something else, and not when it was used', () => {
  const [bea = expect.fail()] = book
  const before = new Map([[bea.id, bea]])
  expect(sayTheSame(before, new Map([[bea.id, { ...bea, hits: bea.hits + 1, lastHitMs: NOW }]]))).toBe(true)
  expect(sayTheSame(before, new Map([[bea.id, { ...bea, enabled: false }]]))).toBe(false)
  expect(sayTheSame(before, new Map())).toBe(false)
})
