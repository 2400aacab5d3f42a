import { afterEach, beforeEach, expect, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import type { FrameStream } from '../../../src/main/platform/streams.ts'
import { decodeReply, encodeReply, encodeRequest, type Reply } from '../../../src/main/protocols/names/messages.ts'
import { MAX_AT_ONCE, NAMES_TERMS, type Answer } from '../../../src/main/protocols/names/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { twoNodes, type TwoNodes } from '../../helpers/two-nodes.ts'
import { found, handlers, KEY, NET, OTHER, protocolOf, why } from './rigs.ts'

let pair: TwoNodes

beforeEach(async () => {
  pair = await twoNodes()
})

afterEach(() => pair.close())

const get = (id: number, key = KEY): Uint8Array => encodeRequest({ id, kind: 'get', network: NET, key })

async function raw(): Promise<FrameStream> {
  return pair.a.streams.open(pair.b.peerId, { ...NAMES_TERMS, maxFrameBytes: 64 * 1_024 })
}

async function hear(stream: FrameStream): Promise<Reply | null> {
  const frame = await stream.read()
  return frame === null ? null : decodeReply(frame)
}

test('what is no request is answered so under its number, costs its sender, and the next one is answered', async () => {
  await protocolOf(pair.b).serve(handlers({ get: () => found() }))
  const stream = await raw()
  for (const frame of [encode({ id: 7, kind: 'list' }), Uint8Array.of(255), encode({ id: 8, kind: 'get', network: NET }), get(9)]) {
    await stream.write(frame)
  }
  const replies = [await hear(stream), await hear(stream), await hear(stream), await hear(stream)]
  expect(replies.map((reply) => [reply?.id, reply?.status])).toEqual([[7, 'malformed'], [0, 'malformed'], [8, 'malformed'], [9, 'zone']])
  expect(pair.b.offences.map(({ peerId, points }) => [peerId, points])).toEqual(Array.from({ length: 3 }, () => [pair.a.peerId, 10]))
})

test('a frame that is too large is cut off at its header', async () => {
  await protocolOf(pair.b).serve(handlers())
  const stream = await raw()
  await stream.write(new Uint8Array(12 * 1_024 + 1)).catch(() => {})
  expect(await why(hear(stream))).toMatchObject({ name: 'StreamCutError' })
  expect(pair.b.offences).toMatchObject([{ points: 20 }])
})

test('one number for two requests ends the stream', async () => {
  await protocolOf(pair.b).serve(handlers({ get: () => new Promise<Answer>(() => {}) }))
  const stream = await raw()
  await stream.write(get(1))
  await stream.write(get(1))
  expect(await why(hear(stream))).toMatchObject({ name: 'StreamCutError' })
  expect(pair.b.offences).toMatchObject([{ why: 'names: one number for two requests', points: 10 }])
})

test('more at once than may be are told that it is busy, and those before them are answered', async () => {
  const answer = Promise.withResolvers<Answer>()
  await protocolOf(pair.b).serve(handlers({ get: () => answer.promise }))
  const stream = await raw()
  for (let id = 1; id <= MAX_AT_ONCE + 3; id++) await stream.write(get(id))
  const busy = [await hear(stream), await hear(stream), await hear(stream)]
  expect(busy).toEqual([65, 66, 67].map((id) => ({ id, status: 'busy' })))
  answer.resolve(found())
  expect(await hear(stream)).toEqual({ id: 1, ...found() })
})

test('who asks faster than 5,000 a second is not read from, and a request to hold counts for a hundred', async () => {
  const clock = new FakeClock()
  const served = { get: 0, put: 0 }
  await protocolOf(pair.b, clock).serve(
    handlers({
      get: () => ((served.get += 1), found()),
      put: () => ((served.put += 1), { status: 'held' }),
    }),
  )
  const stream = await raw()
  for (let id = 1; id <= 600; id++) await stream.write(get(id))
  for (let heard = 0; heard < 500; heard++) await hear(stream)
  expect(served.get).toBe(500)
  for (let turn = 0; served.get < 600 && turn < 1_000; turn++) await clock.advance(1)
  expect(served.get).toBe(600)
  const beforeMs = clock.monotonicMs()
  for (let id = 601; id <= 610; id++) await stream.write(encodeRequest({ id, kind: 'put', network: NET, zone: Uint8Array.of(1) }))
  for (let turn = 0; served.put < 10 && turn < 10_000; turn++) await clock.advance(1)
  expect(served.put).toBe(10)
  // At most five of them may have been saved up.
  expect(clock.monotonicMs() - beforeMs).toBeGreaterThanOrEqual(100)
})

test('one who takes no answers is not read from, and is dropped after ten seconds', async () => {
  const clock = new FakeClock()
  let served = 0
  const zone = new Uint8Array(10 * 1_024)
  await protocolOf(pair.b, clock).serve(handlers({ get: () => ((served += 1), { status: 'zone', key: KEY, zone }) }))
  const stream = await raw()
  const asking = (async () => {
    for (let id = 1; ; id++) await stream.write(get(id))
  })().catch((error: unknown) => error)
  // Its credit is used up by some fifty zones; what waits beyond that is bounded, and so is what is served.
  for (let turn = 0; turn < 400; turn++) await clock.advance(5)
  await eventually('it stands still', async () => {
    const before = served
    await clock.advance(20)
    return served === before
  })
  expect(served).toBeLessThan(250)
  await clock.advance(10_000)
  expect(await asking).toMatchObject({ name: 'StreamCutError' })
})

test('half a request waits for its other half, and holds up nobody else', async () => {
  await protocolOf(pair.b).serve(handlers({ get: () => found() }))
  const connection = pair.a.libp2p.getConnections()[0]
  const half = await connection?.newStream(NAMES_TERMS.protocol)
  half?.send(Uint8Array.of(0, 0, 0, 90, 1, 2, 3))
  const channel = await protocolOf(pair.a).open(pair.b.peerId)
  expect(await channel.ask(NET, KEY)).toEqual(found())
  half?.abort(new Error('enough'))
  expect(pair.b.offences).toEqual([])
})

test.each<[string, object | Uint8Array]>([
  ['nonsense', Uint8Array.of(255)],
  ['another kind of answer', { id: 1, status: 'held' }],
  ['a zone under another key', { id: 1, status: 'zone', key: new Uint8Array(32), zone: Uint8Array.of(1) }],
  ['an answer to nothing', { id: 2, status: 'busy' }],
  ['an answer to number 0', { id: 0, status: 'malformed' }],
])('a peer that answers with %s is not asked on, and everything that waits is told', async (_, reply) => {
  await pair.b.streams.serve(NAMES_TERMS, async (stream) => {
    await stream.read()
    await stream.write(reply instanceof Uint8Array ? reply : encode(reply))
    await stream.over
  })
  const channel = await protocolOf(pair.a).open(pair.b.peerId)
  expect(await why(channel.ask(NET, KEY))).toMatchObject({ name: 'NamesProtocolError' })
  expect(await channel.over).toMatchObject({ name: 'NamesProtocolError' })
})

test('a zone under a key that is not watched ends the channel', async () => {
  await pair.b.streams.serve(NAMES_TERMS, async (stream) => {
    await stream.read()
    await stream.write(encodeReply({ id: 1, status: 'watching' }))
    await stream.write(encodeReply({ id: 1, status: 'zone', key: OTHER, zone: Uint8Array.of(1) }))
    await stream.over
  })
  const channel = await protocolOf(pair.a).open(pair.b.peerId)
  const heard: string[] = []
  await channel.watch(NET, [KEY], (key) => heard.push(key)).catch(() => {})
  expect(await channel.over).toMatchObject({ message: 'a zone under a key that is not watched' })
  expect(heard).toEqual([])
})

test('what it calls malformed was our fault, and what waits beside it goes on', async () => {
  await pair.b.streams.serve(NAMES_TERMS, async (stream) => {
    await stream.read()
    await stream.read()
    await stream.write(encodeReply({ id: 1, status: 'malformed' }))
    await stream.write(encodeReply({ id: 2, status: 'busy' }))
    await stream.over
  })
  const channel = await protocolOf(pair.a).open(pair.b.peerId)
  const asked = [why(channel.ask(NET, KEY)), channel.ask(NET, OTHER)]
  expect(await asked[0]).toMatchObject({ name: 'NamesProtocolError' })
  expect(await asked[1]).toEqual({ status: 'busy' })
})
