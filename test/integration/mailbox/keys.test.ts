import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../../src/shared/units.ts'
import { acquainted, bytes, rowsOf, town, type Resident, type Town } from './mail-town.ts'

let where: Town
let ann: Resident
let bea: Resident
let ivy: Resident

beforeEach(async () => {
  where = town()
  ann = await where.resident('Ann')
  bea = await where.resident('Bea')
  ivy = await where.resident('Ivy')
})

afterEach(() => where.close())

const keysOf = (of: Resident, at: Resident): number => rowsOf(at.database, 'mail_their_keys').filter(({ device }) => device === of.peerId).length
const ownKeys = (of: Resident): number => rowsOf(of.database, 'mail_own_keys').length
const cardOf = (of: Resident, at: Resident): number => Number(rowsOf(at.database, 'mail_cards').find(({ device }) => device === of.peerId)?.['seq'] ?? 0)

async function write(from: Resident, to: Resident, count: number): Promise<void> {
  for (let at = 0; at < count; at++) expect(await from.mailbox.deliver(to.peerId, bytes(`letter ${at}`))).toMatchObject({ outcome: 'held' })
}

/** Days of the wall clock, and then two hours in which everybody's timers run. */
async function later(ms: number): Promise<void> {
  where.clock.jump(ms - 2 * HOUR)
  await where.clock.advance(2 * HOUR)
}

async function again(who: Resident): Promise<Resident> {
  const { name, deviceKey, account, database, introducers } = who
  const back = await where.resident(name, { deviceKey, account, database })
  back.introducers = introducers
  return back
}

describe('one-time keys', () => {
  test('two who meet give each other 64, and a card', async () => {
    await where.meet(ann, bea)
    await where.until('keys', () => keysOf(bea, ann) === 64 && keysOf(ann, bea) === 64 && cardOf(bea, ann) > 0 && cardOf(ann, bea) > 0)
    expect(ownKeys(ann)).toBe(64)
  })

  test('who does not correspond gets none', async () => {
    bea.corresponds = () => false
    await where.meet(ann, bea)
    await where.clock.advance(HOUR)
    expect(keysOf(bea, ann) + keysOf(ann, bea)).toBe(0)
    expect(ann.mailbox.canDeliver(bea.peerId)).toBe(false)
  })

  test('each letter uses one up, and once they are used up the weekly key is there', async () => {
    await acquainted(where, ann, bea, ivy)
    await where.part(bea, ivy)
    await where.part(ann, bea)
    await write(ann, bea, 66)
    expect(keysOf(bea, ann)).toBe(0)
    await bea.mailbox.collect()
    const kinds = bea.taken.map(({ secrecy }) => secrecy)
    expect(kinds.slice(0, 64)).toEqual(Array(64).fill('once'))
    expect(kinds.slice(64)).toEqual(['weekly', 'weekly'])
    expect(ownKeys(bea)).toBe(0)
  })

  test('when they meet again there are 64 again', async () => {
    await acquainted(where, ann, bea, ivy)
    await where.part(ann, bea)
    await write(ann, bea, 40)
    await where.meet(ann, bea)
    await where.until('keys', () => keysOf(bea, ann) === 64)
    await where.until('all came', () => bea.taken.length === 40)
    expect(ownKeys(bea)).toBe(64)
  })

  test('also two who never meet again go on with keys that come with letters', async () => {
    await acquainted(where, ann, bea, ivy)
    ann.introducers = [ivy.peerId]
    ann.mailbox.introducersChanged()
    await where.until('Bea knows who holds for Ann', () => ann.mailbox.status().holders[0]?.state === 'held' && cardOf(ann, bea) > 0)
    await where.clock.advance(HOUR)
    await where.part(ann, bea)
    for (let turn = 0; turn < 12; turn++) {
      await write(ann, bea, 10)
      await bea.mailbox.collect()
      await write(bea, ann, 1)
      await ann.mailbox.collect()
    }
    expect(bea.taken).toHaveLength(120)
    expect(new Set(bea.taken.map(({ secrecy }) => secrecy))).toEqual(new Set(['once']))
  })

  test('and with a newer card: after a month they still find each other', async () => {
    await acquainted(where, ann, bea, ivy)
    const before = cardOf(bea, ann)
    await where.part(ann, bea)
    ann.introducers = [ivy.peerId]
    ann.mailbox.introducersChanged()
    await where.until('held', () => ann.mailbox.status().holders[0]?.state === 'held')
    const annsBefore = cardOf(ann, bea)
    await where.meet(ann, bea)
    await where.until('Bea knows', () => cardOf(ann, bea) > annsBefore)
    await where.part(ann, bea)
    await later(30 * DAY)
    await write(bea, ann, 1)
    await where.until('it came', () => ann.taken.length === 1)
    expect(cardOf(bea, ann)).toBeGreaterThan(before)
  })

  test('keys of somebody who came back from a backup are told to be gone, and new ones are given', async () => {
    await acquainted(where, ann, bea, ivy)
    await where.part(ann, bea)
    bea.database.prepare('DELETE FROM mail_own_keys').run()
    await where.meet(ann, bea)
    await where.until('they are gone', () => keysOf(bea, ann) === 0)
    await where.part(ann, bea)
    await where.meet(ann, bea)
    await where.until('new ones', () => keysOf(bea, ann) === 64)
    await write(ann, bea, 1)
    await where.until('it came', () => bea.taken.length === 1)
  })

  test('of somebody who is blocked nothing is left, and what they write opens to nothing', async () => {
    await acquainted(where, ann, bea, ivy)
    bea.corresponds = () => false
    bea.mailbox.forget(ann.account)
    expect(ownKeys(bea)).toBe(0)
    expect(bea.mailbox.canDeliver(ann.peerId)).toBe(false)
    await ann.mailbox.deliver(bea.peerId, bytes('let me in'))
    await where.until('it is thrown away', () => rowsOf(ivy.database, 'mail_letters').length === 0)
    expect(bea.taken).toEqual([])
  })
})

