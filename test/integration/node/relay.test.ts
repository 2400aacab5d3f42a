import { createHash, randomBytes } from 'node:crypto'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { RELAY_V2_HOP_CODEC } from '@libp2p/circuit-relay-v2'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, describe, expect, test } from 'vitest'
import type { RelayParts } from '../../../src/main/node/relay.ts'
import { KiB, MiB, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import {
  allowed,
  connectTo,
  deadableWire,
  device,
  hop,
  type Judge,
  RESERVE,
  relayNode,
  type RelayNode,
  takesCircuits,
  through,
  TTL_MS,
  unlimited,
} from './relay-nodes.ts'

const toEnd: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end()
})

async function relayOf(judge?: Judge, over?: Partial<RelayParts>): Promise<RelayNode> {
  const node = await relayNode(judge, over)
  toEnd.push(async () => node.libp2p.stop())
  return node
}

async function deviceAt(at: string | null = null): Promise<Libp2p> {
  const made = await device(at)
  toEnd.push(async () => made.stop())
  return made
}

/** A relay, one who has a place there, and one who has not. */
async function three(judge?: Judge, over?: Partial<RelayParts>) {
  const relay = await relayOf(judge, over)
  const bob = await deviceAt(relay.address)
  const ana = await deviceAt()
  return { relay, bob, ana }
}

/** Two bare streams that the relay has made into one. */
async function circuit({ relay, bob, ana }: Awaited<ReturnType<typeof three>>) {
  const taken = Promise.withResolvers<Stream>()
  await takesCircuits(bob, taken.resolve)
  const connection = await ana.dial(multiaddr(relay.address))
  const { stream, status } = await hop(connection, connectTo(bob.peerId))
  expect(status).toBe(100)
  return { near: stream, far: await taken.promise }
}

function heardOn(stream: Stream) {
  const hash = createHash('sha256')
  const heard = { bytes: 0, ended: false, digest: () => hash.copy().digest('hex') }
  stream.addEventListener('message', ({ data }) => {
    heard.bytes += data.byteLength
    hash.update(data.subarray())
  })
  stream.addEventListener('remoteCloseWrite', () => (heard.ended = true))
  return heard
}

const statusOf = (connection: Connection) => () => connection.status !== 'open'

