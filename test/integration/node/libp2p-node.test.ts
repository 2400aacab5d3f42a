import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import { afterEach, describe, expect, test } from 'vitest'
import { boundedHandshakes } from '../../../src/main/node/bounded.ts'
import { allServices, noServices } from '../../../src/main/node/config.ts'
import { createDht } from '../../../src/main/node/dht-room.ts'
import { createGossip } from '../../../src/main/node/gossip.ts'
import { Libp2pNode, type Libp2pNodeParts } from '../../../src/main/node/libp2p-node.ts'
import { libp2pServes } from '../../../src/main/node/page.ts'
import { HOP_PROTOCOL } from '../../../src/main/node/places.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { sweepStored } from '../../../src/main/features/peers/sweep.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'

const nodes: Libp2pNode[] = []
const servers: Server[] = []

afterEach(async () => {
  for (const node of nodes.splice(0)) await node.stop()
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

const anyPort = '/ip4/127.0.0.1/tcp/0'
const everything = [anyPort, '/ip4/127.0.0.1/tcp/0/ws', '/ip4/127.0.0.1/udp/0/webrtc-direct']
/** What reaches out of this machine stays off here. */
const onLoopback = { ...allServices, lan: false, upnp: false }

async function open(over: Partial<Libp2pNodeParts> = {}): Promise<Libp2pNode> {
  const deviceKey = over.deviceKey ?? (await generateKeyPair('Ed25519'))
  const me = PeerId.parse(peerIdFromPrivateKey(deviceKey).toString())
  const node = await Libp2pNode.create({
    config: { listen: [anyPort], services: noServices },
    deviceKey,
    databaseKey: new Uint8Array(32),
    datastore: new MemoryDatastore(),
    clock: systemClock,
    log: silentLog,
    version: '1.2.3',
    noiseCrypto: null,
    admits: () => true,
    mayDial: () => true,
    isExpected: () => false,
    subnetOf: () => null,
    overran: () => {},
    ports: new Map(),
    gossip: createGossip({ database: openMemoryDatabase(), clock: systemClock, log: silentLog, offence: () => {} }),
    dht: createDht({ database: openMemoryDatabase(), clock: systemClock, log: silentLog, offence: () => {}, me }),
    ...over,
  })
  nodes.push(node)
  await node.start()
  return node
}

const dial = (from: Libp2pNode, address: string | undefined) =>
  from.network.dial(address ?? '', AbortSignal.timeout(10_000))

test('no address leads into the file system of this machine, whoever names it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latch-test-'))
  const path = join(folder, 'agent.sock')
  let knocks = 0
  const server = createServer((socket) => {
    knocks += 1
    socket.destroy()
  })
  servers.push(server)
  server.listen(path)
  await once(server, 'listening')
  const node = await open()
  await node.joinRest()
  const other = PeerId.parse(peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString())
  const address = `/unix/${encodeURIComponent(path)}`
  const soon = () => AbortSignal.timeout(5_000)
  await expect(node.network.dialOnly(other, address, soon())).rejects.toThrow()
  await expect(node.network.dialOnly(other, `${address}/p2p/${other}/p2p-circuit`, soon())).rejects.toThrow()
  // As identify would remember what a peer says of itself.
  await node.network.addAddresses(other, [address])
  await expect(node.libp2p.dial(peerIdFromString(other), { signal: soon() })).rejects.toThrow()
  expect(knocks).toBe(0)
  await rm(folder, { recursive: true })
})

test('everything that libp2p serves when all is on is on the page, and the page holds nothing else', async () => {
  const node = await open({ config: { listen: everything, services: onLoopback } })
  await node.joinRest()
  // Circuits are carried by an introducer only.
  const served = libp2pServes.map(({ protocol }) => protocol).filter((protocol) => protocol !== HOP_PROTOCOL)
  expect(node.libp2p.getProtocols()).toEqual(served.toSorted())
  expect(node.warnings()).toEqual([])
})

test('a peer that a person disconnected is not dialled by the DHT either', async () => {
  const services = { ...noServices, dht: true }
  let isHeld = false
  let asked = 0
  const mayDial = (): boolean => {
    asked += isHeld ? 1 : 0
    return !isHeld
  }
  const one = await open({ mayDial, config: { listen: [anyPort], services } })
  const other = await open({ config: { listen: [anyPort], services } })
  await one.joinRest()
  await other.joinRest()
  const { peerId } = await dial(one, other.network.listening()[0])
  const isWanted = async (): Promise<boolean> => {
    const { tags } = await one.libp2p.peerStore.get(other.libp2p.peerId)
    return [...tags.keys()].some((tag) => tag.startsWith('keep-alive'))
  }
  await eventually('the DHT to want the other', isWanted)
  isHeld = true
  await one.network.hangUp(peerId)
  await eventually('libp2p to try again', () => asked > 0)
  expect(one.network.connections()).toEqual([])
  await expect(dial(one, other.network.listening()[0])).rejects.toThrow()
})

