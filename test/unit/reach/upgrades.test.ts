import { beforeEach, expect, test } from 'vitest'
import type { ReachFeature } from '../../../src/main/features/reach/index.ts'
import { delay } from '../../../src/main/platform/clock.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { Attempt } from '../../../src/shared/model/reach.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { remote, somePeerId } from '../peers/fake-network.ts'
import { World, type FakeIntroducer } from './world.ts'

let world: World
let reach: ReachFeature
let relay: FakeIntroducer
const bea = somePeerId()
const straight = '/ip4/5.5.5.77/tcp/4001'

beforeEach(async () => {
  world = new World()
  relay = await world.introducer()
  world.wanted.add(bea)
  reach = await world.reach()
  await reach.start()
})

const webrtcTo = (peerId: PeerId): string =>
  `${relay.address}/p2p/${relay.peerId}/p2p-circuit/webrtc/p2p/${peerId}`

async function relayed(over: Partial<RemotePeer> = {}, peerId = bea): Promise<RemotePeer> {
  const peer = world.network.connect(world.circuit(peerId, relay, over))
  await world.turns()
  return peer
}

const dialled = (): string[] => world.network.dials.map(({ address }) => address.replace(`/p2p/${bea}`, ''))
const dialledAt = (): number[] => world.network.dials.map(({ atMs }) => atMs)
const attempts = (): readonly Attempt[] => reach.connectivity().attempts
const via = (address: string, over: Partial<RemotePeer> = {}): RemotePeer =>
  remote(bea, { route: 'direct', transport: 'tcp', address, ...over })

test('whoever is relayed is tried straight at once, and over WebRTC 400 ms later', async () => {
  world.network.known.set(bea, [straight, '/ip4/10.9.9.9/tcp/1'])
  await relayed()
  await world.turns()
  expect(dialled()).toEqual([straight])
  await world.clock.advance(399)
  expect(dialled()).toHaveLength(1)
  await world.clock.advance(1)
  expect(world.network.dials.at(-1)?.address).toBe(webrtcTo(bea))
  await reach.stop()
})

test('the side that was called leaves WebRTC to the other for three seconds', async () => {
  await relayed({ direction: 'inbound' })
  await world.clock.advance(2_999)
  expect(dialled()).toEqual([])
  await world.clock.advance(1)
  expect(world.network.dials.at(-1)?.address).toBe(webrtcTo(bea))
  await reach.stop()
})

test('the first that answers wins, the others are given up, and there are no more tries', async () => {
  world.network.known.set(bea, [straight])
  world.network.answer = async (_, address, signal) => {
    await delay(world.clock, address.includes('webrtc') ? 100 : 5_000, signal)
    return via(address, { transport: 'webrtc' })
  }
  await relayed()
  await world.clock.advance(SECOND)
  expect(attempts()).toMatchObject([
    { outcome: 'given-up', transport: 'tcp', why: 'another address answered first' },
    { peerId: bea, outcome: 'won', transport: 'webrtc', route: 'direct', tookMs: 100, why: null },
  ])
  await world.clock.advance(20 * MINUTE)
  expect(dialled()).toHaveLength(2)
  expect(world.network.closed).toEqual([])
  expect(reach.report()).toContain('won       webrtc            100 ms')
  await reach.stop()
})

test('WebRTC that is silent for three seconds is tried once more beside it, and that one may win', async () => {
  world.network.answer = async (_, address, signal) => {
    await delay(world.clock, world.network.dials.length === 1 ? MINUTE : 100, signal)
    return via(address, { transport: 'webrtc' })
  }
  await relayed()
  await world.clock.advance(4 * SECOND)
  expect(attempts()).toMatchObject([
    { outcome: 'given-up', tookMs: 3_100 },
    { outcome: 'won', tookMs: 100 },
  ])
  await world.clock.advance(20 * MINUTE)
  expect(dialled()).toHaveLength(2)
  await reach.stop()
})

