import { beforeEach, describe, expect, test } from 'vitest'
import { disclosedReply, disclosedVerdict } from '../../../src/main/features/door/disclosure.ts'
import type { KnockReply } from '../../../src/main/protocols/knock/index.ts'
import { KnockId } from '../../../src/shared/ids.ts'
import type { Answer, Rule } from '../../../src/shared/model/door.ts'
import { HOUR, SECOND } from '../../../src/shared/units.ts'
import { hears, knocks, lets } from './asks.ts'
import { Street, type House } from './street.ts'

/* A door that tells only a yes. What Al hears from Bea's, and what he can find out. */

let street: Street
let al: House
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
  bea.settings = { ...bea.settings, tellKnockers: 'yes' }
})

const anyone = { who: { kind: 'anyone' }, capability: 'contact' } as const
const knockOfAl = (): Promise<{ state: string; why: string }> => al.door.knock({ peerId: bea.peerId }, 'contact', '')
/** Everything that Al is told of his newest knock for so long. */
async function toldAl(forMs: number): Promise<string[]> {
  const told: string[] = [al.door.sent()[0]?.state ?? 'none']
  for (let passedMs = 0; passedMs < forMs; passedMs += SECOND) {
    await street.clock.advance(SECOND)
    const state = al.door.sent()[0]?.state ?? 'none'
    if (told.at(-1) !== state) told.push(state)
  }
  return told
}

describe('of a person’s answer', () => {
  test('a yes is told', async () => {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'allow', until: 'quit' })
    await hears(al, 'allowed')
    expect(await bea.admits(al)).toBe('allow')
  })

  test.each([
    ['no', (house: House, id: KnockId) => house.door.answer(id, { verdict: 'deny', until: 'once' })],
    ['no, for good', (house: House, id: KnockId) => house.door.answer(id, { verdict: 'deny', until: 'forever' })],
    ['silence', (house: House, id: KnockId) => house.door.answer(id, { verdict: 'ignore' })],
    ['none', () => {}],
  ] as const)('%s looks like nobody', async (_what, answer) => {
    const knock = await knocks(al, bea)
    expect(al.door.sent()[0]).toMatchObject({
      state: 'asked',
      untilMs: street.clock.nowMs() + 60 * SECOND,
      why: 'It waits at their door, where others may be asked about first.',
    })
    answer(bea, knock.id)
    expect(await toldAl(70 * SECOND)).toEqual(['asked', 'unanswered'])
    expect(al.door.standing(bea.peerId).lowered).toEqual([])
  })

  test('one that is taken back is not told as a no', async () => {
    const knock = await knocks(al, bea)
    bea.door.answer(knock.id, { verdict: 'allow', until: 'quit' })
    await hears(al, 'allowed')
    bea.door.undo(knock.id)
    await street.clock.advance(2 * SECOND)
    expect(al.door.sent()[0]?.state).toBe('allowed')
    expect(await bea.admits(al)).toBe('knock-first')
  })

  test('one that was taken back before they heard of it is never told', async () => {
    const knock = await knocks(al, bea)
    await al.close()
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await street.clock.advance(SECOND)
    bea.door.undo(knock.id)
    await al.restart()
    street.connect(bea, al.peerId)
    await street.clock.advance(70 * SECOND)
    expect(al.door.sent()[0]?.state).toBe('unanswered')
  })

  test('one that waits for delivery is not told any more once only a yes is', async () => {
    bea.settings = { ...bea.settings, tellKnockers: 'everything' }
    const knock = await knocks(al, bea)
    await al.close()
    bea.door.answer(knock.id, { verdict: 'deny', until: 'once' })
    await street.clock.advance(SECOND)
    bea.settings = { ...bea.settings, tellKnockers: 'yes' }
    await al.restart()
    street.connect(bea, al.peerId)
    expect(await toldAl(70 * SECOND)).toEqual(['asked', 'unanswered'])
  })

  test('a yes to what was missed is told, however late', async () => {
    const knock = await knocks(al, bea)
    await street.clock.advance(HOUR)
    expect(al.door.sent()[0]?.state).toBe('unanswered')
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await hears(al, 'allowed')
  })
})

