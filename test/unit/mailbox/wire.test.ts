import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accountIdOf } from '../../../src/main/features/identity/index.ts'
import { DecodeError, encode } from '../../../src/main/platform/cbor.ts'
import { makeHpkeKeys } from '../../../src/main/platform/hpke.ts'
import {
  digestOf,
  hexOf,
  keyIdOf,
  LETTER_SIZES,
  MAX_LETTER_BYTES,
  openBatch,
  openCard,
  openLetter,
  sealBatch,
  sealCard,
  sealedSize,
  sealLetter,
} from '../../../src/main/protocols/mailbox/index.ts'
import { decodeKeysAnswer, encodeKeysAnswer, encodeKeysRequest } from '../../../src/main/protocols/mailbox/keys-protocol.ts'
import {
  decodeCollectAnswer,
  decodeDepositAnswer,
  decodeRegisterAnswer,
  decodeRequest,
  encodeHeld,
  encodePage,
  encodeRegistered,
  encodeRequest,
  encodeStatus,
  type Request,
} from '../../../src/main/protocols/mailbox/messages.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { PINNED_LETTER } from './pinned-letter.ts'

const keyOf = (byte: number) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(byte))
const ann = await keyOf(1)
const bea = await keyOf(2)
const peerOf = (key: typeof ann): PeerId => PeerId.parse(peerIdFromPrivateKey(key).toString())
const account = accountIdOf((await keyOf(3)).publicKey)
const box = 'ab'.repeat(32)
const digest = 'cd'.repeat(32)
const keyId = 'ef'.repeat(16)
const plain = (hex: string): string => hex.replaceAll(' ', '')

describe('what is said, byte for byte', () => {
  const b32 = `5820${'ab'.repeat(32)}`
  const d32 = `5820${'cd'.repeat(32)}`

  const requests: [string, Request, string][] = [
    ['a letter is offered', { as: 'deposit', box, bytes: 2_048 }, `a3 626173 676465706f736974 63626f78 ${b32} 656279746573 190800`],
    ['hold mail for me', { as: 'register', box }, `a2 626173 687265676973746572 63626f78 ${b32}`],
    ['no longer', { as: 'unregister' }, 'a1 626173 6a756e7265676973746572'],
    ['what is there', { as: 'collect', after: 7 }, 'a2 626173 67636f6c6c656374 656166746572 07'],
    ['these I have', { as: 'acknowledge', letters: [digest] }, `a2 626173 6b61636b6e6f776c65646765 676c657474657273 81 ${d32}`],
    ['there is something', { as: 'news' }, 'a1 626173 646e657773'],
  ]

  test.each(requests)('%s', (_, request, bytes) => {
    expect(hexOf(encodeRequest(request))).toBe(plain(bytes))
    expect(decodeRequest(Buffer.from(plain(bytes), 'hex'))).toEqual(request)
  })

  test('answers', () => {
    expect(hexOf(encodeStatus('go'))).toBe(plain('a1 66737461747573 62676f'))
    expect(hexOf(encodeHeld(604_800_000))).toBe(plain('a2 65666f724d73 1a240c8400 66737461747573 6468656c64'))
    expect(hexOf(encodeRegistered({ quotaBytes: 1, usedBytes: 0 }))).toBe(
      plain('a3 66737461747573 6a72656769737465726564 69757365644279746573 00 6a71756f74614279746573 01'),
    )
    const page = { letters: [{ seq: 7, digest, bytes: 2_048 }], more: true, quotaBytes: 1, usedBytes: 0 }
    const listed = `a3 63736571 07 656279746573 190800 66646967657374 ${d32}`
    expect(hexOf(encodePage(page))).toBe(
      plain(`a5 646d6f7265 f5 66737461747573 6470616765 676c657474657273 81 ${listed} 69757365644279746573 00 6a71756f74614279746573 01`),
    )
    expect(decodeCollectAnswer(encodePage(page))).toEqual({ status: 'page', ...page })
  })

  test('an exchange of keys', () => {
    const request = { card: Uint8Array.of(1), unused: [keyId], want: 64 }
    expect(hexOf(encodeKeysRequest(request))).toBe(plain(`a3 6463617264 4101 6477616e74 1840 66756e75736564 81 50${keyId}`))
    expect(hexOf(encodeKeysAnswer({ outcome: 'given', card: Uint8Array.of(1), keys: Uint8Array.of(2), gone: [keyId] }))).toBe(
      plain(`a4 6463617264 4101 64676f6e65 81 50${keyId} 646b657973 4102 66737461747573 65676976656e`),
    )
    expect(hexOf(encodeKeysAnswer({ outcome: 'stranger' }))).toBe(plain('a1 66737461747573 68737472616e676572'))
  })

  test('words of a later Latch refuse, and what it asks is unknown', () => {
    expect(decodeDepositAnswer(encodeStatus('perhaps'))).toEqual({ status: 'refused' })
    expect(decodeRegisterAnswer(encodeStatus('perhaps'))).toEqual({ status: 'denied' })
    expect(decodeCollectAnswer(encodeStatus('perhaps'))).toEqual({ status: 'refused' })
    expect(decodeKeysAnswer(encodeStatus('perhaps'))).toEqual({ outcome: 'stranger' })
    expect(decodeRequest(encode({ as: 'perhaps', with: 'more' }))).toBeNull()
    expect(() => decodeRequest(encode({ as: 7 }))).toThrow(DecodeError)
  })
})

