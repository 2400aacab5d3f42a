import { beforeEach, describe, expect, test } from 'vitest'
import type { DoNotDisturb } from '../../../src/shared/model/settings.ts'
import { HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { hears, knocks, stateAt } from './asks.ts'
import { Street, type House } from './street.ts'

let street: Street
let al: House
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
})

function choose(house: House, change: Partial<DoNotDisturb>): void {
  house.settings = { ...house.settings, doNotDisturb: { ...house.settings.doNotDisturb, ...change } }
  house.door.reconsider()
}

const quietAt = (house: House): boolean[] => house.door.pending().map(({ quiet }) => quiet)
const sentBy = (house: House): unknown => house.door.sent()[0]

describe('while a person is not to be disturbed', () => {
  beforeEach(() => choose(bea, { on: true }))

  test('a knock is quiet, the one who knocks hears why, and everything else goes on', async () => {
    const knock = await knocks(al, bea)
    expect(knock).toMatchObject({ state: 'pending', quiet: true, untilMs: street.clock.nowMs() + 60 * SECOND })
    expect(sentBy(al)).toMatchObject({
      state: 'asked',
      quiet: true,
      why: 'They do not want to be disturbed now, and see your knock when they look.',
    })
    bea.door.answer(knock.id, { verdict: 'allow', until: 'quit' })
    await hears(al, 'allowed')
    expect(sentBy(al)).toMatchObject({ quiet: false, untilMs: null })
    expect(await bea.admits(al)).toBe('allow')
  })

  test('a knock that nobody answers is missed like any other', async () => {
    const knock = await knocks(al, bea)
    await street.clock.advance(60 * SECOND)
    expect(stateAt(bea, knock)).toBe('missed')
    await hears(al, 'unanswered')
    expect(sentBy(al)).toMatchObject({ quiet: false })
  })

  test('contacts may disturb all the same, unless they may not', async () => {
    bea.contacts.add(al.account)
    expect((await knocks(al, bea)).quiet).toBe(false)
    choose(bea, { contacts: false })
    expect((await knocks(al, bea, 'visit')).quiet).toBe(true)
  })

  test('three quiet ones leave their places to whoever may disturb', async () => {
    for (const name of ['Cem', 'Dee', 'Eli']) await knocks(await street.house(name), bea)
    expect(quietAt(bea)).toEqual([true, true, true])
    bea.contacts.add(al.account)
    const mine = await knocks(al, bea)
    expect(mine).toMatchObject({ state: 'pending', quiet: false })
    const states = bea.door.pending().map(({ claimedName, state }) => [claimedName, state])
    expect(states).toEqual([['Cem', 'pending'], ['Dee', 'pending'], ['Al', 'pending'], ['Eli', 'queued']])
    const eli = street.byAccount(bea.door.pending()[3]?.account ?? al.account)
    const inFive = street.clock.nowMs() + 5 * MINUTE
    await eventually('Eli hears that others come first', () => eli?.door.sent()[0]?.untilMs === inFive)
    expect(eli?.door.sent()[0]).toMatchObject({ state: 'asked', quiet: true })
  })

  test('what is shown already stays as it is when it begins', async () => {
    choose(bea, { on: false })
    const knock = await knocks(al, bea)
    choose(bea, { on: true })
    expect(bea.door.pending()).toEqual([knock])
  })
})

describe('when a person may be disturbed again', () => {
  test('what waited quietly is put before them, with the time to answer it', async () => {
    choose(bea, { on: true })
    await knocks(al, bea)
    await street.clock.advance(50 * SECOND)
    choose(bea, { on: false })
    expect(bea.door.pending()).toMatchObject([
      { state: 'pending', quiet: false, untilMs: street.clock.nowMs() + 60 * SECOND },
    ])
    await eventually('Al hears that he is shown', () => al.door.sent()[0]?.quiet === false)
    expect(sentBy(al)).toMatchObject({ state: 'asked', why: 'A person is being asked.' })
  })

  test('because the time that they chose has come, nobody has to say so', async () => {
    choose(bea, { on: true, untilMs: street.clock.nowMs() + 30 * SECOND })
    await knocks(al, bea)
    await street.clock.advance(30 * SECOND - 1)
    expect(quietAt(bea)).toEqual([true])
    await street.clock.advance(1)
    expect(quietAt(bea)).toEqual([false])
  })

  test('by the machine’s clock, which was set back: then not yet', async () => {
    choose(bea, { on: true, untilMs: street.clock.nowMs() + 30 * SECOND })
    await knocks(al, bea)
    street.clock.jump(-10 * SECOND)
    await street.clock.advance(30 * SECOND)
    expect(quietAt(bea)).toEqual([true])
    await street.clock.advance(10 * SECOND)
    expect(quietAt(bea)).toEqual([false])
  })

  test('only those who may: contacts, where that was chosen', async () => {
    choose(bea, { on: true, contacts: false })
    bea.contacts.add(al.account)
    const cem = await street.house('Cem')
    await knocks(al, bea)
    await knocks(cem, bea)
    choose(bea, { contacts: true })
    expect(bea.door.pending().map(({ claimedName, quiet }) => [claimedName, quiet])).toEqual([
      ['Al', false],
      ['Cem', true],
    ])
  })

  test('a restart in between changes nothing: the time is stored with the settings', async () => {
    choose(bea, { on: true, untilMs: street.clock.nowMs() + HOUR })
    await bea.restart()
    await street.clock.advance(HOUR - 10 * SECOND)
    await knocks(al, bea)
    expect(quietAt(bea)).toEqual([true])
    await street.clock.advance(10 * SECOND)
    expect(quietAt(bea)).toEqual([false])
  })
})

test('who tells only a yes does not tell either that they are not to be disturbed', async () => {
  bea.settings = { ...bea.settings, tellKnockers: 'yes' }
  choose(bea, { on: true })
  await knocks(al, bea)
  expect(sentBy(al)).toMatchObject({ state: 'asked', quiet: false })
})
