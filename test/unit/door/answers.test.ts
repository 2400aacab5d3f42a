import { beforeEach, describe, expect, test } from 'vitest'
import type { NewRule } from '../../../src/main/features/door/types.ts'
import { anyMatch, type AnswerUntil, type Rule } from '../../../src/shared/model/door.ts'
import { DAY, HOUR, MINUTE, MiB, SECOND } from '../../../src/shared/units.ts'
import { hears, knocks, lets, stateAt } from './asks.ts'
import { Street, type House } from './street.ts'

let street: Street
let al: House
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
})

const rules = (): Rule[] => bea.door.rules()
const said = (): Pick<Rule, 'capability' | 'match' | 'verdict' | 'until'>[] =>
  rules().map(({ capability, match, verdict, until }) => ({ capability, match, verdict, until }))
const ofAl = (change: Partial<NewRule>): NewRule => ({
  who: { kind: 'account', account: al.account },
  capability: 'contact',
  verdict: 'ask',
  ...change,
})
const inAnHour = (): { untilMs: number } => ({ untilMs: street.clock.nowMs() + HOUR })

describe('an answer allows', () => {
  test('for the connection on which they knocked, and not for the next', async () => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'allow', until: 'connection' })
    await hears(al, 'allowed')
    expect([await bea.admits(al), await bea.admits(al)]).toEqual(['allow', 'allow'])
    street.disconnect(al, bea)
    expect(rules()).toEqual([])
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test.each([
    ['has ended', async () => street.disconnect(al, bea)],
    ['was that of a knock that was missed', () => street.clock.advance(HOUR)],
  ])('once, where that connection %s', async (_why, before) => {
    const knock = await knocks(al, bea)
    await before()
    bea.door.answer(knock.id, { verdict: 'allow', until: 'connection' })
    expect(said()).toMatchObject([{ verdict: 'allow', until: { kind: 'once' } }])
    expect(await bea.admits(al)).toBe('allow')
    street.disconnect(al, bea)
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test('until a time, across a restart, and not after it', async () => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'allow', until: inAnHour() })
    await hears(al, 'allowed')
    await bea.restart()
    await street.clock.advance(HOUR - 1)
    expect(await bea.admits(al)).toBe('allow')
    await street.clock.advance(1)
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test.each<[string, AnswerUntil, { untilMs: number | null; why: string }]>([
    ['once', 'once', { untilMs: null, why: 'For one connection.' }],
    ['until this node stops', 'quit', { untilMs: null, why: 'As long as their Latch runs.' }],
    ['always', 'forever', { untilMs: null, why: '' }],
  ])('%s, and who knocked hears how long', async (_how, until, told) => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'allow', until })
    await hears(al, 'allowed')
    expect(al.door.sent()[0]).toMatchObject(told)
  })

  test('until a time, and who knocked hears until when', async () => {
    const until = inAnHour()
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'allow', until })
    await hears(al, 'allowed')
    expect(al.door.sent()[0]).toMatchObject({ ...until, why: '' })
  })

  test('until a time that is over: nothing changes', async () => {
    const knock = await knocks(al, bea)
    const over = { untilMs: street.clock.nowMs() }
    for (const verdict of ['allow', 'deny'] as const) {
      expect(() => bea.door.answer(knock.id, { verdict, until: over })).toThrow('over already')
    }
    expect([stateAt(bea, knock), rules()]).toEqual(['pending', []])
  })

  test('and tells whenever they come in by it', async () => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'allow', until: 'forever', tell: true })
    expect(await bea.admits(al)).toBe('allow')
    expect(bea.door.log({}, undefined, 1)[0]).toMatchObject({ verdict: 'allow-and-tell', by: 'rule' })
    const [answer] = bea.door.log({ by: 'person' }, undefined, 1)
    expect(answer).toMatchObject({ verdict: 'allow-and-tell', why: 'answered: allow, forever, and tell' })
  })
})

describe('the one who knocked is told how long', () => {
  test.each<[AnswerUntil, Rule['until']['kind']]>([
    ['forever', 'forever'],
    ['quit', 'quit'],
    ['once', 'quit'],
    ['connection', 'quit'],
  ])('%s: their own door then opens with a rule that lasts %s', async (until, kind) => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'allow', until })
    await hears(al, 'allowed')
    expect(al.door.rules()).toMatchObject([{ who: { account: bea.account }, until: { kind } }])
  })

  test('an hour: theirs is open for that hour, by their own clock', async () => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'allow', until: inAnHour() })
    await hears(al, 'allowed')
    expect(al.door.rules()[0]?.until).toEqual({ kind: 'time', ...inAnHour() })
    await street.clock.advance(HOUR)
    expect(await al.admits(bea)).toBe('knock-first')
  })

  test('an hour of which half is over when they hear of it', async () => {
    const knock = await knocks(al, bea)
    await al.close()
    bea.door.answer(knock.id, { verdict: 'allow', until: inAnHour() })
    await street.clock.advance(HOUR / 2)
    await al.restart()
    street.connect(bea, al.peerId)
    await hears(al, 'allowed')
    expect(al.door.rules()[0]?.until).toEqual({ kind: 'time', untilMs: street.clock.nowMs() + HOUR / 2 })
  })

  test('nothing any more when that hour is over', async () => {
    const knock = await knocks(al, bea)
    await al.close()
    bea.door.answer(knock.id, { verdict: 'allow', until: inAnHour() })
    await street.clock.advance(2 * HOUR)
    await al.restart()
    street.connect(bea, al.peerId)
    await bea.close()
    expect(al.door.sent()[0]?.state).not.toBe('allowed')
  })
})

