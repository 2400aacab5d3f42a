import { afterEach, expect, test } from 'vitest'
import { LatchError } from '../../../src/shared/errors.ts'
import { RefusedError, type FrameStream, type ProtocolTerms } from '../../../src/main/platform/streams.ts'
import { nodesOver, WAYS } from '../../helpers/raw-nodes.ts'
import { twoNodes, type TwoNodes } from '../../helpers/two-nodes.ts'

const TERMS: ProtocolTerms = { protocol: '/test/eager/1.0.0', maxInboundStreams: 2, maxFrameBytes: 1_000, exchangeTimeoutMs: null, onRelay: true, eager: true }
const HELLO = Uint8Array.of(1, 2, 3)

let open: TwoNodes[] = []
afterEach(async () => {
  for (const nodes of open.splice(0)) await nodes.close()
})

async function two(options: Parameters<typeof twoNodes>[0] = {}): Promise<TwoNodes> {
  const nodes = await twoNodes({ transport: 'tcp', ...options })
  open.push(nodes)
  return nodes
}

async function echo(stream: FrameStream): Promise<void> {
  for (let frame = await stream.read(); frame !== null; frame = await stream.read()) await stream.write(frame)
}

test.each(WAYS)('frames go to and fro over %s, the first of them before the protocol was agreed on', async (way) => {
  const nodes = await nodesOver(way)
  open.push(nodes)
  await nodes.b.streams.serve(TERMS, echo)
  const stream = await nodes.a.streams.open(nodes.b.peerId, TERMS)
  await stream.write(HELLO)
  expect(await stream.read()).toEqual(HELLO)
  for (let size = 1; size <= TERMS.maxFrameBytes; size *= 10) {
    const frame = new Uint8Array(size).fill(size)
    await stream.write(frame)
    expect(await stream.read()).toEqual(frame)
  }
  await stream.end()
  expect(await stream.read()).toBeNull()
  expect(await stream.over).toEqual({ how: 'ended' })
})

test('whoever does not serve it is heard of at the first read, and did nothing wrong', async () => {
  const { a, b } = await two()
  const stream = await a.streams.open(b.peerId, TERMS)
  await stream.write(HELLO)
  const refused = await stream.read().catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(RefusedError)
  expect(refused).toMatchObject({ code: 'version' })
  expect(await stream.over).toMatchObject({ how: 'cut' })
  expect(a.offences).toEqual([])
  expect(b.offences).toEqual([])
})

test('a guard refuses it as any other stream, aloud or in silence', async () => {
  for (const code of ['denied', 'silent'] as const) {
    const { a, b } = await two({ guards: () => () => ({ verdict: 'refuse', code, why: 'a test' }) })
    await b.streams.serve(TERMS, echo)
    const stream = await a.streams.open(b.peerId, TERMS)
    await stream.write(HELLO).catch(() => {})
    expect(await stream.read().catch((error: unknown) => error)).toMatchObject({ name: 'RefusedError', code })
  }
})

test('a frame that is too large is a fault of the side that sent it, also when it comes with the choice', async () => {
  const { a, b } = await two()
  await b.streams.serve(TERMS, echo)
  const stream = await a.streams.open(b.peerId, { ...TERMS, maxFrameBytes: 5_000 })
  await stream.write(new Uint8Array(2_000))
  expect(await stream.read().catch((error: unknown) => error)).toBeInstanceOf(Error)
  expect(b.offences.length).toBe(1)
})

test('nobody there is said when it is opened, as ever', async () => {
  const { a, b } = await two({ connected: false })
  await b.close()
  await expect(a.streams.open(b.peerId, TERMS)).rejects.toThrow(LatchError)
})
