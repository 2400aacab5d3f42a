import { beforeEach, describe, expect, test } from 'vitest'
import type { Knock } from '../../../src/shared/model/door.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { Street, type House } from '../../unit/door/street.ts'
import { kept, Stranger, type Reply } from './flood.ts'

const STRANGERS = 1_000
const KNOCKS = 10
const LASTS_MS = 10 * SECOND
/** So many knocks lie between two looks at the clock. */
const AT_ONCE = 100

let street: Street
let bea: House
let friends: House[]

beforeEach(async () => {
  street = new Street()
  bea = await street.house('Bea')
  friends = []
  for (const name of ['Al', 'Cem', 'Dora', 'Edo']) friends.push(await street.house(name))
  for (const { account } of friends) bea.contacts.add(account)
})

const friend = (n: number): House => {
  const house = friends[n]
  if (house === undefined) throw new Error('nobody')
  return house
}
const strangersOf = (address?: string): Stranger[] =>
  Array.from({ length: STRANGERS }, (_, n) => new Stranger(street, bea, n, address))
const shown = (): Knock[] => bea.door.pending().filter(({ state }) => state === 'pending')
const waiting = (): Knock[] => bea.door.pending().filter(({ state }) => state === 'queued')
const ofContacts = (knocks: Knock[]): Knock[] => knocks.filter(({ account }) => bea.contacts.has(account))
const ofStrangers = (knocks: Knock[]): Knock[] => knocks.filter(({ account }) => !bea.contacts.has(account))

/** All of them knock, in turn, ten times each within ten seconds; `midway` is what happens in the midst of it. */
async function flood(strangers: Stranger[], midway?: () => Promise<void>): Promise<Reply[]> {
  const replies: Reply[] = []
  const total = strangers.length * KNOCKS
  for (let n = 0; n < total; n++) {
    const stranger = strangers[n % strangers.length]
    if (stranger !== undefined) replies.push(await stranger.knock())
    if (n % AT_ONCE === AT_ONCE - 1) await street.clock.advance((LASTS_MS / total) * AT_ONCE)
    if (n === total / 2) await midway?.()
    if (shown().length > 3) throw new Error(`${shown().length} are shown`)
  }
  return replies
}

function counted(replies: readonly Reply[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

describe('a thousand strangers who knock ten times each in ten seconds', () => {
  test('put three questions, fifty wait, and the others hear a price that rises', async () => {
    const replies = await flood(strangersOf())
    // Of each that stands or waits, all ten knocks are one question.
    expect(counted(replies)).toEqual({ pending: 53 * KNOCKS, busy: (STRANGERS - 53) * KNOCKS })
    expect(new Set(replies.map(({ workBits }) => workBits))).toEqual(new Set([undefined, 16]))
    expect([shown(), waiting()].map((knocks) => knocks.length)).toEqual([3, 50])
    for (const { requests } of bea.door.pending()) expect(requests).toBe(KNOCKS)

    const late = Array.from({ length: 6 }, (_, n) => new Stranger(street, bea, STRANGERS + n))
    const prices: (number | undefined)[] = []
    for (const stranger of late) {
      const price = await stranger.knock()
      prices.push(price.workBits)
      expect(await stranger.pay(price)).toMatchObject({ status: 'pending' })
    }
    expect(prices).toEqual([16, 16, 16, 16, 16, 17])
    expect([shown(), waiting()].map((knocks) => knocks.length)).toEqual([3, 56])
  }, 60_000)

  test('leave little behind: a question each, a line or two a second, and no rule', async () => {
    await flood(strangersOf())
    const rows = kept(bea)
    expect(rows).toMatchObject({ rules: 0, blocked: 0, received: 53, callers: 53, sent: 0, tokens: 0, declined: 0 })
    expect(rows['undelivered']).toBeLessThanOrEqual(53)
    // What is asked for the first time, and what the log takes of refusals in ten seconds.
    expect(rows['log']).toBeLessThanOrEqual(120 + 53 + 10)
    expect(bea.door.recent()).toHaveLength(0)
    expect(await bea.door.verifyLog()).toMatchObject({ outcome: 'whole' })
  }, 60_000)

  test('are over when they are over: nobody waits, nobody was let in, and the next one is asked', async () => {
    const strangers = strangersOf()
    await flood(strangers)
    await street.clock.advance(10 * MINUTE)
    expect(bea.door.pending()).toEqual([])
    expect(bea.door.rules()).toEqual([])
    expect(bea.door.recent().every(({ state }) => state === 'missed')).toBe(true)
    const rows = kept(bea)
    expect(rows['received']).toBeLessThanOrEqual(100)
    expect(rows['undelivered']).toBeLessThanOrEqual(500)
    expect(await strangers[999]?.knock()).toMatchObject({ status: 'pending' })
    expect(shown()).toHaveLength(1)
  }, 60_000)

  test('do not keep a contact waiting: that question is put before the person at once', async () => {
    await flood(strangersOf(), async () => {
      const sent = await friend(0).door.knock({ peerId: bea.peerId }, 'contact', 'it is me')
      expect(sent.state).toBe('asked')
      await street.clock.advance(1 * SECOND)
      expect(ofContacts(shown()).map(({ account }) => account)).toEqual([friend(0).account])
    })
    expect([ofStrangers(shown()).length, ofContacts(shown()).length]).toEqual([2, 1])
    expect(ofStrangers(waiting()).length).toBeLessThanOrEqual(51)
  }, 60_000)

  test('do not come between contacts either: the fourth is next when the person has answered one', async () => {
    for (const n of [0, 1, 2]) await friend(n).door.knock({ peerId: bea.peerId }, 'contact', '')
    await flood(strangersOf(), async () => {
      expect((await friend(3).door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('asked')
      expect(ofContacts(shown())).toHaveLength(3)
      expect(ofContacts(waiting()).map(({ account }) => account)).toEqual([friend(3).account])
      const [first] = shown()
      if (first === undefined) throw new Error('nobody is asked about')
      bea.door.answer(first.id, { verdict: 'allow', until: 'forever' })
      await street.clock.advance(1 * SECOND)
      expect(ofContacts(shown()).map(({ account }) => account)).toContain(friend(3).account)
    })
    expect(await bea.admits(friend(0))).toBe('allow')
    expect(bea.door.rules()).toHaveLength(1)
  }, 60_000)

  test('from behind one address are held at the gate, and a contact is heard all the same', async () => {
    const replies = await flood(strangersOf('/ip4/80.1.1.1/tcp/1'), async () => {
      expect((await friend(0).door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('asked')
    })
    // 300 at once and 20 a second; what is refused there never reaches the door.
    const { pending = 0, busy = 0 } = counted(replies)
    expect(pending + busy).toBe(STRANGERS * KNOCKS)
    expect(replies.filter(({ workBits }) => workBits !== undefined).length).toBeLessThan(300 + 20 * 10)
    expect(ofContacts(shown())).toHaveLength(1)
  }, 60_000)
})
