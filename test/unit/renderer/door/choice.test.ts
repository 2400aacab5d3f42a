import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answeredText, choiceText, doText, endText } from '../../../../src/renderer/features/door/answer-wording.ts'
import {
  answerOf,
  firstChoice,
  howLongs,
  scopesFor,
  widthOf,
  type Choice,
} from '../../../../src/renderer/features/door/choice.ts'
import { createMessages } from '../../../../src/renderer/messages/i18n.ts'
import { Answer, nothingMore, type About, type Capability } from '../../../../src/shared/model/door.ts'
import { DAY, HOUR, MINUTE } from '../../../../src/shared/units.ts'

const { t } = createMessages()
const NOW = new Date(2026, 10, 20, 12, 0).getTime()
const file: About = { name: 'choir.flac', bytes: 214_300_000, path: null }
const choice = (changes: Partial<Choice> = {}): Choice => ({ ...firstChoice(nothingMore), ...changes })
const forLong = (allow: Choice['howLong']['allow'], deny: Choice['howLong']['deny'] = 'once') => ({ allow, deny })
const bea = { name: 'Bea', capability: 'file', tellsRefusals: true } as const
const said = (changes: Partial<Choice>): string | null => choiceText(t, choice(changes), bea, NOW)

test('the chooser begins with the narrowest answer that has no button of its own', () => {
  expect(answerOf(firstChoice(file), NOW)).toEqual({ verdict: 'allow', until: { untilMs: NOW + HOUR }, scope: 'this' })
  expect(answerOf(firstChoice(nothingMore), NOW)).toMatchObject({ scope: 'capability' })
})

test('just this is offered only where they said what it is', () => {
  for (const about of [nothingMore, { ...nothingMore, name: 'holiday.jpg' }]) {
    expect(scopesFor(about)).toEqual(['capability', 'everything'])
  }
  for (const about of [file, { ...nothingMore, bytes: 0 }, { ...nothingMore, path: '/' }]) {
    expect(scopesFor(about)).toEqual(['this', 'capability', 'everything'])
  }
})

test('everything is no answer to who wants out to the web, as it does not hold that', () => {
  expect(scopesFor({ ...nothingMore, name: 'example.org' }, 'exit')).toEqual(['this', 'capability'])
  expect(scopesFor(nothingMore, 'exit')).toEqual(['capability'])
})

test('an hour is counted from the moment of the answer, and a date is what its field says', () => {
  expect(answerOf(choice(), NOW + MINUTE)).toMatchObject({ until: { untilMs: NOW + MINUTE + HOUR } })
  const dated = choice({ howLong: forLong('date'), date: '2026-11-27T18:30' })
  expect(answerOf(dated, NOW)).toMatchObject({ until: { untilMs: new Date(2026, 10, 27, 18, 30).getTime() } })
})

test('a date that is missing, over or none means no answer', () => {
  for (const date of ['', '2026-11-20T12:00', '2020-01-01T00:00', 'soon']) {
    expect(answerOf(choice({ howLong: forLong('date'), date }), NOW)).toBeNull()
    expect(said({ howLong: forLong('date'), date })).toBeNull()
  }
})

test('a refusal of this once makes no rule, and says nothing of how wide it is', () => {
  expect(answerOf(choice({ verdict: 'deny' }), NOW)).toEqual({ verdict: 'deny', until: 'once' })
  const always = choice({ verdict: 'deny', howLong: forLong('hour', 'forever'), silently: true })
  expect(answerOf(always, NOW)).toEqual({ verdict: 'deny', until: 'forever', scope: 'capability', silently: true })
})

test('what belongs to another verdict is left out of the answer', () => {
  const all = choice({ tell: true, silently: true, note: ' third time ', scope: 'everything' })
  expect(answerOf({ ...all, verdict: 'ignore' }, NOW)).toEqual({ verdict: 'ignore' })
  expect(answerOf({ ...all, verdict: 'block' }, NOW)).toEqual({ verdict: 'block', note: 'third time' })
  expect(answerOf({ ...all, verdict: 'block', note: '  ' }, NOW)).toEqual({ verdict: 'block' })
  expect(answerOf({ ...all, verdict: 'deny' }, NOW)).toEqual({ verdict: 'deny', until: 'once', silently: true })
})

