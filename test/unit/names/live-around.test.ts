import { describe, expect, test } from 'vitest'
import { Lines } from '../../../src/main/features/names/lines.ts'
import { Around } from '../../../src/main/features/names/live/around.ts'
import { Meeting } from '../../../src/main/features/names/live/meeting.ts'
import { sourcesOf } from '../../../src/main/features/names/live/sources.ts'
import { dhtKeyOf, distanceOf, placeOfPeer } from '../../../src/main/features/names/near.ts'
import type { NamesPeers } from '../../../src/main/features/names/types.ts'
import type { NearPeer } from '../../../src/main/platform/dht.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { settled } from './live-world.ts'
import { alice, bob, NETWORK, peer, signed, START_MS } from './resolver-world.ts'

const ME = peer(39)

function street(over: Partial<NamesPeers> = {}) {
  const clock = new FakeClock(START_MS)
  const connected = new Set<PeerId>([peer(1), peer(2)])
  const dialled: [PeerId, readonly string[]][] = []
  const peers: NamesPeers = {
    connected: () => [...connected],
    known: () => [peer(2), peer(3), ME],
    addressesOf: (peerId) => (peerId === peer(4) ? [] : [`/ip4/192.0.2.1/tcp/${peerId.length}`, '/ip4/192.168.1.1/tcp/1']),
    mayTell: (_, address) => !address.includes('192.168'),
    devicesOf: (account) => (account === alice.account ? [peer(2), peer(5), ME] : account === bob.account ? [peer(1)] : []),
    connect: async (peerId, addresses) => void dialled.push([peerId, addresses]),
    connection: (peerId) => (connected.has(peerId) ? { peer: {} as never, rttMs: null } : null),
    ping: async () => 1,
    ...over,
  }
  const lines = new Lines({ protocol: { open: () => Promise.reject(new Error('nobody')) }, clock, log: silentLog, offence: () => {} })
  const around = new Around({ me: ME, peers, lines, clock })
  return { clock, connected, peers, around, lines, dialled }
}

describe('other devices', () => {
  test('are those connected, known and met, each once, and never this one', () => {
    const { around } = street()
    expect([...around.all()]).toEqual([peer(1), peer(2), peer(3)])
    expect([around.meet(peer(4), ['/a']), around.meet(peer(4), ['/b']), around.meet(peer(3), []), around.meet(ME, [])]).toEqual([true, false, false, false])
    expect([...around.all()]).toEqual([peer(1), peer(2), peer(3), peer(4)])
    expect(around.addressesOf(peer(4))).toEqual(['/b'])
  })

  test('are told to others with the addresses that these may know, and left out where there is none', () => {
    const told: PeerId[] = []
    const { around } = street({
      mayTell: (peerId, address, asker) => {
        told.push(peerId)
        return !address.includes('192.168') && (asker === peer(9) || peerId !== peer(3))
      },
    })
    around.meet(peer(4), ['/ip4/192.168.7.7/tcp/1'])
    const near = placeOfPeer(peer(1))
    const namedTo = (asker: PeerId): PeerId[] => around.neighbours(asker, near).map(({ peerId }) => peerId)
    expect(namedTo(peer(8)).toSorted()).toEqual([peer(1), peer(2)].toSorted())
    expect(namedTo(peer(9)).toSorted()).toEqual([peer(1), peer(2), peer(3)].toSorted())
    expect(namedTo(peer(9))[0]).toBe(peer(1))
    expect(namedTo(peer(1))).not.toContain(peer(1))
    expect(around.neighbours(peer(9), near).flatMap(({ addresses }) => addresses).some((address) => address.includes('192.168'))).toBe(false)
    expect(told).toContain(peer(4))
  })

  test('are eight at most, the nearest, and addresses of a few alone are read for them', async () => {
    let asked = 0
    let reads = 0
    const known = Array.from({ length: 36 }, (_, at) => peer(at + 1))
    const { around, clock } = street({
      known: () => ((asked += 1), known),
      mayTell: (peerId) => ((reads += 1), known.indexOf(peerId) % 2 === 0),
    })
    const near = placeOfPeer(peer(5))
    const place = (peerId: PeerId): Uint8Array => distanceOf(near, placeOfPeer(peerId))
    const expected = known.filter((_, at) => at % 2 === 0).toSorted((a, b) => Buffer.compare(place(a), place(b)))
    expect(around.neighbours(peer(39), near).map(({ peerId }) => peerId)).toEqual(expected.slice(0, 8))
    expect(reads).toBeLessThanOrEqual(2 * 32)
    around.neighbours(peer(38), near)
    expect(asked).toBe(1)
    await clock.advance(SECOND)
    around.neighbours(peer(38), near)
    expect(asked).toBe(2)
  })

  test('are dialled before a zone is handed to them, unless they are connected', async () => {
    const { around, dialled } = street()
    around.meet(peer(4), ['/met'])
    const { signal } = new AbortController()
    for (const peerId of [peer(1), peer(4)]) await around.put(peerId, '00', Uint8Array.of(1), signal).catch(() => {})
    await around.connect(peer(2), [], signal)
    expect(dialled).toEqual([[peer(4), ['/met']]])
  })

  test('are asked as devices of the owner, then as contacts, then as those around', () => {
    const { around, peers, lines } = street()
    const dht = { find: async function* () {} }
    const people = { contacts: () => [bob.account] }
    const sources = sourcesOf({ network: '00', me: ME, peers, people, around, lines, dht })
    expect([...sources.known(alice.account, 'ab')].map(({ peerId, role, connected, addresses }) => [peerId, role, connected, addresses.length])).toEqual([
      [peer(2), 'owner', true, 0],
      [peer(5), 'owner', false, 2],
      [peer(1), 'contact', true, 0],
      [peer(3), 'near', false, 2],
    ])
  })
})

