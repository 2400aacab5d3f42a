import { afterEach, beforeEach, expect, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import type { FrameStream } from '../../../src/main/platform/streams.ts'
import { decodeReply, encodeReply, encodeRequest, type Reply } from '../../../src/main/protocols/names/messages.ts'
import { MAX_AT_ONCE, MAX_QUEUED, NAMES_TERMS, type Answer, type NamesChannel, type Push } from '../../../src/main/protocols/names/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { twoNodes, type TwoNodes } from '../../helpers/two-nodes.ts'
import { found, handlers, KEY, NET, nothing, OTHER, protocolOf, why, ZONE_BYTES } from './rigs.ts'

let pair: TwoNodes

beforeEach(async () => {
  pair = await twoNodes()
})

afterEach(() => pair.close())

const open = (clock?: FakeClock): Promise<NamesChannel> => protocolOf(pair.a, clock).open(pair.b.peerId)

/** `b` says whatever the test says, to whatever was asked. */
async function saying(answer: (stream: FrameStream, frame: Uint8Array) => Promise<void> | void): Promise<void> {
  await pair.b.streams.serve(NAMES_TERMS, async (stream) => {
    for (let frame = await stream.read(); frame !== null; frame = await stream.read()) await answer(stream, frame)
  })
}

/** A stream of `a` on which it says what it likes. */
async function raw(): Promise<{ say: (...values: (Uint8Array | object)[]) => Promise<void>; hear: () => Promise<Reply | null>; stream: FrameStream }> {
  const stream = await pair.a.streams.open(pair.b.peerId, { ...NAMES_TERMS, maxFrameBytes: 64 * 1_024 })
  return {
    stream,
    async say(...values) {
      for (const value of values) await stream.write(value instanceof Uint8Array ? value : encode(value))
    },
    async hear() {
      const frame = await stream.read()
      return frame === null ? null : decodeReply(frame)
    },
  }
}

test('a zone, or nearer devices, or a word: each question has its answer on the one stream', async () => {
  const closer = [{ peerId: pair.a.peerId, addresses: ['/ip4/127.0.0.1/tcp/1'] }]
  const seen: unknown[] = []
  await protocolOf(pair.b).serve(
    handlers({
      get: (peer, { network, key }) => {
        seen.push([peer.peerId, network])
        if (network !== NET) return { status: 'foreign' }
        return key === KEY ? found() : { status: 'none', closer }
      },
      put: (_, { zone }) => (zone.byteLength === 3 ? { status: 'held' } : { status: 'refused', why: 'older' }),
    }),
  )
  const channel = await open()
  expect(await channel.ask(NET, KEY)).toEqual(found())
  expect(await channel.ask(NET, OTHER)).toEqual({ status: 'none', closer })
  expect(await channel.ask(OTHER, KEY)).toEqual({ status: 'foreign' })
  expect(await channel.put(NET, ZONE_BYTES)).toEqual({ status: 'held' })
  expect(await channel.put(NET, new Uint8Array(10 * 1_024))).toEqual({ status: 'refused', why: 'older' })
  expect(seen).toEqual([[pair.a.peerId, NET], [pair.a.peerId, NET], [pair.a.peerId, OTHER]])
  expect(channel.busyWith).toBe(0)
})

test('what would be malformed is not sent, and harms nothing beside it', async () => {
  await protocolOf(pair.b).serve(handlers({ get: () => found() }))
  const channel = await open()
  const wrong = [
    channel.ask(NET, 'ab'),
    channel.put(NET, new Uint8Array(10 * 1_024 + 1)),
    channel.watch(NET, Array<string>(65).fill(KEY), () => {}),
    channel.watch(NET, [], () => {}),
  ]
  for (const refused of wrong) expect(await why(refused)).toBeInstanceOf(RangeError)
  expect(await channel.ask(NET, KEY)).toEqual(found())
  expect([channel.busyWith, pair.b.offences]).toEqual([0, []])
})

test('a question that is not answered holds up none of those after it, and answers come in whatever order', async () => {
  const slow = Promise.withResolvers<Answer>()
  await protocolOf(pair.b).serve(handlers({ get: (_, { key }) => (key === OTHER ? slow.promise : found(key)) }))
  const channel = await open()
  const first = channel.ask(NET, OTHER)
  const keys = Array.from({ length: 500 }, (_, at) => at.toString(16).padStart(64, '0'))
  const answers = await Promise.all(keys.map((key) => channel.ask(NET, key)))
  expect(answers).toEqual(keys.map((key) => found(key)))
  expect(channel.busyWith).toBe(1)
  slow.resolve(nothing)
  expect(await first).toEqual(nothing)
})

test('whoever gives up tells the other side, and what crosses it on the way harms nothing', async () => {
  const signals: AbortSignal[] = []
  await protocolOf(pair.b).serve(
    handlers({ get: (_, { key }, signal) => (key === KEY ? found() : (signals.push(signal), new Promise<Answer>(() => {}))) }),
  )
  const channel = await open()
  const reason = new Error('found elsewhere')
  const stop = new AbortController()
  const asked = why(channel.ask(NET, OTHER, stop.signal))
  await eventually('it was asked', () => signals.length === 1)
  stop.abort(reason)
  expect(await asked).toBe(reason)
  await eventually('it was cancelled there', () => signals[0]?.aborted)
  expect(await why(channel.ask(NET, KEY, AbortSignal.abort(reason)))).toBe(reason)
  expect(await channel.ask(NET, KEY)).toEqual(found())
  expect(channel.busyWith).toBe(0)
})

test('an answer that comes after its question was given up is passed over', async () => {
  let late: (() => Promise<void>) | null = null
  await saying(async (stream, frame) => {
    if (late === null) late = () => stream.write(encodeReply({ id: 1, ...found() }))
    else if (Buffer.from(frame).includes('get')) await stream.write(encodeReply({ id: 2, ...found() }))
    else await late()
  })
  const channel = await open()
  const stop = new AbortController()
  const asked = why(channel.ask(NET, KEY, stop.signal))
  await eventually('it was asked', () => late !== null)
  stop.abort(new Error('enough'))
  expect(await asked).toMatchObject({ message: 'enough' })
  expect(await channel.ask(NET, KEY)).toEqual(found())
})

test('no answer within five seconds is one that is late; the stream stays, and so does what waits beside it', async () => {
  const clock = new FakeClock()
  const heard: string[] = []
  await saying(async (stream, frame) => {
    const kind = Buffer.from(frame).includes('cancel') ? 'cancel' : 'get'
    heard.push(kind)
    if (kind === 'get' && heard.length > 1) await stream.write(encodeReply({ id: 2, status: 'busy' }))
  })
  const channel = await open(clock)
  const asked = why(channel.ask(NET, KEY))
  await eventually('it was asked', () => heard.length === 1)
  await clock.advance(5_000)
  expect(await asked).toMatchObject({ name: 'NamesLateError' })
  expect(await channel.ask(NET, KEY)).toEqual({ status: 'busy' })
  expect(heard).toEqual(['get', 'cancel', 'get'])
})

test('sixty-four are under way, the next wait their turn, and more than that are refused here', async () => {
  const waiting: PromiseWithResolvers<Answer>[] = []
  await protocolOf(pair.b).serve(
    handlers({
      get: () => {
        const answer = Promise.withResolvers<Answer>()
        waiting.push(answer)
        return answer.promise
      },
    }),
  )
  const channel = await open()
  const asked = Array.from({ length: MAX_AT_ONCE + MAX_QUEUED }, () => channel.ask(NET, KEY))
  expect(await why(channel.ask(NET, KEY))).toMatchObject({ name: 'NamesFullError' })
  await eventually('as many as may be are under way', () => waiting.length === MAX_AT_ONCE)
  expect(channel.busyWith).toBe(MAX_AT_ONCE + MAX_QUEUED)
  for (let done = 0; done < asked.length; done++) (await eventually('the next one', () => waiting[done])).resolve(found())
  expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set(['zone']))
})

