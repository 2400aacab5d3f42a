import { expect, test } from 'vitest'
import fc from 'fast-check'
import { DecodeError, encode } from '../../../src/main/platform/cbor.ts'
import { decodeAnswer, decodeOpening, decodeReply, decodeRequest, decodeSide, encodeMessage, encodeReply } from '../../../src/main/protocols/file/messages.ts'
import { FileId } from '../../../src/shared/ids.ts'

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const file = FileId.parse('a'.repeat(52))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const top = new Uint8Array(32).fill(9)

// Lines are added here, and never changed: they are what is on the wire.
test.each([
  [encodeMessage({ file }), `a16466696c657834${'61'.repeat(52)}`],
  [encodeMessage({ status: 'open', bytes: 600_000, manifest: 0, top }), `a463746f705820${'09'.repeat(32)}6562797465731a000927c066737461747573646f70656e686d616e696665737400`],
  [encodeMessage({ status: 'not-here' }), 'a166737461747573686e6f742d68657265'],
  [encodeMessage({ want: 'groups' }), 'a16477616e746667726f757073'],
  [encodeMessage({ want: 'leaves', group: 3 }), 'a26477616e74666c65617665736567726f757003'],
  [encodeMessage({ want: 'chunks', first: 16, count: 8 }), 'a36477616e74666368756e6b7365636f756e74086566697273741 0'.replace(' ', '')],
  [encodeMessage({ want: 'chunks', first: 16, count: 8, side: true }), 'a46473696465f56477616e74666368756e6b7365636f756e740865666972737410'],
  [encodeMessage({ want: 'side' }), 'a16477616e746473696465'],
  [encodeMessage({ want: 'whole' }), 'a16477616e746577686f6c65'],
  [encodeMessage({ port: 4_001, key: top }), `a2636b65795820${'09'.repeat(32)}64706f7274190fa1`],
  [encodeReply('groups', 0, top), `0000000000${'09'.repeat(32)}`],
  [encodeReply('leaves', 3, top), `0100000003${'09'.repeat(32)}`],
  [encodeReply('chunk', 258, Buffer.from('abc')), '0200000102616263'],
  [encodeReply('gone', 0), '0300000000'],
  [encodeReply('side', 0), '0400000000'],
])('a message has the bytes it always had', (bytes, golden) => {
  expect(hex(bytes)).toBe(golden)
})

test('a status that a newer Latch made up is a refusal', () => {
  expect(decodeAnswer(encode({ status: 'tomorrow' }))).toEqual({ status: 'denied' })
  expect(decodeAnswer(encode({ status: 'open' }))).toEqual({ status: 'denied' })
})

test('an open that says nonsense is no open', () => {
  for (const open of [{ bytes: -1, manifest: 0, top }, { bytes: 1, manifest: 0, top: top.subarray(1) }, { bytes: 1.5, manifest: 0, top }]) {
    expect(decodeAnswer(encode({ status: 'open', ...open }))).toEqual({ status: 'denied' })
  }
})

test.each([
  ['too many chunks', { want: 'chunks', first: 0, count: 17 }],
  ['none', { want: 'chunks', first: 0, count: 0 }],
  ['a group beyond all', { want: 'leaves', group: 2 ** 32 }],
  ['something else', { want: 'secrets' }],
  ['nothing', {}],
])('a request for %s is none', (_what, request) => {
  expect(() => decodeRequest(encode(request))).toThrow(DecodeError)
})

test('a way that no port leads to, or with half a key, is none', () => {
  for (const side of [{ port: 0, key: top }, { port: 65_536, key: top }, { port: 1, key: top.subarray(1) }]) expect(() => decodeSide(encode(side))).toThrow(DecodeError)
})

test('whatever bytes come, they are read or refused, and nothing else happens', () => {
  const readers = [decodeOpening, decodeAnswer, decodeRequest, decodeReply, decodeSide]
  const property = fc.property(fc.uint8Array({ maxLength: 1_200 }), fc.constantFrom(...readers), (bytes, read) => {
    try {
      read(bytes)
    } catch (error) {
      expect(['DecodeError', 'FileProtocolError']).toContain((error as Error).name)
    }
  })
  fc.assert(property, { seed: SEED, numRuns: 2_000 })
})
