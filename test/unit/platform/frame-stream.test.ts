import type { Stream } from '@libp2p/interface'
import { afterEach, describe, expect, it } from 'vitest'
import { KiB, MiB } from '../../../src/shared/units.ts'
import {
  bareFrame,
  INITIAL_CREDIT_BYTES,
  MAX_CREDIT_BYTES,
  payloadFrame,
  PIECE_COST_BYTES,
  refusalFrame,
} from '../../../src/main/platform/frame-codec.ts'
import { type Clock, systemClock } from '../../../src/main/platform/clock.ts'
import { type FrameStream, type ProtocolTerms, StreamCutError } from '../../../src/main/platform/streams.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { type TwoNodesOptions, twoNodes } from '../../helpers/two-nodes.ts'

type Pair = Awaited<ReturnType<typeof twoNodes>>

let nodes: Pair | undefined
afterEach(async () => {
  await nodes?.close()
  nodes = undefined
})

const PROTOCOL = '/test/frames/1.0.0'
const baseTerms: ProtocolTerms = {
  protocol: PROTOCOL,
  maxInboundStreams: 8,
  maxFrameBytes: 64 * KiB,
  exchangeTimeoutMs: null,
  onRelay: false,
}

/** `b` serves, and what it got is handed to the test, which holds the handler open until it is done. */
async function serving(terms: Partial<ProtocolTerms> = {}, options: TwoNodesOptions = {}) {
  const { a, b } = (nodes = await twoNodes(options))
  const all = { ...baseTerms, ...terms }
  const served: FrameStream[] = []
  await b.streams.serve(all, async (stream) => {
    served.push(stream)
    await stream.over
  })
  const asked = (): Promise<FrameStream> => eventually('a served stream', () => served[0])
  return { a, b, terms: all, asked, open: () => a.streams.open(b.peerId, all) }
}

/** Both ends of one stream. */
async function bothEnds(terms: Partial<ProtocolTerms> = {}, options: TwoNodesOptions = {}) {
  const { open, asked, ...rest } = await serving(terms, options)
  return { ...rest, asking: await open(), asked: await asked() }
}

/** The bare libp2p stream of a peer that does as it likes, and what Latch makes of it. */
async function badPeer(terms: Partial<ProtocolTerms> = {}, options: TwoNodesOptions = {}) {
  const { a, b, asked } = await serving(terms, options)
  const stream: Stream = await a.libp2p.dialProtocol(b.libp2p.peerId, PROTOCOL)
  stream.addEventListener('message', () => {})
  return { a, b, raw: stream, asked: await asked() }
}

const filled = (size: number, value = 1): Uint8Array => new Uint8Array(size).fill(value)
const many = (count: number, bytes: Uint8Array): Uint8Array => Buffer.concat(Array.from({ length: count }, () => bytes))

function openStreams(pair: Pair): number {
  const connections = [pair.a, pair.b].flatMap((node) => node.libp2p.getConnections())
  return connections.flatMap((connection) => connection.streams).filter((stream) => stream.protocol === PROTOCOL).length
}

