import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { mnemonicToSeedWebcrypto } from '@scure/bip39'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LatchError } from '../../../src/shared/errors.ts'
import { RecoveryPhrase } from '../../../src/shared/model/identity.ts'
import {
  accountIdOf,
  accountKeyFrom,
  entropyOf,
  keyringFrom,
  randomSeeds,
  wordsOf,
} from '../../../src/main/features/identity/keys.ts'
import { seededRandom } from './parts.ts'

const ZEROS = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'

function refusal(run: () => unknown): LatchError {
  try {
    run()
  } catch (error) {
    if (error instanceof LatchError) return error
  }
  throw new Error('it was not refused with a LatchError')
}

describe('the account key', () => {
  it('follows from the phrase alone, for good', async () => {
    const key = await accountKeyFrom(entropyOf(ZEROS))
    // Pinned: a change of this gives everybody another account for the same words.
    expect(accountIdOf(key.publicKey)).toBe('k51qzi5uqu5djp9lv45wr2wqr1vpeftu1w8dmw1113rxe7zdw1gdxtkobbhr3l')
  })

  it('is not the key that others derive from the same words', async () => {
    const seed = await mnemonicToSeedWebcrypto(ZEROS)
    const wallet = await generateKeyPairFromSeed('Ed25519', seed.slice(0, 32))
    const ours = await accountKeyFrom(entropyOf(ZEROS))
    expect(accountIdOf(ours.publicKey)).not.toBe(accountIdOf(wallet.publicKey))
  })
})

describe('a keyring', () => {
  it('draws every key but the account key from randomness of its own', async () => {
    const entropy = new Uint8Array(16)
    const one = await keyringFrom(randomSeeds(seededRandom('one'), entropy))
    const other = await keyringFrom(randomSeeds(seededRandom('other'), entropy))
    expect(one.accountKey.equals(other.accountKey)).toBe(true)
    expect(one.deviceKey.equals(other.deviceKey)).toBe(false)
    expect(one.databaseKey).not.toEqual(other.databaseKey)
    expect(one.mailKey.publicKey).not.toEqual(other.mailKey.publicKey)
    expect(one.databaseKey).toHaveLength(32)
  })

  it('has the public half of its mail key, as node:crypto makes it', async () => {
    const pair = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' })
    const mail = new Uint8Array(Buffer.from(pair.d ?? '', 'base64url'))
    const { mailKey } = await keyringFrom({ ...randomSeeds(seededRandom('mail')), mail })
    const jwk = createPublicKey({ key: pair, format: 'jwk' }).export({ format: 'jwk' })
    expect(Buffer.from(mailKey.publicKey).toString('base64url')).toBe(jwk.x)
    expect(mailKey.publicKey).toHaveLength(32)
  })
})

describe('a recovery phrase', () => {
  it('is the entropy in words, and back, in any case and spacing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (entropy) => {
        const words = wordsOf(entropy)
        expect(RecoveryPhrase.safeParse(words.join(' ')).success).toBe(true)
        expect(entropyOf(words.join(' '))).toEqual(entropy)
        expect(entropyOf(`  ${words.join('\n\t ').toUpperCase()} `)).toEqual(entropy)
      }),
      { verbose: true },
    )
  })

  it('with an unknown word names the place of the word and never the word', () => {
    const words = ZEROS.split(' ')
    words[4] = 'correcthorse'
    const error = refusal(() => entropyOf(words.join(' ')))
    expect(error.code).toBe('BAD_INPUT')
    expect(error.message).toContain('Word 5')
    expect(error.message).not.toContain('correcthorse')
  })

  it('with a checksum that does not hold is refused', () => {
    const error = refusal(() => entropyOf(ZEROS.replace(/about$/, 'abandon')))
    expect(error.code).toBe('BAD_INPUT')
    expect(error.message).toContain('do not belong together')
  })

  it('of another number of words is refused with that number', () => {
    expect(refusal(() => entropyOf('abandon abandon')).message).toContain('there are 2')
    expect(refusal(() => entropyOf('abandon '.repeat(10_000))).message).toContain('there are 10000')
  })
})
