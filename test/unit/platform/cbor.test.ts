import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cidOf, decode, DecodeError, encode } from '../../../src/main/platform/cbor.ts'

const Note = z.object({ text: z.string().max(10), at: z.int(), tag: z.string().optional() })
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (text: string): Buffer => Buffer.from(text, 'hex')

describe('DAG-CBOR', () => {
  it('is the same for the same value, whatever the order of its keys', () => {
    expect(hex(encode({ text: 'hi', at: 5 }))).toBe('a2626174056474657874626869')
    expect(encode({ at: 5, text: 'hi' })).toEqual(encode({ text: 'hi', at: 5 }))
  })

  it('gives back what was encoded, through the schema', () => {
    const plain = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant(null))
    const json = fc.dictionary(fc.string({ maxLength: 5 }), plain)
    fc.assert(
      fc.property(json, (value) => {
        const schema = z.record(z.string(), z.union([z.string(), z.boolean(), z.number(), z.null()]))
        expect(decode(encode(value), schema, 100_000)).toEqual(value)
      }),
    )
  })

  it('ignores fields of a later version', () => {
    expect(decode(encode({ text: 'hi', at: 5, later: [1, 2] }), Note, 100)).toEqual({ text: 'hi', at: 5 })
  })

  it.each([
    ['too many bytes', encode({ text: 'hi', at: 5 }), 10, /13 bytes where at most 10/],
    ['nothing', bytes(''), 100, /not DAG-CBOR/],
    ['half a value', encode({ text: 'hi', at: 5 }).subarray(0, 9), 100, /not DAG-CBOR/],
    ['a value and more', Buffer.concat([encode({ text: 'hi', at: 5 }), bytes('00')]), 100, /not DAG-CBOR/],
    ['keys out of order', bytes('a2647465787462686962617405'), 100, /one form/],
    ['a key twice', bytes('a26261740562617406'), 100, /not DAG-CBOR/],
    ['a number longer than it need be', bytes('a262617418056474657874626869'), 100, /not DAG-CBOR/],
    ['an endless list', bytes('9fff'), 100, /not DAG-CBOR/],
    ['an undefined', bytes('f7'), 100, /one form/],
    ['a tag that is none of ours', bytes('c11a514b67b0'), 100, /not DAG-CBOR/],
    ['a list that says it is longer than it is', bytes('9b00ffffffffffffff'), 100, /not DAG-CBOR/],
    ['a missing field', encode({ text: 'hi' }), 100, /^at: /],
    ['a field of another kind', encode({ text: 5, at: 5 }), 100, /^text: /],
    ['a text too long', encode({ text: 'hello hello', at: 5 }), 100, /^text: /],
    ['another thing altogether', encode([1, 2]), 100, /^the whole: /],
  ])('refuses %s', (_, data, maxBytes, why) => {
    expect(() => decode(data, Note, maxBytes)).toThrow(DecodeError)
    expect(() => decode(data, Note, maxBytes)).toThrow(why)
  })

  it('refuses lists in lists, thousands deep, without falling over', () => {
    const deep = Buffer.concat([Buffer.alloc(60_000, 0x81), bytes('00')])
    expect(() => decode(deep, Note, 100_000)).toThrow(DecodeError)
  })

  it('never quotes what it was given', () => {
    const swordfish = encode({ text: 'swordfish swordfish', at: 'swordfish' })
    expect(() => decode(swordfish, Note, 1_000)).toThrow(/^(?!.*swordfish)/s)
  })

  it('turns any nonsense into a value of the schema or a DecodeError, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        try {
          decode(data, Note, 100)
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('gives the CID that everybody else gives', () => {
    // Source: the CID of {hello: 'world'}, as the IPLD explorer gives it.
    expect(cidOf(encode({ hello: 'world' }))).toBe('bafyreidykglsfhoixmivffc5uwhcgshx4j465xwqntbmu43nb2dzqwfvae')
  })
})
