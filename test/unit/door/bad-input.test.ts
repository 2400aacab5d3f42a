import { decode } from '@ipld/dag-cbor'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { beforeEach, describe, expect, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import { KNOCK_TERMS, sealVerdict, type Verdict } from '../../../src/main/protocols/knock/index.ts'
import { KnockId, RuleId } from '../../../src/shared/ids.ts'
import type { Knock } from '../../../src/shared/model/door.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { Street, type House } from './street.ts'

let street: Street
let al: House
let bea: House
let eve: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
  eve = await street.house('Eve')
})

/** One raw exchange: what `from` sends, and the status that comes back; `silence` where the stream is dropped. */
async function send(from: House, to: House, value: unknown): Promise<unknown> {
  const stream = await from.openStream(to.peerId, KNOCK_TERMS.protocol)
  await stream.write(encode(value))
  await stream.end()
  const reply = await stream.read().catch(() => null)
  if (reply === null) return 'silence'
  return decode(reply)
}

const idOf = (n: number): KnockId =>
  KnockId.parse(Array.from(n.toString(4).padStart(26, '0'), (digit) => 'abcd'[Number(digit)]).join(''))
const knockOf = (n: number, change: object = {}): object => ({
  kind: 'knock',
  id: idOf(n),
  capability: 'contact',
  greeting: '',
  ...change,
})

describe('a verdict', () => {
  let id: KnockId

  beforeEach(async () => {
    id = (await al.door.knock({ peerId: bea.peerId }, 'contact', '')).id
  })

  const verdict = (change: Partial<Verdict> = {}): Verdict =>
    ({ id, to: al.peerId, capability: 'contact', seq: 1, outcome: 'allowed', until: 'forever', ...change }) as Verdict
  const give = async (from: House, said: Verdict, key = from.key): Promise<unknown> =>
    send(from, al, { kind: 'verdict', envelope: await sealVerdict(said, key) })
  const isOpenFor = (house: House): Promise<boolean> => al.admits(house).then((answer) => answer === 'allow')

  test('of the door that was knocked at is taken', async () => {
    expect(await give(bea, verdict())).toEqual({ status: 'taken' })
    expect(await isOpenFor(bea)).toBe(true)
  })

  test('of another peer is forged, though it knows the id', async () => {
    expect(await give(eve, verdict())).toEqual({ status: 'refused', code: 'forged' })
    expect([await isOpenFor(eve), await isOpenFor(bea)]).toEqual([false, false])
    expect(al.door.standing(eve.peerId).score).toBe(80)
  })

  test('signed by the door and brought by another peer is forged', async () => {
    expect(await give(eve, verdict(), bea.key)).toEqual({ status: 'refused', code: 'forged' })
    expect(al.door.sent()[0]?.state).toBe('asked')
  })

  test('brought by the door and signed by another key is forged', async () => {
    expect(await give(bea, verdict(), await generateKeyPair('Ed25519'))).toEqual({ status: 'refused', code: 'forged' })
  })

  test('for another knocker or another capability is forged', async () => {
    expect(await give(bea, verdict({ to: eve.peerId }))).toEqual({ status: 'refused', code: 'forged' })
    expect(await give(bea, verdict({ capability: 'file' }))).toEqual({ status: 'refused', code: 'forged' })
  })

  test('on a knock that was never sent, or was cancelled, is unknown', async () => {
    expect(await give(bea, verdict({ id: idOf(7) }))).toEqual({ status: 'refused', code: 'unknown' })
    al.door.cancel(id)
    expect(await give(bea, verdict())).toEqual({ status: 'refused', code: 'unknown' })
    expect(await isOpenFor(bea)).toBe(false)
  })

  test('shown a second time is replayed, and does not open what was shut since', async () => {
    const first = { kind: 'verdict', envelope: await sealVerdict(verdict(), bea.key) }
    expect(await send(bea, al, first)).toEqual({ status: 'taken' })
    expect(await give(bea, verdict({ seq: 2, outcome: 'denied' }))).toEqual({ status: 'taken' })
    expect(await isOpenFor(bea)).toBe(false)
    expect(await send(bea, al, first)).toEqual({ status: 'refused', code: 'replayed' })
    expect(await isOpenFor(bea)).toBe(false)
    await al.restart()
    expect(await send(bea, al, first)).toEqual({ status: 'refused', code: 'replayed' })
    expect(await isOpenFor(bea)).toBe(false)
  })

  test('that is taken back while the first is being looked into opens nothing', async () => {
    const hello = Promise.withResolvers<void>()
    al.hello = hello.promise
    bea.isProven = false
    const first = give(bea, verdict())
    await eventually('the first came', () => give(bea, verdict({ seq: 0 })).then(() => true))
    expect(await give(bea, verdict({ seq: 2, outcome: 'denied' }))).toEqual({ status: 'taken' })
    bea.isProven = true
    hello.resolve()
    expect(await first).toEqual({ status: 'taken' })
    expect(al.door.sent()[0]?.state).toBe('denied')
    expect(await isOpenFor(bea)).toBe(false)
  })

  test('that arrived is not sent again', async () => {
    const [knock] = bea.door.pending()
    if (knock !== undefined) bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await eventually('it arrives', () => al.door.sent()[0]?.state === 'allowed')
    street.disconnect(al, bea)
    street.connect(al, bea.peerId)
    await new Promise((resolve) => setImmediate(resolve))
    expect(al.door.standing(bea.peerId).score).toBe(100)
  })

  test('of a device that proves another account meanwhile opens nothing', async () => {
    bea.account = eve.account
    expect(await give(bea, verdict())).toEqual({ status: 'taken' })
    expect(al.door.sent()[0]?.state).toBe('unanswered')
    expect(await isOpenFor(bea)).toBe(false)
  })

  test('that is no envelope at all costs its sender', async () => {
    expect(await send(eve, al, { kind: 'verdict', envelope: new Uint8Array(300) })).toEqual({
      status: 'refused',
      code: 'forged',
    })
    expect(al.door.standing(eve.peerId).lowered[0]).toMatchObject({ why: 'a verdict that is forged', points: 20 })
  })

  test('five times forged ends in a ban, of which the peer is told nothing', async () => {
    for (let n = 0; n < 5; n++) {
      if (al.door.admitsConnection(eve.peerId)) await give(eve, verdict())
    }
    // From a score of 20 on its streams are refused, so that the last of them does not even count.
    expect(al.door.standing(eve.peerId).standing).toBe('disconnected')
    al.door.offence(eve.peerId, 'and once more', 20)
    expect(al.door.standing(eve.peerId).standing).toBe('banned')
    expect(al.door.admitsConnection(eve.peerId)).toBe(false)
    await street.clock.advance(HOUR)
    expect(al.door.admitsConnection(eve.peerId)).toBe(true)
  })
})