describe('whoever asks again', () => {
  const raw = (id: string): Promise<unknown> => {
    const knock = { kind: 'knock', id, capability: 'contact', greeting: '' }
    return bea.ask(street.seen(al, bea), knock)
  }
  const waits = { status: 'pending', remainingMs: 60 * SECOND, shown: false }

  test.each<[string, Answer | null]>([
    ['an answer', null],
    ['a no', { verdict: 'deny', until: 'once' }],
    ['a no for good', { verdict: 'deny', until: 'forever' }],
    ['a no in silence', { verdict: 'deny', until: 'once', silently: true }],
    ['silence', { verdict: 'ignore' }],
  ])('before or after %s hears the same, under the same id and another', async (_what, answer) => {
    const { id } = await knocks(al, bea)
    expect(await raw(id)).toEqual(waits)
    if (answer !== null) bea.door.answer(id, answer)
    await street.clock.advance(SECOND)
    expect([await raw(id), await raw('b'.repeat(26))]).toEqual([waits, waits])
    await street.clock.advance(70 * SECOND)
    expect([await raw(id), await raw('c'.repeat(26))]).toEqual([waits, waits])
    expect(await bea.admits(al)).toBe('knock-first')
  })
})

describe('of a rule', () => {
  test('a yes is told', async () => {
    bea.door.addRule({ ...anyone, verdict: 'allow' }, 'person')
    expect((await knockOfAl()).state).toBe('allowed')
  })

  test.each<Rule['verdict']>(['deny', 'ignore', 'ask'])('%s leaves a knock waiting', async (verdict) => {
    bea.door.addRule({ ...anyone, verdict }, 'person')
    expect((await knockOfAl()).state).toBe('asked')
    expect(await toldAl(70 * SECOND)).toEqual(['asked', 'unanswered'])
  })

  test.each<Rule['verdict']>(['deny', 'ignore', 'ask'])('%s: a stream is refused alike', async (verdict) => {
    bea.door.addRule({ ...anyone, verdict }, 'person')
    expect([await bea.admits(al), await lets(bea, al, 'contact')]).toEqual(['knock-first', 'knock-first'])
  })

  test('that comes while a knock waits is told only where it is a yes', async () => {
    await knockOfAl()
    const rule = bea.door.addRule({ ...anyone, verdict: 'deny' }, 'person')
    expect(bea.door.recent()[0]?.state).toBe('denied')
    await street.clock.advance(SECOND)
    expect(al.door.sent()[0]?.state).toBe('asked')
    bea.door.removeRule(rule.id)
  })
})

describe('of a limit', () => {
  test('nothing is told: an account that is muted hears what everybody hears', async () => {
    for (let n = 0; n < 3; n++) {
      bea.door.answer((await knocks(al, bea)).id, { verdict: 'deny', until: 'once' })
      await street.clock.advance(66 * SECOND)
    }
    expect((await knockOfAl()).state).toBe('asked')
    expect(bea.door.log({}, undefined, 1)[0]?.why).toBe('muted after several refusals')
  })

  test('nothing is told to who proves no account', async () => {
    al.isProven = false
    expect((await knockOfAl()).state).toBe('silent')
  })

  test('the price of a place is told, as nobody can pay what they do not know', async () => {
    const idOf = (n: number): string =>
      Array.from(n.toString(4).padStart(26, '0'), (digit) => 'abcd'[Number(digit)]).join('')
    const knock = (n: number): object => ({ kind: 'knock', id: idOf(n), capability: 'contact', greeting: '' })
    const statuses = new Set<unknown>()
    await street.crowd(bea, 60, async (send, n) => {
      const reply = await send(knock(n))
      statuses.add(JSON.stringify(reply).replace(/"salt.*/, '').replace(/"\w+Bits.*/, ''))
      const waits = { status: 'pending', remainingMs: 60 * SECOND, shown: false }
      expect(reply).toMatchObject(n < 53 ? waits : { status: 'busy' })
    })
    // Who is shown, who waits and for how long is one answer.
    expect(statuses.size).toBe(2)
    expect((await knockOfAl()).state).toBe('asked')
  })
})

test('whether a knock still waits cannot be found out by withdrawing it', async () => {
  const { id } = await al.door.knock({ peerId: bea.peerId }, 'contact', '')
  const seen = street.seen(al, bea)
  const unknown = KnockId.parse('z'.repeat(26))
  bea.door.answer(id, { verdict: 'deny', until: 'once' })
  for (const each of [id, unknown]) {
    expect(await bea.ask(seen, { kind: 'withdraw', id: each })).toEqual({ status: 'taken' })
  }
})

test('a door that tells everything leaves every word as it is', () => {
  const replies: KnockReply[] = [
    { status: 'allowed', until: 'quit' },
    { status: 'denied', code: 'door' },
    { status: 'pending', remainingMs: 5, shown: true, quiet: true },
    { status: 'malformed' },
  ]
  for (const reply of replies) expect(disclosedReply(reply, 'everything')).toBe(reply)
  expect(disclosedVerdict({ outcome: 'denied' }, 'everything')).toEqual({ outcome: 'denied' })
  expect(disclosedVerdict({ outcome: 'denied' }, 'yes')).toBeNull()
})