describe('a frame stream', () => {
  it('carries frames of every size, whole and in order', async () => {
    const { asking, asked } = await bothEnds({ maxFrameBytes: 3 * MiB })
    const sizes = [1, 2, 4, 255, 256, 65_536, INITIAL_CREDIT_BYTES, MAX_CREDIT_BYTES + 1, 3 * MiB, 1]
    const writing = Promise.all(sizes.map((size, index) => asking.write(filled(size, index))))
    for (const [index, size] of sizes.entries()) {
      const frame = await asked.read()
      expect(frame?.byteLength).toBe(size)
      expect(frame?.every((byte) => byte === index)).toBe(true)
    }
    await writing
  })

  it('ends where the other side said so, and goes on the other way', async () => {
    const { asking, asked } = await bothEnds()
    await asking.write(filled(3))
    await asking.end()
    await asking.end()
    expect(await asked.read()).toEqual(filled(3))
    expect(await asked.read()).toBeNull()
    expect(await asked.read()).toBeNull()
    await asked.write(filled(5))
    expect(await asking.read()).toEqual(filled(5))
    await asked.end()
    expect(await asking.read()).toBeNull()
    expect(await asking.over).toEqual({ how: 'ended' })
    expect(await asked.over).toEqual({ how: 'ended' })
  })

  it('carries a large answer to whoever has said all', async () => {
    const { asking, asked } = await bothEnds({ maxFrameBytes: 4 * MiB })
    await asking.end()
    const writing = asked.write(filled(4 * MiB)).then(() => asked.end())
    expect((await asking.read())?.byteLength).toBe(4 * MiB)
    expect(await asking.read()).toBeNull()
    await writing
  })

  it('leaves no libp2p stream behind', async () => {
    const { asking, asked } = await bothEnds()
    await asking.end()
    await asked.end()
    await eventually('both streams to be gone', () => nodes !== undefined && openStreams(nodes) === 0)
  })

  it('leaves no timer behind', async () => {
    let waiting = 0
    const clock: Clock = {
      ...systemClock,
      after(delayMs, run) {
        waiting += 1
        let gone = false
        const leave = (): void => {
          waiting -= gone ? 0 : 1
          gone = true
        }
        const cancel = systemClock.after(delayMs, () => (leave(), run()))
        return () => (leave(), cancel())
      },
    }
    const { asking, asked } = await bothEnds({ exchangeTimeoutMs: 60_000 }, { clock })
    expect(waiting).toBeGreaterThan(0)
    await asking.end()
    await asked.end()
    await eventually('the timers to be cancelled', () => waiting === 0, { withinMs: 1_000 })
  })

  it('resets a stream whose other side said all and does not close it', async () => {
    const clock = new FakeClock()
    const { raw, asked } = await badPeer({}, { clock })
    raw.send(bareFrame('end', 0))
    await asked.end()
    expect(await asked.over).toEqual({ how: 'ended' })
    expect(raw.status).toBe('open')
    await clock.advance(5_000)
    await eventually('a reset', () => raw.status === 'reset')
  })

  it('refuses to write what is no frame, or after the end, and goes on', async () => {
    const { asking, asked } = await bothEnds()
    await expect(asking.write(filled(0))).rejects.toThrow(RangeError)
    await expect(asking.write(filled(64 * KiB + 1))).rejects.toThrow(/carries 1 to 65536/)
    await asking.write(filled(1))
    await asking.end()
    await expect(asking.write(filled(1))).rejects.toThrow('after the end')
    expect(await asked.read()).toEqual(filled(1))
    expect(await asked.read()).toBeNull()
  })

  it('takes one read at a time', async () => {
    const { asking, asked } = await bothEnds()
    const first = asked.read()
    await expect(asked.read()).rejects.toThrow('under way')
    await asking.write(filled(1))
    expect(await first).toEqual(filled(1))
  })

  it('gives up a read with its signal, and loses nothing', async () => {
    const { asking, asked } = await bothEnds()
    const controller = new AbortController()
    const reading = asked.read(controller.signal)
    controller.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
    await expect(asked.read(controller.signal)).rejects.toThrow('enough')
    await asking.write(filled(1))
    expect(await asked.read()).toEqual(filled(1))
  })
})

