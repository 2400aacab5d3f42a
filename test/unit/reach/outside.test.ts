import { beforeEach, expect, test } from 'vitest'
import type { ReachFeature } from '../../../src/main/features/reach/index.ts'
import type { Nat } from '../../../src/shared/model/reach.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { signedRecord } from './signed.ts'
import { World, type FakeIntroducer } from './world.ts'

let world: World
let reach: ReachFeature
let home: FakeIntroducer

beforeEach(async () => {
  world = new World()
  home = await world.introducer()
})

async function startWith(...introducers: readonly FakeIntroducer[]): Promise<void> {
  world.configured = await Promise.all(introducers.map((one) => world.link(one)))
  reach = await world.reach()
  await reach.start()
  await world.turns()
}

const probes = (one: FakeIntroducer): number => one.told.filter((what) => what === 'probe').length

test('the NAT is asked for as soon as an introducer is known, and every half hour', async () => {
  await startWith(home)
  expect(world.natAsked).toEqual([['5.5.5.1:3478']])
  expect(reach.connectivity().nat).toEqual(world.nat)
  await world.clock.advance(29 * MINUTE)
  expect(world.natAsked).toHaveLength(1)
  await world.clock.advance(2 * MINUTE)
  expect(world.natAsked).toHaveLength(2)
  await reach.stop()
})

test('without an introducer nobody is asked', async () => {
  await startWith()
  await world.clock.advance(MINUTE)
  expect(world.natAsked).toEqual([])
  const why = 'No introducer is known that could be asked.'
  expect(reach.connectivity().nat).toMatchObject({ kind: 'unknown', why })
  await reach.stop()
})

test('it is asked again in another network, but not all the time', async () => {
  await startWith(home)
  for (let times = 0; times < 10; times += 1) {
    reach.changed('the network changed')
    await world.turns()
  }
  expect(world.natAsked).toHaveLength(1)
  await world.clock.advance(6 * SECOND)
  await world.turns()
  expect(world.natAsked).toHaveLength(2)
  await reach.stop()
})

test('silence says that UDP is blocked only when an introducer answers otherwise', async () => {
  const blocked: Nat = { kind: 'udp-blocked', seenAs: null, why: 'Silent.', checkedMs: 1 }
  world.nat = blocked
  home.state = 'down'
  await startWith(home)
  expect(reach.connectivity().nat).toMatchObject({ kind: 'unknown', why: 'No introducer answered at all.' })
  home.state = 'up'
  reach.changed('the network changed')
  // Heard a moment ago, it is not asked again for that: it means something as soon as the introducer is there.
  for (let turn = 0; turn < 20; turn += 1) await world.turns()
  const asked = world.natAsked.length
  expect(reach.connectivity().nat).toEqual(blocked)
  expect(world.natAsked).toHaveLength(asked)
  await world.clock.advance(6 * SECOND)
  await world.turns()
  expect(reach.connectivity().nat).toEqual(blocked)
  await reach.stop()
})

test('STUN servers of introducers in use are told, the nearest first, one of each, four at most', async () => {
  const stun = (ip: string) => [1, 2, 3].map((port) => `${ip}:${port}`)
  const nearest = await world.introducer({ rttMs: 1 })
  const farther = await world.introducer({ rttMs: 99 })
  const nowMs = world.clock.nowMs()
  nearest.record = await signedRecord(nearest.signer, nowMs, { stun: stun('5.5.5.1') })
  farther.record = await signedRecord(farther.signer, nowMs, { stun: stun('5.5.5.2') })
  world.configured = [nearest, farther].map((one) => `${one.address}/p2p/${one.peerId}`)
  reach = await world.reach()
  await reach.start()
  expect(reach.stunServers()).toEqual([])
  await world.turns()
  expect(reach.stunServers()).toEqual(['stun:5.5.5.1:1', 'stun:5.5.5.2:1', 'stun:5.5.5.1:2', 'stun:5.5.5.2:2'])
  await reach.stop()
})

test('ports are tried from outside after connecting, and what was reached is told to others', async () => {
  world.network.addresses = ['/ip4/192.168.1.7/tcp/4001', '/ip4/192.168.1.7/tcp/4002/ws']
  world.network.ports = [4001, 4002, 4003]
  home.reachable = [4001, 4002]
  await startWith(home)
  expect(world.network.confirmed).toEqual(['/ip4/5.5.5.101/tcp/4001', '/ip4/5.5.5.101/tcp/4002/ws'])
  expect(reach.report()).toContain('4001 reached, 4002 reached, 4003 not')
  await reach.stop()
})

test('the port that the router opened is tried too', async () => {
  world.network.mapped = { state: 'mapped', address: '/ip4/5.5.5.101/tcp/6001' }
  home.reachable = [6001]
  await startWith(home)
  expect(world.network.confirmed).toEqual(['/ip4/5.5.5.101/tcp/6001'])
  await reach.stop()
})

test('they are tried again when they change, not when nothing did', async () => {
  await startWith(home)
  expect(probes(home)).toBe(1)
  for (let times = 0; times < 5; times += 1) {
    world.network.tell({ event: 'listening-changed' })
    await world.clock.advance(10 * SECOND)
  }
  expect(probes(home)).toBe(1)
  world.network.ports = [5001]
  world.network.tell({ event: 'listening-changed' })
  await world.turns()
  expect(probes(home)).toBe(2)
  await reach.stop()
})

