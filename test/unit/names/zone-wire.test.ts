import { expect, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import { MAX_FRAME_BYTES, MAX_ZONE_BYTES, NAMES_TERMS } from '../../../src/main/protocols/names/constants.ts'
import { decodeReply, decodeRequest, encodeReply, encodeRequest, numberOf, type Reply, type Request } from '../../../src/main/protocols/names/messages.ts'
import { device } from './zone-parts.ts'

const [network, key] = ['01'.repeat(32), '02'.repeat(32)]
const bytes32 = (number: number): Uint8Array => new Uint8Array(32).fill(number)
const zone = Uint8Array.of(1, 2, 3)
const closer = [{ peerId: device(1), addresses: ['/ip4/127.0.0.1/tcp/4001'] }]

/** Golden: added to, never edited. */
const REQUESTS: readonly (readonly [Request, string])[] = [
  [{ id: 1, kind: 'get', network, key }, 'a462696401636b657958200202020202020202020202020202020202020202020202020202020202020202646b696e6463676574676e6574776f726b58200101010101010101010101010101010101010101010101010101010101010101'],
  [{ id: 2, kind: 'put', network, zone }, 'a462696402646b696e6463707574647a6f6e6543010203676e6574776f726b58200101010101010101010101010101010101010101010101010101010101010101'],
  [{ id: 3, kind: 'watch', network, keys: [key] }, 'a462696403646b6579738158200202020202020202020202020202020202020202020202020202020202020202646b696e64657761746368676e6574776f726b58200101010101010101010101010101010101010101010101010101010101010101'],
  [{ id: 4_294_967_295, kind: 'cancel' }, 'a26269641affffffff646b696e646663616e63656c'],
]
const REPLIES: readonly (readonly [Reply, string])[] = [
  [{ id: 1, status: 'zone', key, zone }, 'a462696401636b657958200202020202020202020202020202020202020202020202020202020202020202647a6f6e654301020366737461747573647a6f6e65'],
  [{ id: 1, status: 'none', closer }, 'a36269640166636c6f73657281a2667065657249647834313244334b6f6f574b3939566f56784e4537587a79427758457a573778684b37477076383572394633563366794b53554b5048356961646472657373657381772f6970342f3132372e302e302e312f7463702f3430303166737461747573646e6f6e65'],
  [{ id: 2, status: 'held' }, 'a262696402667374617475736468656c64'],
  [{ id: 2, status: 'refused', why: 'older' }, 'a36269640263776879656f6c646572667374617475736772656675736564'],
  [{ id: 2, status: 'unknown' }, 'a2626964026673746174757367756e6b6e6f776e'],
  [{ id: 3, status: 'watching' }, 'a26269640366737461747573687761746368696e67'],
  [{ id: 3, status: 'foreign' }, 'a2626964036673746174757367666f726569676e'],
  [{ id: 3, status: 'busy' }, 'a262696403667374617475736462757379'],
  [{ id: 0, status: 'malformed' }, 'a26269640066737461747573696d616c666f726d6564'],
]
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

test.each(REQUESTS)('a request has the bytes that it always had: %j', (request, golden) => {
  expect(hex(encodeRequest(request))).toBe(golden)
  expect(decodeRequest(encodeRequest(request))).toEqual(request)
})

test.each(REPLIES)('an answer has the bytes that it always had: %j', (reply, golden) => {
  expect(hex(encodeReply(reply))).toBe(golden)
  expect(decodeReply(encodeReply(reply))).toEqual(reply)
})

test('fields of later versions are passed over, and a later word for a refusal is another one', () => {
  expect(decodeRequest(encode({ id: 1, kind: 'get', network: bytes32(1), key: bytes32(2), hurry: true }))).toEqual({ id: 1, kind: 'get', network, key })
  expect(decodeReply(encode({ id: 1, status: 'refused', why: 'raining', since: 3 }))).toEqual({ id: 1, status: 'refused', why: 'other' })
})

test.each<[string, unknown]>([
  ['no number', { kind: 'get', network: bytes32(1), key: bytes32(2) }],
  ['number 0', { id: 0, kind: 'cancel' }],
  ['half a number', { id: 1.5, kind: 'cancel' }],
  ['a number too large', { id: 2 ** 32, kind: 'cancel' }],
  ['an unknown kind', { id: 1, kind: 'list' }],
  ['a short key', { id: 1, kind: 'get', network: bytes32(1), key: new Uint8Array(31) }],
  ['a key in words', { id: 1, kind: 'get', network: bytes32(1), key }],
  ['no zone', { id: 1, kind: 'put', network: bytes32(1), zone: new Uint8Array() }],
  ['too large a zone', { id: 1, kind: 'put', network: bytes32(1), zone: new Uint8Array(MAX_ZONE_BYTES + 1) }],
  ['a watch of nothing', { id: 1, kind: 'watch', network: bytes32(1), keys: [] }],
  ['a watch of 65', { id: 1, kind: 'watch', network: bytes32(1), keys: Array<Uint8Array>(65).fill(bytes32(2)) }],
])('a request with %s is none', (_, value) => {
  expect(() => decodeRequest(encode(value))).toThrow()
})

test.each<[string, unknown]>([
  ['an unknown status', { id: 1, status: 'maybe' }],
  ['number 0, and not that it was malformed', { id: 0, status: 'held' }],
  ['too large a zone', { id: 1, status: 'zone', key: bytes32(1), zone: new Uint8Array(MAX_ZONE_BYTES + 1) }],
  ['nine closer ones', { id: 1, status: 'none', closer: Array(9).fill(closer[0]) }],
  ['five addresses', { id: 1, status: 'none', closer: [{ ...closer[0], addresses: Array(5).fill('/ip4/1.2.3.4') }] }],
  ['a long address', { id: 1, status: 'none', closer: [{ ...closer[0], addresses: [`/${'a'.repeat(256)}`] }] }],
  ['a peer that is none', { id: 1, status: 'none', closer: [{ peerId: 'me', addresses: [] }] }],
])('an answer with %s is none', (_, value) => {
  expect(() => decodeReply(encode(value))).toThrow()
})

test('whoever knows much tells what there is room for, and the largest of each fits into a frame', () => {
  const address = `/${'a'.repeat(255)}`
  const told = { peerId: device(1), addresses: [`${address}b`, ...Array<string>(9).fill(address)] }
  const largest = encodeReply({ id: 2 ** 32 - 1, status: 'none', closer: Array.from({ length: 20 }, () => told) })
  expect(decodeReply(largest)).toMatchObject({ closer: Array.from({ length: 8 }, () => ({ addresses: Array(4).fill(address) as unknown })) })
  const watch = encodeRequest({ id: 2 ** 32 - 1, kind: 'watch', network, keys: Array<string>(64).fill(key) })
  const zoneFull = encodeReply({ id: 2 ** 32 - 1, status: 'zone', key, zone: new Uint8Array(MAX_ZONE_BYTES) })
  for (const { byteLength } of [largest, watch, zoneFull]) expect(byteLength).toBeLessThanOrEqual(MAX_FRAME_BYTES)
  expect(NAMES_TERMS.maxFrameBytes).toBe(MAX_FRAME_BYTES)
})

test('the number of what cannot be read is found where it is there', () => {
  const numbers = [encode({ id: 7, kind: 'list' }), encode({ id: 'x' }), encode({ id: 2 ** 32 }), Uint8Array.of(255)].map(numberOf)
  expect(numbers).toEqual([7, 0, 0, 0])
})
