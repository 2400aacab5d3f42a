import { generateKeyPair } from '@libp2p/crypto/keys'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PostId, RoomName } from '../../../src/shared/model/square.ts'
import { accountIdOf } from '../../../src/main/features/identity/index.ts'
import { SquareStore, type StoredPost } from '../../../src/main/features/square/store.ts'
import { Tracing } from '../../../src/main/features/square/tracing.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { createSquareProtocol, encodeRequest, SQUARE_TERMS, type SquareProtocol } from '../../../src/main/protocols/square/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { twoNodes, type TestNode, type TwoNodes } from '../../helpers/two-nodes.ts'
import { NETWORK } from '../../helpers/square-nodes.ts'

const ID = PostId.parse('ab'.repeat(32))
let pair: TwoNodes
let asking: SquareProtocol

beforeEach(async () => {
  pair = await twoNodes()
  asking = protocolOf(pair.a)
})

afterEach(() => pair.close())

function protocolOf({ streams, offences, peerId }: TestNode, clock = systemClock): SquareProtocol {
  const list = offences as { peerId: typeof peerId; why: string; points: number }[]
  return createSquareProtocol({ streams, clock, offence: (by, why, points) => void list.push({ peerId: by, why, points }) })
}

/** The square's side of `b`, with one message that came from `peer`. */
async function holding(peer: StoredPost['peer'], over: Partial<SquareProtocol> = {}): Promise<SquareStore> {
  const { publicKey } = await generateKeyPair('Ed25519')
  const store = new SquareStore(openMemoryDatabase())
  const author = accountIdOf(publicKey)
  const times = { sentMs: 1, receivedMs: 2 }
  store.add({ id: ID, network: NETWORK, room: RoomName.parse('lobby'), author, claimedName: '', text: 'x', ...times, mine: false, peer, hops: null })
  const protocol = { ...protocolOf(pair.b), ...over }
  const tracing = new Tracing({ protocol, store, clock: new FakeClock(), log: silentLog })
  await protocol.serve((from, request) => tracing.answer(from, request))
  return store
}

test('a device answers for what it has: 0 where it was written, one more than its own neighbour said, and no more', async () => {
  const store = await holding(pair.a.peerId, { trace: async () => ({ status: 'ok', hops: 4 }) })
  expect(await asking.trace(pair.b.peerId, ID, 0)).toEqual({ status: 'unknown' })
  expect(await asking.trace(pair.b.peerId, ID, 3)).toEqual({ status: 'ok', hops: 5 })
  expect(store.get(ID)?.hops).toBe(5)
  expect(await asking.trace(pair.b.peerId, ID, 0)).toEqual({ status: 'ok', hops: 5 })
  expect(await asking.trace(pair.b.peerId, PostId.parse('cd'.repeat(32)), 3)).toEqual({ status: 'unknown' })
})

test('a way that is longer than sixteen is no way', async () => {
  await holding(pair.a.peerId, { trace: async () => ({ status: 'ok', hops: 16 }) })
  expect(await asking.trace(pair.b.peerId, ID, 15)).toEqual({ status: 'unknown' })
})

test('whoever asks too often is told that it is busy here', async () => {
  await holding(null)
  const replies = []
  for (let index = 0; index < 11; index++) replies.push((await asking.trace(pair.b.peerId, ID, 1)).status)
  expect(replies).toEqual([...Array<string>(10).fill('ok'), 'busy'])
})

test('one question goes on for a message, however many ask', async () => {
  let asked = 0
  const answer = Promise.withResolvers<{ status: 'ok'; hops: number }>()
  await holding(pair.a.peerId, { trace: () => ((asked += 1), answer.promise) })
  const both = Promise.all([asking.trace(pair.b.peerId, ID, 2), asking.trace(pair.b.peerId, ID, 2)])
  await eventually('it was asked on', () => asked > 0)
  answer.resolve({ status: 'ok', hops: 0 })
  expect(await both).toEqual([{ status: 'ok', hops: 1 }, { status: 'ok', hops: 1 }])
  expect(asked).toBe(1)
})

test('what is no question costs its sender, and is answered so', async () => {
  await holding(null)
  const nonsense = [encode({ kind: 'trace' }), encode({ kind: 'trace', id: ID, depth: 17 }), Uint8Array.of(1, 2, 3)]
  for (const frame of nonsense) {
    const stream = await pair.a.streams.open(pair.b.peerId, SQUARE_TERMS)
    await stream.write(frame)
    await stream.end()
    expect(Buffer.from((await stream.read()) ?? []).toString()).toContain('malformed')
  }
  expect(pair.b.offences.map(({ peerId, points }) => [peerId, points])).toEqual(nonsense.map(() => [pair.a.peerId, 10]))
})

test('a question that is only half sent, or too large, gets no answer', async () => {
  await holding(null)
  const empty = await pair.a.streams.open(pair.b.peerId, SQUARE_TERMS)
  await empty.end()
  expect(Buffer.from((await empty.read()) ?? []).toString()).toContain('malformed')
  const large = await pair.a.streams.open(pair.b.peerId, { ...SQUARE_TERMS, maxFrameBytes: 4_096 })
  await large.write(new Uint8Array(1_000)).catch(() => {})
  await expect(large.read()).rejects.toThrow()
  expect(pair.b.offences).not.toEqual([])
})

test('one that never answers is given up after half a second for each step', async () => {
  const clock = new FakeClock()
  await pair.b.streams.serve(SQUARE_TERMS, async (stream) => void (await stream.over))
  const asked = protocolOf(pair.a, clock).trace(pair.b.peerId, ID, 3)
  const failed = asked.catch((error: unknown) => error)
  await clock.advance(1_999)
  await clock.advance(1)
  expect(await failed).toMatchObject({ name: 'DeadlineError' })
  expect(encodeRequest({ id: ID, depth: 3 }).byteLength).toBeLessThan(256)
})