describe('an answer denies', () => {
  test.each<[AnswerUntil, Rule['until']['kind'] | null]>([
    ['once', null],
    ['connection', 'connection'],
    ['quit', 'quit'],
    ['forever', 'forever'],
  ])('%s: the rule that it makes lasts %s', async (until, kind) => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'deny', until })
    await hears(al, 'denied')
    expect(said()).toMatchObject(kind === null ? [] : [{ verdict: 'deny', until: { kind } }])
    expect(await bea.admits(al)).toBe(kind === null ? 'knock-first' : 'denied')
  })

  test('for the connection, which ends: the next knock is a question again', async () => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'deny', until: 'connection' })
    await hears(al, 'denied')
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('denied')
    street.disconnect(al, bea)
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('asked')
  })

  test('until a time, which comes', async () => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'deny', until: inAnHour() })
    await hears(al, 'denied')
    expect(await bea.admits(al)).toBe('denied')
    await street.clock.advance(HOUR)
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test('silently: to them it is as if nobody had answered, to the moment', async () => {
    const silent = await knocks(al, bea)
    const cem = await street.house('Cem')
    await knocks(cem, bea)
    await street.clock.advance(20 * SECOND)
    bea.door.answer(silent.id, { verdict: 'deny', until: 'once', silently: true })
    const both = (): (string | undefined)[] => [al, cem].map((house) => house.door.sent()[0]?.state)
    for (let passed = 20; passed < 60; passed += 5) {
      expect(both()).toEqual(['asked', 'asked'])
      await street.clock.advance(5 * SECOND)
    }
    await hears(al, 'unanswered')
    await hears(cem, 'unanswered')
    expect(bea.door.log({ by: 'person' }, undefined, 1)[0]).toMatchObject({
      verdict: 'ignore',
      why: 'answered: deny, once, silently',
    })
  })

  test('silently and for good: whoever comes again meets silence', async () => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'deny', until: 'forever', silently: true })
    expect(said()).toMatchObject([{ verdict: 'ignore', until: { kind: 'forever' } }])
    al.door.cancel(al.door.sent()[0]?.id ?? (await knocks(al, bea)).id)
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('silent')
    expect(await bea.admits(al)).toBe('silent')
  })

  test('silently, and taken back: the question is theirs again, and no word of the other time comes', async () => {
    const knock = await knocks(al, bea)
    await street.clock.advance(55 * SECOND)
    bea.door.answer(knock.id, { verdict: 'deny', until: 'once', silently: true })
    bea.door.undo(knock.id)
    await street.clock.advance(8 * SECOND)
    expect([stateAt(bea, knock), al.door.sent()[0]?.state]).toEqual(['pending', 'asked'])
    bea.door.answer(knock.id, { verdict: 'allow', until: 'once' })
    await hears(al, 'allowed')
  })

  test('silently three times, and the mute tells nothing either', async () => {
    for (let n = 0; n < 3; n++) {
      bea.door.answer((await knocks(al, bea)).id, { verdict: 'deny', until: 'once', silently: true })
      await street.clock.advance(66 * SECOND)
    }
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('silent')
    expect(bea.door.pending()).toEqual([])
  })
})

