import { beforeEach, expect, test } from 'vitest'
import type { ReachFeature } from '../../../src/main/features/reach/index.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { KiB, MiB, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { remote, somePeerId } from '../peers/fake-network.ts'
import { World, type FakeIntroducer } from './world.ts'

let world: World
let reach: ReachFeature
let relay: FakeIntroducer
let other: FakeIntroducer
const bea = somePeerId()

beforeEach(async () => {
  world = new World()
  relay = await world.introducer()
  other = await world.introducer()
  world.wanted.add(bea)
  reach = await world.reach()
  await reach.start()
})

/** The circuits that were opened: through whom, and when. */
function opened(): { through: FakeIntroducer | undefined; atMs: number }[] {
  return world.network.dials
    .filter(({ address }) => !address.includes('/webrtc'))
    .map(({ address, atMs }) => ({ through: [relay, other].find(({ peerId }) => address.includes(peerId)), atMs }))
}

/** Introducers that make circuits; all others refuse. */
function carriedBy(...carriers: readonly FakeIntroducer[]): void {
  world.network.answer = async (peerId, address) => {
    const through = carriers.find((one) => address.includes(one.peerId))
    if (through === undefined || address.includes('/webrtc')) throw new Error('refused')
    return world.circuit(peerId, through)
  }
}

function use(peer: RemotePeer, leftBytes: number): void {
  world.network.left.set(peer.connection, leftBytes)
}

test('the next circuit is opened through the same introducer when a quarter of the bytes is left', async () => {
  carriedBy(relay)
  const first = world.network.connect(world.circuit(bea, relay, { limits: { leftBytes: 16 * MiB + KiB } }))
  await world.clock.advance(30 * SECOND)
  expect(opened()).toEqual([])
  use(first, 16 * MiB)
  await world.clock.advance(SECOND)
  expect(opened()).toMatchObject([{ through: relay }])
  await world.clock.advance(MINUTE)
  expect(opened()).toHaveLength(1)
  await reach.stop()
})

test('1 MiB used at 10 MB/s: the next circuit is open before the cut', async () => {
  carriedBy(relay)
  const limits = { dataBytes: MiB, leftBytes: MiB }
  const first = world.network.connect(world.circuit(bea, relay, { limits }))
  for (let usedMs = 0; usedMs < 105 && opened().length === 0; usedMs += 5) {
    use(first, Math.max(0, MiB - usedMs * 10_000))
    await world.clock.advance(5)
  }
  expect(opened()).toMatchObject([{ through: relay }])
  expect(world.network.circuit(first.connection)?.leftBytes).toBeGreaterThan(200 * KiB)
  await reach.stop()
})

test('a circuit that ends by time is followed before its last tenth, though the clock is set back', async () => {
  carriedBy(relay)
  const untilMs = world.clock.nowMs() + 30 * MINUTE
  const limits = { dataBytes: null, leftBytes: null, durationMs: 30 * MINUTE, untilMs }
  world.network.connect(world.circuit(bea, relay, { limits }))
  await world.clock.advance(10 * MINUTE)
  world.clock.jump(-20 * MINUTE)
  await world.clock.advance(17 * MINUTE - 2 * SECOND)
  expect(opened()).toEqual([])
  await world.clock.advance(3 * SECOND)
  expect(opened()).toHaveLength(1)
  await reach.stop()
})

test('when its introducer refuses, the next circuit goes through another that the peer names', async () => {
  carriedBy(other)
  world.network.known.set(bea, [`${other.address}/p2p/${other.peerId}/p2p-circuit`, '/ip4/10.0.0.1/tcp/1'])
  const first = world.network.connect(world.circuit(bea, relay))
  use(first, MiB)
  await world.clock.advance(2 * SECOND)
  expect(opened().map(({ through }) => through)).toEqual([relay, other])
  await reach.stop()
})

test('when nobody makes a circuit it is tried again after 1, 2, 4 s, as long as the old one lives', async () => {
  const limits = { untilMs: world.clock.nowMs() + 10 * SECOND, durationMs: 30 * MINUTE }
  const first = world.network.connect(world.circuit(bea, relay, { limits }))
  await world.turns()
  await world.clock.advance(8 * SECOND)
  expect(opened().map(({ atMs }) => Math.floor(atMs / SECOND))).toEqual([0, 1, 3, 7])
  world.network.drop(bea, first.connection)
  await world.clock.advance(MINUTE)
  expect(opened()).toHaveLength(4)
  await reach.stop()
})

