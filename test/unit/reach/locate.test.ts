import { beforeEach, expect, test } from 'vitest'
import type { ReachFeature } from '../../../src/main/features/reach/index.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { somePeerId } from '../peers/fake-network.ts'
import { signedRegistration, someSigner, type Signer } from './signed.ts'
import { World, type FakeIntroducer } from './world.ts'

let world: World
let reach: ReachFeature
let home: FakeIntroducer
let bea: Signer
const never = new AbortController().signal

beforeEach(async () => {
  world = new World()
  home = await world.introducer()
  bea = await someSigner()
})

async function startWith(...introducers: readonly FakeIntroducer[]): Promise<void> {
  world.configured = await Promise.all(introducers.map((one) => world.link(one)))
  reach = await world.reach()
  await reach.start()
  await world.turns()
}

/** All that is found, with the clock moved on for whoever waits. */
async function locate(peerIds: readonly PeerId[], signal = never): Promise<{ peerId: PeerId; addresses: string[] }[]> {
  const found: { peerId: PeerId; addresses: string[] }[] = []
  const reading = { isOver: false }
  const read = (async () => {
    for await (const one of reach.locate(peerIds, signal)) found.push(one)
    reading.isOver = true
  })()
  for (let turn = 0; turn < 2_000 && !reading.isOver; turn += 1) await world.clock.advance(10)
  await read
  return found
}

/** A registration at `home`, unless said otherwise, made so long ago. */
function signed(signer: Signer, introducer = home.peerId, agoMs = 0): Promise<Uint8Array> {
  return signedRegistration(signer, introducer, world.clock.nowMs() + agoMs)
}

const circuitTo = (through: FakeIntroducer): string => `${through.address}/p2p/${through.peerId}/p2p-circuit`

function holds(one: FakeIntroducer, ...registrations: Promise<Uint8Array>[]): void {
  one.answers = () => Promise.all(registrations)
}

test('an introducer says where a device is, and the way through the introducer itself comes with it', async () => {
  holds(home, signedRegistration(bea, home.peerId, world.clock.nowMs()))
  await startWith(home)
  expect(await locate([bea.peerId])).toEqual([
    { peerId: bea.peerId, addresses: ['/ip4/5.5.5.1/tcp/4001', circuitTo(home)] },
  ])
  await reach.stop()
})

test('all introducers are asked at once, and a slow one holds up nobody', async () => {
  const other = await world.introducer()
  const late = Promise.withResolvers<Uint8Array[]>()
  home.answers = () => late.promise
  holds(other, signedRegistration(bea, other.peerId, world.clock.nowMs()))
  await startWith(home, other)
  const finding = reach.locate([bea.peerId], never)[Symbol.asyncIterator]()
  const first = await finding.next()
  expect(first.value?.addresses).toContain(circuitTo(other))
  late.resolve([await signedRegistration(bea, home.peerId, world.clock.nowMs())])
  expect((await finding.next()).value?.addresses).toContain(circuitTo(home))
  expect((await finding.next()).done).toBe(true)
  await reach.stop()
})

test('an introducer that never answers is waited for six seconds', async () => {
  await startWith(home)
  home.state = 'mute'
  const before = world.clock.monotonicMs()
  expect(await locate([bea.peerId])).toEqual([])
  expect(world.clock.monotonicMs() - before).toBeLessThanOrEqual(6_020)
  home.state = 'up'
  await reach.stop()
})

test.each([
  ['of another than its signer', async () => signed({ ...(await someSigner()), peerId: bea.peerId })],
  ['of somebody nobody asked for', async () => signed(await someSigner())],
  ['given to another introducer', () => signed(bea, somePeerId())],
  ['that is over', () => signed(bea, home.peerId, -HOUR)],
  ['of nonsense', async () => new Uint8Array([1, 2, 3])],
])('a registration %s is left out and counted', async (_, forged) => {
  home.answers = async () => [await forged(), await signed(bea)]
  await startWith(home)
  const found = await locate([bea.peerId, somePeerId()])
  expect(found.map(({ peerId }) => peerId)).toEqual([bea.peerId])
  expect(reach.report()).toContain('left out since the start: 1')
  await reach.stop()
})

test('an introducer that answers with a thousand registrations is read as far as was asked', async () => {
  const forged = await signedRegistration(await someSigner(), home.peerId, world.clock.nowMs())
  home.answers = async () => Array.from({ length: 1_000 }, () => forged)
  await startWith(home)
  expect(await locate([bea.peerId])).toEqual([])
  expect(reach.report()).toContain('left out since the start: 1')
  await reach.stop()
})

test('with a clock that is an hour ahead others are found all the same', async () => {
  holds(home, signedRegistration(bea, home.peerId, world.clock.nowMs() - HOUR))
  home.skewMs = -HOUR
  await startWith(home)
  expect(await locate([bea.peerId])).toHaveLength(1)
  await reach.stop()
})

test('many are asked about sixteen at a time', async () => {
  const asked: number[] = []
  home.answers = async (wanted) => {
    asked.push(wanted.length)
    return []
  }
  await startWith(home)
  await locate(Array.from({ length: 40 }, () => somePeerId()))
  expect(asked).toEqual([16, 16, 8])
  await reach.stop()
})

test('searches wait for each other: an introducer takes only so many streams', async () => {
  let running = 0
  let most = 0
  home.answers = async () => {
    most = Math.max(most, (running += 1))
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    return []
  }
  await startWith(home)
  await Promise.all(Array.from({ length: 20 }, () => locate([somePeerId()])))
  expect(most).toBe(3)
  await reach.stop()
})

test('whoever searches at the start waits for the introducer that is just being connected', async () => {
  holds(home, signedRegistration(bea, home.peerId, world.clock.nowMs()))
  const connecting = Promise.withResolvers<void>()
  world.configured = [await world.link(home)]
  reach = await world.reach({ connect: () => connecting.promise })
  await reach.start()
  const finding = reach.locate([bea.peerId], never)[Symbol.asyncIterator]()
  const first = finding.next()
  await world.clock.advance(SECOND)
  connecting.resolve()
  expect((await first).value?.peerId).toBe(bea.peerId)
  await reach.stop()
})

test('and for one that is known, though nothing is connected yet at all', async () => {
  holds(home, signed(bea))
  world.configured = [await world.link(home)]
  reach = await world.reach()
  const finding = reach.locate([bea.peerId], never)[Symbol.asyncIterator]()
  const first = finding.next()
  await world.clock.advance(SECOND)
  await reach.start()
  expect((await first).value?.peerId).toBe(bea.peerId)
  await reach.stop()
})

test('and no longer than four seconds, nor for one that failed before', async () => {
  home.state = 'mute'
  await startWith(home)
  let before = world.clock.monotonicMs()
  expect(await locate([bea.peerId])).toEqual([])
  expect(world.clock.monotonicMs() - before).toBeLessThan(5 * SECOND)
  await world.clock.advance(MINUTE)
  before = world.clock.monotonicMs()
  expect(await locate([bea.peerId])).toEqual([])
  expect(world.clock.monotonicMs()).toBeLessThanOrEqual(before + 20)
  await reach.stop()
})

test('a search that nobody wants any more ends at once', async () => {
  await startWith(home)
  home.state = 'mute'
  const ending = new AbortController()
  const searching = locate([bea.peerId], ending.signal)
  ending.abort()
  expect(await searching).toEqual([])
  expect(await locate([], never)).toEqual([])
  home.state = 'up'
  await reach.stop()
})