test('one that answers after another won is left, and called late', async () => {
  world.network.known.set(bea, [straight, '/ip4/5.5.5.78/tcp/1'])
  const first = Promise.withResolvers<RemotePeer>()
  const second = Promise.withResolvers<RemotePeer>()
  world.network.answer = (_, address) => (address.startsWith(straight) ? first.promise : second.promise)
  await relayed()
  await world.turns()
  const late = via('/ip4/5.5.5.78/tcp/1')
  first.resolve(via(straight))
  second.resolve(late)
  await world.turns()
  expect(attempts().map(({ outcome }) => outcome).toSorted()).toEqual(['late', 'won'])
  expect(world.network.retired).toEqual([late.connection])
  await reach.stop()
})

test('a direct connection that the other side made ends the try', async () => {
  world.network.answer = (_peerId, _address, signal) => delay(world.clock, MINUTE, signal).then(() => via(straight))
  await relayed()
  await world.turns()
  world.network.connect(via(straight, { direction: 'inbound' }))
  await world.clock.advance(SECOND)
  expect(attempts()).toMatchObject([{ outcome: 'given-up', transport: 'webrtc' }])
  await world.clock.advance(20 * MINUTE)
  expect(dialled()).toHaveLength(1)
  await reach.stop()
})

test('it is tried again after 5 s, 30 s, 2 min and 10 min', async () => {
  await relayed()
  await world.clock.advance(40 * MINUTE)
  const waits = [0, 5, 35, 155, 755, 1355, 1955].map((seconds) => seconds * SECOND)
  expect(dialledAt()).toEqual(waits)
  expect(attempts()[0]).toMatchObject({ outcome: 'failed', why: 'Nothing listens at that address.' })
  await reach.stop()
})

test('a try that is not answered takes 12 s, and the wait begins after it', async () => {
  world.network.answer = (_peerId, _address, signal) => delay(world.clock, MINUTE, signal).then(() => via(straight))
  await relayed()
  await world.clock.advance(20 * SECOND)
  // Silent for 3 s, it is dialled once more beside it; both have until the twelfth second.
  expect(dialledAt()).toEqual([0, 3 * SECOND, 17 * SECOND, 20 * SECOND])
  expect(attempts()).toMatchObject([
    { outcome: 'failed', tookMs: 9 * SECOND, why: 'No answer in time.' },
    { outcome: 'failed', tookMs: 12 * SECOND, why: 'No answer in time.' },
  ])
  await reach.stop()
})

test('in another network it is tried at once, and then from the shortest wait again', async () => {
  await relayed()
  await world.clock.advance(10 * MINUTE)
  const before = dialled().length
  reach.changed('the network changed')
  await world.turns()
  expect(dialled()).toHaveLength(before + 1)
  await world.clock.advance(5 * SECOND)
  await world.turns()
  expect(dialled()).toHaveLength(before + 2)
  await reach.stop()
})

test('news of addresses starts a try at once, no news does not', async () => {
  await relayed()
  await world.clock.advance(10 * MINUTE)
  const before = dialled().length
  world.network.tell({ event: 'addresses-changed', peerId: bea })
  await world.clock.advance(SECOND)
  expect(dialled()).toHaveLength(before)
  world.network.known.set(bea, [straight])
  world.network.tell({ event: 'addresses-changed', peerId: bea })
  await world.turns()
  expect(dialled().slice(before)).toEqual([straight])
  await reach.stop()
})

test('the try that is under way takes in where the peer says that it listens', async () => {
  world.network.answer = (_peerId, _address, signal) => delay(world.clock, MINUTE, signal).then(() => via(straight))
  await relayed()
  expect(dialled()).toHaveLength(1)
  world.network.known.set(bea, [straight])
  world.network.tell({ event: 'addresses-changed', peerId: bea })
  await world.turns()
  expect(dialled().slice(1)).toEqual([straight])
  await reach.stop()
})

test('a peer of which libp2p knows nothing yet is tried all the same', async () => {
  world.network.addressesOf = () => Promise.reject(new Error('not found'))
  await relayed()
  expect(world.network.dials).toMatchObject([{ address: webrtcTo(bea) }])
  await reach.stop()
})

