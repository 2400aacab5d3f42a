import { beforeEach, describe, expect, test } from 'vitest'
import type { Capability } from '../../../src/shared/model/door.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { nothingMore } from '../../../src/shared/model/door.ts'
import { eventually } from '../../helpers/eventually.ts'
import { hears, knocks, lets } from './asks.ts'
import { Street, type House } from './street.ts'

/* What somebody who wants more than they were given does, and what has to happen then. */

let street: Street
let al: House
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
})

const { signal } = new AbortController()

describe('a connection that is gone', () => {
  test('lets nobody in, and uses no allowance for once up', async () => {
    bea.door.addRule({ who: { kind: 'anyone' }, capability: 'visit', verdict: 'allow', until: { kind: 'once' } }, 'person')
    street.connect(al, bea.peerId)
    const seen = street.seen(al, bea)
    street.disconnect(al, bea)
    // What was sent before the end is read after it.
    const admission = await bea.door.admits('visit', seen, { ...nothingMore, path: '/a' }, signal)
    expect(admission).toMatchObject({ verdict: 'refuse', code: 'silent' })
    expect(bea.door.rules()).toMatchObject([{ until: { kind: 'once' }, hits: 0 }])
  })

  test('takes no place from others, however often it is used', async () => {
    bea.door.addRule({ who: { kind: 'anyone' }, capability: 'visit', verdict: 'allow' }, 'person')
    street.connect(al, bea.peerId)
    const seen = street.seen(al, bea)
    for (let n = 0; n < 2_100; n++) {
      const gone = { ...seen, connection: `gone ${n}` }
      bea.door.disconnected(gone)
      await bea.door.admits('visit', gone, nothingMore, signal)
    }
    expect(await lets(bea, al, 'visit')).toBe('allow')
  })
})