describe('a place', () => {
  test('has the limit that its peer is judged to get, told in seconds', async () => {
    const small = new Set<string>()
    const judge: Judge = (peerId) => (small.has(peerId) ? allowed(5 * MINUTE, 4 * MiB) : allowed(30 * MINUTE, 64 * MiB))
    const relay = await relayOf(judge)
    const [known, stranger, ana] = [await deviceAt(relay.address), await deviceAt(), await deviceAt()]
    small.add(stranger.peerId.toString())
    const { status } = await hop(await stranger.dial(multiaddr(relay.address)), RESERVE)
    expect(status).toBe(100)
    await eventually('two places', () => relay.relay.reservations() === 2)

    const toKnown = await ana.dial(through(relay, known))
    expect(toKnown.limits?.seconds).toBeGreaterThan(29 * 60)
    expect(toKnown.limits?.seconds).toBeLessThanOrEqual(30 * 60)
    expect(Number(toKnown.limits?.bytes)).toBeGreaterThan(63 * MiB)
    const toStranger = await ana.dial(through(relay, stranger))
    expect(toStranger.limits?.seconds).toBeLessThanOrEqual(5 * 60)
    expect(Number(toStranger.limits?.bytes)).toBeLessThanOrEqual(4 * MiB)
    // Both sides are told.
    const atStranger = await eventually('it to come', () => stranger.getConnections(ana.peerId)[0])
    expect(atStranger.limits?.seconds).toBeLessThanOrEqual(5 * 60)
  })

  test('without a limit makes connections that are none either', async () => {
    const { relay, bob, ana } = await three()
    expect((await ana.dial(through(relay, bob))).limits).toBeUndefined()
  })

  test('is refused to whom it is refused, and nothing of the asking stays', async () => {
    const held: number[] = []
    const relay = await relayOf((_, others) => {
      held.push(others.length)
      return held.length === 1 ? unlimited : { verdict: 'refuse', code: 'too-many', why: 'all places are taken' }
    })
    await deviceAt(relay.address)
    await eventually('a place', () => relay.relay.reservations() === 1)
    const second = await deviceAt()
    const connection = await second.dial(multiaddr(relay.address))
    for (let times = 0; times < 5; times += 1) {
      const { stream, status } = await hop(connection, RESERVE)
      expect(status).toBe(200)
      await stream.close()
    }
    expect(held).toEqual([0, 1, 1, 1, 1, 1])
    expect(relay.relay.reservations()).toBe(1)
    const hops = () => relay.libp2p.getConnections(second.peerId).flatMap(({ streams }) => streams)
    await eventually('no stream to be left', () => hops().every(({ protocol }) => protocol !== RELAY_V2_HOP_CODEC))
  })

  test('lasts as long as it is renewed, each time anew, and takes the newest limit', async () => {
    const limits = [MINUTE, 2 * MINUTE, 3 * MINUTE].map((durationMs) => allowed(durationMs, null))
    const relay = await relayOf(() => limits.shift() ?? unlimited)
    const bob = await deviceAt()
    const connection = await bob.dial(multiaddr(relay.address))
    for (let times = 0; times < 3; times += 1) {
      expect((await hop(connection, RESERVE)).status).toBe(100)
      await relay.clock.advance(TTL_MS - SECOND)
      expect(relay.relay.reservations()).toBe(1)
    }
    const toBob = await (await deviceAt()).dial(through(relay, bob))
    expect(toBob.limits?.seconds).toBeGreaterThan(2 * 60)
    // libp2p renews once more when it is dialled by way of a relay that it did not ask itself.
    await relay.clock.advance(TTL_MS)
    expect(relay.relay.reservations()).toBe(0)
  })

  test('is free half a minute after its peer left, unless they came back', async () => {
    const { relay, bob } = await three()
    await eventually('a place', () => relay.relay.reservations() === 1)
    const gone = async (): Promise<void> => {
      await bob.hangUp(relay.libp2p.peerId)
      await eventually('to be gone', () => relay.libp2p.getConnections(bob.peerId).length === 0)
    }
    await gone()
    await relay.clock.advance(29 * SECOND)
    expect(relay.relay.reservations()).toBe(1)
    await bob.dial(multiaddr(relay.address))
    await eventually('to be back', () => relay.libp2p.getConnections(bob.peerId).length === 1)
    await relay.clock.advance(5 * SECOND)
    expect(relay.relay.reservations()).toBe(1)
    await gone()
    await relay.clock.advance(30 * SECOND)
    expect(relay.relay.reservations()).toBe(0)
  })

  test('goes when its peer may not have one any more', async () => {
    const may = { verdict: 'allow', limit: { durationMs: null, dataBytes: null } } as const
    let verdict: ReturnType<Judge> = may
    const { relay, bob, ana } = await three(() => verdict)
    relay.relay.review()
    expect(relay.relay.reservations()).toBe(1)
    verdict = { verdict: 'refuse', code: 'denied', why: 'the rule has changed' }
    relay.relay.review()
    expect(relay.relay.reservations()).toBe(0)
    verdict = may
    const { status } = await hop(await ana.dial(multiaddr(relay.address)), connectTo(bob.peerId))
    expect(status).toBe(204)
  })

  test('that was given up takes nothing from the one that came after it', async () => {
    const relay = await relayOf()
    const bob = await deviceAt()
    await hop(await bob.dial(multiaddr(relay.address)), RESERVE)
    await bob.hangUp(relay.libp2p.peerId)
    await eventually('to be gone', () => relay.libp2p.getConnections(bob.peerId).length === 0)
    await relay.clock.advance(TTL_MS / 2)
    await hop(await bob.dial(multiaddr(relay.address)), RESERVE)
    await relay.clock.advance(TTL_MS / 2 + SECOND)
    expect(relay.relay.reservations()).toBe(1)
  })
})

