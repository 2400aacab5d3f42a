import { beforeEach, describe, expect, test } from 'vitest'
import { DoorStore, type Received, type Undelivered } from '../../../src/main/features/door/store.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { AccountId, KnockId, PeerId } from '../../../src/shared/ids.ts'
import { nothingMore, type Knock } from '../../../src/shared/model/door.ts'
import { HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { knocks, stateAt } from './asks.ts'
import { Street, type House } from './street.ts'

/* Contacts come first at every bound, and what a crowd does stays within each. */

let street: Street
let al: House
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
  bea.contacts.add(al.account)
})

const idOf = (n: number): KnockId =>
  KnockId.parse(Array.from(n.toString(4).padStart(26, '0'), (digit) => 'abcd'[Number(digit)]).join(''))
const knockOf = (n: number): object => ({ kind: 'knock', id: idOf(n), capability: 'contact', greeting: '' })
const inState = (state: Knock['state']): Knock[] => bea.door.pending().filter((knock) => knock.state === state)

describe('a contact', () => {
  test('is shown at once, however many strangers wait, and the newest of those shown goes back in line', async () => {
    await street.crowd(bea, 2, (send, n) => send(knockOf(n)))
    const cem = await street.house('Cem')
    const sentBack = await knocks(cem, bea)
    await street.crowd(bea, 100, (send, n) => send(knockOf(n)))
    expect(stateAt(bea, sentBack)).toBe('pending')

    expect(await knocks(al, bea)).toMatchObject({ state: 'pending', untilMs: street.clock.nowMs() + 60 * SECOND })
    expect(inState('pending')).toHaveLength(3)
    expect(stateAt(bea, sentBack)).toBe('queued')
    const inFive = street.clock.nowMs() + 5 * MINUTE
    await eventually('Cem hears that others come first', () => cem.door.sent()[0]?.untilMs === inFive)
    expect(cem.door.sent()[0]).toMatchObject({ state: 'asked', why: expect.stringContaining('waits at their door') })
  })

  test('does not take the place of another contact', async () => {
    for (const name of ['Cem', 'Dee', 'Eli']) {
      const contact = await street.house(name)
      bea.contacts.add(contact.account)
      await knocks(contact, bea)
    }
    expect((await knocks(al, bea)).state).toBe('queued')
  })

  test('whose place is free again leaves it to who waited first', async () => {
    await street.crowd(bea, 60, (send, n) => send(knockOf(n)))
    const mine = await knocks(al, bea)
    bea.door.answer(mine.id, { verdict: 'allow', until: 'quit' })
    expect(inState('pending')).toHaveLength(3)
    expect(inState('queued')).toHaveLength(50)
  })

  test('does not pay for strangers behind the same address, also before it has said who it is', async () => {
    const guard = bea.door.openToStrangers('it is the door', '/latch/knock/1.0.0')
    const { signal } = new AbortController()
    const behind = (peerId: PeerId) => ({
      ...street.seen(al, bea),
      peerId,
      route: 'direct' as const,
      address: '/ip4/192.0.2.7/tcp/1',
    })
    let refused = 0
    for (let n = 0; n < 400; n++) {
      const stranger = PeerId.parse(`12D3KooW${n.toString(9).padStart(44, '1').replaceAll('0', '9')}`)
      if ((await guard(behind(stranger), signal)).verdict === 'refuse') refused++
    }
    expect(refused).toBe(100)
    al.isProven = false
    expect(await guard(behind(al.peerId), signal)).toMatchObject({ verdict: 'allow' })
  })

  test('of whom a knock was missed stays on the list, whatever strangers missed after', async () => {
    const mine = await knocks(al, bea)
    await street.clock.advance(MINUTE)
    for (let round = 0; round < 3; round++) {
      await street.crowd(bea, 53, (send, n) => send(knockOf(1_000 * (round + 1) + n)))
      await street.clock.advance(HOUR)
    }
    expect(bea.door.recent()).toHaveLength(100)
    expect(stateAt(bea, mine)).toBe('missed')
  })
})