test('whatever is chosen is an answer that the node takes, or none, and says what it will do', () => {
  const choices = fc.record<Choice>({
    verdict: fc.constantFrom('allow', 'deny', 'ignore', 'block'),
    howLong: fc.record({ allow: fc.constantFrom(...howLongs), deny: fc.constantFrom(...howLongs) }),
    date: fc.constantFrom('', '2026-11-27T18:30', '1970-01-01T00:00', 'x'),
    scope: fc.constantFrom('this', 'capability', 'everything'),
    tell: fc.boolean(),
    silently: fc.boolean(),
    note: fc.string({ maxLength: 200 }),
  })
  const all = ['contact', 'file', 'visit', 'relay', 'hold-mail', 'lookup', 'load', 'exit', 'app:org.example'] as const
  const capabilities = fc.constantFrom<Capability>(...all)
  fc.assert(
    fc.property(choices, capabilities, (chosen, capability) => {
      const answer = answerOf(chosen, NOW)
      const words = choiceText(t, chosen, { ...bea, capability }, NOW)
      expect(words === null).toBe(answer === null)
      if (answer !== null) expect(Answer.parse(answer)).toEqual(answer)
      expect(`${words} ${doText(t, chosen)}`).not.toMatch(/door\.|\{\{|undefined/)
    }),
    { numRuns: 2_000 },
  )
})

test('one line says what an allowance will do', () => {
  const sixPm = choice({ howLong: forLong('date'), date: '2026-11-20T18:00', tell: true })
  expect(choiceText(t, sixPm, bea, NOW)).toBe(
    `Bea may send you files until ${endText(new Date(2026, 10, 20, 18).getTime(), NOW)}; you will be told each time.`,
  )
  expect(said({ howLong: forLong('forever'), scope: 'everything' })).toBe(
    'Bea may come in for anything until you change the rule.',
  )
  expect(said({ howLong: forLong('connection'), scope: 'this' })).toBe(
    'Bea may send you this file until this connection ends.',
  )
})

test('one line says what a refusal will do, and whether they hear of it', () => {
  expect(said({ verdict: 'deny' })).toBe('Bea is denied this once, and may ask again. They are told.')
  const always = { verdict: 'deny', howLong: forLong('hour', 'forever') } as const
  expect(said({ ...always, silently: true })).toBe(
    'Bea may not send you files until you change the rule. They are not told.',
  )
  const closed = choiceText(t, choice(always), { ...bea, tellsRefusals: false }, NOW)
  expect(closed).toBe('Bea may not send you files until you change the rule. They are not told.')
})

test('what a message offers is answered to whoever sent it', () => {
  const page = { site: null, offered: { kind: 'file', files: null, into: 'Downloads' } } as const
  const said = (state: 'allowed' | 'denied', given: Answer): string => answeredText(t, { state, page }, given, 'Bea', NOW)
  expect(said('allowed', { verdict: 'allow', until: 'once' })).toBe('You allowed the file of Bea.')
  expect(said('denied', { verdict: 'deny', until: 'once' })).toBe('You denied the file of Bea.')
  expect(said('allowed', { verdict: 'allow', until: 'quit' })).toBe('Bea may send you files until Latch is quit.')
})

test('what a page asks is answered to the page, for the site that it named', () => {
  const asked = { capability: 'load', about: { ...nothingMore, name: 'cem.peer' }, page: { site: null } } as const
  expect(firstChoice(asked.about, asked.capability).scope).toBe('this')
  expect(scopesFor(asked.about, asked.capability)).toEqual(['this', 'capability', 'everything'])
  const always = choice({ howLong: forLong('forever', 'forever'), scope: 'this' })
  expect(choiceText(t, always, { ...bea, ...asked }, NOW)).toBe('Bea may load from this site until you change the rule.')
  expect(choiceText(t, { ...always, verdict: 'deny' }, { ...bea, ...asked }, NOW)).toBe(
    'Bea may not load from this site until you change the rule.',
  )
  const denied = { state: 'denied', page: asked.page } as const
  expect(answeredText(t, denied, { verdict: 'deny', until: 'once' }, 'Bea', NOW)).toBe('You denied it to Bea’s site.')
  expect(answeredText(t, { ...denied, state: 'allowed' }, { verdict: 'allow', until: 'quit' }, 'Bea', NOW)).toBe(
    'You allowed it to Bea’s site until Latch is quit.',
  )
})

test('what is just this is a file, a page, a site, a host or a request', () => {
  expect(widthOf('this', 'load')).toBe('thisTarget')
  expect(widthOf('this', 'exit')).toBe('thisHost')
  expect(widthOf('this', 'visit', { ...nothingMore, name: 'bea.peer' })).toBe('thisSite')
  expect(widthOf('this', 'file')).toBe('thisFile')
  expect(widthOf('this', 'visit')).toBe('thisPath')
  expect(widthOf('this', 'app:org.example')).toBe('thisRequest')
  expect(widthOf('capability', 'app:org.example')).toBe('app')
  expect(widthOf('everything', 'contact')).toBe('everything')
})

test('an end is said by the hour today, by the day this year, and with its year beyond', () => {
  const today = endText(NOW + 5 * HOUR, NOW, 'en-GB')
  expect(today).toBe('17:00')
  expect(endText(NOW + 8 * DAY, NOW, 'en-GB')).toBe('28 Nov, 12:00')
  expect(endText(NOW + 60 * DAY, NOW, 'en-GB')).toBe('19 Jan 2027, 12:00')
})

test('what was answered is said in one line, as it was given here or as it stands', () => {
  const allowed = { state: 'allowed' } as const
  const allow = (until: Extract<Answer, { verdict: 'allow' }>['until']): Answer => ({ verdict: 'allow', until })
  expect(answeredText(t, allowed, null, 'Bea', NOW)).toBe('You let Bea in.')
  expect(answeredText(t, allowed, allow('quit'), 'Bea', NOW)).toBe('You let Bea in until Latch is quit.')
  const untilFive = answeredText(t, allowed, allow({ untilMs: NOW + HOUR }), 'Bea', NOW)
  expect(untilFive).toBe(`You let Bea in until ${endText(NOW + HOUR, NOW)}.`)
  const denied = { state: 'denied' } as const
  expect(answeredText(t, denied, null, 'Bea', NOW)).toBe('You denied Bea.')
  expect(answeredText(t, denied, { verdict: 'deny', until: 'forever' }, 'Bea', NOW)).toBe('You denied Bea for good.')
  expect(answeredText(t, denied, { verdict: 'block' }, 'Bea', NOW)).toBe('You blocked Bea.')
  expect(answeredText(t, { state: 'ignored' }, null, 'Bea', NOW)).toBe('You ignored Bea.')
})