test('a handler that takes too long is answered for, and told to stop', async () => {
  const clock = new FakeClock()
  const signals: AbortSignal[] = []
  await protocolOf(pair.b, clock).serve(handlers({ get: (_, __, signal) => (signals.push(signal), new Promise<Answer>(() => {})) }))
  const asked = (await open()).ask(NET, KEY)
  await eventually('it was asked', () => signals.length === 1)
  await clock.advance(5_000)
  expect(await asked).toEqual({ status: 'busy' })
  expect(signals[0]?.aborted).toBe(true)
})

test('a handler that fails is a defect of that side: the stream is dropped, and all that waited know', async () => {
  await protocolOf(pair.b).serve(handlers({ get: () => Promise.reject(new Error('a defect')) }))
  const channel = await open()
  expect(await why(channel.ask(NET, KEY))).toMatchObject({ name: 'StreamCutError' })
  expect(await channel.over).toMatchObject({ name: 'StreamCutError' })
  expect(pair.a.offences).toEqual([])
})

test('whoever watches is told of what is newer, and of nothing else, until they stop', async () => {
  let push: Push = () => {}
  const signals: AbortSignal[] = []
  await protocolOf(pair.b).serve(
    handlers({
      watch: (_, { network, keys }, pushing, signal) => {
        if (network !== NET) return 'foreign'
        push = pushing
        signals.push(signal)
        push(keys[0] ?? '', ZONE_BYTES)
        return 'watching'
      },
    }),
  )
  const channel = await open()
  const heard: unknown[] = []
  const watch = await channel.watch(NET, [KEY, OTHER], (key, zone) => heard.push([key, zone.byteLength]))
  if (watch.status !== 'watching') throw new Error(watch.status)
  push(OTHER, new Uint8Array(4))
  push(NET, new Uint8Array(5))
  await eventually('both came', () => heard.length === 2)
  expect(heard).toEqual([[KEY, 3], [OTHER, 4]])
  watch.stop()
  await eventually('it was stopped there', () => signals[0]?.aborted)
  expect(await channel.watch(OTHER, [KEY], () => {})).toEqual({ status: 'foreign' })
  expect([channel.busyWith, heard.length]).toEqual([0, 2])
})