describe('a thousand strangers who knock ten times within ten seconds', () => {
  test('are three prompts and fifty in line, and each other hears the price', async () => {
    const said = new Map<string, number>()
    for (let second = 0; second < 10; second++) {
      await street.crowd(bea, 1_000, async (send, n) => {
        const { status } = (await send(knockOf(1_000 * second + n))) as { status: string }
        said.set(status, (said.get(status) ?? 0) + 1)
      })
      await street.clock.advance(SECOND)
    }
    expect([inState('pending').length, inState('queued').length]).toEqual([3, 50])
    expect(said).toEqual(new Map([['pending', 530], ['busy', 9_470]]))
    expect(bea.door.pending().every(({ requests }) => requests === 10)).toBe(true)
    expect((await knocks(al, bea)).state).toBe('pending')
  }, 60_000)
})

describe('requests that join a question', () => {
  test('count at once, and are told together a moment later', async () => {
    const told: number[] = []
    const stop = new AbortController()
    const watching = (async () => {
      for await (const item of bea.door.watch(stop.signal)) {
        if (item.kind === 'event' && item.event.event === 'knock-changed') told.push(item.event.knock.requests)
      }
    })()
    await street.crowd(bea, 1, async (send) => {
      for (let n = 0; n < 41; n++) await send(knockOf(n))
    })
    expect(bea.door.pending()).toMatchObject([{ requests: 41 }])
    expect(told).toEqual([1])
    await street.clock.advance(SECOND)
    expect(told).toEqual([1, 41])
    stop.abort()
    await watching
  })

  test('are counted for the next time, and not lost when the node stops', async () => {
    await street.crowd(bea, 1, async (send) => {
      for (let n = 0; n < 5; n++) await send(knockOf(n))
    })
    await bea.restart()
    expect(bea.door.recent()).toMatchObject([{ requests: 5, state: 'missed' }])
    await street.crowd(bea, 1, (send) => send(knockOf(7)))
    expect(bea.door.pending()).toMatchObject([{ requests: 1, before: 5 }])
  })
})

test('of verdicts that wait for delivery, a yes is the last to go', () => {
  const store = new DoorStore(openMemoryDatabase())
  const peerId = PeerId.parse(`12D3KooW${'A'.repeat(44)}`)
  const about = { peerId, capability: 'contact', seq: 1, endsMs: null, atMs: 0 } as const
  const verdict = (n: number, outcome: Undelivered['outcome']): Undelivered => {
    return { ...about, id: idOf(n), outcome, until: outcome === 'allowed' ? 'quit' : null }
  }
  store.putUndelivered(verdict(1, 'allowed'))
  for (let n = 2; n < 600; n++) store.putUndelivered(verdict(n, 'unanswered'))
  const kept = store.undelivered(peerId, 0)
  expect(kept).toHaveLength(500)
  expect(kept[0]).toMatchObject({ id: idOf(1), outcome: 'allowed' })
})

test('of a thousand knocks, contacts’ are kept first, and no more than five of one account', () => {
  const store = new DoorStore(openMemoryDatabase())
  const account = (n: number): AccountId => AccountId.parse(`k51${n.toString(36).padStart(59, '0')}`)
  const received = (n: number, whose: number): Received => {
    const knock: Knock = {
      id: idOf(n),
      account: account(whose),
      peerId: PeerId.parse(`12D3KooW${'A'.repeat(44)}`),
      claimedName: '',
      ledgerName: null,
      capability: 'contact',
      about: nothingMore,
      page: null,
      greeting: '',
      route: 'direct',
      through: null,
      address: '/memory/x',
      receivedMs: n,
      untilMs: n,
      requests: 1,
      before: 0,
      quiet: false,
      state: 'missed',
      answeredMs: null,
      undoUntilMs: null,
    }
    return { knock, callers: [], told: 0 }
  }
  for (let n = 0; n < 1_000; n++) store.putReceived(received(n, n < 20 ? n % 3 : n))
  store.pruneReceived(new Set(), 0, (who) => [0, 1, 2].map(account).includes(who))
  const kept = store.received().map(({ knock }) => knock.receivedMs)
  expect(kept).toHaveLength(100)
  expect(kept.filter((at) => at < 20)).toHaveLength(15)
  expect(Math.min(...kept.filter((at) => at >= 20))).toBe(915)
})
