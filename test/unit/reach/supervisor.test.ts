import { beforeEach, expect, test } from 'vitest'
import type { ReachFeature } from '../../../src/main/features/reach/index.ts'
import { blindedTopic, epochOf } from '../../../src/main/protocols/introduction/index.ts'
import type { Introducer } from '../../../src/shared/model/reach.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { remote } from '../peers/fake-network.ts'
import { signedRecord, someSigner } from './signed.ts'
import { World, type FakeIntroducer } from './world.ts'

let world: World
let reach: ReachFeature

beforeEach(() => {
  world = new World()
})

/** Started with these in its configuration, and at rest. */
async function startWith(...introducers: readonly FakeIntroducer[]): Promise<void> {
  world.configured = await Promise.all(introducers.map((one) => world.link(one)))
  reach = await world.reach()
  await reach.start()
  await world.turns()
}

function seen({ peerId }: FakeIntroducer): Introducer {
  const one = reach.connectivity().introducers.find((introducer) => introducer.peerId === peerId)
  if (one === undefined) throw new Error('not known')
  return one
}

const stateOf = (one: FakeIntroducer): Introducer['state'] => seen(one).state
const placeOf = (one: FakeIntroducer): Introducer['reservation']['state'] => seen(one).reservation.state
async function shortly(what: string, probe: () => boolean): Promise<void> {
  const turn = async (): Promise<boolean> => {
    await world.clock.advance(0)
    return probe()
  }
  await eventually(what, turn, { withinMs: 5_000 })
}

test('an introducer is connected, kept, registered with and asked for a place', async () => {
  const home = await world.introducer({ rttMs: 12 })
  await startWith(home)
  expect(seen(home)).toMatchObject({
    state: 'connected',
    name: 'home',
    origin: 'configuration',
    rttMs: 12,
    reservation: { state: 'held', untilMs: world.clock.nowMs() + 2 * HOUR, limit: home.offer },
    registeredUntilMs: world.clock.nowMs() + HOUR,
    nextTryMs: null,
    lastError: null,
  })
  expect(world.kept).toEqual(new Set([home.peerId]))
  expect(home.attending.size).toBe(1)
  expect(reach.isIntroducer(home.peerId)).toBe(true)
  await reach.stop()
})

test('a registration tells where this device is, and its account under the names of today and tomorrow', async () => {
  const home = await world.introducer()
  world.network.addresses = ['/ip4/127.0.0.1/tcp/4001', '/ip4/192.168.1.7/tcp/4001', '/ip4/5.5.5.101/tcp/4001']
  await startWith(home)
  const [registration] = home.registrations
  const today = epochOf(world.clock.nowMs())
  expect(registration).toMatchObject({
    introducer: home.peerId,
    addresses: ['/ip4/5.5.5.101/tcp/4001', '/ip4/192.168.1.7/tcp/4001'],
    issuedMs: world.clock.nowMs(),
    topics: [today, today + 1].map((epoch) => blindedTopic(epoch, `k51${'q'.repeat(59)}`)),
  })
  await reach.stop()
})

test('of four, the three nearest are connected, and the two nearest of them give places', async () => {
  const all = await Promise.all([90, 10, 30, 20].map((rttMs) => world.introducer({ rttMs })))
  await startWith(...all)
  const [far, nearest, third, second] = all
  if (far === undefined || nearest === undefined || third === undefined || second === undefined) throw new Error()
  // At first nothing is known of any of them: three at random, then the fourth is measured when all is quiet.
  await world.clock.advance(3 * MINUTE)
  await shortly('the farthest is left', () => stateOf(far) === 'spare')
  expect([nearest, second, third].map(stateOf)).toEqual(['connected', 'connected', 'connected'])
  expect([nearest, second].map(placeOf)).toContain('held')
  await reach.stop()
})