describe('a letter', () => {
  const about = { to: peerOf(bea), account, sentAtMs: 1_767_225_600_000 }

  test('these bytes are opened for ever', async () => {
    const privateKey = Buffer.from(PINNED_KEY, 'hex')
    const opened = await openLetter(Buffer.from(PINNED_LETTER, 'base64'), peerOf(bea), privateKey)
    expect(opened).toEqual({
      outcome: 'opened',
      letter: { device: peerOf(ann), account, sentAtMs: about.sentAtMs, body: new Uint8Array(Buffer.from('pinned')), card: null, keys: null },
    })
  })

  test('whatever is in it comes out whole, and it has one of five sizes, the one that was foretold', async () => {
    const keys = await makeHpkeKeys()
    const sizes = fc.oneof(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 1, max: MAX_LETTER_BYTES }), fc.constant(MAX_LETTER_BYTES))
    const property = fc.asyncProperty(sizes, fc.nat(2_000), fc.nat(2_000), async (length, cardBytes, keysBytes) => {
      const body = new Uint8Array(length).fill(length % 251)
      const card = new Uint8Array(cardBytes + 1).fill(1)
      const besides = { card, keys: new Uint8Array(keysBytes + 1).fill(2) }
      const sealed = await sealLetter({ ...about, body, key: { id: keyId, publicKey: keys.publicKey }, besides }, ann)
      const { bytes, roomBytes } = sealedSize({ ...about, body })
      expect([sealed.byteLength, keyIdOf(sealed)]).toEqual([bytes, keyId])
      expect(LETTER_SIZES).toContain(bytes)
      const opened = await openLetter(sealed, peerOf(bea), keys.privateKey)
      expect(opened.outcome).toBe('opened')
      if (opened.outcome !== 'opened') return
      expect(Buffer.compare(opened.letter.body, body)).toBe(0)
      if (cardBytes + 1 <= roomBytes) expect(opened.letter.card).toEqual(card)
      if (cardBytes + keysBytes + 2 <= roomBytes) expect(opened.letter.keys).toEqual(besides.keys)
    })
    await fc.assert(property, { numRuns: 60 })
  }, 30_000)

  test('garbage opens to nothing, whatever it is', async () => {
    const { privateKey } = await makeHpkeKeys()
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (noise) => {
      expect((await openLetter(noise, peerOf(bea), privateKey)).outcome).toBe('sealed')
      const letter = new Uint8Array(2_048)
      letter.set(noise.subarray(0, 2_000), 1)
      letter[0] = 1
      expect((await openLetter(letter, peerOf(bea), privateKey)).outcome).toBe('sealed')
    })
    await fc.assert(property, { numRuns: 50 })
  })

  test('to somebody else, under another id, or of another version opens to nothing', async () => {
    const keys = await makeHpkeKeys()
    const sealed = await sealLetter({ ...about, body: Uint8Array.of(1), key: { id: keyId, publicKey: keys.publicKey } }, ann)
    const changed = (at: number): Uint8Array => sealed.map((byte, index) => (index === at ? byte ^ 1 : byte))
    expect((await openLetter(sealed, peerOf(ann), keys.privateKey)).outcome).toBe('sealed')
    expect((await openLetter(changed(0), peerOf(bea), keys.privateKey)).outcome).toBe('sealed')
    expect((await openLetter(changed(1), peerOf(bea), keys.privateKey)).outcome).toBe('sealed')
    expect((await openLetter(sealed, peerOf(bea), keys.privateKey)).outcome).toBe('opened')
  })

  test('empty, or too long, is not sealed', async () => {
    const { publicKey } = await makeHpkeKeys()
    const key = { id: keyId, publicKey }
    await expect(sealLetter({ ...about, key, body: new Uint8Array() }, ann)).rejects.toThrow(RangeError)
    await expect(sealLetter({ ...about, key, body: new Uint8Array(MAX_LETTER_BYTES + 1) }, ann)).rejects.toThrow(RangeError)
  })
})

