import { createHash } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { silentLog } from '../../../src/main/platform/log.ts'
import { loadNoiseCrypto } from '../../../src/main/platform/noise-crypto.ts'
import type { FrameStream, ProtocolTerms } from '../../../src/main/platform/streams.ts'
import { KiB, MiB } from '../../../src/shared/units.ts'
import { seeded } from '../../bench/names/random.ts'
import { Closing, idOf, openNode, streamsOf } from '../../helpers/relayed.ts'

const closing = new Closing()
afterEach(() => closing.all())

const common: ProtocolTerms = {
  protocol: '/latch/test/1.0.0',
  maxInboundStreams: 32,
  maxFrameBytes: 256 * KiB,
  exchangeTimeoutMs: null,
  onRelay: true,
}

/** Frames of every size, a large one among small ones, each of other bytes; the same for the same seed. */
function* frames(seed: number, bytes: number): Generator<Uint8Array> {
  const random = seeded(seed)
  for (let left = bytes; left > 0; ) {
    const size = Math.min(left, 1 + Math.floor(random() ** 3 * common.maxFrameBytes))
    left -= size
    yield new Uint8Array(size).fill(Math.floor(random() * 256)).fill(Math.floor(random() * 256), 0, Math.floor(random() * size))
  }
}

async function sent(stream: FrameStream, seed: number, bytes: number, way: 'handed over' | 'used again'): Promise<string> {
  const hash = createHash('sha256')
  for (const frame of frames(seed, bytes)) {
    hash.update(frame)
    await stream.write(frame)
    if (way === 'used again') frame.fill(0)
  }
  await stream.end()
  return hash.digest('hex')
}

/** `pause`: after each frame, others have their turn first. */
async function read(stream: FrameStream, pause: boolean): Promise<string> {
  const hash = createHash('sha256')
  const held: Uint8Array[] = []
  for (let frame = await stream.read(); frame !== null; frame = await stream.read()) {
    // Looked at late: until then nothing else may come to lie in its memory.
    held.push(frame)
    if (held.length > 8) hash.update(held.shift() ?? new Uint8Array())
    if (pause) await new Promise(setImmediate)
  }
  for (const frame of held) hash.update(frame)
  return hash.digest('hex')
}

for (const [kind, way] of [['native', 'handed over'], ['native', 'used again'], ['library', 'handed over']] as const) {
  test(`much, ${way} once written, both ways on many streams at once, arrives as it was sent, sealed by the ${kind} crypto`, async () => {
    const terms = { ...common, ...(way === 'handed over' && { handsOver: true as const }) }
    const seed = Number(process.env['LATCH_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
    const { crypto } = kind === 'native' ? await loadNoiseCrypto(silentLog) : { crypto: null }
    const [a, b] = [await openNode(closing, { noiseCrypto: crypto }), await openNode(closing, { noiseCrypto: crypto })]
    const served: Promise<[string, string]>[] = []
    await streamsOf(b).serve(terms, async (stream) => {
      const both = Promise.all([sent(stream, seed + stream.peer.peerId.length, 2 * MiB, way), read(stream, served.length % 2 === 0)])
      served.push(both)
      await both
    })
    await a.network.dialOnly(idOf(b), b.network.listening()[0] ?? '', AbortSignal.timeout(10_000))
    const streams = streamsOf(a)
    const asked = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => {
        const stream = await streams.open(idOf(b), terms)
        return Promise.all([sent(stream, seed + at, 2 * MiB, way), read(stream, at % 2 === 0)])
      }),
    )
    const there = await Promise.all(served)
    expect(there.map(([, got]) => got).toSorted(), `seed ${seed}`).toEqual(asked.map(([gave]) => gave).toSorted())
    expect(asked.map(([, got]) => got).toSorted(), `seed ${seed}`).toEqual(there.map(([gave]) => gave).toSorted())
  }, 60_000)
}