test('a fifth watch is too many, and those that there are end with the stream', async () => {
  const signals: AbortSignal[] = []
  await protocolOf(pair.b).serve(handlers({ watch: (_, __, ___, signal) => (signals.push(signal), 'watching') }))
  const channel = await open()
  const answers = []
  for (let index = 0; index < 5; index++) answers.push((await channel.watch(NET, [KEY], () => {})).status)
  expect(answers).toEqual(['watching', 'watching', 'watching', 'watching', 'busy'])
  channel.close(new Error('enough'))
  await eventually('all ended', () => signals.every(({ aborted }) => aborted))
  expect(signals.length).toBe(4)
})

test('for one who takes nothing, one zone of each watched key waits, and no more', async () => {
  let push: Push = () => {}
  await protocolOf(pair.b).serve(handlers({ watch: (_, __, pushing) => ((push = pushing), 'watching') }))
  const { say, hear } = await raw()
  await say(encodeRequest({ id: 1, kind: 'watch', network: NET, keys: [KEY, OTHER] }))
  expect(await hear()).toEqual({ id: 1, status: 'watching' })
  for (let round = 1; round <= 2_000; round++) for (const key of [KEY, OTHER]) push(key, new Uint8Array(10_000).fill(round & 0xff))
  const last = new Map<string, number>()
  let frames = 0
  while (last.get(KEY) !== (2_000 & 0xff) || last.get(OTHER) !== (2_000 & 0xff)) {
    const reply = await hear()
    if (reply?.status !== 'zone') throw new Error('no zone')
    last.set(reply.key, reply.zone[0] ?? 0)
    frames += 1
  }
  expect(frames).toBeLessThan(400)
})

test('the guard refuses: every question is refused with its word', async () => {
  await pair.close()
  pair = await twoNodes({ guards: () => () => ({ verdict: 'refuse', code: 'denied', why: 'a rule' }) })
  await protocolOf(pair.b).serve(handlers())
  const channel = await open()
  expect(await why(channel.ask(NET, KEY))).toMatchObject({ name: 'RefusedError', code: 'denied' })
  expect(await why(channel.ask(NET, KEY))).toMatchObject({ name: 'RefusedError' })
})

test('an end is kept to: what was asked before it is answered', async () => {
  const slow = Promise.withResolvers<Answer>()
  await protocolOf(pair.b).serve(handlers({ get: () => slow.promise }))
  const { say, hear, stream } = await raw()
  await say(encodeRequest({ id: 1, kind: 'get', network: NET, key: KEY }))
  await stream.end()
  slow.resolve(found())
  expect(await hear()).toEqual({ id: 1, ...found() })
  expect(await hear()).toBe(null)
})

test('a connection that is cut ends all that is under way', async () => {
  await protocolOf(pair.b).serve(handlers({ get: () => new Promise<Answer>(() => {}) }))
  const channel = await open()
  const asked = [why(channel.ask(NET, KEY)), why(channel.ask(NET, OTHER))]
  await Promise.all(pair.b.libp2p.getConnections().map((connection) => connection.close()))
  expect(await Promise.all(asked)).toMatchObject([{ name: 'StreamCutError' }, { name: 'StreamCutError' }])
  expect(await why(channel.ask(NET, KEY))).toMatchObject({ name: 'StreamCutError' })
})