test('there are never more than two circuits to one peer', async () => {
  carriedBy(relay)
  const first = world.network.connect(world.circuit(bea, relay))
  world.network.connect(world.circuit(bea, relay, { direction: 'inbound' }))
  use(first, KiB)
  await world.clock.advance(MINUTE)
  expect(opened()).toEqual([])
  await reach.stop()
})

test('when the next circuit is lost, another is opened; when the old one is, the next goes on alone', async () => {
  carriedBy(relay)
  const first = world.network.connect(world.circuit(bea, relay))
  use(first, MiB)
  await world.clock.advance(2 * SECOND)
  const second = world.network.connections().find(({ connection }) => connection !== first.connection)
  world.network.drop(bea, second?.connection)
  await world.clock.advance(2 * SECOND)
  expect(opened()).toHaveLength(2)
  world.network.drop(bea, first.connection)
  await world.clock.advance(MINUTE)
  expect(opened()).toHaveLength(2)
  await reach.stop()
})

test('at full speed the circuit before the last is closed when the next one is well used', async () => {
  carriedBy(relay)
  const first = world.network.connect(world.circuit(bea, relay, { limits: { leftBytes: 17 * MiB } }))
  use(first, 15 * MiB)
  await world.clock.advance(2 * SECOND)
  const second = world.network.connections().find(({ connection }) => connection !== first.connection)
  if (second === undefined) throw new Error('no second circuit')
  expect(world.network.closed).toEqual([])
  use(second, 47 * MiB)
  await world.clock.advance(2 * SECOND)
  expect(world.network.closed).toEqual([first.connection])
  use(second, 15 * MiB)
  await world.clock.advance(2 * SECOND)
  expect(opened()).toHaveLength(2)
  await reach.stop()
})

test('a peer that is also connected directly, or that nobody wants, gets no further circuit', async () => {
  carriedBy(relay)
  const [near, stranger] = [somePeerId(), somePeerId()]
  world.wanted.add(near)
  for (const peerId of [near, stranger]) use(world.network.connect(world.circuit(peerId, relay)), KiB)
  world.network.connect(remote(near, { route: 'direct' }))
  await world.clock.advance(MINUTE)
  expect(opened()).toEqual([])
  await reach.stop()
})

test('the side that was called hands over only in the last third', async () => {
  carriedBy(relay)
  const first = world.network.connect(world.circuit(bea, relay, { direction: 'inbound' }))
  use(first, 10 * MiB)
  await world.clock.advance(MINUTE)
  expect(opened()).toEqual([])
  use(first, 5 * MiB)
  await world.clock.advance(2 * SECOND)
  expect(opened()).toHaveLength(1)
  await reach.stop()
})

test('when an introducer drains, its circuits move to another at once', async () => {
  carriedBy(relay, other)
  for (const one of [relay, other]) await reach.addIntroducer(await world.link(one))
  await world.clock.advance(SECOND)
  world.network.known.set(bea, [relay, other].map((one) => `${one.address}/p2p/${one.peerId}/p2p-circuit`))
  const first = world.network.connect(world.circuit(bea, relay))
  await world.clock.advance(SECOND)
  expect(opened()).toEqual([])
  relay.drain(MINUTE)
  await world.turns()
  expect(opened()).toMatchObject([{ through: other }])
  expect(world.network.retired).toEqual([first.connection])
  // The introducer is used as long as a circuit runs through it.
  expect(reach.connectivity().introducers.find(({ peerId }) => peerId === relay.peerId)?.state).toBe('draining')
  world.network.drop(bea, first.connection)
  await world.clock.advance(MINUTE)
  await reach.stop()
})

test('the side that was called moves the circuits of a draining introducer five seconds later', async () => {
  carriedBy(relay, other)
  for (const one of [relay, other]) await reach.addIntroducer(await world.link(one))
  await world.clock.advance(SECOND)
  world.network.known.set(bea, [`${other.address}/p2p/${other.peerId}/p2p-circuit`])
  world.network.connect(world.circuit(bea, relay, { direction: 'inbound' }))
  relay.drain(MINUTE)
  await world.clock.advance(4 * SECOND)
  expect(opened()).toEqual([])
  await world.clock.advance(2 * SECOND)
  expect(opened()).toMatchObject([{ through: other }])
  await reach.stop()
})