describe('a circuit', () => {
  test('is counted while it lasts, with all that it carried', async () => {
    const nodes = await three()
    const { near, far } = await circuit(nodes)
    const { relay } = nodes.relay
    expect(relay.circuits()).toBe(1)
    const [atFar, atNear] = [heardOn(far), heardOn(near)]
    near.send(randomBytes(300 * KiB))
    far.send(randomBytes(200 * KiB))
    await eventually('all to arrive', () => atFar.bytes === 300 * KiB && atNear.bytes === 200 * KiB)
    expect(relay.relayedBytes()).toBe(500 * KiB)
    far.abort(new Error('enough'))
    await eventually('its end', () => relay.circuits() === 0)
    await eventually('the other end', () => near.status !== 'open')
    expect(relay.relayedBytes()).toBe(500 * KiB)
  })

  test('carries an end one way, and answers the other way after it', async () => {
    const { near, far } = await circuit(await three())
    const [atFar, atNear] = [heardOn(far), heardOn(near)]
    const sent = randomBytes(3 * MiB)
    near.send(sent)
    void near.close()
    await eventually('the end', () => atFar.ended)
    expect(atFar.digest()).toBe(createHash('sha256').update(sent).digest('hex'))
    far.send(randomBytes(10))
    await eventually('the answer', () => atNear.bytes === 10)
    await far.close()
    await eventually('both to be closed', () => near.status === 'closed' && far.status === 'closed')
  })

  test('hands everything on to a slow reader, and holds windows and no more meanwhile', async () => {
    const nodes = await three()
    const { near, far } = await circuit(nodes)
    far.pause()
    const atFar = heardOn(far)
    const sent = randomBytes(24 * MiB)
    near.send(sent)
    const { relay } = nodes.relay
    let before = -1
    await eventually('it to come to rest', () => before === (before = relay.relayedBytes()), { everyMs: 200 })
    // What went into the relay and not out of it: at most a window here, and one on either side.
    expect(relay.relayedBytes()).toBeLessThanOrEqual(3 * MiB)
    expect(near.writeBufferLength).toBeGreaterThan(18 * MiB)
    while (atFar.bytes < sent.byteLength) {
      far.resume()
      await eventually('some more', () => atFar.bytes >= sent.byteLength || far.readBufferLength === 0, { everyMs: 1 })
      if (atFar.bytes < sent.byteLength) far.pause()
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(atFar.digest()).toBe(createHash('sha256').update(sent).digest('hex'))
    expect(relay.circuits()).toBe(1)
  })

  test('that is never read from is cut after a minute', async () => {
    const nodes = await three()
    const { near, far } = await circuit(nodes)
    far.pause()
    near.send(randomBytes(8 * MiB))
    const { relay } = nodes.relay
    let before = -1
    await eventually('it to come to rest', () => before === (before = relay.relayedBytes()), { everyMs: 200 })
    await nodes.relay.clock.advance(MINUTE)
    await eventually('its end', () => relay.circuits() === 0 && near.status === 'reset')
  })

  test('ends when it has carried all that it may, for both sides, and another can be had', async () => {
    const nodes = await three(() => allowed(MINUTE, 512 * KiB))
    const { relay, ana, bob } = nodes
    const connection = await ana.dial(through(relay, bob))
    await bob.handle('/sink/1', (stream) => void heardOn(stream), { runOnLimitedConnection: true })
    const stream = await connection.newStream('/sink/1', { runOnLimitedConnection: true })
    stream.send(randomBytes(MiB))
    await eventually('the cut', statusOf(connection))
    expect(relay.relay.relayedBytes()).toBeLessThanOrEqual(512 * KiB)
    await eventually('the cut over there', () => bob.getConnections(ana.peerId).length === 0)
    expect(relay.relay.circuits()).toBe(0)
    expect((await ana.dial(through(relay, bob))).status).toBe('open')
  })

  test('ends when its time is over', async () => {
    const { relay, ana, bob } = await three(() => allowed(1_500, null))
    const connection = await ana.dial(through(relay, bob))
    expect(relay.relay.circuits()).toBe(1)
    await eventually('the cut', statusOf(connection))
    expect(relay.relay.circuits()).toBe(0)
    expect(relay.relay.reservations()).toBe(1)
  })

  test('leads over the newest connection, and older ones that are dead are cut', async () => {
    const relay = await relayOf()
    const wire = await deadableWire(relay.port)
    toEnd.push(() => wire.close())
    const bob = await deviceAt()
    const old = await bob.dial(multiaddr(`/ip4/127.0.0.1/tcp/${wire.port}/p2p/${relay.libp2p.peerId.toString()}`))
    expect((await hop(old, RESERVE)).status).toBe(100)
    wire.die()
    await bob.dial(multiaddr(relay.address), { force: true })
    await eventually('both', () => relay.libp2p.getConnections(bob.peerId).length === 2)
    const ana = await deviceAt()
    expect((await ana.dial(through(relay, bob))).status).toBe('open')
    // The round trip is on its way: its time is the relay's clock's.
    await eventually('the dead one to be cut', async () => {
      await relay.clock.advance(3 * SECOND)
      return relay.libp2p.getConnections(bob.peerId).length === 1
    })
    expect(relay.relay.reservations()).toBe(1)
    expect(relay.relay.circuits()).toBe(1)
  })

  test('is not made for those who are refused', async () => {
    const refusedOnes = new Set<string>()
    const { relay, bob, ana } = await three((peerId) =>
      refusedOnes.has(peerId) ? { verdict: 'refuse', code: 'denied', why: 'on the list' } : unlimited,
    )
    refusedOnes.add(ana.peerId.toString())
    const { status } = await hop(await ana.dial(multiaddr(relay.address)), connectTo(bob.peerId))
    expect(status).toBe(202)
    expect(relay.relay.circuits()).toBe(0)
  })

  test('is one of four between the same two at most, and others have theirs', async () => {
    const { relay, bob, ana } = await three()
    await takesCircuits(bob, () => {})
    const connection = await ana.dial(multiaddr(relay.address))
    const statuses: number[] = []
    for (let times = 0; times < 5; times += 1) statuses.push((await hop(connection, connectTo(bob.peerId))).status)
    expect(statuses).toEqual([100, 100, 100, 100, 203])
    expect(relay.refused).toEqual(['too-many: there are circuits between these two'])
    const other = await (await deviceAt()).dial(multiaddr(relay.address))
    expect((await hop(other, connectTo(bob.peerId))).status).toBe(100)
  })

  test('is one of four also where all are asked for at once', async () => {
    const { relay, bob, ana } = await three()
    await takesCircuits(bob, () => {})
    const connection = await ana.dial(multiaddr(relay.address))
    const asked = Array.from({ length: 10 }, async () => (await hop(connection, connectTo(bob.peerId))).status)
    const made = (await Promise.all(asked)).filter((status) => status === 100)
    expect(made).toHaveLength(4)
    expect(relay.relay.circuits()).toBe(4)
  })

  test('is one of half of all where they are to or from one subnet', async () => {
    const { relay, bob, ana } = await three(undefined, { subnetOf: () => 'one house', maxCircuits: 4 })
    await takesCircuits(bob, () => {})
    const connection = await ana.dial(multiaddr(relay.address))
    const statuses: number[] = []
    for (let times = 0; times < 3; times += 1) statuses.push((await hop(connection, connectTo(bob.peerId))).status)
    expect(statuses).toEqual([100, 100, 203])
    expect(relay.refused).toEqual(['too-many: one subnet has half of all circuits'])
  })

  test('that the dialler does not wait for leaves nothing behind', async () => {
    const { relay, bob, ana } = await three()
    const taken: Stream[] = []
    await takesCircuits(bob, (stream) => taken.push(stream))
    const connection = await ana.dial(multiaddr(relay.address))
    for (let times = 0; times < 20; times += 1) {
      const stream = await connection.newStream(RELAY_V2_HOP_CODEC)
      stream.send(connectTo(bob.peerId))
      stream.abort(new Error('changed my mind'))
    }
    await eventually('all to be closed', () => taken.every(({ status }) => status !== 'open'))
    await eventually('none to be counted', () => relay.relay.circuits() === 0)
  })
})

describe('the relay', () => {
  test('cuts whoever sends more than a request before there is a circuit', async () => {
    const relay = await relayOf()
    const connection = await (await deviceAt()).dial(multiaddr(relay.address))
    const stream = await connection.newStream(RELAY_V2_HOP_CODEC)
    // A message of 3 MiB is announced.
    stream.send(Uint8Array.from([0x80, 0x80, 0xc0, 0x01]))
    stream.send(randomBytes(3 * MiB))
    await eventually('the cut', () => stream.status === 'reset')
    expect((await hop(connection, RESERVE)).status).toBe(100)
  })

  test('answers garbage with an error, and goes on', async () => {
    const relay = await relayOf()
    const connection = await (await deviceAt()).dial(multiaddr(relay.address))
    for (const bytes of [[3, 255, 255, 255], [2, 8, 2], [0], [4, 8, 1, 0x12, 0]]) {
      const stream = await connection.newStream(RELAY_V2_HOP_CODEC)
      stream.send(Uint8Array.from(bytes))
      await eventually('an end', () => stream.status !== 'open' || stream.remoteWriteStatus === 'closed')
    }
    expect((await hop(connection, RESERVE)).status).toBe(100)
  })

  test('that could not start is started again', async () => {
    const relay = await relayOf()
    await relay.relay.stop()
    // Somebody else answers for it already.
    await relay.libp2p.handle(RELAY_V2_HOP_CODEC, (stream) => void stream.close())
    await expect(relay.relay.start()).rejects.toThrow()
    await relay.libp2p.unhandle(RELAY_V2_HOP_CODEC)
    await relay.relay.start()
    const [late, ana] = [await deviceAt(relay.address), await deviceAt()]
    expect((await ana.dial(through(relay, late))).status).toBe('open')
  })

  test('stops and starts at run time, and its circuits go with it', async () => {
    const { relay, bob, ana } = await three()
    const connection = await ana.dial(through(relay, bob))
    await relay.relay.stop()
    await eventually('the cut', statusOf(connection))
    expect([relay.relay.circuits(), relay.relay.reservations()]).toEqual([0, 0])
    expect(relay.libp2p.getProtocols()).not.toContain(RELAY_V2_HOP_CODEC)
    await relay.relay.start()
    const late = await deviceAt(relay.address)
    expect((await ana.dial(through(relay, late))).status).toBe('open')
    expect(relay.relay.circuits()).toBe(1)
  })
})