describe('a card, and keys', () => {
  const card = {
    device: peerOf(ann),
    account,
    seq: 5,
    holders: [{ peerId: peerOf(bea), box, addresses: ['/ip4/192.0.2.1/tcp/4001'] }],
    weekly: { key: new Uint8Array(32).fill(9), untilMs: 2 },
    untilMs: 3,
  }
  const batch = { device: peerOf(ann), to: peerOf(bea), keys: [{ id: keyId, key: new Uint8Array(32).fill(8) }], untilMs: 4 }

  test('are signed so, byte for byte', async () => {
    expect(digestOf(await sealCard(card, ann))).toBe(PINNED_CARD)
    expect(digestOf(await sealBatch(batch, ann))).toBe(PINNED_BATCH)
  })

  test('come out as they were', async () => {
    expect(await openCard(await sealCard(card, ann))).toEqual({ outcome: 'valid', value: card })
    expect(await openBatch(await sealBatch(batch, ann))).toEqual({ outcome: 'valid', value: batch })
  })

  test('signed by somebody else, one for the other, changed or cut short are neither', async () => {
    const signed = await sealCard(card, ann)
    expect(await openCard(await sealCard(card, bea))).toEqual({ outcome: 'invalid', why: 'signed by another device' })
    expect((await openBatch(await sealBatch(batch, bea))).outcome).toBe('invalid')
    expect((await openBatch(signed)).outcome).toBe('invalid')
    expect((await openCard(await sealBatch(batch, ann))).outcome).toBe('invalid')
    expect((await openCard(signed.subarray(0, -1))).outcome).toBe('invalid')
    expect((await openCard(new Uint8Array(7_000))).outcome).toBe('invalid')
    const property = fc.asyncProperty(fc.nat(signed.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      expect((await openCard(signed.map((byte, index) => (index === at ? byte ^ change : byte)))).outcome).toBe('invalid')
    })
    await fc.assert(property, { numRuns: 200 })
  })

  test('with more in them than may be are neither', async () => {
    const holder = card.holders[0] ?? { peerId: peerOf(bea), box, addresses: [] }
    expect((await openCard(await sealCard({ ...card, holders: Array(6).fill(holder) }, ann))).outcome).toBe('invalid')
    const far = { ...holder, addresses: Array(7).fill('/ip4/192.0.2.1/tcp/4001') }
    expect((await openCard(await sealCard({ ...card, holders: [far] }, ann))).outcome).toBe('invalid')
    const keys = Array.from({ length: 65 }, (_, at) => ({ id: at.toString(16).padStart(32, '0'), key: new Uint8Array(32) }))
    expect((await openBatch(await sealBatch({ ...batch, keys }, ann))).outcome).toBe('invalid')
    expect((await openBatch(await sealBatch({ ...batch, keys: keys.slice(1) }, ann))).outcome).toBe('valid')
  })
})

const PINNED_KEY = 'd0cc24e3ed798db01df9cdc80b6435e560600b2abc8d5f57138e055e83872e7a'
const PINNED_CARD = '018799bfb3cea43c4b347046daf75279f4d6958002d9a65a061b99a2d0140572'
const PINNED_BATCH = '87731354bab3d2b74d49ae5b2f587735fdde9f521ef4fa2cab5f765a955024ac'