describe('back-pressure', () => {
  it('stops a writer whose reader does not read, and lets it go on with each read', async () => {
    const { asking, asked } = await bothEnds()
    const frameBytes = 16 * KiB
    const frames = 200
    let written = 0
    const writing = (async () => {
      for (; written < frames; written++) await asking.write(filled(frameBytes, written))
      await asking.end()
    })()
    await eventually('the writer to use up its credit', () => (written + 2) * frameBytes > INITIAL_CREDIT_BYTES)
    let read = 0
    let mostAhead = 0
    for (let frame = await asked.read(); frame !== null; frame = await asked.read()) {
      expect(frame[0]).toBe(read)
      read += 1
      mostAhead = Math.max(mostAhead, (written - read) * frameBytes)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await writing
    expect(read).toBe(frames)
    expect(mostAhead).toBeLessThanOrEqual(MAX_CREDIT_BYTES)
    expect(mostAhead).toBeGreaterThan(INITIAL_CREDIT_BYTES)
  })

  it('holds no more tiny frames than their cost allows', async () => {
    const { asking, asked } = await bothEnds()
    let written = 0
    const writing = (async () => {
      for (;;) {
        await asking.write(filled(1))
        written += 1
      }
    })().catch(() => {})
    const most = INITIAL_CREDIT_BYTES / (PIECE_COST_BYTES + 1)
    await eventually('the writer to use up its credit', () => written > most - 2)
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(written).toBeLessThanOrEqual(most)
    asked.abort(new Error('enough'))
    await writing
  })

  it('holds a write until the transport wants more', async () => {
    const { a, b } = (nodes = await twoNodes())
    const served = Promise.withResolvers<Stream>()
    await b.libp2p.handle(PROTOCOL, (stream) => {
      stream.addEventListener('message', () => {})
      stream.pause()
      stream.send(bareFrame('credit', 512 * KiB))
      served.resolve(stream)
    })
    const asking = await a.streams.open(b.peerId, { ...baseTerms, maxFrameBytes: 512 * KiB })
    const paused = await served.promise
    let written = false
    const writing = asking.write(filled(512 * KiB)).then(() => (written = true))
    await eventually('the window of the transport to fill', () => paused.readBufferLength > 200 * KiB)
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(written).toBe(false)
    paused.resume()
    await writing
  })

  it('does not let a write that nobody reads hold up the end of the stream', async () => {
    const { asking, asked } = await bothEnds({ maxFrameBytes: 2 * MiB })
    const writing = asking.write(filled(2 * MiB))
    asked.abort(new Error('no room'))
    await expect(writing).rejects.toThrow(StreamCutError)
  })

  it('gives up a write that has not begun with its signal, and loses nothing', async () => {
    const { asking, asked } = await bothEnds()
    for (let sent = 0; sent < 4; sent++) await asking.write(filled(63 * KiB, sent))
    await asking.write(filled(INITIAL_CREDIT_BYTES - 4 * 63 * KiB - 5 * PIECE_COST_BYTES, 4))
    const controller = new AbortController()
    const writing = asking.write(filled(1, 5), controller.signal)
    controller.abort(new Error('enough'))
    await expect(writing).rejects.toThrow('enough')
    const next = asking.write(filled(1, 6))
    const seen: unknown[] = []
    for (let read = 0; read < 6; read++) seen.push((await asked.read())?.[0])
    await next
    expect(seen).toEqual([0, 1, 2, 3, 4, 6])
  })

  it('cuts the stream when a write is given up in the middle of its frame', async () => {
    const { asking, asked } = await bothEnds({ maxFrameBytes: 2 * MiB })
    const controller = new AbortController()
    const writing = asking.write(filled(2 * MiB), controller.signal)
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort(new Error('enough'))
    await expect(writing).rejects.toThrow('enough')
    await expect(asked.read()).rejects.toThrow(StreamCutError)
  })
})

describe('a cut', () => {
  const half = payloadFrame('data', filled(10)).subarray(0, 7)
  const ways: [string, (raw: Stream, pair: { a: Pair['a'] }) => unknown][] = [
    ['a reset', (raw) => raw.abort(new Error('gone'))],
    ['a close without an end', (raw) => raw.close()],
    ['a lost connection', (_, { a }) => a.libp2p.getConnections()[0]?.abort(new Error('lost'))],
    ['a node that stops', (_, { a }) => a.libp2p.stop()],
  ]

  it.each(ways)('by %s between frames gives the frames that came whole, then fails', async (_, cut) => {
    const { raw, asked, ...pair } = await badPeer()
    raw.send(payloadFrame('data', filled(10)))
    await eventually('the frame to be under way', () => raw.writeBufferLength === 0)
    await cut(raw, pair)
    expect(await asked.over).toMatchObject({ how: 'cut' })
    expect(await asked.read()).toEqual(filled(10))
    await expect(asked.read()).rejects.toThrow(StreamCutError)
    await expect(asked.read()).rejects.toThrow(StreamCutError)
  })

  it.each(ways)('by %s in the middle of a frame is no end', async (_, cut) => {
    const { raw, asked, ...pair } = await badPeer()
    raw.send(half)
    const reading = asked.read()
    await eventually('the half to be under way', () => raw.writeBufferLength === 0)
    await cut(raw, pair)
    await expect(reading).rejects.toThrow(StreamCutError)
    expect(await asked.over).toMatchObject({ how: 'cut' })
  })

  it('is seen when it came before anybody looked', async () => {
    const { a, b } = (nodes = await twoNodes())
    await b.libp2p.handle(PROTOCOL, async (stream) => stream.close())
    const asking = await a.streams.open(b.peerId, baseTerms)
    await expect(asking.read()).rejects.toThrow(StreamCutError)
  })

  it('fails the writes that wait', async () => {
    const { a, asking } = await bothEnds({ maxFrameBytes: 2 * MiB })
    const writes = [asking.write(filled(2 * MiB)), asking.write(filled(1)), asking.end()]
    a.libp2p.getConnections()[0]?.abort(new Error('lost'))
    for (const write of writes) await expect(write).rejects.toThrow(StreamCutError)
    await expect(asking.write(filled(1))).rejects.toThrow()
  })

  it('by an abort here says why here, and not there', async () => {
    const { asking, asked } = await bothEnds()
    await asking.write(filled(1))
    const why = new Error('a secret of ours')
    asked.abort(why)
    asked.abort(new Error('again'))
    await expect(asked.read()).rejects.toMatchObject({ name: 'StreamCutError', cause: why })
    expect(await asked.over).toEqual({ how: 'cut', why })
    const there = await asking.read().catch((error: unknown) => error)
    expect(there).toBeInstanceOf(StreamCutError)
    expect(String(there)).not.toContain('secret')
  })

  it('comes at the deadline of the exchange, and not after it is over', async () => {
    const clock = new FakeClock()
    const { asking, asked } = await bothEnds({ exchangeTimeoutMs: 10_000 }, { clock })
    await clock.advance(9_999)
    await asking.write(filled(1))
    expect(await asked.read()).toEqual(filled(1))
    await clock.advance(1)
    expect(await asked.over).toMatchObject({ how: 'cut', why: { name: 'DeadlineError' } })
    await expect(asking.read()).rejects.toThrow(StreamCutError)
  })
})

describe('a peer that breaks the rules', () => {
  const faults: [string, Uint8Array, RegExp][] = [
    ['a length one too large', Uint8Array.of(0, 1, 0, 1), /65537 bytes/],
    ['the largest length', Uint8Array.of(0, 255, 255, 255), /16777215 bytes/],
    ['an empty frame', Uint8Array.of(0, 0, 0, 0), /empty/],
    ['an unknown kind', Uint8Array.of(9, 0, 0, 1), /unknown kind/],
    ['an end with a length', Uint8Array.of(2, 0, 0, 1), /end with a length/],
    ['a credit of nothing', bareFrame('credit', 0), /credit of nothing/],
    ['more credit than there may be', bareFrame('credit', MAX_CREDIT_BYTES), /credit for more/],
    ['a frame after the end', Buffer.concat([bareFrame('end', 0), payloadFrame('data', filled(1))]), /after the end/],
    ['a second end', Buffer.concat([bareFrame('end', 0), bareFrame('end', 0)]), /second end/],
    ['a refusal, though it asked', refusalFrame('denied'), /from the side that asked/],
    ['more than was granted', many(5, payloadFrame('data', filled(64 * KiB))), /more than was granted/],
    ['many tiny frames', many(10_000, payloadFrame('data', filled(1))), /more than was granted/],
  ]

  it.each(faults)('with %s is reset at once, and it is counted against it', async (_, bytes, why) => {
    const { a, b, raw, asked } = await badPeer()
    raw.send(bytes)
    const fault = { name: 'FrameError', message: expect.stringMatching(why) }
    expect(await asked.over).toMatchObject({ how: 'cut', why: fault })
    await eventually('a reset', () => raw.status === 'reset')
    expect(b.offences).toEqual([{ peerId: a.peerId, why: expect.stringMatching(why), points: 20 }])
  })

  it('by sending on while it is not read is not held in memory', async () => {
    const { raw, asked } = await badPeer()
    const frame = payloadFrame('data', filled(64 * KiB))
    for (let sent = 0; sent < 3; sent++) raw.send(frame)
    await eventually('the frames to be under way', () => raw.writeBufferLength === 0)
    raw.send(frame)
    raw.send(frame)
    expect(await asked.over).toMatchObject({ how: 'cut' })
    await expect(asked.read()).rejects.toThrow(StreamCutError)
  })

  it('by sending one byte at a time is understood all the same', async () => {
    const { raw, asked } = await badPeer()
    for (const byte of payloadFrame('data', filled(5))) {
      raw.send(Uint8Array.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await asked.read()).toEqual(filled(5))
  })

  it('when it is the one that was asked is cut and counted too', async () => {
    const { a, b } = (nodes = await twoNodes())
    await b.libp2p.handle(PROTOCOL, (stream) => void stream.send(Uint8Array.of(7, 0, 0, 0)))
    const asking = await a.streams.open(b.peerId, baseTerms)
    await expect(asking.read()).rejects.toThrow(StreamCutError)
    expect(a.offences).toEqual([{ peerId: b.peerId, why: expect.stringContaining('unknown kind'), points: 20 }])
  })
})
