import { generateKeyPair } from '@libp2p/crypto/keys'
import { describe, expect, it } from 'vitest'
import { EnvelopeError, open, seal } from '../../../src/main/platform/envelope.ts'

const letter = { domain: 'latch-letter', type: '/latch/letter/1' }
const payload = new TextEncoder().encode('signed words')

describe('an envelope', () => {
  it('gives back what was signed, and by whom', async () => {
    const key = await generateKeyPair('Ed25519')
    const opened = await open(letter, await seal(letter, payload, key))
    expect(opened.payload).toEqual(payload)
    expect(opened.publicKey.equals(key.publicKey)).toBe(true)
  })

  it('is the same bytes each time, as Ed25519 signs without chance', async () => {
    const key = await generateKeyPair('Ed25519')
    expect(await seal(letter, payload, key)).toEqual(await seal(letter, payload, key))
  })

  it.each([
    ['domain', { ...letter, domain: 'latch-will' }],
    ['type', { ...letter, type: '/latch/will/1' }],
  ])('of one kind is not valid as one of another %s', async (_, other) => {
    const sealed = await seal(letter, payload, await generateKeyPair('Ed25519'))
    await expect(open(other, sealed)).rejects.toThrow(EnvelopeError)
  })

  it('is not valid with a key that names no peer, as whoever asks who signed would fail at it', async () => {
    await expect(open(letter, await seal(letter, payload, await generateKeyPair('ECDSA')))).rejects.toThrow(EnvelopeError)
    const another = await generateKeyPair('secp256k1')
    expect((await open(letter, await seal(letter, payload, another))).publicKey.equals(another.publicKey)).toBe(true)
  })

  it('is not valid when any bit of it was changed, or it was cut', async () => {
    const sealed = await seal(letter, payload, await generateKeyPair('Ed25519'))
    for (let at = 0; at < sealed.byteLength; at++) {
      const changed = Uint8Array.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      await expect(open(letter, changed), `byte ${at}`).rejects.toThrow(EnvelopeError)
      await expect(open(letter, sealed.subarray(0, at)), `cut at ${at}`).rejects.toThrow(EnvelopeError)
    }
  })

  it('is not valid with another’s key in it', async () => {
    const [mine, theirs] = [await generateKeyPair('Ed25519'), await generateKeyPair('Ed25519')]
    const sealed = Buffer.from(await seal(letter, payload, mine))
    const at = sealed.indexOf(mine.publicKey.raw)
    sealed.set(theirs.publicKey.raw, at)
    await expect(open(letter, sealed)).rejects.toThrow(EnvelopeError)
  })

  it('is refused when it is no envelope at all', async () => {
    for (const bytes of [new Uint8Array(0), payload, new Uint8Array(100_000).fill(255)]) {
      await expect(open(letter, bytes)).rejects.toThrow(EnvelopeError)
    }
  })
})
