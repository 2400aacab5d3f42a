import { peerIdFromString } from '@libp2p/peer-id'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import { KNOCK_PROTOCOL, KNOCK_TERMS } from '../../../src/main/protocols/knock/index.ts'
import type { Answer, Knock } from '../../../src/shared/model/door.ts'
import { defaultSettings, type Settings } from '../../../src/shared/model/settings.ts'
import { HOUR, KiB, MiB, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { house, PARLOUR, type House, type Registry } from './houses.ts'

let clock: FakeClock
let registry: Registry
let al: House
let bea: House

beforeEach(async () => {
  clock = new FakeClock()
  registry = new Map()
  al = await house(registry, clock)
  bea = await house(registry, clock)
  await al.connectTo(bea)
})

afterEach(async () => {
  await al.close()
  await bea.close()
})

async function knocks(): Promise<Knock> {
  await al.door.knock({ account: bea.account }, 'contact', 'hello')
  return eventually('Bea sees the knock', () => bea.door.pending()[0])
}

const alHears = (state: string): Promise<unknown> =>
  eventually(`Al hears ${state}`, () => al.door.sent()[0]?.state === state)
const isApart = (): boolean => bea.libp2p.getConnections(al.libp2p.peerId).length === 0

describe('over real connections', () => {
  test.each<[Answer, string, string, string]>([
    [{ verdict: 'allow', until: 'once' }, 'allowed', 'in', 'in'],
    [{ verdict: 'allow', until: 'quit' }, 'allowed', 'in', 'in'],
    [{ verdict: 'allow', until: 'forever' }, 'allowed', 'in', 'in'],
    [{ verdict: 'deny', until: 'once' }, 'denied', 'knock-first', 'knock-first'],
    [{ verdict: 'deny', until: 'forever' }, 'denied', 'denied', 'knock-first'],
  ])('%j: Al hears %s, and finds Bea’s door %s, and his own %s', async (answer, heard, found, own) => {
    expect(await al.visit(bea)).toBe('knock-first')
    bea.door.answer((await knocks()).id, answer)
    await alHears(heard)
    expect(await al.visit(bea)).toBe(found)
    expect(await bea.visit(al)).toBe(own)
  })

  test('an ignored knock stays unanswered, and the next one meets silence', async () => {
    bea.door.answer((await knocks()).id, { verdict: 'ignore' })
    await clock.advance(66 * SECOND)
    await alHears('unanswered')
    expect(await al.visit(bea)).toBe('silent')
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('silent')
  })

  test('a missed knock is told as unanswered', async () => {
    await knocks()
    await clock.advance(60 * SECOND)
    await alHears('unanswered')
    expect(bea.door.recent()[0]?.state).toBe('missed')
  })

  test('a blocked account is cut off, and its device is refused before it can open a stream', async () => {
    bea.door.answer((await knocks()).id, { verdict: 'block' })
    await eventually('they are apart', isApart)
    await al.connectTo(bea).catch(() => {})
    await eventually('they stay apart', () => isApart() && al.libp2p.getConnections(bea.libp2p.peerId).length === 0)
  })

  test('allowed once ends with the connection', async () => {
    bea.door.answer((await knocks()).id, { verdict: 'allow', until: 'once' })
    await alHears('allowed')
    expect([await al.visit(bea), await al.visit(bea)]).toEqual(['in', 'in'])
    await al.libp2p.hangUp(bea.libp2p.peerId)
    await eventually('they are apart', isApart)
    await al.connectTo(bea)
    expect(await al.visit(bea)).toBe('knock-first')
  })

  test('an allowance that is taken back is told, and its connections are closed', async () => {
    const knock = await knocks()
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await alHears('allowed')
    expect(await al.visit(bea)).toBe('in')
    bea.door.undo(knock.id)
    await alHears('denied')
    await eventually('they are apart', isApart)
    await al.connectTo(bea)
    expect(await al.visit(bea)).toBe('knock-first')
    expect(await bea.visit(al)).toBe('knock-first')
  })

  test('a verdict that was not delivered comes with the next connection, also after both were stopped', async () => {
    const knock = await knocks()
    await al.close()
    await eventually('they are apart', isApart)
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await bea.close()
    al = await house(registry, clock, al)
    bea = await house(registry, clock, bea)
    expect(al.door.sent()[0]?.state).toBe('asked')
    await bea.connectTo(al)
    await alHears('allowed')
    expect(await al.visit(bea)).toBe('in')
    expect(await bea.visit(al)).toBe('in')
  })

  test('a token opens both doors without a question', async () => {
    const { token } = bea.door.mintToken(clock.nowMs() + 60 * SECOND)
    expect((await al.door.knockWithToken(bea.peerId, token)).state).toBe('allowed')
    expect(bea.door.pending()).toEqual([])
    expect(await al.visit(bea)).toBe('in')
    expect(await bea.visit(al)).toBe('in')
  })

  test('who proves nothing is told so, and asks nobody', async () => {
    registry.delete(al.peerId)
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('denied')
    expect(await al.visit(bea)).toBe('unproven')
    expect(bea.door.pending()).toEqual([])
  })

  test('a knock that is cancelled is withdrawn', async () => {
    const { id } = await knocks()
    al.door.cancel(id)
    await eventually('it is withdrawn', () => bea.door.recent()[0]?.state === 'withdrawn')
  })

  test('a changed rule answers a knock that waits', async () => {
    await knocks()
    const rule = { who: { kind: 'lan' }, capability: 'contact', verdict: 'allow' } as const
    bea.door.addRule({ ...rule, until: { kind: 'quit' }, priority: 0, note: '' }, 'person')
    await alHears('allowed')
    expect(await al.visit(bea)).toBe('in')
  })
})

describe('a peer that misbehaves', () => {
  const lowered = (): string[] => bea.door.standing(al.peerId).lowered.map(({ why }) => why)

  test('with a greeting of a mebibyte is cut off before it is read, and loses points', async () => {
    const stream = await al.streams.open(bea.peerId, { ...KNOCK_TERMS, maxFrameBytes: 2 * MiB })
    const knock = { kind: 'knock', id: 'a'.repeat(26), capability: 'contact', greeting: 'x'.repeat(MiB) }
    stream.write(encode(knock)).catch(() => {})
    expect(await stream.over).toMatchObject({ how: 'cut' })
    await eventually('it loses points', () => lowered().length === 1)
    expect(lowered()[0]).toContain('at most 4096')
    expect(bea.door.pending()).toEqual([])
  })

  test('with a greeting of four kibibytes in a whole frame gets a status', async () => {
    const stream = await al.streams.open(bea.peerId, KNOCK_TERMS)
    await stream.write(
      encode({ kind: 'knock', id: 'a'.repeat(26), capability: 'contact', greeting: 'x'.repeat(3 * KiB) }),
    )
    expect(await stream.read()).toEqual(encode({ status: 'malformed' }))
    expect(lowered()).toEqual(['knock: greeting: Too big: expected string to have <=280 characters'])
  })

  test('with half a frame and then nothing is cut off after five seconds', async () => {
    const stream = await al.libp2p.dialProtocol(peerIdFromString(bea.peerId), KNOCK_PROTOCOL)
    stream.send(new Uint8Array([0, 0, 0, 100, 1, 2, 3]))
    await eventually('the stream is there', () =>
      bea.libp2p.getConnections(al.libp2p.peerId)[0]?.streams.some(({ protocol }) => protocol === KNOCK_PROTOCOL),
    )
    await clock.advance(5 * SECOND)
    await eventually('it is cut off', () => stream.status === 'reset')
    await eventually('it loses points', () => lowered()[0] === 'knock: not a whole request in time')
  })

  test('with half a frame and a cut leaves nothing behind', async () => {
    const stream = await al.libp2p.dialProtocol(peerIdFromString(bea.peerId), KNOCK_PROTOCOL)
    stream.send(new Uint8Array([0, 0, 0, 100, 1, 2, 3]))
    stream.abort(new Error('gone'))
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('asked')
    expect(bea.door.pending()).toHaveLength(1)
  })

  test('with a version that is not spoken here is told so at once', async () => {
    const next = { ...KNOCK_TERMS, protocol: '/latch/knock/2.0.0' }
    await expect(al.streams.open(bea.peerId, next)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('another version'),
    })
  })

  test('again and again is disconnected and then banned', async () => {
    for (const points of [30, 35]) bea.door.offence(al.peerId, 'nonsense', points)
    await eventually('they are apart', isApart)
    await al.connectTo(bea)
    expect(await al.visit(bea)).toBe('busy')
    bea.door.offence(al.peerId, 'nonsense', 35)
    await eventually('they are apart', isApart)
    await al.connectTo(bea).catch(() => {})
    await eventually('they stay apart', () => isApart())
  })
})