test('the DHT stores no provider records for anybody', async () => {
  const datastore = new MemoryDatastore()
  const services = { ...noServices, dht: true }
  const asked = await open({ datastore, config: { listen: [anyPort], services } })
  const asking = await open()
  await asked.joinRest()
  // ADD_PROVIDER: "I, at this address, have what is named so", in protobuf; every length fits one byte.
  const field = (tag: number, bytes: Uint8Array): Buffer => Buffer.from([tag, bytes.byteLength, ...bytes])
  const cid = Buffer.from([1, 0x55, 0x12, 32, ...new Uint8Array(32)])
  const address = Buffer.from([4, 192, 0, 2, 1, 6, 0, 1])
  const provider = Buffer.concat([field(10, asking.libp2p.peerId.toMultihash().bytes), field(18, address)])
  const message = Buffer.concat([Buffer.from([8, 2]), field(18, cid), field(74, provider)])
  await dial(asking, asked.network.listening()[0])
  const stream = await asking.libp2p.getConnections()[0]?.newStream('/latch/kad/1.0.0')
  stream?.send(Buffer.concat([Buffer.from([message.byteLength]), message]))
  await eventually('a reset', () => stream?.status === 'reset')
  const kept: string[] = []
  for await (const { key } of datastore.query({})) kept.push(key.toString())
  expect(kept.filter((name) => !name.startsWith('/peers/'))).toEqual([])
})

test('libp2p’s records of strangers are dropped beyond a bound, those of peers we know stay', async () => {
  const node = await open()
  const strangers = await Promise.all([open(), open(), open()])
  for (const stranger of strangers) {
    await dial(stranger, node.network.listening()[0])
    const { peerId } = stranger.libp2p
    await eventually('a record', () => node.libp2p.peerStore.has(peerId))
    await stranger.libp2p.hangUp(node.libp2p.peerId)
  }
  const known = strangers[1]?.libp2p.peerId.toString()
  expect(await sweepStored(node.network, (peerId) => peerId === known, 2)).toBeGreaterThanOrEqual(1)
  const left: string[] = []
  for await (const peerId of node.network.stored()) left.push(peerId)
  expect(left).toHaveLength(2)
  expect(left).toContain(known)
})

test('identify, ping and the like are answered at a rate', async () => {
  const overran: string[] = []
  const asked = await open({ overran: (peerId) => overran.push(peerId) })
  const asking = await open()
  await dial(asking, asked.network.listening()[0])
  for (let streams = 0; streams < 200 && overran.length === 0; streams += 1) {
    const stream = await asking.libp2p.getConnections()[0]?.newStream('/ipfs/ping/1.0.0')
    await stream?.close()
    await eventually('the stream to go', () => stream?.status !== 'open')
  }
  expect(overran).toContain(asking.libp2p.peerId.toString())
})

test('WebRTC makes no native connections without end for datagrams', async () => {
  const listening = ['/ip4/127.0.0.1/udp/0/webrtc-direct']
  const node = await open({ config: { listen: [anyPort, ...listening], services: { ...noServices, webrtc: true } } })
  await node.joinRest()
  const { upgrader } = node.libp2p.services.annex.components
  const bounded = boundedHandshakes(node.libp2p.services.annex.components).upgrader
  const signals = Array.from({ length: 40 }, () => bounded.createInboundAbortSignal(new AbortController().signal))
  expect(signals.filter(({ aborted }) => aborted)).toHaveLength(8)
  for (const signal of signals) signal.clear()
  expect(bounded.createInboundAbortSignal(new AbortController().signal).aborted).toBe(false)
  expect(upgrader.createInboundAbortSignal(new AbortController().signal).aborted).toBe(false)
})