describe('a knock', () => {
  test('sent twice with one id is one request', async () => {
    const first = await send(al, bea, knockOf(1))
    expect(await send(al, bea, knockOf(1))).toEqual(first)
    expect(bea.door.pending()).toMatchObject([{ requests: 1 }])
  })

  test('again and again with new ids is one question, counted', async () => {
    for (let n = 0; n < 41; n++) await send(al, bea, knockOf(n))
    expect(bea.door.pending()).toMatchObject([{ requests: 41, before: 0 }])
  })

  test('with the id of an earlier knock, or of somebody else’s, is denied', async () => {
    await send(al, bea, knockOf(1))
    expect(await send(eve, bea, knockOf(1))).toEqual({ status: 'denied', code: 'door' })
    const [knock] = bea.door.pending()
    if (knock !== undefined) bea.door.answer(knock.id, { verdict: 'deny', until: 'once' })
    expect(await send(al, bea, knockOf(1))).toEqual({ status: 'denied', code: 'door' })
    expect(bea.door.recent()).toMatchObject([{ account: al.account, state: 'denied' }])
  })

  test('is withdrawn only by whoever sent it', async () => {
    await send(al, bea, knockOf(1))
    expect(await send(eve, bea, { kind: 'withdraw', id: idOf(1) })).toEqual({ status: 'refused', code: 'unknown' })
    expect(bea.door.pending()).toHaveLength(1)
    expect(await send(al, bea, { kind: 'withdraw', id: idOf(1) })).toEqual({ status: 'taken' })
  })

  test('with a token opens contact and nothing else', async () => {
    const { token } = bea.door.mintToken(street.clock.nowMs() + HOUR)
    expect(await send(al, bea, knockOf(1, { capability: 'file', token }))).toMatchObject({ status: 'pending' })
    expect(await send(al, bea, knockOf(2, { capability: 'relay', token }))).toMatchObject({ status: 'denied' })
    expect(await send(eve, bea, knockOf(3, { token }))).toEqual({ status: 'allowed', until: 'forever' })
    expect(await send(al, bea, knockOf(4, { token }))).toMatchObject({ status: 'pending' })
  })

  test('that is no knock costs its sender, and sixty at once are too many', async () => {
    expect(await send(eve, bea, { kind: 'knock', id: 1 })).toEqual({ status: 'malformed' })
    expect(bea.door.standing(eve.peerId).score).toBe(90)
    const replies = new Set<unknown>()
    for (let n = 0; n < 70; n++) replies.add(await send(al, bea, knockOf(n)))
    expect(replies).toContain('silence')
    expect(bea.door.standing(al.peerId).lowered[0]?.why).toBe('more streams than its rate')
  })
})

