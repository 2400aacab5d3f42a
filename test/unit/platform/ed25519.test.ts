import { generateKeyPair, generateKeyPairFromSeed, privateKeyFromRaw } from '@libp2p/crypto/keys'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quickSigner, quickVerifier } from '../../../src/main/platform/ed25519.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

describe('a quick key', () => {
  it('signs as RFC 8032 does (section 7.1, test 2)', async () => {
    const key = await generateKeyPairFromSeed(
      'Ed25519',
      hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'),
    )
    const signature = await quickSigner(key).sign(hex('72'))
    expect(Buffer.from(signature).toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
    expect(await quickVerifier(key.publicKey).verify(hex('72'), signature)).toBe(true)
  })

  it('signs and checks as the key that it came from', async () => {
    const key = await generateKeyPair('Ed25519')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.nat(63), async (data, at) => {
        const signature = await quickSigner(key).sign(data)
        expect(Buffer.from(signature)).toEqual(Buffer.from(await key.sign(data)))
        const changed = Uint8Array.from(signature)
        changed[at] = (changed[at] ?? 0) ^ 1
        for (const one of [signature, changed]) {
          expect(await quickVerifier(key.publicKey).verify(data, one)).toBe(await key.publicKey.verify(data, one))
        }
      }),
    )
  })

  it('takes no signature of another length, and none of another key', async () => {
    const [key, other] = [await generateKeyPair('Ed25519'), await generateKeyPair('Ed25519')]
    const data = new Uint8Array([1, 2, 3])
    const signature = await key.sign(data)
    expect(await quickVerifier(key.publicKey).verify(data, signature.subarray(1))).toBe(false)
    expect(await quickVerifier(key.publicKey).verify(data, new Uint8Array(65))).toBe(false)
    expect(await quickVerifier(other.publicKey).verify(data, signature)).toBe(false)
  })

  it('is not mixed up with others, also when there are more of them than are kept', async () => {
    const data = new Uint8Array([1])
    const keys = await Promise.all(Array.from({ length: 300 }, () => generateKeyPair('Ed25519')))
    for (const key of [...keys, ...keys.toReversed()]) {
      expect(await quickVerifier(key.publicKey).verify(data, await quickSigner(key).sign(data))).toBe(true)
    }
  })

  it('of another kind is left as it is', async () => {
    const key = await generateKeyPair('secp256k1')
    expect(quickSigner(key)).toBe(key)
    expect(quickVerifier(key.publicKey)).toBe(key.publicKey)
  })

  it('is the same key in every other way', async () => {
    const key = await generateKeyPair('Ed25519')
    const quick = quickSigner(key)
    expect(quick.publicKey.toString()).toBe(key.publicKey.toString())
    expect(quick.equals(privateKeyFromRaw(key.raw))).toBe(true)
  })
})