describe('what is said between the two', () => {
  test('is what exactly is asked for, and how long the answer holds', async () => {
    const about = { name: 'notes\u202E.pdf\n', bytes: 3 * MiB }
    await al.door.knock({ peerId: bea.peerId }, 'file', '', about)
    const knock = await eventually('Bea sees the knock', () => bea.door.pending()[0])
    expect(knock.about).toEqual({ name: 'notes.pdf', bytes: 3 * MiB, path: null })
    expect(al.door.sent()[0]?.about).toEqual({ ...about, path: null })
    bea.door.answer(knock.id, { verdict: 'allow', until: { untilMs: clock.nowMs() + HOUR }, scope: 'this' })
    await alHears('allowed')
    expect(bea.door.rules()).toMatchObject([{ match: { maxBytes: 3 * MiB }, until: { kind: 'time' } }])
  })

  test('is an hour, and both doors are open for that hour', async () => {
    bea.door.answer((await knocks()).id, { verdict: 'allow', until: { untilMs: clock.nowMs() + HOUR } })
    await alHears('allowed')
    expect([await al.visit(bea), await bea.visit(al)]).toEqual(['in', 'in'])
    await clock.advance(HOUR)
    await eventually('what was open is closed', isApart)
    await al.connectTo(bea)
    expect([await al.visit(bea), await bea.visit(al)]).toEqual(['knock-first', 'knock-first'])
  })

  test('is that a person does not want to be disturbed', async () => {
    const doNotDisturb = { on: true, untilMs: null, contacts: true }
    const cem = await house(registry, clock, undefined, { settings: () => ({ ...defaultSettings, doNotDisturb }) })
    await al.connectTo(cem)
    expect(await al.door.knock({ peerId: cem.peerId }, 'contact', '')).toMatchObject({ state: 'asked', quiet: true })
    expect(cem.door.pending()).toMatchObject([{ quiet: true }])
    await cem.close()
  })

  test('is nothing but a yes, where that was chosen', async () => {
    const settings = (): Settings => ({ ...defaultSettings, tellKnockers: 'yes' })
    const cem = await house(registry, clock, undefined, { settings })
    await al.connectTo(cem)
    expect((await al.door.knock({ peerId: cem.peerId }, 'contact', '')).state).toBe('asked')
    const [knock] = cem.door.pending()
    if (knock !== undefined) cem.door.answer(knock.id, { verdict: 'deny', until: 'forever' })
    await clock.advance(66 * SECOND)
    await alHears('unanswered')
    // Also after a no that made a rule.
    expect((await al.door.knock({ peerId: cem.peerId }, 'contact', '')).state).toBe('asked')
    expect(await al.visit(cem)).toBe('knock-first')
    await cem.close()
  })
})

test('a banned peer whose connection is still there gets a reset on every protocol, and not a byte', async () => {
  const cem = await house(registry, clock, undefined, { closeConnections: () => {} })
  await al.connectTo(cem)
  cem.door.addRule({ who: { kind: 'anyone' }, capability: 'anything', verdict: 'allow' }, 'person')
  expect(await al.visit(cem)).toBe('in')
  cem.door.offence(al.peerId, 'forged', 100)
  for (const protocol of [KNOCK_PROTOCOL, PARLOUR.protocol]) {
    const stream = await al.libp2p.dialProtocol(peerIdFromString(cem.peerId), protocol)
    const heard: unknown[] = []
    stream.addEventListener('message', (event) => heard.push(event.data))
    stream.send(new Uint8Array([0, 0, 0, 100, 1, 2, 3]))
    await eventually(`${protocol} is reset`, () => stream.status === 'reset')
    expect(heard).toEqual([])
  }
  expect(await al.visit(cem)).toBe('silent')
  await cem.close()
})
