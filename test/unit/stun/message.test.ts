import { createHmac } from 'node:crypto'
import { SocketAddress } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BARE_ANSWER_BYTES, FULL_ANSWER_BYTES, HEADER_BYTES } from '../../../src/main/protocols/stun/constants.ts'
import {
  decode,
  encodeRequest,
  encodeSuccess,
  encodeUnknown,
  type StunMessage,
} from '../../../src/main/protocols/stun/message.ts'
import { golden } from './golden.ts'

const none = { address: false, port: false }

function read(bytes: Uint8Array): StunMessage {
  const decoded = decode(bytes)
  if (decoded.read !== 'message') throw new Error(`${decoded.read}: ${decoded.why}`)
  return decoded.message
}

const transactions = fc.uint8Array({ minLength: 12, maxLength: 12 })
const ports = fc.integer({ min: 1, max: 65_535 })
const sockets = fc.record({
  address: fc.oneof(fc.ipV4(), fc.ipV6().map((address) => new SocketAddress({ address, family: 'ipv6' }).address)),
  port: ports,
})

describe('the test vectors of RFC 5769', () => {
  test('a request with a password and attributes of ICE is one that we answer without heeding them', () => {
    const request = read(golden.request)
    expect(request).toMatchObject({ kind: 'request', change: none, unknown: [] })
    expect(Buffer.from(request.transaction)).toEqual(golden.transaction)
  })

  test('the vectors are themselves: their message integrity is that of their password', () => {
    const at = golden.request.byteLength - 32
    const before = Buffer.from(golden.request.subarray(0, at))
    before.writeUInt16BE(at - HEADER_BYTES + 24, 2)
    const password = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt')
    const integrity = createHmac('sha1', password).update(before).digest()
    expect(Buffer.from(golden.request.subarray(at + 4, at + 24))).toEqual(integrity)
  })

  test.each([
    ['IPv4', golden.successV4, '192.0.2.1'],
    ['IPv6', golden.successV6, '2001:db8:1234:5678:11:2233:4455:6677'],
  ])('an answer with an %s address', (_, bytes, address) => {
    expect(read(bytes)).toMatchObject({ kind: 'success', mapped: { address, port: 32_853 }, origin: null, other: null })
  })

  test('a changed byte anywhere in one is no message, or one that has no fingerprint', () => {
    for (let at = 0; at < golden.successV4.byteLength; at += 1) {
      const bytes = Buffer.from(golden.successV4)
      bytes[at] = (bytes[at] ?? 0) ^ 0x01
      const decoded = decode(bytes)
      // The type of the last attribute says that it is a fingerprint.
      const isFingerprintType = at === bytes.byteLength - 8 || at === bytes.byteLength - 7
      expect(decoded.read === 'message', `byte ${at}`).toBe(isFingerprintType)
    }
  })
})

