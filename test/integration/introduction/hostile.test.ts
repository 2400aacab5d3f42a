import type { Connection } from '@libp2p/interface'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { DEFAULT_LIMITS } from '../../../src/main/features/introduction/index.ts'
import { decode, encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import { FrameParser, payloadFrame } from '../../../src/main/platform/frame-codec.ts'
import {
  INTRODUCTION_PROTOCOL,
  INTRODUCTION_TERMS,
  MAX_REGISTRATION_BYTES,
  sealRegistration,
} from '../../../src/main/protocols/introduction/index.ts'
import { DAY, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { end, frame, type HostilePeer, hostilePeer, newKey, say } from '../../helpers/hostile.ts'
import type { TestNode } from '../../helpers/two-nodes.ts'
import { type Boat, Coast, type Harbour, registrationOf } from './harbour.ts'

let clock: FakeClock
let coast: Coast
let harbour: Harbour
let ada: Boat
let mallory: HostilePeer
let line: Connection
let key: Awaited<ReturnType<typeof newKey>>

beforeEach(async () => {
  clock = new FakeClock()
  coast = new Coast(clock)
  harbour = await coast.harbour()
  ada = await coast.boat()
  await ada.dial(harbour)
  key = await newKey()
  mallory = await hostilePeer(key)
  line = await mallory.dial(harbour.address)
})
afterEach(async () => {
  await mallory.close()
  await coast.close()
})

const Answer = z.looseObject({ status: z.string() })

/** What comes back to these bytes: the status and code of an answer, or how the stream ended. */
async function answerTo(...chunks: Uint8Array[]): Promise<string> {
  const heard = await say(line, INTRODUCTION_PROTOCOL, chunks)
  let answer: string = heard.how
  const parser = new FrameParser(INTRODUCTION_TERMS.maxFrameBytes, {
    charge: () => {},
    data: (bytes) => {
      const { status, code } = decode(bytes, Answer, INTRODUCTION_TERMS.maxFrameBytes)
      answer = typeof code === 'string' ? `${status} ${code}` : status
    },
    end: () => {},
    refusal: (code) => (answer = code),
    credit: () => {},
  })
  parser.push(heard.bytes)
  return answer
}

const register = (registration: unknown): Uint8Array => frame({ kind: 'register', registration })
const pointsOf = (): number[] =>
  harbour.node.offences.filter(({ peerId }) => peerId === mallory.peerId).map(({ points }) => points)

/** Streams of the protocol that a peer has open at a node now. */
function inboundAt(at: { node: TestNode }, peerId: string): number {
  const connections = at.node.libp2p.getConnections().filter(({ remotePeer }) => remotePeer.toString() === peerId)
  const streams = connections.flatMap((connection) => connection.streams)
  return streams.filter(({ protocol, direction }) => protocol === INTRODUCTION_PROTOCOL && direction === 'inbound').length
}
const inboundOf = ({ peerId }: HostilePeer): number => inboundAt(harbour, peerId)

/** An honest device is served as if nobody else were there. */
async function restIsUnharmed(): Promise<void> {
  const signed = await ada.signed(harbour, { issuedMs: clock.nowMs() + 1 })
  await ada.introduction.register(harbour.node.peerId, signed)
  const found = await ada.introduction.locate(harbour.node.peerId, [ada.peerId, mallory.peerId])
  expect(found.registrations).toEqual([signed])
  expect(harbour.node.offences.filter(({ peerId }) => peerId === ada.peerId)).toEqual([])
}

describe('a registration', () => {
  const mine = (over = {}) => registrationOf(mallory.peerId, harbour.node.peerId, clock.nowMs(), over)
  const kind = { domain: 'latch-registration', type: '/latch/registration/1' }

  test.each([
    ['that is no envelope', async () => new Uint8Array(300).fill(7), 'refused forged', 20],
    ['signed with another key', async () => sealRegistration(mine(), await newKey()), 'refused forged', 20],
    ['signed as something else', () => seal({ ...kind, domain: 'latch-hello' }, encode(mine()), key), 'refused forged', 20],
    ['for somebody else, signed by itself', () => sealRegistration(mine({ peerId: ada.peerId }), key), 'refused forged', 20],
    ['of somebody else, as they signed it', () => ada.signed(harbour), 'refused not-yours', 20],
    ['for another introducer', () => sealRegistration(mine({ introducer: ada.peerId }), key), 'refused forged', 20],
    ['whose time is over', () => sealRegistration(mine({ expiresMs: clock.nowMs() }), key), 'refused expired', null],
    ['with nine topics', () => sealRegistration(mine({ topics: Array.from({ length: 9 }, () => new Uint8Array(32)) }), key), 'refused malformed', 10],
    ['with an oversized topic', () => sealRegistration(mine({ topics: [new Uint8Array(3_000)] }), key), 'refused malformed', 10],
    ['with a hundred addresses', () => sealRegistration(mine({ addresses: Array(100).fill('/ip4/8.8.8.8/tcp/1') }), key), 'refused malformed', 10],
    ['of more than 4 KiB', async () => new Uint8Array(MAX_REGISTRATION_BYTES + 1), 'refused too-large', 10],
  ] as const)('%s is refused', async (_what, make, answer, points) => {
    expect(await answerTo(register(await make()), end)).toBe(answer)
    expect(pointsOf()).toEqual(points === null ? [] : [points])
    expect(harbour.introduction.status()).toMatchObject({
      registrations: 0,
      refused: { [`register-${answer.split(' ')[1]}`]: 1 },
    })
    await restIsUnharmed()
  })

  test('sent again is refused, and the one that is kept stays', async () => {
    const first = await sealRegistration(mine(), key)
    expect(await answerTo(register(first), end)).toBe('registered')
    expect(await answerTo(register(first), end)).toBe('refused replayed')
    await clock.advance(SECOND)
    const second = await sealRegistration(mine(), key)
    expect(await answerTo(register(second), end)).toBe('registered')
    expect(await answerTo(register(first), end)).toBe('refused replayed')
    const found = await ada.introduction.locate(harbour.node.peerId, [mallory.peerId])
    expect(found.registrations).toEqual([second])
    expect(pointsOf()).toEqual([1, 1])
  })

  test('signed to last for ten years lasts no longer than others, and makes nobody else wait', async () => {
    const signed = await sealRegistration(mine({ expiresMs: clock.nowMs() + 3_650 * DAY }), key)
    expect(await answerTo(register(signed), end)).toBe('registered')
    await clock.advance(DAY)
    expect(harbour.introduction.status().registrations).toBe(0)
  })

  test('beyond what its network may have is refused before its signature is looked at', async () => {
    const busy = await coast.harbour({
      limits: { ...DEFAULT_LIMITS, registrationsPerSubnet: 1 },
      subnetOf: () => 'one network',
    })
    await ada.dial(busy)
    await ada.introduction.register(busy.node.peerId, await ada.signed(busy))
    line = await mallory.dial(busy.address)
    expect(await answerTo(register(new Uint8Array(300)), end)).toBe('refused too-many')
    expect(busy.introduction.status()).toMatchObject({ registrations: 1, refused: { 'register-too-many': 1 } })
  })
})

describe('a request', () => {
  test.each([
    ['that is not DAG-CBOR', () => frame(new Uint8Array([0xff, 0xff])), 'malformed', 10],
    ['of an unknown kind', () => frame({ kind: 'kick' }), 'malformed', 10],
    ['with a topic of 33 bytes', () => frame({ kind: 'discover', topic: new Uint8Array(33), limit: 1 }), 'malformed', 10],
    ['with an oversized topic', () => frame({ kind: 'discover', topic: new Uint8Array(4_200), limit: 1 }), 'malformed', 10],
    ['to probe somebody else', () => frame({ kind: 'probe', ports: [1], address: '/ip4/8.8.8.8' }), 'probed', null],
    ['for a thousand peers', () => frame({ kind: 'locate', peerIds: Array(1_000).fill('x') }), 'malformed', 10],
    ['with a cookie of no page', () => frame({ kind: 'discover', topic: new Uint8Array(32), limit: 1, after: '!' }), 'refused malformed', null],
    ['larger than any', () => frame(new Uint8Array(60_000)), 'refused too-large', 10],
    ['larger than a frame may be', () => frame(new Uint8Array(80_000)), 'reset', 20],
    ['that is not a frame', () => new Uint8Array(500).fill(0xee), 'reset', 20],
  ] as const)('%s is answered for what it is', async (_what, make, answer, points) => {
    expect(await answerTo(make(), end)).toBe(answer)
    expect(pointsOf()).toEqual(points === null ? [] : [points])
    const { refused } = harbour.introduction.status()
    expect(Object.values(refused)).toEqual(answer === 'probed' ? [] : [1])
    await restIsUnharmed()
  })

  test('of which half comes is dropped after ten seconds, and costs a little', async () => {
    const half = payloadFrame('data', encode({ kind: 'describe' })).subarray(0, 8)
    const heard = say(line, INTRODUCTION_PROTOCOL, [half])
    await eventually('the stream', () => inboundOf(mallory) === 1)
    await clock.advance(10 * SECOND - 1)
    await restIsUnharmed()
    expect(inboundOf(mallory)).toBe(1)
    await clock.advance(1)
    expect((await heard).how).toBe('reset')
    expect(pointsOf()).toEqual([5])
    expect(harbour.introduction.status().refused).toEqual({ 'request-unfinished': 1 })
  })

  test('that never comes is dropped too, however many streams wait for it; more than eight are reset at once', async () => {
    const heard = Array.from({ length: 20 }, () => say(line, INTRODUCTION_PROTOCOL, [new Uint8Array([0])]))
    let dropped = 0
    for (const one of heard) void one.then(({ how }) => how === 'reset' && (dropped += 1))
    await eventually('twelve to be reset', () => dropped === 12)
    expect(inboundOf(mallory)).toBe(8)
    await restIsUnharmed()
    await clock.advance(10 * SECOND)
    await Promise.all(heard)
    expect(dropped).toBe(20)
    expect(pointsOf()).toEqual(Array(8).fill(5))
  })

  test('after one attends ends the stream, and costs', async () => {
    expect(await answerTo(frame({ kind: 'attend' }), frame({ kind: 'describe' }))).toBe('attended')
    expect(pointsOf()).toEqual([10])
    await restIsUnharmed()
  })

  test('of one who attends on many streams leaves one of them open', async () => {
    const streams = Array.from({ length: 8 }, () => say(line, INTRODUCTION_PROTOCOL, [frame({ kind: 'attend' })]))
    let over = 0
    for (const one of streams) void one.then(() => (over += 1))
    // They were told the end, say none of their own, and are reset after five seconds.
    await eventually('seven to end', async () => (await clock.advance(SECOND), over === 7))
    await restIsUnharmed()
    await harbour.introduction.stop()
    await eventually('the last to end', async () => (await clock.advance(SECOND), over === 8))
  })
})

test('an introducer that answers nonsense, too much or nothing does a device no harm', async () => {
  const answers: (Uint8Array | null)[] = [
    encode({ status: 'maybe' }),
    new Uint8Array([1, 2, 3]),
    encode({ status: 'registered', expiresMs: -1 }),
    encode({ status: 'found', registrations: [], more: null }),
    null,
  ]
  const bea = await coast.boat()
  await bea.node.streams.serve(INTRODUCTION_TERMS, async (stream) => {
    await stream.read()
    const answer = answers.shift()
    if (answer === undefined) await stream.over
    else if (answer !== null) await stream.write(answer)
  })
  await ada.node.libp2p.dial(bea.node.libp2p.getMultiaddrs())
  const ask = () => ada.introduction.register(bea.peerId, new Uint8Array(1))
  for (let n = 0; n < 4; n += 1) await expect(ask()).rejects.toMatchObject({ name: 'IntroductionProtocolError' })
  await expect(ask()).rejects.toMatchObject({ name: 'LatchError', code: 'UNREACHABLE' })
  const slow = ask().catch((error: unknown) => error)
  await eventually('the stream', () => inboundAt(bea, ada.node.libp2p.peerId.toString()) > 0)
  await clock.advance(10 * SECOND)
  expect(await slow).toMatchObject({ code: 'UNREACHABLE', message: 'That introducer did not answer in time.' })
})
