import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_BLOCK_BYTES, MAX_CERTIFICATE_BYTES, MAX_ENTRY_BYTES, MAX_GENESIS_BYTES, MAX_HEADER_BYTES, MAX_POOL_ENTRIES } from '../../../src/main/features/ledger/limits.ts'
import { DecodeError, encode } from '../../../src/main/platform/cbor.ts'
import * as wire from '../../../src/main/protocols/ledger/constants.ts'
import {
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
  type Reply,
  type Request,
} from '../../../src/main/protocols/ledger/messages.ts'

const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const [network, id] = ['11'.repeat(32), '22'.repeat(32)]
const bytes = (...of: number[]): Uint8Array => new Uint8Array(of)

const requests: readonly Request[] = [
  { kind: 'head', network, head: { id, height: 7, weight: 21 } },
  { kind: 'genesis', network },
  { kind: 'headers', network, locator: [id, network] },
  { kind: 'blocks', network, ids: [id] },
  { kind: 'snapshot', network },
  { kind: 'pool', network },
  { kind: 'entries', network, ids: [id] },
  { kind: 'validate', network, from: 1 },
]

const replies: readonly Reply[] = [
  { status: 'head', head: { id, height: 7, weight: 21 } },
  { status: 'genesis', genesis: bytes(1, 2) },
  { status: 'common', common: id, head: { id: network, height: 9, weight: 27 } },
  { status: 'headers', headers: [{ header: bytes(1), certificate: bytes() }] },
  { status: 'apart', base: 100 },
  { status: 'block', block: bytes(3) },
  { status: 'missing', id },
  { status: 'snapshot', header: bytes(4), certificate: bytes(5) },
  { status: 'piece', bytes: bytes(6), last: true },
  { status: 'pool', ids: [id] },
  { status: 'entries', entries: [bytes(7)] },
  { status: 'whole', head: id, height: 9 },
  { status: 'broken', height: 4, why: 'it is missing' },
  { status: 'refused', why: 'no' },
  { status: 'none' },
  { status: 'unknown' },
  { status: 'busy' },
  { status: 'malformed' },
]

/** Bytes that 1.0.0 has written. Others may be added; none of these may ever change. */
const golden = {
  requests: [
    `a36468656164a36269645820${id}66686569676874076677656967687415646b696e646468656164676e6574776f726b5820${network}`,
    `a2646b696e646767656e65736973676e6574776f726b5820${network}`,
    `a3646b696e646768656164657273676c6f6361746f72825820${id}5820${network}676e6574776f726b5820${network}`,
    `a363696473815820${id}646b696e6466626c6f636b73676e6574776f726b5820${network}`,
    `a2646b696e6468736e617073686f74676e6574776f726b5820${network}`,
    `a2646b696e6464706f6f6c676e6574776f726b5820${network}`,
    `a363696473815820${id}646b696e6467656e7472696573676e6574776f726b5820${network}`,
    `a36466726f6d01646b696e646876616c6964617465676e6574776f726b5820${network}`,
  ],
  replies: [
    `a26468656164a36269645820${id}66686569676874076677656967687415667374617475736468656164`,
    `a2667374617475736767656e657369736767656e65736973420102`,
    `a36468656164a36269645820${network}666865696768740966776569676874181b66636f6d6d6f6e5820${id}6673746174757366636f6d6d6f6e`,
    `a2667374617475736768656164657273676865616465727381a26668656164657241016b636572746966696361746540`,
    `a26462617365186466737461747573656170617274`,
    `a265626c6f636b41036673746174757365626c6f636b`,
    `a26269645820${id}66737461747573676d697373696e67`,
    `a36668656164657241046673746174757368736e617073686f746b63657274696669636174654105`,
    `a3646c617374f5656279746573410666737461747573657069656365`,
    `a263696473815820${id}6673746174757364706f6f6c`,
    `a26673746174757367656e747269657367656e7472696573814107`,
    `a364686561645820${id}6668656967687409667374617475736577686f6c65`,
    `a3637768796d6974206973206d697373696e676668656967687404667374617475736662726f6b656e`,
    `a263776879626e6f667374617475736772656675736564`,
    `a166737461747573646e6f6e65`,
    `a16673746174757367756e6b6e6f776e`,
    `a1667374617475736462757379`,
    `a166737461747573696d616c666f726d6564`,
  ],
}