describe('ten thousand knocks of as many accounts', () => {
  test('stay bounded, keep their price, and leave a contact’s knock through', async () => {
    bea.contacts.add(al.account)
    const statuses = new Map<string, number>()
    const came = await street.crowd(bea, 10_000, async (peer, n) => {
      const reply = await peer(knockOf(n))
      const { status } = reply as { status: string }
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    })
    expect(came).toBe(10_000)
    expect(statuses).toEqual(
      new Map([
        ['pending', 53],
        ['busy', 9_947],
      ]),
    )
    expect(bea.door.pending()).toHaveLength(53)
    expect(bea.door.pending().filter(({ state }) => state === 'pending')).toHaveLength(3)
    expect(bea.door.log({}, undefined, 1_000).length).toBeLessThan(300)

    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', 'it is me')).state).toBe('asked')
    const [shown] = bea.door.pending()
    if (shown !== undefined) bea.door.answer(shown.id, { verdict: 'deny', until: 'once' })
    const mine = bea.door.pending().find(({ account }) => account === al.account)
    expect(mine).toMatchObject({ state: 'pending' } satisfies Partial<Knock>)
    expect(await bea.door.verifyLog()).toMatchObject({ outcome: 'whole' })
  }, 30_000)

  test('who works for a place gets one', async () => {
    await street.crowd(bea, 60, (peer, n) => peer(knockOf(n)))
    const sent = await eve.door.knock({ peerId: bea.peerId }, 'contact', '')
    expect(sent.state).toBe('asked')
    expect(bea.door.pending()).toHaveLength(54)
    expect(bea.door.pending().at(-1)).toMatchObject({ account: eve.account, state: 'queued' })
  })
})

test('an answer that no longer fits the rules is refused', async () => {
  await send(al, bea, knockOf(1))
  await street.clock.advance(61_000)
  const rule = { who: { kind: 'account', account: al.account }, capability: 'contact', verdict: 'deny' } as const
  bea.door.addRule({ ...rule, until: { kind: 'forever' }, priority: 0, note: '' }, 'person')
  expect(() => bea.door.answer(idOf(1), { verdict: 'allow', until: 'forever' })).toThrow(
    'against a rule for this account',
  )
  expect(await bea.admits(al)).toBe('denied')
  expect(() => bea.door.removeRule(RuleId.parse('a'.repeat(26)))).toThrow('no rule of that id')
})

test('a stream whose proof comes after its connection closed is not let in, nor uses an allowance up', async () => {
  const rule = { who: { kind: 'account', account: al.account }, capability: 'contact', verdict: 'allow' } as const
  bea.door.addRule({ ...rule, until: { kind: 'once' }, priority: 0, note: '' }, 'person')
  street.connect(al, bea.peerId)
  const seen = street.seen(al, bea)
  al.isProven = false
  const hello = Promise.withResolvers<void>()
  bea.hello = hello.promise
  const admission = bea.door.guard('contact')(seen, new AbortController().signal)
  street.disconnect(al, bea)
  al.isProven = true
  hello.resolve()
  expect(await admission).toMatchObject({ verdict: 'refuse' })
  expect(bea.door.rules()[0]?.until).toEqual({ kind: 'once' })
  await eventually('the next connection is let in', async () => (await bea.admits(al)) === 'allow')
})