test('who is in a conversation is put out of it with the rule, however much they asked for since', async () => {
  const rule = bea.door.addRule({ who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow' }, 'person')
  bea.door.addRule({ who: { kind: 'anyone' }, capability: 'app:notes', verdict: 'allow' }, 'person')
  expect(await bea.admits(al)).toBe('allow')
  for (let n = 0; n < 100; n++) expect(await lets(bea, al, 'app:notes', { path: `stick/${n}` })).toBe('allow')
  bea.door.removeRule(rule.id)
  await eventually('the connection is closed', () => street.seen(al, bea).connection === '')
})

test('an answer can be taken back, however much they knock for after it', async () => {
  const knock = await knocks(al, bea)
  bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
  for (let n = 0; n < 12; n++) {
    const capability: Capability = `app:x${n}`
    await al.door.knock({ peerId: bea.peerId }, capability, '')
    const [sent] = al.door.sent()
    if (sent !== undefined) al.door.cancel(sent.id)
    await eventually('it is withdrawn', () => bea.door.pending().length === 0)
  }
  expect(bea.door.undo(knock.id).state).toBe('denied')
  expect(await bea.admits(al)).toBe('knock-first')
})

describe('a banned peer that knocked before', () => {
  test('is not called to be told that nobody answered', async () => {
    await knocks(al, bea)
    bea.door.offence(al.peerId, 'forged', 100)
    await street.clock.advance(2 * MINUTE)
    expect(bea.door.recent()).toMatchObject([{ state: 'missed' }])
    expect(street.seen(al, bea).connection).toBe('')
    // It gave up by itself, after the time that it was promised.
    expect(al.door.sent()).toMatchObject([{ state: 'unanswered' }])
  })

  test('hears a yes when the ban is over, and it comes back', async () => {
    const knock = await knocks(al, bea)
    bea.door.offence(al.peerId, 'forged', 100)
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await street.clock.advance(SECOND)
    expect(al.door.sent()).toMatchObject([{ state: 'asked' }])
    await street.clock.advance(71 * MINUTE)
    street.connect(al, bea.peerId)
    await hears(al, 'allowed')
  })
})

describe('who was refused silently and asks again at once', () => {
  const knockWith = (id: string): Promise<unknown> =>
    bea.ask(street.seen(al, bea), { kind: 'knock', id, capability: 'contact', greeting: '' })
  const silently = { verdict: 'deny', until: 'once', silently: true } as const

  test.each(['once', 'quit'] as const)('hears that the question still stands, though it was %s', async (until) => {
    const { id } = await knocks(al, bea)
    await street.clock.advance(20 * SECOND)
    bea.door.answer(id, { ...silently, until })
    const stands = { status: 'pending', remainingMs: 40 * SECOND, shown: true }
    expect([await knockWith(id), await knockWith('b'.repeat(26))]).toEqual([stands, stands])
    expect(bea.door.pending()).toEqual([])
  })

  test('may take it back like any other', async () => {
    const { id } = await knocks(al, bea)
    bea.door.answer(id, silently)
    const seen = street.seen(al, bea)
    expect(await bea.ask(seen, { kind: 'withdraw', id })).toEqual({ status: 'taken' })
    expect(await bea.ask(seen, { kind: 'withdraw', id })).toMatchObject({ status: 'refused', code: 'unknown' })
  })

  test('is asked about again when the time of the question is up', async () => {
    const { id } = await knocks(al, bea)
    bea.door.answer(id, silently)
    await street.clock.advance(61 * SECOND)
    expect(al.door.sent()).toMatchObject([{ state: 'unanswered' }])
    expect((await knocks(al, bea)).state).toBe('pending')
  })

  test('waits again with the question, where the refusal is taken back', async () => {
    const { id } = await knocks(al, bea)
    bea.door.answer(id, silently)
    await knockWith('b'.repeat(26))
    bea.door.undo(id)
    expect(bea.door.pending()).toMatchObject([{ id, state: 'pending' }])
    expect(await bea.ask(street.seen(al, bea), { kind: 'withdraw', id: 'b'.repeat(26) })).toEqual({ status: 'taken' })
    expect(bea.door.pending()).toEqual([])
  })
})

test('who is forgotten is let in by nothing, also not by a rule for their name', async () => {
  street.owners.set('alan.peer', al.account)
  const who = { kind: 'name', name: 'alan.peer', account: al.account } as const
  bea.door.addRule({ who, capability: 'anything', verdict: 'allow' }, 'person')
  const denied = bea.door.addRule({ who, capability: 'relay', verdict: 'deny' }, 'person')
  expect(await lets(bea, al, 'visit')).toBe('allow')
  bea.door.forget(al.account)
  await eventually('the connection is closed', () => street.seen(al, bea).connection === '')
  expect(await lets(bea, al, 'visit')).toBe('knock-first')
  expect(bea.door.rules().map(({ id }) => id)).toEqual([denied.id])
})

test('a new device of a blocked account is hung up on when it has said whose it is', async () => {
  const phone = await street.house('Al’s phone')
  bea.door.block(al.account, true)
  phone.isProven = false
  street.connect(phone, bea.peerId)
  phone.account = al.account
  phone.isProven = true
  const admission = bea.door.openToStrangers('it is the door')(street.seen(phone, bea), signal)
  expect(await admission).toMatchObject({ verdict: 'refuse', code: 'silent' })
  await eventually('its connection is closed', () => street.seen(phone, bea).connection === '')
})

test('who lists a friend’s device as their own and is blocked shuts the friend out of nothing', async () => {
  const cem = await street.house('Cem')
  bea.contacts.add(cem.account)
  bea.door.addRule({ who: { kind: 'contact' }, capability: 'contact', verdict: 'allow' }, 'person')
  expect(await bea.admits(cem)).toBe('allow')
  street.claims.set(al.account, [cem.peerId])
  bea.door.block(al.account, true)
  expect(street.seen(cem, bea).connection).not.toBe('')
  street.disconnect(cem, bea)
  cem.isProven = false
  expect([bea.door.admitsConnection(cem.peerId), bea.door.admitsConnection(al.peerId)]).toEqual([true, false])
  cem.isProven = true
  expect(await bea.admits(cem)).toBe('allow')
})
