import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountIdOf, keyringFrom, randomSeeds } from '../../../src/main/features/identity/keys.ts'
import {
  formatKeysFile,
  packSecrets,
  readKeysFile,
  unpackSecrets,
  type Secrets,
} from '../../../src/main/features/identity/keys-file.ts'
import { seededRandom, testVault } from './parts.ts'

const secrets: Secrets = { name: 'Ada', phrase: 'offered', ...randomSeeds(seededRandom('golden')) }

/** Golden: added to, never edited. Files like these lie on disks. */
const GOLDEN_SECRETS = [
  '60aa61ee7af95d458219c82db04cee41385458e49eb79513f80512805612e4a3a6646d61696c5820f04b60c5ceb87d354365',
  'df5dbf88e06e2c2e2db85bccd038f65dfe7900840602646e616d65634164616664657669636558205a1834712bc78babdf82',
  '40ea2f6c27f839226054b8b124b0631d31013d33500666706872617365676f66666572656467656e74726f707950b30400d8',
  '7b2511bcf623f72a48cac3d5686461746162617365582016b5fd0d5549dd586c79ef614f5bbaa4029bc5b6da5a48a22429d0',
  'ceb074f057',
].join('')

async function file(): Promise<Parameters<typeof formatKeysFile>[0]> {
  const keyring = await keyringFrom(secrets)
  return {
    version: 1,
    protection: 'key-file',
    backend: 'test',
    account: accountIdOf(keyring.accountKey.publicKey),
    createdMs: 1_767_225_600_000,
    sealed: Buffer.from('sealed').toString('base64'),
  }
}

describe('what the vault seals', () => {
  it('is these bytes, for good', () => {
    expect(Buffer.from(packSecrets(secrets)).toString('hex')).toBe(GOLDEN_SECRETS)
    expect(unpackSecrets(Buffer.from(GOLDEN_SECRETS, 'hex'))).toEqual({ outcome: 'read', secrets })
  })

  it('is damaged when one bit of it changed, wherever', () => {
    const packed = packSecrets(secrets)
    fc.assert(
      fc.property(fc.nat({ max: packed.byteLength * 8 - 1 }), (bit) => {
        const changed = new Uint8Array(packed)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(unpackSecrets(changed).outcome).toBe('damaged')
      }),
      { verbose: true },
    )
  })

  it('is damaged when it is cut, or anything else', () => {
    const packed = packSecrets(secrets)
    expect(unpackSecrets(packed.subarray(0, 20)).outcome).toBe('damaged')
    expect(unpackSecrets(packed.subarray(0, -1)).outcome).toBe('damaged')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(unpackSecrets(bytes).outcome).toBe('damaged')
      }),
      { verbose: true },
    )
  })
})

describe('keys.json', () => {
  it('is this text, for good', async () => {
    expect(formatKeysFile(await file())).toBe(`{
  "version": 1,
  "protection": "key-file",
  "backend": "test",
  "account": "k51qzi5uqu5djfogsojmpf7k6zcpydm8mh63273v2bvxgrcxmzvbhex8rsdh21",
  "createdMs": 1767225600000,
  "sealed": "c2VhbGVk"
}
`)
    expect(readKeysFile(formatKeysFile(await file()))).toEqual({ outcome: 'read', file: await file() })
  })

  it('says outside its seal neither the name nor any key', async () => {
    const sealed = await testVault().seal(packSecrets(secrets))
    const text = formatKeysFile({ ...(await file()), sealed: Buffer.from(sealed).toString('base64') })
    expect(text).not.toContain('Ada')
    expect(text).not.toContain('offered')
    expect(text).not.toContain(Buffer.from(secrets.database).toString('base64').slice(0, 20))
  })

  it('of a later version is told apart from a damaged one', async () => {
    const later = { ...(await file()), version: 2, sealed: { of: 'another shape' } }
    expect(readKeysFile(JSON.stringify(later)).outcome).toBe('newer')
    expect(readKeysFile(JSON.stringify({ ...(await file()), version: 0 })).outcome).toBe('damaged')
  })

  it('says which part of it is damaged, and quotes nothing', async () => {
    const read = readKeysFile(JSON.stringify({ ...(await file()), sealed: 'no base64!' }))
    expect(read).toEqual({ outcome: 'damaged', why: '"sealed" is not what it should be' })
    expect(readKeysFile('').outcome).toBe('damaged')
    expect(readKeysFile('{"version":1').outcome).toBe('damaged')
    expect(readKeysFile('null').outcome).toBe('damaged')
  })

  it('whatever its text, is read or refused and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readKeysFile(text).outcome).not.toBe('read')
      }),
      { verbose: true },
    )
  })
})
