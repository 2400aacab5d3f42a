import { afterEach, describe, expect, it } from 'vitest'
import { KiB, MiB } from '../../../src/shared/units.ts'
import { MAX_CREDIT_BYTES, payloadFrame } from '../../../src/main/platform/frame-codec.ts'
import { type FrameStream, type Guard, type ProtocolTerms, StreamCutError } from '../../../src/main/platform/streams.ts'
import { eventually } from '../../helpers/eventually.ts'
import { nodesOver, type Way, WAYS } from '../../helpers/raw-nodes.ts'

let nodes: Awaited<ReturnType<typeof nodesOver>> | undefined
afterEach(async () => {
  await nodes?.close()
  nodes = undefined
})

const terms: ProtocolTerms = {
  protocol: '/test/streams/1.0.0',
  maxInboundStreams: 4,
  maxFrameBytes: 1 * MiB,
  exchangeTimeoutMs: null,
  onRelay: true,
}

const route = { tcp: 'local', 'webrtc-direct': 'local', relay: 'relayed' } as const
const chunk = new Uint8Array(64 * KiB).fill(5)

/** Both ends of a stream; the handler is held open by the test. */
async function bothEnds(way: Way): Promise<{ asking: FrameStream; asked: FrameStream }> {
  const { a, b } = (nodes = await nodesOver(way))
  const served = Promise.withResolvers<FrameStream>()
  await b.streams.serve(terms, async (stream) => {
    served.resolve(stream)
    await stream.over
  })
  const asking = await a.streams.open(b.peerId, terms)
  return { asking, asked: await served.promise }
}

async function writeAll(stream: FrameStream, frames: number, wrote: (count: number) => void = () => {}): Promise<void> {
  for (let count = 1; count <= frames; count++) {
    await stream.write(chunk)
    wrote(count)
  }
  await stream.end()
}

