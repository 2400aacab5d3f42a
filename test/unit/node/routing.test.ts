import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { placeOfPeer, placeOfZone, zoneKey } from '../../../src/main/features/names/index.ts'
import { createRouting, depthOf, TELL_EVERY_MS, walkOf, type ConnectedPeer, type RoutingParts } from '../../../src/main/node/routing.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { NameLabel, NetworkId } from '../../../src/shared/model/ledger.ts'
import type { Lookup, LookupStep } from '../../../src/shared/model/names.ts'
import { Routing } from '../../../src/shared/model/routing.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const NETWORK = { id: NetworkId.parse('bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'), tld: 'peer' }
const ACCOUNT = AccountId.parse(`k51${'q'.repeat(59)}`)
let ids: PeerId[] = []

beforeAll(async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, () => generateKeyPair('Ed25519')))
  ids = keys.map((key) => PeerId.parse(peerIdFromPrivateKey(key).toString()))
})

const id = (at: number): PeerId => {
  const one = ids[at]
  if (one === undefined) throw new RangeError(`${at}`)
  return one
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function room(over: Partial<{ known: PeerId[]; connected: ConnectedPeer[] }> = {}) {
  const clock = new FakeClock()
  const listeners = new Set<() => void>()
  const state = { known: over.known ?? [], connected: over.connected ?? [] }
  const listen = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const parts: RoutingParts = {
    clock,
    log: silentLog,
    me: id(0),
    dht: {
      known: () => state.known,
      mode: () => ({ mode: 'server', why: 'A test.' }),
      held: (kind) => (kind === 'latch-zone' ? 3 : 4),
      onChanged: listen,
    },
    peers: { connected: () => state.connected, accountOf: (peerId) => (peerId === id(1) ? ACCOUNT : null), onChanged: listen },
    network: () => NETWORK,
  }
  return { clock, state, listeners, routing: createRouting(parts), changed: () => listeners.forEach((one) => one()) }
}

const step = (over: Partial<LookupStep>): LookupStep => ({ atMs: 0, tookMs: 1, step: 'ask', peerId: null, outcome: 'found', why: '', hops: null, ...over })
const lookup = (fullName: string, steps: LookupStep[], outcome: Lookup['outcome'] = { outcome: 'nobody', why: 'A test.' }): Lookup => ({
  fullName,
  outcome,
  ledger: null,
  zone: null,
  connection: null,
  steps,
  tookMs: 12,
})

test('the table shows those of Kademlia, and those who are connected and speak our protocols, each at its place', () => {
  const { routing } = room({
    known: [id(1), id(0)],
    connected: [
      { peerId: id(1), rttMs: 4, protocols: ['/latch/kad/1.0.0'] },
      { peerId: id(2), rttMs: null, protocols: ['/latch/hello/1.0.0'] },
      { peerId: id(3), rttMs: null, protocols: ['/ipfs/id/1.0.0'] },
    ],
  })
  const table = routing.table()
  expect(Routing.parse(table)).toEqual(table)
  expect(table).toMatchObject({ mode: 'server', why: 'A test.', place: hex(placeOfPeer(id(0))), held: { zones: 3, deviceLists: 4 }, last: null })
  const of = (peerId: PeerId) => table.peers.find((peer) => peer.peerId === peerId)
  expect(table.peers).toHaveLength(2)
  expect(of(id(1))).toMatchObject({ account: ACCOUNT, connected: true, rttMs: 4, place: hex(placeOfPeer(id(1))), depth: depthOf(placeOfPeer(id(0)), placeOfPeer(id(1))) })
  expect(of(id(2))).toMatchObject({ account: null, connected: true, rttMs: null })
})

test('the way of a look-up is of those it asked, in their order, and leads to where the zone lies', () => {
  const { routing, clock } = room()
  clock.jump(5_000)
  const steps = [
    step({ step: 'ledger' }),
    step({ peerId: id(2), hops: 0, outcome: 'nothing', tookMs: 3 }),
    step({ peerId: id(1), hops: 2, outcome: 'found', tookMs: null }),
    step({ step: 'answer', peerId: id(3) }),
    step({ peerId: null }),
  ]
  routing.looked(lookup('www.alice.peer', steps))
  const place = placeOfZone(zoneKey(NETWORK.id, NameLabel.parse('alice')))
  expect(routing.table().last).toMatchObject({
    fullName: 'www.alice.peer',
    place: hex(place),
    depth: depthOf(placeOfPeer(id(0)), place),
    atMs: clock.nowMs() - 12,
    tookMs: 12,
    outcome: 'nobody',
    asked: [
      { peerId: id(2), hops: 0, outcome: 'nothing', tookMs: 3, place: hex(placeOfPeer(id(2))) },
      { peerId: id(1), hops: 2, outcome: 'found', tookMs: null },
    ],
  })
  expect(Routing.parse(routing.table())).toEqual(routing.table())
})

test('a look-up that asked nobody, or that was of no name, leaves the way of the one before', () => {
  const { routing } = room()
  routing.looked(lookup('alice.peer', [step({ peerId: id(1) })]))
  const before = routing.table().last
  routing.looked(lookup('bob.peer', [step({ step: 'cache' })]))
  routing.looked(lookup('??', [step({ peerId: id(1) })]))
  expect(routing.table().last).toEqual(before)
})

test('a way of ten thousand steps is cut off', () => {
  const at = { here: placeOfPeer(id(0)), network: NETWORK, nowMs: 1 }
  const walk = walkOf(lookup('alice.peer', Array.from({ length: 10_000 }, () => step({ peerId: id(1) }))), at)
  expect(walk?.asked).toHaveLength(200)
})

test('however often something changes, it is told four times a second at most, and the last state always', async () => {
  const { routing, clock, changed, state, listeners } = room()
  const told: Routing[] = []
  const controller = new AbortController()
  const reading = (async () => {
    for await (const item of routing.watch(controller.signal)) if (item.kind === 'event') told.push(item.event.routing)
  })()
  await clock.advance(0)
  for (let at = 0; at < 1_000; at += 1) {
    changed()
    await clock.advance(1)
  }
  state.known = [id(1)]
  changed()
  await clock.advance(TELL_EVERY_MS)
  expect(told.length).toBeLessThanOrEqual(6)
  expect(told.length).toBeGreaterThanOrEqual(4)
  expect(told.at(-1)?.peers.map(({ peerId }) => peerId)).toEqual([id(1)])
  routing.stop()
  expect(listeners.size).toBe(0)
  controller.abort()
  await reading
})

test('a depth is how many bits two places have in common', () => {
  const place = fc.uint8Array({ minLength: 32, maxLength: 32 })
  fc.assert(
    fc.property(place, place, (a, b) => {
      const bits = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
      const [one, two] = [bits(a), bits(b)]
      const first = Array.from(one).findIndex((bit, at) => bit !== two[at])
      expect(depthOf(a, b)).toBe(first === -1 ? 256 : first)
    }),
  )
})
