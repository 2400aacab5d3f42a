import { afterEach, beforeEach, expect, test } from 'vitest'
import { Holder } from '../../../src/main/features/names/holder.ts'
import { Lines } from '../../../src/main/features/names/lines.ts'
import { zoneKey } from '../../../src/main/features/names/near.ts'
import { Publisher } from '../../../src/main/features/names/publisher.ts'
import { nextZone, type SignedZone, signZone, ZONE } from '../../../src/main/features/names/zone.ts'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import { enterZones } from '../../../src/main/features/names/zone-gossip.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import type { Database } from '../../../src/main/platform/database.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import type { Topic } from '../../../src/main/platform/gossip.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { createNamesProtocol } from '../../../src/main/protocols/names/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import type { NameOnLedger } from '../../../src/shared/model/ledger.ts'
import { eventually } from '../../helpers/eventually.ts'
import { at, closeAll, type GossipNode, gossipNode, inLine, untilMeshed } from '../../helpers/gossip-nodes.ts'
import { ada, bob, NAME, NETWORK, RECORDS } from '../../unit/names/zone-parts.ts'

const KEY = zoneKey(NETWORK, NAME)
const TOPIC = `/latch/${NETWORK}/zones`

interface House {
  readonly node: GossipNode
  readonly store: ZoneStore
  readonly holder: Holder
  readonly lines: Lines
  readonly publisher: Publisher
  readonly topic: Topic
  readonly heard: SignedZone[]
}

let houses: House[]
let watches: Set<PeerId>

beforeEach(() => {
  houses = []
  watches = new Set()
})

afterEach(async () => {
  for (const { publisher, lines } of houses) {
    await publisher.stop()
    lines.close()
  }
  await closeAll(houses.map(({ node }) => node))
})

/** A node with all of names but the look-up: real streams, real gossip, its own store; the ledger says that ada has the name. */
async function house(database?: Database): Promise<House> {
  const node = await gossipNode(database === undefined ? {} : { database })
  const { peerId, streams, offence } = node
  const store = new ZoneStore(node.database, peerId)
  const heard: SignedZone[] = []
  const common = { network: NETWORK, store, clock: systemClock, log: silentLog }
  const connected = (): PeerId[] => node.libp2p.getPeers().map((one) => PeerId.parse(one.toString()))
  const holder = new Holder({
    ...common,
    me: peerId,
    ledger: { behind: () => null, name: (name) => ({ name, owner: ada.account, phase: 'living' }) as NameOnLedger },
    offence,
    neighbours: () => connected().map((one) => ({ peerId: one, addresses: [] })),
    isWatched: () => watches.has(peerId),
    heard: (zone) => void heard.push(zone),
  })
  const protocol = createNamesProtocol({ streams, clock: systemClock, offence })
  await protocol.serve(holder)
  const lines = new Lines({ protocol, clock: systemClock, log: silentLog, offence })
  const topic = enterZones({ gossip: node.gossip, network: NETWORK, holder })
  const publisher = new Publisher({
    ...common,
    holder,
    lines,
    account: ada.account,
    accountKey: ada.key,
    peers: connected,
    broadcast: (zone) => topic.publish(zone),
    random: Math.random,
    changed: () => {},
  })
  publisher.start()
  node.libp2p.addEventListener('peer:connect', () => publisher.noticed())
  const made = { node, store, holder, lines, publisher, topic, heard }
  houses.push(made)
  return made
}

/** Everybody connected with the first. */
async function star(count: number): Promise<House[]> {
  for (let made = 0; made < count; made++) await house()
  for (const { node } of houses.slice(1)) await node.libp2p.dial(at(houses, 0).node.libp2p.getMultiaddrs())
  return houses
}

async function zone(previous: SignedZone | null = null): Promise<SignedZone> {
  const draft = { network: NETWORK, name: NAME, owner: ada.account, records: RECORDS }
  const built = await signZone(nextZone(previous?.zone ?? null, draft, Date.now()), ada.key)
  if (built.outcome === 'refused') throw new Error(built.why)
  return built.signed
}

test('a zone is held by all who are around, each of whom gives it to who asks', async () => {
  const [owner, ...others] = await star(6)
  if (owner === undefined) throw new Error('nobody')
  const signed = await zone()
  expect(await owner.publisher.publish(signed)).toMatchObject({ held: 5, asked: 5 })
  for (const other of others) {
    expect(other.store.held(KEY)?.bytes).toEqual(signed.bytes)
    expect(await owner.lines.ask(other.node.peerId, owner.holder.id, KEY)).toMatchObject({ status: 'zone', zone: signed.bytes })
    expect(await other.lines.ask(owner.node.peerId, owner.holder.id, KEY)).toMatchObject({ status: 'zone', zone: signed.bytes })
  }
})