test('two introducers, one dies: the other goes on, and the place moves to the third at once', async () => {
  const [first, second, third] = [
    await world.introducer({ rttMs: 1 }),
    await world.introducer({ rttMs: 2 }),
    await world.introducer({ rttMs: 3 }),
  ]
  await startWith(first, second, third)
  const holding = [first, second, third].filter((one) => placeOf(one) === 'held')
  const spare = [first, second, third].find((one) => placeOf(one) !== 'held')
  expect(holding).toHaveLength(2)
  const [dying, other] = holding
  if (dying === undefined || other === undefined || spare === undefined) throw new Error()
  await world.clock.advance(5 * MINUTE)
  const atMs = world.clock.monotonicMs()
  world.kill(dying)
  await world.turns()
  expect(stateOf(dying)).toBe('waiting')
  expect(seen(dying).lastError).toBe('The connection dropped.')
  expect(placeOf(other)).toBe('held')
  expect(placeOf(spare)).toBe('held')
  expect(world.clock.monotonicMs()).toBe(atMs)
  expect(world.kept.has(dying.peerId)).toBe(false)
  await reach.stop()
})

test('a dead introducer is tried within five seconds, then after growing waits, and used when it is back', async () => {
  const home = await world.introducer()
  await startWith(home)
  await world.clock.advance(5 * MINUTE)
  const diedMs = world.clock.monotonicMs()
  world.kill(home)
  await world.clock.advance(MINUTE)
  const waits = world.connects.filter(({ atMs }) => atMs >= diedMs).map(({ atMs }) => atMs - diedMs)
  // Chance is 0.5: 2.5 s of the first five, then three quarters of windows of 10, 20 and 40 s.
  expect(waits).toEqual([2_500, 10_000, 25_000, 55_000])
  expect(seen(home)).toMatchObject({ state: 'waiting', lastError: 'No answer at that address.' })
  expect(seen(home).nextTryMs).toBeGreaterThan(world.clock.nowMs())
  home.state = 'up'
  await world.clock.advance(2 * MINUTE)
  await shortly('connected again', () => placeOf(home) === 'held')
  expect(seen(home)).toMatchObject({ state: 'connected', lastError: null })
  await reach.stop()
})

test('one that drains is left for the next at once, told goodbye, and closed once the place is elsewhere', async () => {
  const [home, other] = [await world.introducer({ rttMs: 1 }), await world.introducer({ rttMs: 2 })]
  const spare = await world.introducer()
  await startWith(home, other)
  await reach.addIntroducer(await world.link(spare))
  await world.turns()
  home.drain(30 * SECOND)
  await world.turns()
  expect([other, spare].map(placeOf)).toEqual(['held', 'held'])
  expect(home.told).toContain('unregister')
  expect(stateOf(home)).toBe('waiting')
  expect(world.network.connections().some(({ peerId }) => peerId === home.peerId)).toBe(false)
  await reach.stop()
})

test('the only introducer is used until it goes, though it drains', async () => {
  const home = await world.introducer()
  await startWith(home)
  await world.clock.advance(2 * MINUTE)
  home.drain(30 * SECOND)
  await world.turns()
  expect(seen(home)).toMatchObject({ state: 'draining', lastError: 'It is about to stop.' })
  expect(placeOf(home)).toBe('held')
  expect(world.network.connections()).toHaveLength(1)
  world.kill(home)
  home.state = 'up'
  home.isDraining = false
  await world.clock.advance(6 * SECOND)
  await shortly('back', () => stateOf(home) === 'connected')
  await reach.stop()
})

test('one that drains and never goes is left when its time is over', async () => {
  const home = await world.introducer()
  await startWith(home)
  home.drain(30 * SECOND)
  await world.clock.advance(36 * SECOND)
  expect(stateOf(home)).toBe('waiting')
  await reach.stop()
})

test('one that says that it drains as soon as it is asked is not used', async () => {
  const home = await world.introducer({ isDraining: true })
  await startWith(home)
  expect(stateOf(home)).toBe('draining')
  expect(home.told).not.toContain('register')
  await reach.stop()
})

