import { beforeEach, describe, expect, test } from 'vitest'
import type { Opened } from '../../../src/main/features/door/index.ts'
import type { Knock } from '../../../src/shared/model/door.ts'
import { HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { Street, type House } from './street.ts'

let street: Street
let al: House
let bea: House
const opened: Opened[] = []

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
  opened.length = 0
  bea.door.onOpened((each) => opened.push(each))
})

/** Al knocks; the question that Bea sees. */
async function knocks(from = al, capability: Knock['capability'] = 'contact'): Promise<Knock> {
  await from.door.knock({ peerId: bea.peerId }, capability, 'hello')
  const knock = bea.door.pending().find(({ account }) => account === from.account)
  if (knock === undefined) throw new Error('nobody is at the door')
  return knock
}

const stateOfAl = (): string => al.door.sent()[0]?.state ?? 'none'
const alHears = (state: string): Promise<unknown> => eventually(`Al hears ${state}`, () => stateOfAl() === state)
const stateAtBea = (knock: Knock): string | undefined =>
  [...bea.door.pending(), ...bea.door.recent()].find(({ id }) => id === knock.id)?.state

describe('a knock', () => {
  test('is a question before a person on one side, and "a person is being asked" on the other', async () => {
    const knock = await knocks()
    expect(knock).toMatchObject({
      account: al.account,
      claimedName: 'Al',
      greeting: 'hello',
      state: 'pending',
      requests: 1,
      before: 0,
    })
    const nowMs = street.clock.nowMs()
    expect(knock.untilMs).toBe(nowMs + 60 * SECOND)
    expect(al.door.sent()[0]).toMatchObject({ state: 'asked', untilMs: nowMs + 60 * SECOND, account: bea.account })
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test('that is allowed forever opens both doors for good', async () => {
    bea.door.answer((await knocks()).id, { verdict: 'allow', until: 'forever' })
    await alHears('allowed')
    expect(opened).toEqual([{ whose: 'theirs', account: al.account, peerId: al.peerId, capability: 'contact' }])
    expect(await bea.admits(al)).toBe('allow')
    expect(await al.admits(bea)).toBe('allow')
    await bea.restart()
    await al.restart()
    expect(await bea.admits(al)).toBe('allow')
    expect(await al.admits(bea)).toBe('allow')
  })

  test('that is allowed for the session opens both doors until a restart', async () => {
    bea.door.answer((await knocks()).id, { verdict: 'allow', until: 'quit' })
    await alHears('allowed')
    expect(await al.admits(bea)).toBe('allow')
    await bea.restart()
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test('that is allowed once lets in on one connection, however many streams, and not on the next', async () => {
    bea.door.answer((await knocks()).id, { verdict: 'allow', until: 'once' })
    await alHears('allowed')
    expect([await bea.admits(al), await bea.admits(al)]).toEqual(['allow', 'allow'])
    street.disconnect(al, bea)
    expect(await bea.admits(al)).toBe('knock-first')
    expect(bea.door.rules()).toEqual([])
  })

  test('that is denied once leaves no rule, and one denied forever a rule that answers the next', async () => {
    const first = await knocks()
    bea.door.answer(first.id, { verdict: 'deny', until: 'once' })
    await alHears('denied')
    expect(bea.door.rules()).toEqual([])
    bea.door.answer((await knocks()).id, { verdict: 'deny', until: 'forever' })
    await alHears('denied')
    const third = await al.door.knock({ peerId: bea.peerId }, 'contact', '')
    expect(third.state).toBe('denied')
    expect(bea.door.pending()).toEqual([])
    expect(await bea.admits(al)).toBe('denied')
  })

  test('that is ignored is never answered until a restart', async () => {
    bea.door.answer((await knocks()).id, { verdict: 'ignore' })
    await street.clock.advance(66 * SECOND)
    expect(stateOfAl()).toBe('unanswered')
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('silent')
    expect(await bea.admits(al)).toBe('silent')
    await bea.restart()
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('asked')
  })

  test('that is answered with a block keeps the account out, and its device from connecting', async () => {
    const closedAt: string[] = []
    bea.door.answer((await knocks()).id, { verdict: 'block' })
    closedAt.push(...bea.door.blocked())
    expect(closedAt).toEqual([al.account])
    expect(bea.door.admitsConnection(al.peerId)).toBe(false)
    expect((await al.door.knock({ peerId: bea.peerId }, 'lookup', '')).state).toBe('unreachable')
    await bea.restart()
    expect(bea.door.admitsConnection(al.peerId)).toBe(false)
    bea.door.block(al.account, false)
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('asked')
  })

  test('that nobody answers in sixty seconds is denied once, kept as missed, and makes no rule', async () => {
    const knock = await knocks()
    await street.clock.advance(60 * SECOND - 1)
    expect(stateAtBea(knock)).toBe('pending')
    await street.clock.advance(1)
    expect(stateAtBea(knock)).toBe('missed')
    await alHears('unanswered')
    expect(bea.door.rules()).toEqual([])
    expect(bea.door.log({}, undefined, 10)[0]).toMatchObject({ verdict: 'deny', by: 'timeout', account: al.account })
    expect((await knocks()).before).toBe(1)
  })

  test('that was missed can still be answered, and the sender hears of it', async () => {
    const knock = await knocks()
    await street.clock.advance(HOUR)
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await alHears('allowed')
    expect(await bea.admits(al)).toBe('allow')
  })

  test('is one question however often it is repeated', async () => {
    const knock = await knocks()
    al.door.cancel(al.door.sent()[0]?.id ?? knock.id)
    await eventually('it is withdrawn', () => stateAtBea(knock) === 'withdrawn')
    await al.door.knock({ peerId: bea.peerId }, 'contact', '')
    await al.restart()
    await al.door.knock({ peerId: bea.peerId }, 'contact', 'again')
    expect(bea.door.pending()).toHaveLength(1)
  })

  test('sent twice is sent once', async () => {
    const [first, second] = await Promise.all([
      al.door.knock({ peerId: bea.peerId }, 'contact', 'one'),
      al.door.knock({ account: bea.account }, 'contact', 'two'),
    ])
    expect(second.id).toBe(first.id)
    expect((await al.door.knock({ account: bea.account }, 'contact', 'three')).id).toBe(first.id)
    expect(bea.door.pending()[0]?.requests).toBe(1)
  })

  test('that its sender cancels is withdrawn', async () => {
    const knock = await knocks()
    al.door.cancel(al.door.sent()[0]?.id ?? knock.id)
    expect(stateOfAl()).toBe('cancelled')
    await eventually('Bea sees it withdrawn', () => stateAtBea(knock) === 'withdrawn')
    expect(() => bea.door.answer(knock.id, { verdict: 'allow', until: 'once' })).toThrow('already been answered')
  })

  test('of somebody who proves no account reaches nobody', async () => {
    al.isProven = false
    const sent = await al.door.knock({ peerId: bea.peerId }, 'contact', '')
    expect(sent).toMatchObject({ state: 'denied', why: 'Their device could not make sure who you are.' })
    expect(bea.door.pending()).toEqual([])
    expect(bea.door.log({}, undefined, 1)[0]).toMatchObject({ account: null, verdict: 'deny', by: 'limit' })
    expect(await bea.admits(al)).toBe('unproven')
  })

  test('at an account that the device does not prove goes nowhere', async () => {
    const account = bea.account
    const connecting = al.door.knock({ account }, 'contact', '')
    bea.account = al.account
    expect(await connecting).toMatchObject({ state: 'unreachable' })
  })

  test('at a house that is closed says so', async () => {
    await bea.close()
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('unreachable')
  })

  test('shows a stranger’s words on one line, without anything that turns their direction', async () => {
    await al.door.knock({ peerId: bea.peerId }, 'contact', 'one\ntwo\u202Eevil\u0007')
    expect(bea.door.pending()[0]?.greeting).toBe('one twoevil')
  })

  test('three denied in ten minutes mute the account for an hour', async () => {
    for (let n = 0; n < 3; n++) {
      bea.door.answer((await knocks()).id, { verdict: 'deny', until: 'once' })
      await alHears('denied')
    }
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('denied')
    expect(bea.door.pending()).toEqual([])
    await street.clock.advance(HOUR)
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('asked')
  })
})

describe('an answer', () => {
  test('is given once', async () => {
    const knock = await knocks()
    bea.door.answer(knock.id, { verdict: 'deny', until: 'once' })
    expect(() => bea.door.answer(knock.id, { verdict: 'allow', until: 'once' })).toThrow('already been answered')
  })

  test('allow, taken back within ten seconds, shuts the door again and closes what it let in', async () => {
    const knock = await knocks()
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await alHears('allowed')
    expect(await bea.admits(al)).toBe('allow')
    const closed: unknown[] = []
    bea.door.onClosed((each) => closed.push(each))
    await street.clock.advance(9 * SECOND)
    expect(bea.door.undo(knock.id).state).toBe('denied')
    await alHears('denied')
    expect(closed).toEqual([{ account: al.account, peerId: al.peerId, capability: 'contact', wasContact: false }])
    expect(await bea.admits(al)).toBe('knock-first')
    expect(await al.admits(bea)).toBe('knock-first')
    expect(bea.door.rules()).toEqual([])
  })

  test('deny, taken back, puts the question again with the time that was left', async () => {
    const knock = await knocks()
    await street.clock.advance(20 * SECOND)
    bea.door.answer(knock.id, { verdict: 'deny', until: 'forever' })
    await alHears('denied')
    await street.clock.advance(5 * SECOND)
    const again = bea.door.undo(knock.id)
    expect(again).toMatchObject({ state: 'pending', untilMs: street.clock.nowMs() + 40 * SECOND })
    await alHears('asked')
    expect(bea.door.rules()).toEqual([])
    bea.door.answer(knock.id, { verdict: 'allow', until: 'once' })
    await alHears('allowed')
  })

  test('deny, taken back in the last second, leaves ten to think', async () => {
    const knock = await knocks()
    await street.clock.advance(59 * SECOND)
    bea.door.answer(knock.id, { verdict: 'block' })
    expect(bea.door.undo(knock.id)).toMatchObject({ state: 'pending', untilMs: street.clock.nowMs() + 10 * SECOND })
    expect(bea.door.blocked()).toEqual([])
  })

  test('cannot be taken back later, nor twice, nor after a restart', async () => {
    const [late, twice, restarted] = [
      await knocks(),
      await knocks(await street.house('Cem')),
      await knocks(await street.house('Dee')),
    ]
    for (const { id } of [late, twice, restarted]) bea.door.answer(id, { verdict: 'allow', until: 'forever' })
    bea.door.undo(twice.id)
    expect(() => bea.door.undo(twice.id)).toThrow('last ten seconds')
    await bea.restart()
    expect(() => bea.door.undo(restarted.id)).toThrow('last ten seconds')
    await street.clock.advance(10 * SECOND)
    expect(() => bea.door.undo(late.id)).toThrow('last ten seconds')
  })
})

describe('time', () => {
  test('set forward or back neither answers a question nor prolongs it', async () => {
    const knock = await knocks()
    street.clock.jump(10 * HOUR)
    await street.clock.advance(59 * SECOND)
    expect(stateAtBea(knock)).toBe('pending')
    street.clock.jump(-20 * HOUR)
    await street.clock.advance(1 * SECOND)
    expect(stateAtBea(knock)).toBe('missed')
  })

  test('set back does not prolong an allowance with an end, and set forward does not end a refusal', async () => {
    const nowMs = street.clock.nowMs()
    const forAl = { who: { kind: 'account', account: al.account }, priority: 0, note: '' } as const
    const until = { kind: 'time', untilMs: nowMs + HOUR } as const
    bea.door.addRule({ ...forAl, capability: 'contact', verdict: 'allow', until }, 'person')
    await street.clock.advance(30 * MINUTE)
    street.clock.jump(-HOUR)
    expect(await bea.admits(al)).toBe('allow')
    await street.clock.advance(30 * MINUTE)
    expect(await bea.admits(al)).toBe('knock-first')
    bea.door.addRule(
      {
        who: { kind: 'anyone' },
        capability: 'contact',
        verdict: 'allow',
        until: { kind: 'forever' },
        priority: 0,
        note: '',
      },
      'person',
    )
    const denied = { kind: 'time', untilMs: street.clock.nowMs() + HOUR } as const
    bea.door.addRule({ ...forAl, capability: 'contact', verdict: 'deny', until: denied }, 'person')
    street.clock.jump(2 * HOUR)
    expect(await bea.admits(al)).toBe('denied')
  })

  test('set back while the node did not run switches allowances with an end off', async () => {
    const until = { kind: 'time', untilMs: street.clock.nowMs() + HOUR } as const
    bea.door.addRule(
      { who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow', until, priority: 0, note: '' },
      'person',
    )
    street.clock.jump(-2 * MINUTE)
    await bea.restart()
    expect(await bea.admits(al)).toBe('knock-first')
    expect(bea.door.rules()[0]?.enabled).toBe(false)
  })

  test('when an allowance runs out, what it let in is closed', async () => {
    const until = { kind: 'time', untilMs: street.clock.nowMs() + HOUR } as const
    bea.door.addRule(
      { who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow', until, priority: 0, note: '' },
      'person',
    )
    expect(await bea.admits(al)).toBe('allow')
    const before = street.seen(al, bea).connection
    await street.clock.advance(HOUR)
    await eventually('the connection is closed', () => street.seen(al, bea).connection !== before)
  })
})

describe('a restart', () => {
  test('misses what was pending, and says so when the sender connects again', async () => {
    const knock = await knocks()
    await bea.restart()
    expect(stateAtBea(knock)).toBe('missed')
    expect(bea.door.log({}, undefined, 1)[0]).toMatchObject({ by: 'timeout' })
    street.connect(al, bea.peerId)
    await alHears('unanswered')
  })

  test('of the sender loses no verdict', async () => {
    const knock = await knocks()
    await al.close()
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await al.restart()
    expect(stateOfAl()).toBe('asked')
    street.connect(al, bea.peerId)
    await alHears('allowed')
    expect(await al.admits(bea)).toBe('allow')
  })

  test('of the sender waits no longer than the question lasts', async () => {
    await knocks()
    await bea.close()
    await al.restart()
    await street.clock.advance(66 * SECOND)
    expect(stateOfAl()).toBe('unanswered')
  })
})

test('a knock that comes while the node stops sets no clock, and is missed at the next start', async () => {
  await bea.door.stop()
  const knock = await knocks()
  await street.clock.advance(HOUR)
  expect(stateAtBea(knock)).toBe('pending')
  await bea.restart()
  expect(stateAtBea(knock)).toBe('missed')
})

test.each([['no JSON'], ['{"verdict":"allow"}']])('a stored rule that reads %s stops the start', async (record) => {
  bea.database.prepare('INSERT INTO door_rules (id, record) VALUES (?, ?)').run('x', record)
  await expect(bea.restart()).rejects.toMatchObject({ code: 'DAMAGED' })
})

describe('a changed rule', () => {
  const forAl = (verdict: 'allow' | 'deny' | 'ignore'): Parameters<House['door']['addRule']>[0] => ({
    who: { kind: 'account', account: al.account },
    capability: 'contact',
    verdict,
    until: { kind: 'forever' },
    priority: 0,
    note: '',
  })

  test('decides what is pending', async () => {
    const knock = await knocks()
    bea.door.addRule(forAl('allow'), 'person')
    expect(stateAtBea(knock)).toBe('allowed')
    await alHears('allowed')
    expect(opened).toHaveLength(1)
  })

  test('that denies is told, and one that ignores is not', async () => {
    const first = await knocks()
    bea.door.addRule(forAl('deny'), 'person')
    expect(stateAtBea(first)).toBe('denied')
    await alHears('denied')
    const cem = await street.house('Cem')
    const second = await knocks(cem)
    bea.door.block(cem.account, true)
    expect(stateAtBea(second)).toBe('ignored')
    expect(cem.door.sent()[0]?.state).toBe('asked')
  })

  test('closes what it no longer lets in', async () => {
    const rule = bea.door.addRule(forAl('allow'), 'person')
    expect(await bea.admits(al)).toBe('allow')
    const before = street.seen(al, bea).connection
    bea.door.enableRule(rule.id, false)
    await eventually('the connection is closed', () => street.seen(al, bea).connection !== before)
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test.each([['them'], ['anyone']])('opens our door when we knocked, unless we denied %s ourselves', async (whom) => {
    const who = whom === 'them' ? ({ kind: 'account', account: bea.account } as const) : ({ kind: 'anyone' } as const)
    al.door.addRule({ ...forAl('deny'), who }, 'person')
    bea.door.answer((await knocks()).id, { verdict: 'allow', until: 'forever' })
    await alHears('allowed')
    expect(await al.admits(bea)).toBe('denied')
  })

  test('counts its hits, and is gone when it is removed', async () => {
    const rule = bea.door.addRule(forAl('allow'), 'person')
    for (let n = 0; n < 3; n++) await bea.admits(al)
    expect(bea.door.rules()[0]).toMatchObject({ hits: 3, lastHitMs: street.clock.nowMs() })
    bea.door.removeRule(rule.id)
    expect(() => bea.door.removeRule(rule.id)).toThrow('no rule of that id')
  })
})

describe('an invitation’s token', () => {
  test('opens the door once, without a question', async () => {
    const { token } = bea.door.mintToken(street.clock.nowMs() + HOUR)
    expect((await al.door.knockWithToken(bea.peerId, token)).state).toBe('allowed')
    expect(bea.door.rules()[0]).toMatchObject({ origin: 'invitation', until: { kind: 'forever' } })
    expect(bea.door.log({}, undefined, 1)[0]).toMatchObject({ by: 'token', verdict: 'allow' })
    const cem = await street.house('Cem')
    expect((await cem.door.knockWithToken(bea.peerId, token)).state).toBe('asked')
    await bea.restart()
    expect((await cem.door.knockWithToken(bea.peerId, token)).state).toBe('asked')
  })

  test('that expired, or was never minted, is an ordinary question', async () => {
    const { token } = bea.door.mintToken(street.clock.nowMs() + HOUR)
    await street.clock.advance(HOUR)
    expect((await al.door.knockWithToken(bea.peerId, token)).state).toBe('asked')
    const cem = await street.house('Cem')
    expect((await cem.door.knockWithToken(bea.peerId, new Uint8Array(16))).state).toBe('asked')
  })

  test('does not help an account that is denied, and is not used up by it', async () => {
    const { token } = bea.door.mintToken(street.clock.nowMs() + HOUR)
    const denied = { who: { kind: 'account', account: al.account }, capability: 'contact', verdict: 'deny' } as const
    const rule = bea.door.addRule({ ...denied, until: { kind: 'forever' }, priority: 0, note: '' }, 'person')
    expect((await al.door.knockWithToken(bea.peerId, token)).state).toBe('denied')
    bea.door.removeRule(rule.id)
    expect((await al.door.knockWithToken(bea.peerId, token)).state).toBe('allowed')
  })

  test('survives a restart', async () => {
    const { token } = bea.door.mintToken(street.clock.nowMs() + HOUR)
    await bea.restart()
    expect((await al.door.knockWithToken(bea.peerId, token)).state).toBe('allowed')
  })
})

describe('the feed', () => {
  test('starts with what is, and goes on with what happens', async () => {
    const stop = new AbortController()
    const events: string[] = []
    const reading = (async () => {
      for await (const item of bea.door.watch(stop.signal))
        events.push(item.kind === 'snapshot' ? 'snapshot' : item.event.event)
    })()
    await eventually('the snapshot', () => events.length > 0)
    await knocks()
    await eventually('the knock', () => events.includes('knock-changed'))
    stop.abort()
    await reading
    expect(events).toEqual(['snapshot', 'decided', 'knock-changed'])
  })

  test('tells of an admission by a rule that says allow and tell', async () => {
    const stop = new AbortController()
    const told: string[] = []
    const reading = (async () => {
      for await (const item of bea.door.watch(stop.signal)) {
        if (item.kind === 'snapshot') told.push('snapshot')
        else if (item.event.event === 'decided') told.push(item.event.decision.verdict)
      }
    })()
    await eventually('the snapshot', () => told.length > 0)
    const rule = { who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow-and-tell' } as const
    bea.door.addRule({ ...rule, until: { kind: 'forever' }, priority: 0, note: '' }, 'person')
    expect(await bea.admits(al)).toBe('allow')
    await eventually('it is told', () => told.includes('allow-and-tell'))
    stop.abort()
    await reading
  })
})
