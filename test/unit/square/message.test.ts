import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NetworkId } from '../../../src/shared/model/ledger.ts'
import { RoomName } from '../../../src/shared/model/square.ts'
import { ed25519 } from './keys.ts'
import { accountIdOf } from '../../../src/main/features/identity/index.ts'
import { MAX_POST_BYTES } from '../../../src/main/features/square/limits.ts'
import { isTooLong, judged, openPost, sealPost, sendable, type OpenedPost } from '../../../src/main/features/square/message.ts'
import { cidOf } from '../../../src/main/platform/cbor.ts'

const key = privateKeyFromRaw(ed25519)
const network = NetworkId.parse(cidOf(new TextEncoder().encode('a network')))
const room = RoomName.parse('lobby')
const said = { network, room, claimedName: 'Ada', sentAtMs: 1_700_000_000_000, nonce: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), text: 'Good morning!\nAnybody here?' }

async function opened(bytes: Uint8Array): Promise<OpenedPost> {
  const post = await openPost(bytes)
  if ('malformed' in post) throw new Error(post.malformed)
  return post
}

/** Golden: added to, never edited. */
const GOLDEN =
  '0a2408011220ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c12142f6c617463682f7371756172652d70' +
  '6f73742f311aa701a761760164726f6f6d656c6f6262796474657874781b476f6f64206d6f726e696e67210a416e79626f647920686572' +
  '653f656e6f6e6365480102030405060708676e6574776f726b783b626166797265696270706176367a6a77657337716a35796e7770706c' +
  '6b636962616a64797a356637783465336575776775637868687770776e74796873656e7441744d731b0000018bcfe568006b636c61696d' +
  '65644e616d65634164612a403505f9066cc4f4b587eef171e78cca60edb2e382c3b8b6d71e97b07e170d66d7f4bfa863ae5f8efd6de1e1' +
  '8ca07e253645b79b94bfc6bf8a37690105ff0fad00'

test('a message reads as it was written, and its bytes stay what they were', async () => {
  const bytes = await sealPost(said, key)
  expect(Buffer.from(bytes).toString('hex')).toBe(GOLDEN)
  expect(await opened(bytes)).toEqual({ v: 1, ...said, author: accountIdOf(key.publicKey) })
})

test('the largest message fits', async () => {
  const largest = { ...said, room: RoomName.parse('r'.repeat(32)), claimedName: '€'.repeat(64), text: 'é'.repeat(1_024) }
  const bytes = await sealPost(largest, key)
  expect(bytes.byteLength).toBeLessThanOrEqual(MAX_POST_BYTES)
})

test('a name is shown on one line and without what turns it around', async () => {
  const { claimedName } = await opened(await sealPost({ ...said, claimedName: 'Ada\n\u202eadA\u0007' }, key))
  expect(claimedName).toBe('Ada adA')
})

test('whatever is typed and can be sent is taken by the others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 700 }), async (typed) => {
      const text = sendable(typed)
      if (text === null || isTooLong(text)) return
      expect((await opened(await sealPost({ ...said, text }, key))).text).toBe(text)
      expect(sendable(text)).toBe(text)
    }),
    { numRuns: 200 },
  )
})

test('bytes that somebody changed are malformed and nothing else', async () => {
  const bytes = await sealPost(said, key)
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (index, change) => {
      const changed = Uint8Array.from(bytes)
      changed[index] = (changed[index] ?? 0) ^ change
      expect(await openPost(changed)).toHaveProperty('malformed')
    }),
    { numRuns: 500 },
  )
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (noise) => {
      expect(await openPost(noise)).toHaveProperty('malformed')
    }),
    { numRuns: 500 },
  )
})

test('a message belongs to one room of one network, within five minutes of now', async () => {
  const post = await opened(await sealPost(said, key))
  const at = { network, room, nowMs: said.sentAtMs }
  expect(judged(post, at).verdict).toBe('accept')
  expect(judged(post, { ...at, room: RoomName.parse('kitchen') })).toEqual({ verdict: 'reject', why: 'a message of another room' })
  expect(judged(post, { ...at, network: NetworkId.parse(cidOf(new Uint8Array(1))) }).verdict).toBe('reject')
  const verdictAt = (offMs: number): string => judged(post, { ...at, nowMs: said.sentAtMs + offMs }).verdict
  expect([300_000, 300_001, -300_000, -300_001].map(verdictAt)).toEqual(['accept', 'ignore', 'accept', 'ignore'])
})