test('a place that is refused is asked for elsewhere, and there again later', async () => {
  const [full, other, third] = [
    await world.introducer({ rttMs: 1, refusesPlace: new Error('full') }),
    await world.introducer({ rttMs: 2 }),
    await world.introducer({ rttMs: 3 }),
  ]
  await startWith(full, other, third)
  expect([full, other, third].map(placeOf)).toEqual(['refused', 'held', 'held'])
  expect(stateOf(full)).toBe('connected')
  expect(seen(full).lastError).not.toBeNull()
  full.refusesPlace = null
  world.kill(third)
  await world.clock.advance(2 * MINUTE)
  await shortly('a place after all', () => placeOf(full) === 'held')
  await reach.stop()
})

test('an introducer that carries no circuits is registered with, and not asked for a place', async () => {
  const home = await world.introducer({ offer: null })
  await startWith(home)
  expect(seen(home)).toMatchObject({ state: 'connected', reservation: { state: 'none' } })
  expect(home.registrations).toHaveLength(1)
  expect(home.told).not.toContain('reserve')
  await reach.stop()
})

test('a place that is lost while the connection holds is asked for again', async () => {
  const home = await world.introducer()
  await startWith(home)
  world.network.losePlace(home.peerId)
  expect(placeOf(home)).toBe('none')
  await world.clock.advance(5 * SECOND)
  await shortly('held again', () => placeOf(home) === 'held')
  await reach.stop()
})

test('place and registration are renewed at two thirds of their lives', async () => {
  const home = await world.introducer()
  await startWith(home)
  await world.clock.advance(37 * MINUTE)
  expect(home.registrations).toHaveLength(1)
  await world.clock.advance(3 * MINUTE)
  await shortly('registered again', () => home.registrations.length === 2)
  expect(seen(home).registeredUntilMs).toBeGreaterThan(world.clock.nowMs() + 55 * MINUTE)
  const asked = home.told.filter((what) => what === 'reserve').length
  await world.clock.advance(HOUR)
  await shortly('the place renewed', () => home.told.filter((what) => what === 'reserve').length === asked + 1)
  expect(seen(home).reservation.untilMs).toBeGreaterThan(world.clock.nowMs() + HOUR)
  await reach.stop()
})

test('a renewal that fails leaves the place as it is, and is tried again before it ends', async () => {
  const home = await world.introducer()
  await startWith(home)
  home.refusesPlace = new Error('busy')
  await world.clock.advance(80 * MINUTE)
  await shortly('asked', () => home.told.filter((what) => what === 'reserve').length > 1)
  expect(placeOf(home)).toBe('held')
  home.refusesPlace = null
  await world.clock.advance(10 * MINUTE)
  await shortly('renewed', () => (seen(home).reservation.untilMs ?? 0) > world.clock.nowMs() + HOUR)
  await reach.stop()
})

test('the clock is set ahead by a day: nothing is renewed early, nothing dropped', async () => {
  const home = await world.introducer()
  await startWith(home)
  world.clock.jump(DAY)
  await world.clock.advance(10 * MINUTE)
  expect(home.registrations).toHaveLength(1)
  expect(stateOf(home)).toBe('connected')
  await reach.stop()
})

test('the clock is set back: the next registration is newer all the same, also after a restart', async () => {
  const home = await world.introducer()
  await startWith(home)
  const first = home.registrations[0]?.issuedMs ?? 0
  world.clock.jump(-HOUR)
  // The introducer's clock was not set back.
  home.skewMs = HOUR
  await reach.stop()
  world.network.drop(home.peerId)
  await startWith(home)
  await shortly('registered', () => home.registrations.length === 2)
  expect(home.registrations[1]?.issuedMs).toBeGreaterThan(first)
  home.skewMs = 0
  await reach.stop()
  world.network.drop(home.peerId)
  await startWith(home)
  await shortly('registered', () => home.registrations.length === 3)
  await reach.stop()
})