async function walking(near: (signal: AbortSignal) => AsyncIterable<NearPeer>) {
  const clock = new FakeClock(START_MS, settled)
  const zone = await signed(alice, 'alice', 1)
  const met: PeerId[] = []
  const walks: Uint8Array[] = []
  let told = 0
  let changed = (): void => {}
  const meeting = new Meeting({
    network: NETWORK,
    dht: {
      closest(key, signal) {
        walks.push(key)
        return near(signal)
      },
      onChanged: (listener) => {
        changed = listener
        return () => (changed = () => {})
      },
    },
    store: { ownOnes: () => [{ ...zone, publication: null }] },
    around: { meet: (peerId) => met.push(peerId) > 0 },
    clock,
    log: silentLog,
    random: () => 0,
    met: () => (told += 1),
  })
  return { clock, meeting, met, walks, key: zone.key, told: () => told, changed: () => changed() }
}

describe('who lies near to one’s own names', () => {
  async function* two(): AsyncIterable<NearPeer> {
    yield { peerId: peer(1), addresses: [], hops: 1 }
    yield { peerId: peer(2), addresses: [], hops: 2 }
  }

  test('is met at the start, once an hour, and a minute after the table changed', async () => {
    const { clock, meeting, met, walks, key, told, changed } = await walking(two)
    meeting.start()
    await clock.advance(0)
    expect([met, told(), walks]).toEqual([[peer(1), peer(2)], 1, [dhtKeyOf(key)]])
    changed()
    changed()
    await clock.advance(MINUTE)
    expect(walks).toHaveLength(2)
    await clock.advance(HOUR)
    expect(walks).toHaveLength(3)
    await meeting.stop()
    changed()
    await clock.advance(2 * HOUR)
    expect(walks).toHaveLength(3)
  })

  test('is not waited for beyond half a minute, and stopping waits for nobody', async () => {
    async function* silent(): AsyncIterable<NearPeer> {
      yield { peerId: peer(1), addresses: [], hops: 1 }
      await new Promise(() => {})
    }
    const { clock, meeting, walks, key, told } = await walking(silent)
    meeting.walk(key)
    await clock.advance(0)
    expect(told()).toBe(0)
    await clock.advance(30 * SECOND)
    expect(told()).toBe(1)
    meeting.walk(key)
    await clock.advance(0)
    expect(walks).toHaveLength(2)
    await meeting.stop()
    expect(told()).toBe(1)
  })

  test('is of 64 at most, however many a liar names, and a walk that fails is none', async () => {
    async function* endless(): AsyncIterable<NearPeer> {
      for (let at = 0; ; at++) yield { peerId: peer(at % 30), addresses: [], hops: 1 }
    }
    const many = await walking(endless)
    many.meeting.walk(many.key)
    await many.clock.advance(0)
    expect(many.met).toHaveLength(64)
    await many.meeting.stop()
    const failing = await walking(() => {
      throw new Error('no DHT')
    })
    failing.meeting.walk(failing.key)
    await failing.clock.advance(0)
    expect([failing.met, failing.told()]).toEqual([[], 0])
    await failing.meeting.stop()
  })
})