describe('an answer for just this', () => {
  const file = { name: 'notes.pdf', bytes: 3 * MiB }

  test('allows what is called so and no larger, and nothing more', async () => {
    bea.door.answer((await knocks(al, bea, 'file', file)).id, { verdict: 'allow', until: 'forever', scope: 'this' })
    expect(said()).toMatchObject([{ capability: 'file', match: { ...anyMatch, name: 'notes.pdf', maxBytes: 3 * MiB } }])
    const abouts = [file, { ...file, bytes: 1 }, { ...file, bytes: 4 * MiB }, { ...file, name: 'other.pdf' }]
    const untold = [{ name: file.name }, { bytes: file.bytes }]
    const asked = [...abouts, ...untold].map((about) => lets(bea, al, 'file', about))
    const no = 'knock-first'
    expect(await Promise.all(asked)).toEqual(['allow', 'allow', no, no, no, no])
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test('denies what is as large, and neither more nor less', async () => {
    bea.contacts.add(al.account)
    const large = { bytes: 20 * MiB }
    bea.door.answer((await knocks(al, bea, 'file', large)).id, { verdict: 'deny', until: 'forever', scope: 'this' })
    const asked = [1, 20 * MiB, 20 * MiB + 1].map((bytes) => lets(bea, al, 'file', { bytes }))
    expect(await Promise.all(asked)).toEqual(['allow', 'denied', 'knock-first'])
  })

  test('is about the same file when it comes, in whatever letters it is called', async () => {
    const odd = { name: ' notes\n\u202Efdp.exe', bytes: MiB }
    await al.door.knock({ peerId: bea.peerId }, 'file', '', odd)
    const [knock] = bea.door.pending()
    expect(knock?.about.name).toBe('notes fdp.exe')
    if (knock !== undefined) bea.door.answer(knock.id, { verdict: 'allow', until: 'forever', scope: 'this' })
    expect(await lets(bea, al, 'file', odd)).toBe('allow')
    expect(bea.door.log({ capability: 'file' }, undefined, 1)[0]?.facts?.about.name).toBe('notes fdp.exe')
  })

  test('goes by the path that they asked for', async () => {
    const path = '/notes/today'
    bea.door.answer((await knocks(al, bea, 'visit', { path })).id, { verdict: 'allow', until: 'quit', scope: 'this' })
    expect(said()).toMatchObject([{ capability: 'visit', match: { ...anyMatch, path } }])
    const asked = ['/notes/today', '/notes', '/notes/today2'].map((at) => lets(bea, al, 'visit', { path: at }))
    expect(await Promise.all(asked)).toEqual(['allow', 'knock-first', 'knock-first'])
  })

  test('lets no file in of which no size was told: it could be of any', async () => {
    const knock = await knocks(al, bea, 'file', { name: 'notes.pdf' })
    const allow = { verdict: 'allow', until: 'forever', scope: 'this' } as const
    expect(() => bea.door.answer(knock.id, allow)).toThrow('They told no size')
    expect(stateAt(bea, knock)).toBe('pending')
    bea.door.answer(knock.id, { ...allow, verdict: 'deny' })
    expect(said()).toMatchObject([{ verdict: 'deny', match: { ...anyMatch, name: 'notes.pdf' } }])
  })

  test.each([
    ['told nothing', {}, 'no name, size or path'],
    ['told a path that winds', { path: '/notes/../secrets' }, 'winds'],
  ])('is none where they %s', async (_what, about, why) => {
    const knock = await knocks(al, bea, 'visit', about)
    for (const verdict of ['allow', 'deny'] as const) {
      expect(() => bea.door.answer(knock.id, { verdict, until: 'once', scope: 'this' })).toThrow(why)
    }
    expect([stateAt(bea, knock), rules()]).toEqual(['pending', []])
  })
})

describe('an answer for everything', () => {
  test('allows all that they may ask for', async () => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'allow', until: 'forever', scope: 'everything' })
    expect(said()).toMatchObject([{ capability: 'anything', verdict: 'allow' }])
    expect(await Promise.all([bea.admits(al), lets(bea, al, 'visit'), lets(bea, al, 'relay')])).toEqual([
      'allow',
      'allow',
      'allow',
    ])
  })

  test('puts an end to what was said otherwise of a part, and undo brings it back as it was', async () => {
    const denied = bea.door.addRule(ofAl({ capability: 'visit', verdict: 'deny', note: 'not here' }), 'person')
    const asks = bea.door.addRule(ofAl({ capability: 'file', verdict: 'ask' }), 'person')
    const alike = bea.door.addRule(ofAl({ capability: 'relay', verdict: 'allow-and-tell' }), 'person')
    const others = bea.door.addRule({ who: { kind: 'anyone' }, capability: 'visit', verdict: 'deny' }, 'person')
    const knock = await knocks(al, bea)
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever', scope: 'everything' })
    expect(rules().map(({ id }) => id)).toEqual([alike.id, others.id, expect.any(String)])
    expect(await lets(bea, al, 'visit')).toBe('allow')
    bea.door.undo(knock.id)
    expect(new Set(rules())).toEqual(new Set([denied, asks, alike, others]))
    await bea.restart()
    expect(new Set(rules())).toEqual(new Set([denied, asks, alike, others]))
  })

  test('denies all of it, also what was allowed', async () => {
    bea.door.addRule(ofAl({ capability: 'file', verdict: 'allow' }), 'person')
    expect(await lets(bea, al, 'file')).toBe('allow')
    const knock = await knocks(al, bea)
    bea.door.answer(knock.id, { verdict: 'deny', until: 'forever', scope: 'everything' })
    expect(said()).toMatchObject([{ capability: 'anything', verdict: 'deny' }])
    expect(await lets(bea, al, 'file')).toBe('denied')
    bea.door.undo(knock.id)
    expect(await lets(bea, al, 'file')).toBe('allow')
  })
})

