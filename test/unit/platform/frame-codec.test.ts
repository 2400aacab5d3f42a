import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import {
  bareFrame,
  FrameError,
  FrameParser,
  listedFrame,
  payloadFrame,
  PIECE_COST_BYTES,
  refusalFrame,
} from '../../../src/main/platform/frame-codec.ts'

type Heard = ['data', Uint8Array] | ['end'] | ['refusal', string] | ['credit', number]

interface TestParser {
  push(bytes: Uint8Array): void
  readonly heard: Heard[]
  charged(): number
  midFrame(): boolean
}

function parser(maxFrameBytes = 1_000): TestParser {
  const heard: Heard[] = []
  let charged = 0
  const frames = new FrameParser(maxFrameBytes, {
    charge: (bytes) => (charged += bytes),
    data: (frame) => heard.push(['data', frame]),
    end: () => heard.push(['end']),
    refusal: (code) => heard.push(['refusal', code]),
    credit: (bytes) => heard.push(['credit', bytes]),
  })
  return { push: (bytes) => frames.push(bytes), heard, charged: () => charged, midFrame: () => frames.midFrame }
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const hex = (frame: Uint8Array): string => Buffer.from(frame).toString('hex')

// Golden bytes: what is on the wire since 1.0.0. Lines are added here, and never edited.
const golden: [string, Uint8Array, Heard[]][] = [
  ['00000003616263', payloadFrame('data', bytes(0x61, 0x62, 0x63)), [['data', bytes(0x61, 0x62, 0x63)]]],
  ['01000003616263', payloadFrame('part', bytes(0x61, 0x62, 0x63)), []],
  ['02000000', bareFrame('end', 0), [['end']]],
  ['0300000da164636f64656664656e696564', refusalFrame('denied'), [['refusal', 'denied']]],
  ['03000012a164636f64656b6b6e6f636b2d6669727374', refusalFrame('knock-first'), [['refusal', 'knock-first']]],
  ['04040000', bareFrame('credit', 0x040000), [['credit', 0x040000]]],
  ['04000001', bareFrame('credit', 1), [['credit', 1]]],
]

describe('frames on the wire', () => {
  it.each(golden)('are pinned: %s', (text, written, heard) => {
    expect(hex(written)).toBe(text)
    const reader = parser()
    reader.push(Buffer.from(text, 'hex'))
    expect(reader.heard).toEqual(heard)
  })

  it('come out whole, in order, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 10 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 90 })),
        fc.infiniteStream(fc.integer({ min: 1, max: 90 })),
        (frames, pieces, cuts) => {
          const wire: Uint8Array[] = []
          for (const frame of frames) {
            let at = 0
            while (at < frame.byteLength) {
              const piece = frame.subarray(at, at + Number(pieces.next().value))
              at += piece.byteLength
              wire.push(payloadFrame(at < frame.byteLength ? 'part' : 'data', piece), bareFrame('credit', 5))
            }
          }
          const all = Buffer.concat(wire)
          const reader = parser()
          for (let at = 0; at < all.byteLength; ) {
            const cut = all.subarray(at, at + Number(cuts.next().value))
            reader.push(cut)
            at += cut.byteLength
          }
          const whole = reader.heard.flatMap((heard) => (heard[0] === 'data' ? [hex(heard[1])] : []))
          expect(whole).toEqual(frames.map(hex))
          expect(reader.midFrame()).toBe(false)
          const payloadBytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0)
          expect(reader.charged()).toBe((wire.length / 2) * PIECE_COST_BYTES + payloadBytes)
        },
      ),
    )
  })

  it('turn any nonsense into frames or a FrameError, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 }), (chunks) => {
        const reader = parser(64)
        try {
          for (const chunk of chunks) reader.push(chunk)
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError)
        }
        for (const heard of reader.heard) if (heard[0] === 'data') expect(heard[1].byteLength).toBeLessThanOrEqual(64)
      }),
    )
  })

  it.each([
    ['an empty frame', '00000000', 'empty'],
    ['an empty part', '01000000', 'empty'],
    ['a frame one byte too long', '000003e9', '1001 bytes where at most 1000'],
    ['the longest length', '00ffffff', '16777215 bytes where at most 1000'],
    ['an end with a length', '02000001', 'end with a length'],
    ['an end in the middle of a frame', '010000016102000000', 'end in the middle'],
    ['an empty refusal', '03000000', 'empty'],
    ['a refusal of 65 bytes', '03000041', '65 bytes where at most 64'],
    ['a refusal that is not DAG-CBOR', '03000002ffff', 'cannot be read'],
    ['a refusal without a code', `03000001a0`, 'cannot be read'],
    ['a refusal in the middle of a frame', '010000016103000001', 'refusal in the middle'],
    ['a credit of nothing', '04000000', 'credit of nothing'],
    ['an unknown kind', '05000001', 'unknown kind'],
    ['the highest kind', 'ff000001', 'unknown kind'],
  ])('refuse %s', (_, text, why) => {
    expect(() => parser().push(Buffer.from(text, 'hex'))).toThrow(why)
  })

  it('refuse pieces that grow past the limit together, before the last is kept', () => {
    const reader = parser(100)
    reader.push(payloadFrame('part', new Uint8Array(60)))
    const header = payloadFrame('part', new Uint8Array(41)).subarray(0, 4)
    expect(() => reader.push(header)).toThrow('101 bytes where at most 100')
    expect(reader.charged()).toBe(PIECE_COST_BYTES + 60)
  })

  it('take a refusal by a code of a newer Latch for a denial', () => {
    const reader = parser()
    reader.push(payloadFrame('refusal', encode({ code: 'not-on-sundays', until: 5 })))
    expect(reader.heard).toEqual([['refusal', 'denied']])
  })

  it('give a large frame that came whole as it lies there, and copy what would hold much more than itself', () => {
    const wire = payloadFrame('data', new Uint8Array(900).fill(7))
    const reader = parser()
    reader.push(wire)
    const among = new Uint8Array(4 * wire.byteLength)
    among.set(wire)
    reader.push(among.subarray(0, wire.byteLength))
    reader.push(wire.subarray(0, 500))
    reader.push(wire.subarray(500))
    const heard = reader.heard.flatMap(([kind, frame]) => (kind === 'data' ? [frame] : []))
    expect(heard.map(hex)).toEqual(Array.from({ length: 3 }, () => hex(wire.subarray(4))))
    expect(heard.map(({ buffer }) => buffer === wire.buffer || buffer === among.buffer)).toEqual([true, false, false])
    expect(reader.midFrame()).toBe(false)
  })

  it('are the same bytes whether a writer has them copied or listed', () => {
    for (const length of [1, 4_095, 4_096, 65_000]) {
      for (const kind of ['data', 'part'] as const) {
        const payload = new Uint8Array(length).fill(length % 251)
        const listed = listedFrame(kind, payload)
        expect(hex(listed.subarray())).toBe(hex(payloadFrame(kind, payload)))
        expect(listed instanceof Uint8Array).toBe(length < 4_096)
      }
    }
  })

  it('know whether a frame has begun', () => {
    const reader = parser()
    expect(reader.midFrame()).toBe(false)
    reader.push(bytes(0))
    expect(reader.midFrame()).toBe(true)
    reader.push(bytes(0, 0, 2, 65))
    expect(reader.midFrame()).toBe(true)
    reader.push(bytes(66))
    expect(reader.midFrame()).toBe(false)
    reader.push(payloadFrame('part', bytes(65)))
    expect(reader.midFrame()).toBe(true)
  })

  it('cannot be written with a length that the header does not hold', () => {
    expect(() => bareFrame('credit', 2 ** 24)).toThrow(RangeError)
  })
})