test('in another network they are tried again, though nothing of them changed', async () => {
  home.reachable = [4001]
  await startWith(home)
  expect(world.network.confirmed).toHaveLength(1)
  reach.changed('the network changed')
  await world.turns()
  await world.clock.advance(26 * SECOND)
  await world.turns()
  expect(world.network.confirmed).toHaveLength(2)
  await reach.stop()
})

test('a probe that failed is made again five minutes later', async () => {
  home.probed = () => {
    throw new Error('busy')
  }
  home.reachable = [4001]
  await startWith(home)
  home.probed = (ports) => ports.map((port) => ({ port, reached: true }))
  await world.clock.advance(4 * MINUTE)
  expect(world.network.confirmed).toEqual([])
  await world.clock.advance(2 * MINUTE)
  await world.turns()
  expect(world.network.confirmed).toEqual(['/ip4/5.5.5.101/tcp/4001'])
  await reach.stop()
})

test('ports that change all the time are tried every 25 s, and no more', async () => {
  await startWith(home)
  for (let port = 1; port <= 100; port += 1) {
    world.network.ports = [port]
    world.network.tell({ event: 'listening-changed' })
    await world.clock.advance(SECOND)
  }
  expect(probes(home)).toBe(5)
  await reach.stop()
})

test('an introducer on the same network cannot tell for the rest of the world', async () => {
  home.observed = '/ip4/192.168.1.7/tcp/50000'
  home.reachable = [4001]
  await startWith(home)
  expect(probes(home)).toBe(0)
  home.observed = 'nonsense'
  await reach.check()
  expect(probes(home)).toBe(0)
  expect(world.network.confirmed).toEqual([])
  await reach.stop()
})

test('a port that was not asked about is not told to others, whatever the introducer says', async () => {
  home.probed = () => [{ port: 22, reached: true }]
  await startWith(home)
  expect(probes(home)).toBe(1)
  expect(world.network.confirmed).toEqual([])
  await reach.stop()
})

test('a chosen introducer tries before a learnt one that is nearer', async () => {
  const learnt = await world.introducer({ rttMs: 1 })
  home.others = [await signedRecord(learnt.signer, world.clock.nowMs(), { addresses: [learnt.address] })]
  await startWith(home)
  await world.clock.advance(MINUTE)
  world.network.ports = [5001]
  world.network.tell({ event: 'listening-changed' })
  await world.turns()
  expect(reach.connectivity().introducers.map(({ state }) => state)).toEqual(['connected', 'connected'])
  expect([home, learnt].map(probes)).toEqual([2, 0])
  await reach.stop()
})

test('what the router does is told when it changes', async () => {
  await startWith(home)
  expect(reach.connectivity().upnp).toEqual({ state: 'none', address: null })
  const ending = new AbortController()
  const events: string[] = []
  const watching = (async () => {
    for await (const item of reach.watch(ending.signal)) if (item.kind === 'event') events.push(item.event.event)
  })()
  await world.turns()
  world.network.mapped = { state: 'mapped', address: '/ip4/5.5.5.101/tcp/6001' }
  world.network.tell({ event: 'listening-changed' })
  await world.turns()
  expect(events).toContain('upnp-changed')
  expect(reach.connectivity().upnp.state).toBe('mapped')
  ending.abort()
  await watching
  await reach.stop()
})

test('a check looks at everything anew and says what came of it', async () => {
  home.state = 'down'
  await startWith(home)
  await world.clock.advance(10 * MINUTE)
  home.state = 'up'
  world.nat = { ...world.nat, kind: 'symmetric' }
  const checking = reach.check()
  await world.turns()
  expect(await checking).toMatchObject({ nat: { kind: 'symmetric' }, introducers: [{ state: 'connected' }] })
  await reach.stop()
})

test('a check that nobody answers is over after ten seconds', async () => {
  home.state = 'mute'
  await startWith(home)
  let isOver = false
  const checking = reach.check().finally(() => (isOver = true))
  await world.clock.advance(9 * SECOND)
  expect(isOver).toBe(false)
  await world.clock.advance(2 * SECOND)
  expect((await checking).introducers).toMatchObject([{ state: 'connecting' }])
  home.state = 'up'
  await reach.stop()
})

test('no STUN server on this machine or in a private network is asked, or told to WebRTC, on the word of a stranger', async () => {
  const learnt = await world.introducer()
  const stun = ['127.0.0.1:3478', '192.168.1.1:3478', '5.5.5.2:3478']
  learnt.record = await signedRecord(learnt.signer, world.clock.nowMs(), { addresses: [learnt.address], stun })
  home.others = [learnt.record]
  await startWith(home)
  await world.clock.advance(MINUTE)
  expect(reach.connectivity().introducers.map(({ state }) => state)).toEqual(['connected', 'connected'])
  expect(reach.stunServers().toSorted()).toEqual(['stun:5.5.5.1:3478', 'stun:5.5.5.2:3478'])
  reach.changed('the network changed')
  await world.turns()
  expect(world.natAsked.at(-1)?.toSorted()).toEqual(['5.5.5.1:3478', '5.5.5.2:3478'])
  await reach.stop()
})

test('stopping ends a look at the NAT, and waits until it has', async () => {
  world.configured = [await world.link(home)]
  let ended = false
  reach = await world.reach({
    probeNat: async (_servers, _withinMs, signal) => {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      ended = true
      return world.nat
    },
  })
  await reach.start()
  await world.turns()
  await reach.stop()
  expect(ended).toBe(true)
})