test('whoever connects later holds it too, without anybody asking for it', async () => {
  const [owner] = await star(3)
  if (owner === undefined) throw new Error('nobody')
  await owner.publisher.publish(await zone())
  const late = await house()
  await late.node.libp2p.dial(owner.node.libp2p.getMultiaddrs())
  await eventually('it is held there', () => late.store.held(KEY))
  expect(owner.store.own(KEY)?.publication).toMatchObject({ held: 3 })
})

test('the owner is away and half of the holders go: the others still give it; and after a restart from their stores', async () => {
  const [owner, ...others] = await star(7)
  if (owner === undefined) throw new Error('nobody')
  const signed = await zone()
  await owner.publisher.publish(signed)
  await owner.publisher.stop()
  await closeAll([owner.node, ...others.slice(0, 3).map(({ node }) => node)])
  const asker = await house()
  for (const { node } of others.slice(3)) {
    await asker.node.libp2p.dial(node.libp2p.getMultiaddrs())
    expect(await asker.lines.ask(node.peerId, asker.holder.id, KEY)).toMatchObject({ status: 'zone', zone: signed.bytes })
  }
  for (const before of others.slice(3)) {
    await before.publisher.stop()
    await closeAll([before.node])
    const again = await house(before.node.database)
    await asker.node.libp2p.dial(again.node.libp2p.getMultiaddrs())
    expect(await asker.lines.ask(again.node.peerId, asker.holder.id, KEY)).toMatchObject({ status: 'zone', zone: signed.bytes })
  }
})

test('a newer zone reaches who watches by a stream, and who watches beyond the neighbours by gossip', async () => {
  for (let made = 0; made < 4; made++) await house()
  await inLine(houses.map(({ node }) => node))
  await untilMeshed(houses.map(({ node }) => node), TOPIC)
  const [owner, near, , far] = houses
  if (owner === undefined || near === undefined || far === undefined) throw new Error('nobody')
  watches.add(far.node.peerId)
  const first = await zone()
  const pushed: Uint8Array[] = []
  const on = { heard: (_: string, bytes: Uint8Array) => void pushed.push(bytes), gone: () => {} }
  expect(await near.lines.watch(owner.node.peerId, owner.holder.id, [KEY], on)).toMatchObject({ status: 'watching' })
  await owner.publisher.publish(first)
  await eventually('it came to the end of the line', () => far.heard.length > 0)
  const second = await zone(first)
  await owner.publisher.publish(second)
  await eventually('the newer one came too', () => far.heard.length > 1)
  await eventually('and to who watches', () => pushed.length > 1)
  expect(far.heard.map(({ zone: { seq } }) => seq)).toEqual([first.zone.seq, second.zone.seq])
  expect(pushed).toEqual([first.bytes, second.bytes])
  // They neither hold it nor were asked to: the far end of the line is not connected with the owner.
  expect(far.store.held(KEY)).toBe(null)
})

test('a forged zone and one of another owner go no further than the first who sees them, and the forger pays', async () => {
  for (let made = 0; made < 3; made++) await house()
  await inLine(houses.map(({ node }) => node))
  await untilMeshed(houses.map(({ node }) => node), TOPIC)
  const [liar, honest, far] = houses
  if (liar === undefined || honest === undefined || far === undefined) throw new Error('nobody')
  watches.add(honest.node.peerId).add(far.node.peerId)
  const good = await zone()
  const forged = await seal(ZONE, encode({ v: 1, ...good.zone }), bob.key)
  const foreign = await signZone({ ...good.zone, owner: bob.account }, bob.key)
  if (foreign.outcome === 'refused') throw new Error(foreign.why)
  await liar.topic.publish(foreign.signed.bytes)
  await liar.topic.publish(forged)
  await eventually('it is seen', () => honest.node.offences.some(({ peerId }) => peerId === liar.node.peerId))
  expect(await liar.lines.put(honest.node.peerId, liar.holder.id, forged)).toEqual({ status: 'refused', why: 'forged' })
  expect(await liar.lines.put(honest.node.peerId, liar.holder.id, foreign.signed.bytes)).toEqual({ status: 'refused', why: 'not-owner' })
  // What is true comes after it on the same way, so that what is false would be there by now.
  await honest.publisher.publish(good)
  await eventually('the true one came', () => far.heard.length + far.store.size().zones > 0)
  expect([...honest.heard, ...far.heard].every(({ bytes }) => Buffer.from(bytes).equals(good.bytes))).toBe(true)
  expect(far.node.offences).toEqual([])
})