test('what joins after the first connection is known to it and reachable through it', async () => {
  const one = await open({ config: { listen: [anyPort], services: onLoopback } })
  const other = await open({ config: { listen: everything, services: onLoopback } })
  await dial(one, other.network.listening()[0])
  await one.joinRest()
  await other.joinRest()
  const peerId = other.libp2p.peerId.toString() as PeerId
  const about = await eventually('the later protocols are known', async () => {
    const known = await one.network.about(peerId)
    const hasBoth = known.protocols.includes('/latch/kad/1.0.0') && known.addresses.some((one) => one.includes('/ws'))
    return hasBoth ? known : null
  })
  expect(about.agent).toBe('latch/1.2.3')
  const dht = one.libp2p.services.annex.components['dht'] as { routingTable: { size: number } }
  await eventually('it is in the routing table', () => dht.routingTable.size === 1)
})

test.each([
  ['WebSocket', '/ws', 'ws'],
  ['WebRTC-direct', '/webrtc-direct', 'webrtc-direct'],
])('a peer can be dialled over %s', async (_name, part, transport) => {
  const services = { ...noServices, webrtc: true }
  const one = await open({ config: { listen: [], services } })
  const other = await open({ config: { listen: everything, services } })
  await one.joinRest()
  await other.joinRest()
  const connected = await dial(one, other.network.listening().find((address) => address.includes(part)))
  expect(connected).toMatchObject({ transport, route: 'local' })
  expect(await one.network.ping(connected.peerId, AbortSignal.timeout(5_000))).toBeGreaterThan(0)
})

describe('a port', () => {
  test('that was free once is taken again', async () => {
    const ports = new Map<string, number>()
    const first = await open({ ports })
    const before = first.network.listening()[0]?.split('/p2p/')[0]
    await first.stop()
    const second = await open({ ports })
    expect(second.network.listening()[0]?.split('/p2p/')[0]).toBe(before)
  })

  test('that another program took meanwhile is replaced, and the new one remembered', async () => {
    const port = await taken()
    const ports = new Map([[anyPort, port]])
    const node = await open({ ports })
    expect(node.network.listening()).toHaveLength(1)
    expect(ports.get(anyPort)).not.toBe(port)
    expect(node.warnings()).toEqual([])
  })

  test('that a person named and another program has is said, and the node runs', async () => {
    const wish = `/ip4/127.0.0.1/tcp/${await taken()}`
    const node = await open({ config: { listen: [wish, anyPort], services: noServices } })
    expect(node.network.listening()).toHaveLength(1)
    expect(node.warnings()).toEqual([`Nothing listens at ${wish}: taken, or not allowed.`])
  })
})

test('a peer that the door does not admit is cut off before it can ask anything', async () => {
  const stranger = await open()
  const node = await open({ admits: (peerId) => peerId !== stranger.libp2p.peerId.toString() })
  await dial(stranger, node.network.listening()[0]).catch(() => {})
  await eventually('the stranger sees it closed', () => stranger.network.connections().length === 0)
  expect(node.network.connections()).toEqual([])
  const friend = await open()
  await dial(friend, node.network.listening()[0])
  await eventually('the friend is connected', () => node.network.connections().length === 1)
})

test('discovery on the local network can be switched while the node runs', async () => {
  const node = await open()
  await node.setLan(true)
  expect(node.tried()).toContain('Local network: announced there (mDNS).')
  await node.setLan(true)
  await node.setLan(false)
  expect(node.tried()).toContain('Local network: off; not announced there.')
  await node.setLan(true)
  expect(node.warnings()).toEqual([])
})

test('two on one local network find each other by themselves', async () => {
  const [one, other] = [await open(), await open()]
  const found = new Map<string, string[]>()
  one.network.subscribe((event) => event.event === 'found' && found.set(event.peerId, event.addresses))
  await one.setLan(true)
  await other.setLan(true)
  const addresses = await eventually('the other is found', () => found.get(other.libp2p.peerId.toString()))
  expect(addresses).toEqual(other.network.listening().map((address) => address.split('/p2p/')[0]))
})

test('a node that stops while the rest is still joining stops', async () => {
  const node = await open({ config: { listen: everything, services: onLoopback } })
  const joining = node.joinRest()
  await node.stop()
  await joining
  expect(node.libp2p.status).toBe('stopped')
})

test('a round trip is measured in parts of a millisecond, also many at once', async () => {
  const [one, other] = [await open(), await open()]
  const { peerId } = await dial(one, other.network.listening()[0])
  const rtts = await Promise.all(Array.from({ length: 2 }, () => one.network.ping(peerId, AbortSignal.timeout(5_000))))
  for (const rtt of rtts) expect(rtt).toBeGreaterThan(0)
  await one.network.hangUp(peerId)
  await expect(one.network.ping(peerId, AbortSignal.timeout(5_000))).rejects.toThrow('not connected')
})

async function taken(): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