test('a peer that tells other addresses all the time is tried every two seconds, twelve of them at most', async () => {
  await relayed()
  await world.clock.advance(SECOND)
  const before = dialledAt().length
  for (let port = 1; port <= 100; port += 1) {
    world.network.known.set(bea, [`/ip4/5.5.5.77/tcp/${port}`])
    world.network.tell({ event: 'addresses-changed', peerId: bea })
    await world.clock.advance(SECOND / 10)
  }
  const tries = world.network.dials.slice(before)
  expect(tries.filter(({ address }) => address.includes('webrtc')).length).toBeLessThanOrEqual(6)
  expect(tries.length).toBeLessThanOrEqual(6 * 12)
  await reach.stop()
})

test('where UDP is blocked there is no WebRTC', async () => {
  world.nat = { ...world.nat, kind: 'udp-blocked' }
  await reach.addIntroducer(await world.link(relay))
  await world.clock.advance(SECOND)
  expect(reach.connectivity().nat.kind).toBe('udp-blocked')
  await relayed()
  await world.clock.advance(MINUTE)
  expect(dialled()).toEqual([])
  await reach.stop()
})

test('nobody wants that peer: no try; somebody does later: a try within five seconds', async () => {
  world.wanted.clear()
  await relayed()
  await world.clock.advance(MINUTE)
  expect(dialled()).toEqual([])
  world.wanted.add(bea)
  await world.clock.advance(5 * SECOND)
  expect(dialled()).toHaveLength(1)
  await reach.stop()
})

test('when the direct connection drops and the circuit is still there, it is tried again at once', async () => {
  await relayed()
  await world.turns()
  const direct = world.network.connect(via(straight))
  await world.clock.advance(MINUTE)
  const before = dialled().length
  world.network.drop(bea, direct.connection)
  await world.turns()
  expect(dialled()).toHaveLength(before + 1)
  await reach.stop()
})

test('at most eight peers are tried at once, the others in their turn', async () => {
  world.network.answer = (_peerId, _address, signal) => delay(world.clock, MINUTE, signal).then(() => via(straight))
  const peers = Array.from({ length: 20 }, () => somePeerId())
  for (const peerId of peers) {
    world.wanted.add(peerId)
    await relayed({}, peerId)
  }
  await world.turns()
  expect(world.network.dials).toHaveLength(8)
  await world.clock.advance(12 * SECOND)
  expect(world.network.dials).toHaveLength(24)
  expect(new Set(world.network.dials.map(({ peerId }) => peerId)).size).toBe(16)
  await reach.stop()
})

test('attempts of others are listed too, the newest first, a hundred of them', async () => {
  const one: Attempt = {
    peerId: bea,
    atMs: 1,
    address: straight,
    transport: 'tcp',
    route: 'direct',
    outcome: 'failed',
    tookMs: 3,
    why: 'No answer at that address.',
  }
  for (let atMs = 1; atMs <= 120; atMs += 1) world.network.tell({ event: 'attempted', attempt: { ...one, atMs } })
  expect(attempts()).toHaveLength(100)
  expect(attempts()[0]?.atMs).toBe(120)
  await reach.stop()
})

test('after stop nothing is dialled any more', async () => {
  await relayed()
  await world.turns()
  await reach.stop()
  const before = dialled().length
  await world.clock.advance(20 * MINUTE)
  await relayed()
  expect(dialled()).toHaveLength(before)
})

test('a peer that takes every direct connection and drops it is dialled every two seconds, not all the time', async () => {
  world.network.known.set(bea, [straight])
  world.network.answer = async (_, address) => {
    if (!address.startsWith(straight)) throw new Error('refused')
    const peer = via(straight)
    queueMicrotask(() => setImmediate(() => world.network.drop(bea, peer.connection)))
    return peer
  }
  await relayed()
  for (let ms = 0; ms < 10 * SECOND; ms += 100) await world.clock.advance(100)
  const times = world.network.dials.filter(({ address }) => address.startsWith(straight)).map(({ atMs }) => atMs)
  expect(times.length).toBeGreaterThan(2)
  expect(times.length).toBeLessThanOrEqual(6)
  await reach.stop()
})