describe.each(WAYS)('frames over %s', (way) => {
  it('say which way they go', async () => {
    const { asking, asked } = await bothEnds(way)
    expect(asking.peer).toMatchObject({ route: route[way], transport: way, direction: 'outbound' })
    expect(asked.peer).toMatchObject({ route: route[way], transport: way, direction: 'inbound' })
  })

  it('reach a slow reader whole, and never run further ahead of it than the credit', async () => {
    const { asking, asked } = await bothEnds(way)
    const frames = 200
    let written = 0
    const writing = writeAll(asking, frames, (count) => (written = count))
    await eventually('the writer to be held up', () => written > 2)
    let read = 0
    let mostAheadBytes = 0
    for (let frame = await asked.read(); frame !== null; frame = await asked.read()) {
      read += 1
      mostAheadBytes = Math.max(mostAheadBytes, (written - read) * chunk.byteLength)
      // A reader that does something between frames: twenty turns of the loop, in which a writer would run away.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    }
    await writing
    expect(read).toBe(frames)
    expect(mostAheadBytes).toBeLessThanOrEqual(MAX_CREDIT_BYTES)
    expect(nodes?.b.offences).toEqual([])
  })

  it('from a fast writer both ways at once arrive whole', async () => {
    const { asking, asked } = await bothEnds(way)
    const count = async (stream: FrameStream): Promise<number> => {
      let bytes = 0
      for (let frame = await stream.read(); frame !== null; frame = await stream.read()) bytes += frame.byteLength
      return bytes
    }
    const frames = 300
    const writing = [writeAll(asking, frames), writeAll(asked, frames)]
    const counted = await Promise.all([count(asked), count(asking)])
    await Promise.all(writing)
    expect(counted).toEqual([frames * chunk.byteLength, frames * chunk.byteLength])
    expect(await asking.over).toEqual({ how: 'ended' })
    expect(await asked.over).toEqual({ how: 'ended' })
  })

  it('that the connection loses between frames are a cut, for reader and writer', async () => {
    const { asking, asked } = await bothEnds(way)
    await asking.write(chunk)
    expect(await asked.read()).toEqual(chunk)
    const reading = asked.read()
    nodes?.cut()
    await expect(reading).rejects.toThrow(StreamCutError)
    await expect(asking.read()).rejects.toThrow(StreamCutError)
    await expect(asking.write(chunk)).rejects.toThrow(StreamCutError)
  })

  it('that the connection loses under way are a cut, and never an end', async () => {
    const { asking, asked } = await bothEnds(way)
    const writing = writeAll(asking, 10_000).catch((error: unknown) => error)
    let read = 0
    const reading = (async () => {
      for (;;) {
        const frame = await asked.read()
        if (frame === null) return 'ended'
        expect(frame.byteLength).toBe(chunk.byteLength)
        read += 1
      }
    })().catch((error: unknown) => error)
    await eventually('some frames', () => read > 10)
    nodes?.cut()
    expect(await reading).toBeInstanceOf(StreamCutError)
    expect(await writing).toBeInstanceOf(StreamCutError)
  })

  it('of which half came before a close are a cut', async () => {
    const { a, b } = (nodes = await nodesOver(way))
    const served = Promise.withResolvers<FrameStream>()
    await b.streams.serve(terms, async (stream) => {
      served.resolve(stream)
      await stream.over
    })
    const raw = await a.libp2p.dialProtocol(b.libp2p.peerId, terms.protocol, { runOnLimitedConnection: true })
    raw.send(payloadFrame('data', chunk).subarray(0, 1_000))
    const asked = await served.promise
    const reading = asked.read()
    raw.close().catch(() => {})
    await expect(reading).rejects.toThrow(StreamCutError)
    expect(b.offences).toEqual([])
  })

  it('beyond what was granted are refused, and counted', async () => {
    const { a, b } = (nodes = await nodesOver(way))
    await b.streams.serve(terms, async (stream) => {
      await stream.over
    })
    const raw = await a.libp2p.dialProtocol(b.libp2p.peerId, terms.protocol, { runOnLimitedConnection: true })
    for (let sent = 0; sent < 6; sent++) raw.send(payloadFrame('data', chunk))
    await eventually('the offence', () => b.offences.length > 0)
    expect(b.offences).toMatchObject([{ peerId: a.peerId, why: expect.stringContaining('more than was granted') }])
    await eventually('the reset', () => raw.status !== 'open')
  })

  it('that a failing handler drops are a cut, and no refusal', async () => {
    const { a, b } = (nodes = await nodesOver(way))
    await b.streams.serve(terms, async (stream) => {
      await stream.read()
      throw new Error('a defect')
    })
    const stream = await a.streams.open(b.peerId, terms)
    await stream.write(chunk)
    await expect(stream.read()).rejects.toThrow(StreamCutError)
  })

  it.each(['knock-first', 'silent'] as const)('are refused with %s by the guard', async (code) => {
    // A WebRTC channel may close before its reset is read: silence is then a cut, and still no end.
    const mayBeLost = way === 'webrtc-direct' && code === 'silent'
    const refuse: Guard = () => ({ verdict: 'refuse', code, why: 'a test' })
    const { a, b } = (nodes = await nodesOver(way, { guards: () => refuse }))
    await b.streams.serve(terms, async () => {
      throw new Error('ran')
    })
    const stream = await a.streams.open(b.peerId, terms)
    const failure: unknown = await stream.read().catch((error: unknown) => error)
    if (mayBeLost && failure instanceof StreamCutError) return
    expect(failure).toMatchObject({ name: 'RefusedError', code })
  })
})

it('are not carried over a relay when the protocol is not for one', async () => {
  const { a, b } = (nodes = await nodesOver('relay'))
  const direct = { ...terms, onRelay: false }
  await b.streams.serve(direct, async () => {})
  const refusal = { code: 'UNREACHABLE', message: expect.stringMatching(/relay/) }
  await expect(a.streams.open(b.peerId, direct)).rejects.toMatchObject(refusal)
})