describe('our own bytes', () => {
  test.each(Object.entries(golden.ours))('%s is as it was in 1.0.0', (_, { bytes, made }) => {
    expect(Buffer.from(made())).toEqual(bytes)
    expect(decode(bytes).read).toBe('message')
  })

  test('a request says what it asks for, and is as long as it was told to be', () => {
    const property = fc.property(
      transactions,
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 0, max: 300 }).map((words) => words * 4),
      (transaction, address, port, lengthBytes) => {
        const bytes = encodeRequest({ transaction, change: { address, port } }, lengthBytes)
        expect(bytes.byteLength).toBeGreaterThanOrEqual(Math.min(lengthBytes, 1_200))
        expect(bytes.byteLength % 4).toBe(0)
        expect(read(bytes)).toEqual({ kind: 'request', transaction, change: { address, port }, unknown: [] })
      },
    )
    fc.assert(property)
  })

  test('an answer tells the address to whoever can hold it, and never more than was allowed', () => {
    const property = fc.property(
      transactions,
      sockets,
      fc.option(sockets),
      fc.option(sockets),
      fc.integer({ min: BARE_ANSWER_BYTES, max: 200 }),
      (transaction, mapped, origin, other, mostBytes) => {
        const bytes = encodeSuccess({ transaction, mapped, origin, other }, mostBytes)
        expect(bytes.byteLength).toBeLessThanOrEqual(mostBytes)
        const said = read(bytes)
        expect(said).toMatchObject({ kind: 'success', transaction, mapped })
        if (mostBytes >= FULL_ANSWER_BYTES) expect(said).toMatchObject({ origin, other })
      },
    )
    fc.assert(property)
  })

  test('an error lists what was not understood, as far as it may', () => {
    const lists = fc.uniqueArray(fc.integer({ min: 0x100, max: 0x7fff }), { minLength: 1, maxLength: 20 })
    const mosts = fc.integer({ min: 36, max: 200 })
    const property = fc.property(transactions, lists, mosts, (transaction, unknown, most) => {
      const bytes = encodeUnknown(transaction, unknown, most)
      expect(bytes.byteLength).toBeLessThanOrEqual(most)
      const said = read(bytes)
      if (said.kind !== 'error') throw new Error(said.kind)
      expect(said.code).toBe(420)
      expect(said.unknown).toEqual(unknown.slice(0, said.unknown.length))
      expect(said.unknown.length).toBeGreaterThan(0)
      if (most >= 100) expect(said.unknown).toEqual(unknown)
    })
    fc.assert(property)
  })
})

describe('what comes from anywhere', () => {
  test('is read or refused, and never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 1_400 }), (bytes) => void decode(bytes)))
  })

  test('with the right header is read or refused as well', () => {
    const types = fc.constantFrom(0x0001, 0x0101, 0x0111)
    const property = fc.property(types, transactions, fc.uint8Array({ maxLength: 400 }), (type, transaction, body) => {
      const bytes = Buffer.concat([Buffer.alloc(8), transaction, body])
      bytes.writeUInt16BE(type, 0)
      bytes.writeUInt16BE(body.byteLength, 2)
      bytes.writeUInt32BE(0x2112a442, 4)
      expect(['message', 'malformed']).toContain(decode(bytes).read)
    })
    fc.assert(property)
  })

  const request = encodeRequest({ transaction: new Uint8Array(12), change: none }, 40)
  const withAttribute = (type: number, value: Uint8Array): Buffer => {
    const bytes = Buffer.concat([Buffer.alloc(24), value, Buffer.alloc(-value.byteLength & 3)])
    bytes.writeUInt16BE(1, 0)
    bytes.writeUInt16BE(bytes.byteLength - 20, 2)
    bytes.writeUInt32BE(0x2112a442, 4)
    bytes.writeUInt16BE(type, 20)
    bytes.writeUInt16BE(value.byteLength, 22)
    return bytes
  }
  test.each([
    ['nothing', new Uint8Array(), 'foreign'],
    ['half a header', request.subarray(0, 19), 'foreign'],
    ['more than a path carries whole', Buffer.alloc(1_284), 'foreign'],
    ['another cookie', Buffer.from(request).fill(0, 4, 8), 'foreign'],
    ['another method', Buffer.from(request).fill(0x03, 1, 2), 'foreign'],
    ['an indication', Buffer.from(request).fill(0x11, 1, 2), 'foreign'],
    ['half a message', request.subarray(0, 32), 'malformed'],
    ['two messages in one', Buffer.concat([request, request]), 'malformed'],
    ['a change of two bytes', withAttribute(0x0003, new Uint8Array(2)), 'malformed'],
    ['a fingerprint that is another', withAttribute(0x8028, new Uint8Array(4)), 'malformed'],
    ['forty attributes', Buffer.concat([withAttribute(0x8022, new Uint8Array(156)).fill(0, 20)]), 'malformed'],
  ])('%s', (_, bytes, expected) => {
    expect(decode(bytes).read).toBe(expected)
  })

  test('what must be understood and is not comes back by its number, once', () => {
    expect(read(withAttribute(0x0027, new Uint8Array(4)))).toMatchObject({ unknown: [0x0027] })
    expect(read(withAttribute(0x9999, new Uint8Array(4)))).toMatchObject({ unknown: [] })
  })
})