describe('the bytes of 1.0.0', () => {
  test.each(requests.map((request, at) => [request.kind, request, golden.requests[at]] as const))('request %s', (_kind, request, text) => {
    expect(hex(encodeRequest(request))).toBe(text)
    expect(decodeRequest(unhex(text ?? ''))).toEqual(request)
  })

  test.each(replies.map((reply, at) => [reply.status, reply, golden.replies[at]] as const))('reply %s', (_status, reply, text) => {
    expect(hex(encodeReply(reply))).toBe(text)
    expect(decodeReply(unhex(text ?? ''))).toEqual(reply)
  })
})

describe('frames', () => {
  test('fields that are not known are passed over', () => {
    expect(decodeRequest(encode({ kind: 'pool', network: unhex(network), later: 1 }))).toEqual({ kind: 'pool', network })
    expect(decodeReply(encode({ status: 'busy', forMs: 9 }))).toEqual({ status: 'busy' })
  })

  test.each([
    ['a request that is too large', new Uint8Array(wire.MAX_REQUEST_BYTES + 1)],
    ['a locator that is too long', encode({ kind: 'headers', network: unhex(network), locator: Array.from({ length: wire.MAX_LOCATOR + 1 }, () => unhex(id)) })],
    ['a height below the first', encode({ kind: 'validate', network: unhex(network), from: 0 })],
    ['a weight that is no number', encode({ kind: 'head', network: unhex(network), head: { id: unhex(id), height: 1, weight: -1 } })],
  ])('%s is refused', (_what, frame) => {
    expect(() => decodeRequest(frame)).toThrow(DecodeError)
  })

  test.each([
    ['a block that is too large', encode({ status: 'block', block: new Uint8Array(wire.MAX_BLOCK_BYTES + 1) })],
    ['a header that is too large', encode({ status: 'snapshot', header: new Uint8Array(513), certificate: bytes(1) })],
    ['no headers at all', encode({ status: 'headers', headers: [] })],
    ['more words than a sentence', encode({ status: 'refused', why: 'a'.repeat(257) })],
    ['a word that is not known', encode({ status: 'perhaps' })],
  ])('%s is refused', (_what, frame) => {
    expect(() => decodeReply(frame)).toThrow(DecodeError)
  })

  test('whatever bytes come, they are read or refused', () => {
    const frames = [...requests.map(encodeRequest), ...replies.map(encodeReply)]
    fc.assert(
      fc.property(fc.constantFrom(...frames), fc.nat(), fc.nat(255), fc.nat(40), (frame, at, byte, cut) => {
        const changed = frame.slice(0, Math.max(1, frame.byteLength - (cut % 7)))
        changed[at % changed.byteLength] = byte
        for (const read of [decodeRequest, decodeReply]) {
          try {
            expect(read(changed)).toBeTypeOf('object')
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError)
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('bounds are those of the ledger, which this protocol may not read', () => {
    expect([wire.MAX_BLOCK_BYTES, wire.MAX_HEADER_BYTES, wire.MAX_CERTIFICATE_BYTES]).toEqual([MAX_BLOCK_BYTES, MAX_HEADER_BYTES, MAX_CERTIFICATE_BYTES])
    expect([wire.MAX_ENTRY_BYTES, wire.MAX_GENESIS_BYTES, wire.MAX_POOL_IDS]).toEqual([MAX_ENTRY_BYTES, MAX_GENESIS_BYTES, MAX_POOL_ENTRIES])
    expect(encodeReply({ status: 'block', block: new Uint8Array(wire.MAX_BLOCK_BYTES) }).byteLength).toBeLessThan(wire.MAX_FRAME_BYTES)
    const ids = Array.from({ length: wire.MAX_ENTRIES }, () => id)
    expect(encodeRequest({ kind: 'entries', network, ids }).byteLength).toBeLessThan(wire.MAX_REQUEST_BYTES)
  })
})