test('a circuit of a draining introducer that the other side has replaced is not opened a second time', async () => {
  carriedBy(relay, other)
  for (const one of [relay, other]) await reach.addIntroducer(await world.link(one))
  await world.clock.advance(SECOND)
  const first = world.network.connect(world.circuit(bea, relay, { direction: 'inbound' }))
  relay.drain(MINUTE)
  await world.clock.advance(SECOND)
  world.network.connect(world.circuit(bea, other, { direction: 'inbound' }))
  await world.clock.advance(10 * SECOND)
  expect(opened()).toEqual([])
  expect(world.network.retired).toEqual([first.connection])
  await reach.stop()
})

test('circuits without limits are left alone', async () => {
  world.network.connect(world.circuit(bea, relay, { limits: { dataBytes: null, leftBytes: null } }))
  world.network.connect(remote(somePeerId(), { route: 'relayed', transport: 'relay', address: '/ip4/5.5.5.9/tcp/1' }))
  await world.clock.advance(MINUTE)
  expect(opened()).toEqual([])
  await reach.stop()
})

test('each circuit that was opened is an attempt', async () => {
  carriedBy(relay)
  use(world.network.connect(world.circuit(bea, relay)), MiB)
  await world.clock.advance(2 * SECOND)
  const attempts = reach.connectivity().attempts.filter(({ transport }) => transport === 'relay')
  expect(attempts).toMatchObject([{ peerId: bea, outcome: 'won', route: 'relayed' }])
  await reach.stop()
})

test('an introducer that gives circuits of a second has no more than one made in five', async () => {
  world.network.answer = async (peerId, address) => {
    if (address.includes('/webrtc')) throw new Error('refused')
    const limits = { durationMs: SECOND, untilMs: world.clock.nowMs() + SECOND }
    const next = world.circuit(peerId, relay, { limits })
    world.clock.after(SECOND, () => world.network.drop(peerId, next.connection))
    return next
  }
  const limits = { durationMs: MINUTE, untilMs: world.clock.nowMs() + MINUTE }
  world.network.connect(world.circuit(bea, relay, { limits }))
  // Due at the last quarter of a minute.
  await world.clock.advance(45 * SECOND)
  const before = opened().length
  for (let ms = 0; ms < 15 * SECOND; ms += 100) await world.clock.advance(100)
  const times = opened().map(({ atMs }) => atMs)
  expect(times.length - before).toBeLessThanOrEqual(3)
  expect(times.length).toBeGreaterThan(1)
  const gaps = times.slice(1).map((atMs, at) => atMs - (times[at] ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5 * SECOND)
  await reach.stop()
})

test('a peer that names a circuit through this machine has it dialled only where the introducer there is used', async () => {
  carriedBy(other)
  const here = `/ip4/127.0.0.1/tcp/22/p2p/${somePeerId()}/p2p-circuit`
  world.network.known.set(bea, [here, here.replace('127.0.0.1', '0.0.0.0'), `${other.address}/p2p/${other.peerId}/p2p-circuit`])
  use(world.network.connect(world.circuit(bea, relay)), MiB)
  await world.clock.advance(2 * SECOND)
  expect(opened().map(({ through }) => through)).toEqual([relay, other])
  await reach.stop()
})

test('two programs on one machine go on through the introducer there that this one uses', async () => {
  const here = await world.introducer()
  Object.assign(here, { address: '/ip4/127.0.0.1/tcp/4001' })
  world.network.answer = async (peerId, address) => {
    if (!address.startsWith('/ip4/127.') || address.includes('/webrtc')) throw new Error('refused')
    return world.circuit(peerId, here)
  }
  await reach.addIntroducer(await world.link(here))
  await world.clock.advance(SECOND)
  world.network.known.set(bea, [`${here.address}/p2p/${here.peerId}/p2p-circuit`])
  use(world.network.connect(world.circuit(bea, relay)), MiB)
  await world.clock.advance(2 * SECOND)
  expect(world.network.connections().some(({ circuit }) => circuit?.through === here.peerId)).toBe(true)
  await reach.stop()
})
