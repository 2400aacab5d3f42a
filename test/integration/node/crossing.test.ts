import { afterEach, describe, expect, test } from 'vitest'
import type { Libp2pNode } from '../../../src/main/node/libp2p-node.ts'
import type { PeerStreams, ProtocolTerms } from '../../../src/main/platform/streams.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { Closing, idOf, openNode, streamsOf } from '../../helpers/relayed.ts'

const closing = new Closing()
afterEach(() => closing.all())

const terms: ProtocolTerms = {
  protocol: '/latch/test/1.0.0',
  maxInboundStreams: 64,
  maxFrameBytes: 100_000,
  exchangeTimeoutMs: null,
  onRelay: true,
}
const soon = (): AbortSignal => AbortSignal.timeout(20_000)
const ROUNDS = 150
const many = { crowd: { maxArrivalsOfOne: 100_000 } }

interface End {
  readonly node: Libp2pNode
  readonly streams: PeerStreams
  readonly address: string
}

async function end(over: Parameters<typeof openNode>[1] = {}): Promise<End> {
  const node = await openNode(closing, { ...many, ...over })
  const streams = streamsOf(node)
  await streams.serve(terms, async (stream) => {
    for (let frame = await stream.read(); frame !== null; frame = await stream.read()) await stream.write(frame)
  })
  return { node, streams, address: node.network.listening()[0] ?? '' }
}

/** They know where the other is: whoever opens a stream may dial. */
async function introduced(over?: Parameters<typeof openNode>[1]): Promise<[End, End]> {
  const [a, b] = [await end(over), await end(over)]
  await a.node.network.addAddresses(idOf(b.node), [b.address])
  await b.node.network.addAddresses(idOf(a.node), [a.address])
  return [a, b]
}

/** Some frames there and back; gives the connection that they went over. */
async function talk(from: End, to: End, frames: number): Promise<string> {
  const stream = await from.streams.open(idOf(to.node), terms, soon())
  for (let n = 1; n <= frames; n++) {
    await stream.write(new Uint8Array(50_000).fill(n))
    expect((await stream.read(soon()))?.[0]).toBe(n)
  }
  await stream.end()
  expect(await stream.read(soon())).toBeNull()
  return stream.peer.connection
}

const connect = (from: End, to: End): Promise<unknown> => from.node.network.dialOnly(idOf(to.node), to.address, soon())
const between = (one: End): string[] => one.node.network.connections().map(({ connection }) => connection)

/** Small, of the same numbers each time: which of two comes first in a round. */
function* shuffled(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state
  }
}

describe('two that dial each other in the same moment', () => {
  test('again and again, lose no stream that either opens meanwhile', async () => {
    const seed = Number(process.env['LATCH_SEED'] ?? Math.trunc(Math.random() * 2 ** 32))
    const random = shuffled(seed)
    const [a, b] = await introduced()
    const failures: string[] = []
    let twins = 0
    const greetings: Promise<unknown>[] = []
    // As features do that greet whoever connects: the first connection is in use before the dial that made it is over.
    for (const [from, to] of [[a, b], [b, a]] as const) {
      from.node.network.subscribe(({ event }) => event === 'connected' && greetings.push(talk(from, to, 2)))
    }
    for (let round = 0; round < ROUNDS; round++) {
      const ways = [
        () => connect(a, b),
        () => connect(b, a),
        () => talk(a, b, 2),
        () => talk(b, a, 2),
        () => talk(a, b, 1),
        () => a.node.libp2p.dial(b.node.libp2p.peerId, { signal: soon() }),
      ].map((run) => ({ run, turn: random.next().value as number }))
      const started = ways.toSorted((one, other) => one.turn - other.turn).map(async ({ run, turn }) => {
        for (let turns = turn % 8; turns > 0; turns--) await new Promise(setImmediate)
        await run()
      })
      const ended = await Promise.allSettled(started)
      for (const outcome of [...ended, ...(await Promise.allSettled(greetings.splice(0)))]) {
        if (outcome.status === 'rejected') failures.push(`round ${round}: ${outcome.reason}`)
      }
      if (between(a).length > 1) twins += 1
      await Promise.all([a.node.network.hangUp(idOf(b.node)), b.node.network.hangUp(idOf(a.node))])
      await eventually('to be apart', () => [a, b].every(({ node }) => node.libp2p.getConnections().length === 0))
    }
    expect(failures, `seed ${seed}`).toEqual([])
    expect(twins, `seed ${seed}: else nothing crossed`).toBeGreaterThan(0)
  }, 120_000)

  test('open what is new on one connection, the same at both ends', async () => {
    const [a, b] = await introduced()
    await Promise.all([connect(a, b), connect(b, a)])
    await eventually('both', () => [a, b].every((one) => between(one).length === 2))
    const lower = idOf(a.node) < idOf(b.node) ? a : b
    for (const [from, to] of [[a, b], [b, a]] as const) {
      const id = await talk(from, to, 1)
      const used = from.node.libp2p.getConnections().find((one) => one.id === id)
      expect(used?.direction).toBe(from === lower ? 'outbound' : 'inbound')
      expect(between(from).filter((one) => from.node.network.isRetiring(one))).toHaveLength(1)
    }
  })
})

describe('the connection that work leaves', () => {
  test('stays while something of ours runs on it, and is closed after some seconds of nothing', async () => {
    const clock = new FakeClock()
    const [a, b] = await introduced({ clock })
    const [lower, higher] = idOf(a.node) < idOf(b.node) ? [a, b] : [b, a]
    await connect(higher, lower)
    const early = await higher.streams.open(idOf(lower.node), terms, soon())
    await early.write(Uint8Array.of(1))
    expect(await early.read(soon())).toEqual(Uint8Array.of(1))
    const gone: string[] = []
    higher.node.network.subscribe((event) => event.event === 'disconnected' && gone.push(event.peer.connection))
    await connect(lower, higher)
    await eventually('the other one', () => between(higher).length === 2 && between(lower).length === 2)
    await clock.advance(60_000)
    await early.write(Uint8Array.of(2))
    expect(await early.read(soon())).toEqual(Uint8Array.of(2))
    expect(gone).toEqual([])
    await early.end()
    expect(await early.read(soon())).toBeNull()
    const streamsOn = () => higher.node.libp2p.getConnections().flatMap(({ id, streams }) => (id === early.peer.connection ? streams : []))
    await eventually('its stream to be over', () => streamsOn().every(({ protocol }) => protocol !== terms.protocol))
    await clock.advance(1_000)
    expect(gone).toEqual([])
    await eventually('it to be closed', async () => {
      await clock.advance(1_000)
      return gone.length > 0
    })
    expect(gone).toEqual([early.peer.connection])
    await talk(higher, lower, 1)
    await talk(lower, higher, 1)
  })

  test('is used again where the other one is lost', async () => {
    const [a, b] = await introduced()
    await Promise.all([connect(a, b), connect(b, a)])
    await eventually('both', () => [a, b].every((one) => between(one).length === 2))
    const kept = a.node.libp2p.getConnections().find(({ id }) => !a.node.network.isRetiring(id))
    kept?.abort(new Error('a test'))
    await eventually('the other to be left', () => between(a).length === 1 && between(b).length === 1)
    expect([a, b].flatMap((one) => between(one).filter((id) => one.node.network.isRetiring(id)))).toEqual([])
    await talk(a, b, 1)
    await talk(b, a, 1)
  })
})
