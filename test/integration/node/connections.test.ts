import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, describe, expect, test } from 'vitest'
import { race } from '../../../src/main/features/peers/race.ts'
import { noServices } from '../../../src/main/node/config.ts'
import type { Libp2pNode } from '../../../src/main/node/libp2p-node.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import type { ProtocolTerms } from '../../../src/main/platform/streams.ts'
import type { Attempt } from '../../../src/shared/model/reach.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { eventually } from '../../helpers/eventually.ts'
import { Middlebox } from '../../helpers/middlebox.ts'
import { anyPort, circuitTo, Closing, dialThrough, idOf, openNode, openRelay, reserveAt, streamsOf } from '../../helpers/relayed.ts'

const closing = new Closing()
afterEach(() => closing.all())

const soon = (): AbortSignal => AbortSignal.timeout(10_000)
const withWebRTC = { config: { listen: [anyPort], services: { ...noServices, webrtc: true } } }

const terms: ProtocolTerms = {
  protocol: '/latch/test/1.0.0',
  maxInboundStreams: 4,
  maxFrameBytes: 100,
  exchangeTimeoutMs: null,
  onRelay: true,
}

/** A way to a node that the test has in hand. */
async function wayTo(node: Libp2pNode): Promise<{ box: Middlebox; address: string }> {
  const { box, port } = await Middlebox.before(node.reach.tcpPorts()[0] ?? 0)
  closing.add(() => box.close())
  return { box, address: `/ip4/127.0.0.1/tcp/${port}` }
}

/** Two nodes with a circuit between them, dialled by the first. */
async function twoRelayed() {
  const relay = await openRelay(closing)
  const [a, b] = [await openNode(closing, withWebRTC), await openNode(closing, withWebRTC)]
  await a.network.dialOnly(relay.peerId, relay.address, soon())
  await reserveAt(b, relay)
  const circuit = await dialThrough(a, relay, b)
  return { relay, a, b, circuit, webrtc: circuitTo(b, relay).replace('/p2p-circuit/', '/p2p-circuit/webrtc/') }
}

const over = (node: Libp2pNode, transport: string) => node.network.connections().filter((one) => one.transport === transport)
const rtcOf = (node: Libp2pNode) => node.libp2p.getConnections().filter(({ remoteAddr }) => String(remoteAddr).includes('/webrtc'))

describe('a connection of WebRTC', () => {
  test('counts once it answered, at both ends, and takes the place of the circuit', async () => {
    const { a, b, circuit, webrtc } = await twoRelayed()
    const better: string[] = []
    for (const node of [a, b]) node.network.subscribe(({ event }) => event === 'better' && better.push(idOf(node)))
    // One in some ten dials of the library's is silent; the reach feature dials once more then, and so does this.
    const dial = (signal: AbortSignal): Promise<RemotePeer> => a.network.dialOnly(idOf(b), webrtc, signal)
    const direct = await dial(AbortSignal.timeout(4_000)).catch(() => dial(soon()))
    expect(direct).toMatchObject({ transport: 'webrtc', route: 'direct', circuit: null })
    await eventually('the other end', () => over(b, 'webrtc').length === 1)
    expect(better.toSorted()).toEqual([idOf(a), idOf(b)].toSorted())
    expect(a.network.isRetiring(circuit.connection)).toBe(true)
  })

  test('that goes nowhere is a ghost: it never counts, no stream is opened on it, and it is cut', async () => {
    const { a, b, webrtc } = await twoRelayed()
    const told: string[] = []
    b.network.subscribe((event) => event.event === 'connected' && told.push(event.peer.transport))
    const [atA, atB] = [streamsOf(a), streamsOf(b)]
    await atA.serve(terms, async (stream) => {
      const frame = await stream.read()
      if (frame !== null) await stream.write(frame)
    })
    // The dialler gives up once the other side waits for a path: that one is told by libp2p that it is connected.
    const giveUpInTheMiddle = async (): Promise<void> => {
      const giveUp = new AbortController()
      const dialling = a.libp2p.services.annex.components.transportManager.dial(multiaddr(webrtc), {
        signal: giveUp.signal,
        onProgress: ({ type }: { type: string }) => {
          if (type === 'webrtc:add-ice-candidate') giveUp.abort(new Error('a test'))
        },
      })
      await expect(dialling).rejects.toThrow()
    }
    const ghost = (): boolean => rtcOf(b).length > 0
    await eventually('a ghost', () => giveUpInTheMiddle().then(() => eventually('it', ghost, { withinMs: 500 }).catch(() => null)))
    expect(over(b, 'webrtc')).toEqual([])
    const stream = await atB.open(idOf(a), terms, soon())
    expect(stream.peer.transport).toBe('relay')
    await stream.write(Uint8Array.of(1))
    expect(await stream.read()).toEqual(Uint8Array.of(1))
    await eventually('the ghost to be cut', () => rtcOf(b).length === 0)
    expect(told).not.toContain('webrtc')
    expect(over(b, 'relay')).toHaveLength(1)
  }, 20_000)

  test('asks at each connection which STUN servers there are', async () => {
    let asked = 0
    const stun = (): string[] => {
      asked += 1
      return []
    }
    const relay = await openRelay(closing)
    const a = await openNode(closing, { ...withWebRTC, stun })
    const b = await openNode(closing, withWebRTC)
    await a.network.dialOnly(relay.peerId, relay.address, soon())
    await reserveAt(b, relay)
    expect(asked).toBe(0)
    await a.network.dialOnly(idOf(b), circuitTo(b, relay).replace('/p2p-circuit/', '/p2p-circuit/webrtc/'), soon())
    expect(asked).toBe(1)
  })
})