test('a device whose clock is a day behind registers by the clock of the introducer', async () => {
  const home = await world.introducer({ skewMs: DAY })
  await startWith(home)
  expect(home.registrations[0]?.issuedMs).toBe(world.clock.nowMs() + DAY)
  expect(seen(home).registeredUntilMs).toBe(world.clock.nowMs() + HOUR)
  expect(reach.report()).toContain('24 h ahead of ours')
  await reach.stop()
})

test('new addresses are told to all introducers, once for several changes', async () => {
  const [home, other] = [await world.introducer(), await world.introducer()]
  await startWith(home, other)
  for (const port of [1, 2, 3]) {
    world.network.addresses = [`/ip4/5.5.5.101/tcp/${port}`]
    world.network.tell({ event: 'listening-changed' })
  }
  await world.clock.advance(2 * SECOND)
  for (const one of [home, other]) {
    await shortly('told', () => one.registrations.length === 2)
    expect(one.registrations[1]?.addresses).toEqual(['/ip4/5.5.5.101/tcp/3'])
  }
  world.network.tell({ event: 'listening-changed' })
  await world.clock.advance(10 * SECOND)
  expect(home.registrations).toHaveLength(2)
  await reach.stop()
})

test('a refused registration is tried again after a minute and more, with the reason shown', async () => {
  const home = await world.introducer({ refuses: 'too-many' })
  await startWith(home)
  expect(seen(home)).toMatchObject({ state: 'connected', registeredUntilMs: null })
  expect(seen(home).lastError).toBe('It has no room for more devices now.')
  home.refuses = null
  await world.clock.advance(61 * SECOND)
  await shortly('registered', () => home.registrations.length === 1)
  await reach.stop()
})

test('an introducer that shows the record of another is not used', async () => {
  const home = await world.introducer({ record: await signedRecord(await someSigner(), world.clock.nowMs()) })
  await startWith(home)
  expect(seen(home)).toMatchObject({ state: 'waiting', lastError: 'It answered nonsense.' })
  expect(home.told).toEqual(['describe'])
  expect(world.network.connections()).toEqual([])
  expect(world.kept.size).toBe(0)
  await reach.stop()
})

test('an introducer that takes the connection and never answers is given up after 20 s', async () => {
  const [mute, learnt] = [await world.introducer({ state: 'mute' }), await world.introducer()]
  const home = await world.introducer({ others: [await signedRecord(learnt.signer, world.clock.nowMs())] })
  await startWith(mute, home)
  expect(stateOf(mute)).toBe('connecting')
  expect(stateOf(learnt)).toBe('spare')
  await world.clock.advance(20 * SECOND)
  expect(seen(mute)).toMatchObject({ state: 'waiting', lastError: 'No answer in time.' })
  // Fewer than two of the chosen are left: the learnt one is called in.
  await shortly('the spare is used', () => stateOf(learnt) === 'connected')
  expect(seen(learnt)).toMatchObject({ origin: 'learnt', vouchedBy: home.peerId })
  await reach.stop()
})

test('others that an introducer names are remembered, forged ones left out and counted', async () => {
  const [other, forger] = [await world.introducer(), await someSigner()]
  const forged = await signedRecord({ peerId: other.peerId, key: forger.key }, world.clock.nowMs())
  const home = await world.introducer({ others: [forged, await signedRecord(other.signer, world.clock.nowMs())] })
  await startWith(home)
  expect(seen(other)).toMatchObject({ origin: 'learnt', vouchedBy: home.peerId })
  expect(reach.report()).toContain('left out since the start: 1')
  await reach.stop()
})

