import { afterEach, expect, test } from 'vitest'
import { delay, systemClock } from '../../../src/main/platform/clock.ts'
import { KiB, MiB, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { Closing } from '../../helpers/relayed.ts'
import { lighthouse, ship, type Lighthouse, type Ship } from './shore.ts'

/*
 * The reach feature over real libp2p on 127.0.0.1, with real introducers that carry real circuits.
 */

const closing = new Closing()
afterEach(() => closing.all())

const never = new AbortController().signal
const holdsPlace = (one: Ship, at: Lighthouse): boolean =>
  one.introducer(at)?.reservation.state === 'held' && one.introducer(at)?.registeredUntilMs != null

function hasPlace(one: Ship, at: Lighthouse, withinMs = 15 * SECOND): Promise<unknown> {
  return eventually('a place and a registration', () => holdsPlace(one, at), { withinMs })
}

/** Found through whichever introducer, and connected over a circuit. */
async function meet(one: Ship, other: Ship): Promise<void> {
  for await (const { addresses } of one.reach.locate([other.peerId], never)) {
    const circuit = addresses.find((address) => address.includes('/p2p-circuit'))
    if (circuit === undefined) continue
    await one.node.network.dialOnly(other.peerId, circuit, AbortSignal.timeout(10 * SECOND))
    return
  }
  throw new Error('not found')
}

test('a device takes a place at two introducers, and another finds it through either', async () => {
  const [east, west] = [await lighthouse(closing), await lighthouse(closing)]
  const ann = await ship(closing, [east, west])
  await hasPlace(ann, east)
  await hasPlace(ann, west)
  expect(ann.introducer(east)).toMatchObject({ name: 'Lighthouse', state: 'connected', lastError: null })
  const bea = await ship(closing, [west])
  await hasPlace(bea, west)
  // What it told first it tells again as soon as it has places: the way through the other introducer comes with it.
  await eventually('both ways', async () => {
    const found: string[] = []
    for await (const { addresses } of bea.reach.locate([ann.peerId], never)) found.push(...addresses)
    return [east, west].every(({ address, peerId }) => found.includes(`${address}/p2p/${peerId}/p2p-circuit`))
  })
  await meet(bea, ann)
  expect(bea.connections(ann.peerId)).toMatchObject([{ route: 'relayed', transport: 'relay' }])
})

test('an introducer dies and comes back: the other goes on, and the place is taken anew', async () => {
  const [east, west] = [await lighthouse(closing), await lighthouse(closing)]
  const ann = await ship(closing, [east, west])
  await hasPlace(ann, east)
  await hasPlace(ann, west)
  await east.kill()
  await eventually('noticed', () => ann.introducer(east)?.state === 'waiting')
  expect(holdsPlace(ann, west)).toBe(true)
  await lighthouse(closing, {}, { key: east.key, listen: east.address })
  await hasPlace(ann, east, 30 * SECOND)
})

test('an introducer drains: everybody goes to the next one, and it may stop', async () => {
  const [east, west] = [await lighthouse(closing), await lighthouse(closing)]
  const ann = await ship(closing, [east])
  await hasPlace(ann, east)
  await ann.reach.addIntroducer(await west.link())
  await hasPlace(ann, west)
  await east.introduction.drain(20 * SECOND)
  await eventually('gone from there', () => ann.connections(east.peerId).length === 0)
  expect(holdsPlace(ann, west)).toBe(true)
  expect(east.introduction.status().registrations).toBe(0)
})

test('a full introducer refuses the place, which is then taken at another', async () => {
  const [full, west] = [await lighthouse(closing, { reservations: 0 }), await lighthouse(closing)]
  const ann = await ship(closing, [full, west])
  await hasPlace(ann, west)
  await eventually('refused', () => ann.introducer(full)?.reservation.state === 'refused')
  expect(ann.introducer(full)).toMatchObject({ state: 'connected' })
  expect(ann.introducer(full)?.registeredUntilMs).not.toBeNull()
})

test('who met over a circuit is connected directly a moment later, where one side can be reached', async () => {
  const east = await lighthouse(closing)
  const ann = await ship(closing, [east])
  const bea = await ship(closing, [east])
  await hasPlace(ann, east)
  await hasPlace(bea, east)
  bea.wanted.add(ann.peerId)
  await meet(bea, ann)
  await eventually('a direct connection', () => bea.connections(ann.peerId).some(({ route }) => route === 'local'))
  const won = bea.reach.connectivity().attempts.find(({ outcome }) => outcome === 'won')
  expect(won).toMatchObject({ peerId: ann.peerId, transport: 'tcp', route: 'local' })
  await eventually('a round trip', () => bea.reach.report().includes('round trip'))
  expect(bea.reach.report()).toContain(`  ${ann.peerId}\n    Now: `)
})

test('two that nobody can dial are connected by WebRTC over their circuit', async () => {
  const east = await lighthouse(closing)
  const ann = await ship(closing, [east], { listen: ['/webrtc'], webrtc: true })
  const bea = await ship(closing, [east], { listen: ['/webrtc'], webrtc: true })
  await hasPlace(ann, east)
  await hasPlace(bea, east)
  bea.wanted.add(ann.peerId)
  await meet(bea, ann)
  const isDirect = (): boolean => bea.connections(ann.peerId).some(({ transport }) => transport === 'webrtc')
  await eventually('a connection by WebRTC', isDirect, { withinMs: 20 * SECOND })
  // On a busy machine a second dial was begun beside the first, and is told of after the one that won.
  const isWon = () => bea.reach.connectivity().attempts.some((one) => one.outcome === 'won' && one.transport === 'webrtc')
  await eventually('the try that won to be told', isWon)
})

test('before a circuit is cut the next is open, and what is sent goes on over it', async () => {
  const east = await lighthouse(closing, { strangers: { durationMs: null, dataBytes: 2 * MiB } })
  const ann = await ship(closing, [east], { listen: [] })
  const bea = await ship(closing, [east], { listen: [] })
  await hasPlace(ann, east)
  await hasPlace(bea, east)
  bea.wanted.add(ann.peerId)
  const terms = {
    protocol: '/test/bytes/1.0.0',
    maxInboundStreams: 8,
    maxFrameBytes: 64 * KiB,
    exchangeTimeoutMs: null,
    onRelay: true,
  }
  let received = 0
  await ann.streams.serve(terms, async (stream) => {
    for (let frame = await stream.read(); frame !== null; frame = await stream.read()) received += frame.byteLength
    await stream.write(Uint8Array.of(1))
  })
  await meet(bea, ann)
  const circuits = new Set(bea.connections(ann.peerId).map(({ connection }) => connection))
  // 6 MiB over a line of 6 MB/s, which is three circuits and more; each stream takes whichever circuit is best.
  for (let sent = 0; sent < 96; sent += 1) {
    await delay(systemClock, 10)
    const stream = await bea.streams.open(ann.peerId, terms)
    await stream.write(new Uint8Array(64 * KiB))
    await stream.end()
    expect(await stream.read()).not.toBeNull()
    for (const { connection } of bea.connections(ann.peerId)) circuits.add(connection)
    expect(bea.connections(ann.peerId).length).toBeLessThanOrEqual(2)
  }
  expect(received).toBe(6 * MiB)
  expect(circuits.size).toBeGreaterThanOrEqual(3)
  const won = bea.reach.connectivity().attempts.filter(({ outcome }) => outcome === 'won')
  expect(won.length).toBeGreaterThanOrEqual(2)
})