describe('of several addresses of a node', () => {
  test('the one that answers first is used, and nothing of the others is left', async () => {
    const [a, b] = [await openNode(closing), await openNode(closing)]
    const slow = await wayTo(b)
    slow.box.delayMs = 120
    const shut = '/ip4/127.0.0.1/tcp/9'
    const attempts: Attempt[] = []
    const addresses = [shut, slow.address, b.network.listening()[0]?.split('/p2p/')[0] ?? '']
    async function* source() {
      yield addresses
    }
    const won = await race(
      idOf(b),
      {
        clock: systemClock,
        here: { me: idOf(a), listening: a.network.listening(), connected: () => false, isChosen: () => false },
        dial: (address, signal) => a.network.dialOnly(idOf(b), address, signal),
        leave: (connection) => a.network.retire(connection),
        attempted: (attempt) => attempts.push(attempt),
        sources: () => [source()],
      },
      soon(),
    )
    expect(won.address).toContain(addresses[2])
    await eventually('all to be told', () => attempts.length === 3)
    expect(attempts.find(({ address }) => address === shut)?.outcome).toBe('failed')
    expect(attempts.find(({ address }) => address === slow.address)?.outcome).toMatch(/given-up|late/)
    const ids = (): string[] => a.network.connections().map(({ connection }) => connection)
    await eventually('one connection to be left', () => ids().length === 1 && b.network.connections().length === 1)
    expect(ids()).toEqual([won.connection])
  })

  test('an address of somebody else is none', async () => {
    const [a, b, c] = [await openNode(closing), await openNode(closing), await openNode(closing)]
    const elsewhere = c.network.listening()[0]?.split('/p2p/')[0] ?? ''
    await expect(a.network.dialOnly(idOf(b), elsewhere, soon())).rejects.toThrow()
    await expect(a.network.dialOnly(idOf(b), `${elsewhere}/p2p/${idOf(c)}`, soon())).rejects.toThrow(/another peer/)
    await expect(a.network.dialOnly(idOf(a), a.network.listening()[0] ?? '', soon())).rejects.toThrow(/dial self/)
    expect(a.network.connections()).toEqual([])
  })
})

test('a deadline for connecting says nothing to the connection that was made', async () => {
  const [a, b] = [await openNode(closing), await openNode(closing)]
  const connecting = new AbortController()
  await a.network.dialOnly(idOf(b), b.network.listening()[0] ?? '', connecting.signal)
  connecting.abort(new Error('its time is up'))
  expect(await a.network.ping(idOf(b), soon())).toBeGreaterThan(0)
  expect(a.network.connections()).toHaveLength(1)
})

describe('connections that are dead without a word', () => {
  test('are cut when they do not answer, and those that do stay', async () => {
    const [a, b, c] = [await openNode(closing), await openNode(closing), await openNode(closing)]
    const way = await wayTo(b)
    await a.network.dialOnly(idOf(b), way.address, soon())
    await a.network.dialOnly(idOf(c), c.network.listening()[0] ?? '', soon())
    const gone: string[] = []
    a.network.subscribe((event) => event.event === 'disconnected' && gone.push(event.peer.peerId))
    expect(await a.reach.weed(null, 1_000)).toBe(0)
    way.box.stalled = true
    expect(await a.reach.weed(idOf(c), 300)).toBe(0)
    expect(await a.reach.weed(null, 300)).toBe(1)
    await eventually('it to be told', () => gone.length > 0)
    expect(gone).toEqual([idOf(b)])
    expect(a.network.connections().map(({ peerId }) => peerId)).toEqual([idOf(c)])
  })

  test('are not taken for dead because they are asked too often', async () => {
    const [a, b] = [await openNode(closing), await openNode(closing)]
    await a.network.dialOnly(idOf(b), b.network.listening()[0] ?? '', soon())
    const cut = await Promise.all(Array.from({ length: 12 }, () => a.reach.weed(null, 2_000)))
    expect(cut.every((count) => count === 0)).toBe(true)
    expect(a.network.connections()).toHaveLength(1)
  })
})