describe('the weekly key', () => {
  const weekly = (of: Resident): number => rowsOf(of.database, 'mail_weekly').length

  test('is made anew each week, told to who is there, and destroyed two weeks after', async () => {
    await acquainted(where, ann, bea, ivy)
    await where.until('the first', () => weekly(bea) === 1)
    const counts: number[] = []
    for (let week = 0; week < 6; week++) {
      const before = cardOf(bea, ann)
      await later(7 * DAY + HOUR)
      await where.until('Ann has the new one', () => cardOf(bea, ann) > before)
      counts.push(weekly(bea))
    }
    expect(counts).toEqual([2, 3, 3, 3, 3, 3])
  })

  test('is not sealed to when it may be destroyed before the letter is fetched', async () => {
    await acquainted(where, ann, bea, ivy)
    await where.part(ann, bea)
    await write(ann, bea, 64)
    await later(12 * DAY)
    await write(ann, bea, 1)
    await later(2 * DAY)
    expect(await ann.mailbox.deliver(bea.peerId, bytes('too late'))).toMatchObject({ outcome: 'no-card' })
  })

  test('opens what came while its device was off for weeks', async () => {
    await acquainted(where, ann, bea, ivy)
    await where.part(ann, bea)
    await write(ann, bea, 64)
    await where.until('all came', () => bea.taken.length === 64)
    await bea.leave()
    await later(12 * DAY)
    await write(ann, bea, 1)
    await later(6 * DAY)
    bea = await again(bea)
    await where.until('it came', () => bea.taken.length === 1)
    expect(bea.taken).toMatchObject([{ text: 'letter 0', secrecy: 'weekly' }])
  })
})

test('one-time keys are good for weeks after the weekly one is not, and for no longer than they are kept', async () => {
  await acquainted(where, ann, bea, ivy)
  await where.part(ann, bea)
  await later(81 * DAY)
  await write(ann, bea, 1)
  await where.until('it came', () => bea.taken.length === 1)
  await later(2 * DAY)
  expect(await ann.mailbox.deliver(bea.peerId, bytes('too late'))).toMatchObject({ outcome: 'no-card' })
  await later(8 * DAY)
  expect(ownKeys(bea)).toBe(0)
})