describe('an answer comes true', () => {
  test('against a rule of theirs that asks, however much that asks for', async () => {
    const asking = ofAl({ capability: 'file', priority: 7, match: { ...anyMatch, minBytes: MiB, path: '/in' } })
    bea.door.addRule(asking, 'person')
    const about = { bytes: 2 * MiB, path: '/in/box' }
    bea.door.answer((await knocks(al, bea, 'file', about)).id, { verdict: 'allow', until: 'forever' })
    expect(await lets(bea, al, 'file', about)).toBe('allow')
    expect(await lets(bea, al, 'file', { bytes: 1, path: '/in' })).toBe('knock-first')
  })

  test('or is refused: a rule that asks where nothing is told can be answered by no allowance', async () => {
    bea.door.addRule(ofAl({ capability: 'file', match: { ...anyMatch, minBytes: MiB } }), 'person')
    const knock = await knocks(al, bea, 'file')
    expect(() => bea.door.answer(knock.id, { verdict: 'allow', until: 'once' })).toThrow('Change that first')
    expect(stateAt(bea, knock)).toBe('pending')
    bea.door.answer(knock.id, { verdict: 'allow', until: 'once', scope: 'everything' })
    expect(await lets(bea, al, 'file')).toBe('allow')
  })

  test('a refusal of a missed knock goes before what lets them in by the hour since', async () => {
    const knock = await knocks(al, bea)
    await street.clock.advance(2 * MINUTE)
    const hourly = bea.door.addRule(ofAl({ verdict: 'allow', match: { ...anyMatch, perHour: 5 } }), 'person')
    bea.door.answer(knock.id, { verdict: 'deny', until: 'forever' })
    expect(await bea.admits(al)).toBe('denied')
    bea.door.undo(knock.id)
    expect(rules()).toEqual([hourly])
  })
})

describe('what lasts longer takes the place of what is shorter', () => {
  test('and undo brings the shorter one back', async () => {
    const knock = await knocks(al, bea)
    await street.clock.advance(2 * MINUTE)
    const shorter = bea.door.addRule(ofAl({ verdict: 'allow', until: { kind: 'quit' } }), 'person')
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    expect(said()).toMatchObject([{ until: { kind: 'forever' } }])
    bea.door.undo(knock.id)
    expect(rules()).toEqual([shorter])
    expect(await bea.admits(al)).toBe('allow')
  })

  test('and what lasts at least as long stays alone', async () => {
    const knock = await knocks(al, bea)
    await street.clock.advance(2 * MINUTE)
    const longer = bea.door.addRule(ofAl({ verdict: 'allow' }), 'person')
    bea.door.answer(knock.id, { verdict: 'allow', until: inAnHour() })
    expect(rules()).toEqual([longer])
    bea.door.undo(knock.id)
    expect(rules()).toEqual([longer])
  })

  test('an end found out before stays where it was, whatever the machine’s clock shows at the undo', async () => {
    const knock = await knocks(al, bea)
    await street.clock.advance(2 * MINUTE)
    bea.door.addRule(
      ofAl({ verdict: 'allow', until: { kind: 'time', untilMs: street.clock.nowMs() + HOUR } }),
      'person',
    )
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    expect(said()).toMatchObject([{ until: { kind: 'forever' } }])
    street.clock.jump(-DAY)
    bea.door.undo(knock.id)
    expect(said()).toMatchObject([{ until: { kind: 'time' } }])
    await street.clock.advance(HOUR)
    expect(await bea.admits(al)).toBe('knock-first')
  })
})

test('a block says why in the log of the one who blocks, and undo takes it back', async () => {
  const knock = await knocks(al, bea)
  bea.door.answer(knock.id, { verdict: 'block', note: 'sells shoes' })
  expect(bea.door.log({ by: 'person' }, undefined, 1)[0]?.why).toBe('answered: block the account: sells shoes')
  bea.door.undo(knock.id)
  expect(bea.door.blocked()).toEqual([])
})

test('undo does not unblock whom this answer did not block', async () => {
  const knock = await knocks(al, bea)
  await street.clock.advance(2 * MINUTE)
  bea.door.block(al.account, true, 'sells shoes')
  expect(bea.door.log({ by: 'person' }, undefined, 1)[0]?.why).toBe('the account was blocked: sells shoes')
  bea.door.answer(knock.id, { verdict: 'block' })
  bea.door.undo(knock.id)
  expect(bea.door.blocked()).toEqual([al.account])
})