test('a person switches one off and on again, and forgets it', async () => {
  const home = await world.introducer()
  reach = await world.reach()
  await reach.start()
  const added = await reach.addIntroducer(await world.link(home))
  expect(added).toMatchObject({ peerId: home.peerId, origin: 'person', enabled: true })
  await shortly('connected', () => placeOf(home) === 'held')
  const off = await reach.enableIntroducer(home.peerId, false)
  expect(off).toMatchObject({ state: 'off', reservation: { state: 'none' } })
  expect(reach.isIntroducer(home.peerId)).toBe(false)
  await shortly('closed', () => world.network.connections().length === 0)
  expect(home.told).toContain('unregister')
  await reach.enableIntroducer(home.peerId, true)
  await shortly('connected', () => stateOf(home) === 'connected')
  await reach.forgetIntroducer(home.peerId)
  expect(reach.connectivity().introducers).toEqual([])
  await shortly('closed', () => world.network.connections().length === 0)
  await reach.stop()
})

test('the connection with an introducer that is also a contact is not closed when it is left', async () => {
  const home = await world.introducer()
  await startWith(home)
  world.wanted.add(home.peerId)
  await reach.enableIntroducer(home.peerId, false)
  await world.turns()
  expect(world.network.connections()).toHaveLength(1)
  expect(world.kept.size).toBe(0)
  await reach.stop()
})

test('a connection that is there already is used, and not made anew', async () => {
  const home = await world.introducer()
  world.network.connect(remote(home.peerId, { route: 'direct', direction: 'inbound' }))
  await startWith(home)
  expect(stateOf(home)).toBe('connected')
  expect(world.connects).toEqual([])
  await reach.stop()
})

test('in another network the dead connections are cut, and made again without waiting', async () => {
  const home = await world.introducer()
  await startWith(home)
  await world.clock.advance(5 * MINUTE)
  world.network.dead = new Set(world.network.connections().map(({ connection }) => connection))
  const connects = world.connects.length
  const registered = home.registrations.length
  reach.changed('the network changed')
  await shortly('registered anew', () => home.registrations.length > registered)
  expect(world.network.weeded).toBe(1)
  expect(world.connects).toHaveLength(connects + 1)
  expect(world.connects.at(-1)?.atMs).toBe(world.clock.monotonicMs())
  expect(placeOf(home)).toBe('held')
  await reach.stop()
})

test('after a sleep whoever waits is tried at once', async () => {
  const home = await world.introducer({ state: 'down' })
  await startWith(home)
  await world.clock.advance(10 * MINUTE)
  expect(stateOf(home)).toBe('waiting')
  home.state = 'up'
  reach.changed('the machine slept')
  await shortly('connected', () => stateOf(home) === 'connected')
  await reach.stop()
})

test('stopping says goodbye where it is registered, and waits for nobody', async () => {
  const [home, mute] = [await world.introducer(), await world.introducer()]
  await startWith(home, mute)
  mute.state = 'mute'
  const stopped = reach.stop()
  await world.clock.advance(SECOND)
  await stopped
  expect(home.told).toContain('unregister')
  const told = home.told.length
  await world.clock.advance(2 * HOUR)
  expect(home.told).toHaveLength(told)
})

test('what happens to introducers is told to whoever watches', async () => {
  const home = await world.introducer()
  world.configured = [await world.link(home)]
  reach = await world.reach()
  const states: string[] = []
  const ending = new AbortController()
  const watching = (async () => {
    for await (const item of reach.watch(ending.signal)) {
      if (item.kind === 'event' && item.event.event === 'introducer-changed') {
        const { state, reservation } = item.event.introducer
        states.push(`${state} ${reservation.state}`)
      } else if (item.kind === 'event') states.push(item.event.event)
    }
  })()
  await world.clock.advance(0)
  await reach.start()
  await shortly('a place', () => states.includes('connected held'))
  const some = ['connecting none', 'connected none', 'connected asked', 'nat-changed']
  expect(states).toEqual(expect.arrayContaining(some))
  ending.abort()
  await watching
  await reach.stop()
})
