import { beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../../../src/shared/model/door.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { hears, knocks } from './asks.ts'
import { Street, type House } from './street.ts'

/* What cannot be written did not happen: neither on the disk nor in memory, nor is anybody told of it. */

let street: Street
let al: House
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
})

/** From now on nothing more is written to this table, until what this gives is called. */
function full(house: House, table: string): () => void {
  for (const on of ['INSERT', 'UPDATE']) {
    house.database
      .prepare(`CREATE TRIGGER full_${table}_${on} BEFORE ${on} ON ${table} BEGIN SELECT RAISE(ABORT, 'full'); END`)
      .run()
  }
  return () => {
    for (const on of ['INSERT', 'UPDATE']) house.database.prepare(`DROP TRIGGER full_${table}_${on}`).run()
  }
}

const tables = ['door_log', 'door_rules', 'door_received', 'door_undelivered']
const yes: Answer = { verdict: 'allow', until: 'forever', scope: 'everything' }

describe.each(tables)('while nothing can be written to %s', (table) => {
  test('a yes lets nobody in, and can be given again', async () => {
    const kept = bea.door.addRule(
      { who: { kind: 'account', account: al.account }, capability: 'file', verdict: 'deny' },
      'person',
    )
    const knock = await knocks(al, bea)
    const room = full(bea, table)
    expect(() => bea.door.answer(knock.id, yes)).toThrow('full')
    expect(await bea.admits(al).catch(() => 'the guard failed')).not.toBe('allow')
    expect(bea.door.pending()).toMatchObject([{ id: knock.id, state: 'pending' }])
    expect(bea.door.rules().map(({ id }) => id)).toEqual([kept.id])
    await street.clock.advance(SECOND)
    expect(al.door.sent()).toMatchObject([{ state: 'asked' }])
    expect(() => bea.door.undo(knock.id)).toThrow()

    room()
    bea.door.answer(knock.id, yes)
    await hears(al, 'allowed')
    expect(await bea.door.verifyLog()).toMatchObject({ outcome: 'whole' })
  })

  test('a knock that nobody answers is still missed when there is room again', async () => {
    const knock = await knocks(al, bea)
    const room = full(bea, table)
    expect(() => bea.door.answer(knock.id, yes)).toThrow('full')
    room()
    await street.clock.advance(2 * MINUTE)
    expect(bea.door.recent()).toMatchObject([{ id: knock.id, state: 'missed' }])
    expect(await bea.door.verifyLog()).toMatchObject({ outcome: 'whole' })
  })
})

test('a refusal that could not be written leaves no mute, and a block no block', async () => {
  const knock = await knocks(al, bea)
  const room = full(bea, 'door_received')
  for (let n = 0; n < 3; n++) {
    expect(() => bea.door.answer(knock.id, { verdict: 'deny', until: 'once' })).toThrow('full')
  }
  expect(() => bea.door.answer(knock.id, { verdict: 'block' })).toThrow('full')
  expect(bea.door.blocked()).toEqual([])
  room()
  bea.door.answer(knock.id, { verdict: 'deny', until: 'once' })
  await hears(al, 'denied')
  expect((await knocks(al, bea)).state).toBe('pending')
})

test('a decision that could not be written down is written down the next time', async () => {
  const rule = bea.door.addRule({ who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow' }, 'person')
  const room = full(bea, 'door_rules')
  await expect(bea.admits(al)).rejects.toThrow('full')
  room()
  expect(await bea.admits(al)).toBe('allow')
  expect(bea.door.log({}, undefined, 10)).toMatchObject([{ seq: 1, verdict: 'allow', rule: rule.id }])
  expect(await bea.door.verifyLog()).toMatchObject({ outcome: 'whole', decisions: 1 })
})
