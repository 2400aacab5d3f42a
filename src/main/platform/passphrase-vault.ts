import { randomBytes, scrypt } from 'node:crypto'
import { LatchError } from '../../shared/errors.ts'
import { MiB } from '../../shared/units.ts'
import { BOX_KEY_BYTES, openBox, sealBox } from './sealed-box.ts'
import type { Vault } from './vault.ts'

/**
 * 128 MiB and about 0.4 s for each guess; the version stands for these numbers.
 * Source: OWASP Password Storage Cheat Sheet, scrypt.
 */
const VERSION = 1
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 160 * MiB } as const
const SALT_BYTES = 16

const CONTEXT = Buffer.from('latch passphrase vault 1')

/**
 * A passphrase that somebody types at each start. Shape of what is sealed: 1 byte of version, 16 of salt, the box.
 * Errors: LatchError BAD_INPUT for an empty passphrase.
 */
export function createPassphraseVault(passphrase: string): Vault {
  // Keyboards disagree on how a letter with an accent is composed.
  const normal = passphrase.normalize('NFKC')
  if (normal === '') throw new LatchError('BAD_INPUT', 'The passphrase is empty.')
  return {
    protection: 'passphrase',
    backend: 'passphrase',
    async seal(plain) {
      const salt = randomBytes(SALT_BYTES)
      const box = sealBox(await derive(normal, salt), plain, CONTEXT)
      return new Uint8Array(Buffer.concat([Buffer.of(VERSION), salt, box]))
    },
    async open(sealed) {
      if (sealed[0] !== VERSION) {
        const sentence = 'These keys were sealed by a newer Latch, or are damaged. They were left as they are.'
        throw new LatchError('LOCKED', sentence)
      }
      const key = await derive(normal, sealed.subarray(1, 1 + SALT_BYTES))
      const plain = openBox(key, sealed.subarray(1 + SALT_BYTES), CONTEXT)
      if (plain !== null) return plain
      const sentence = 'That passphrase does not open the keys of this account. Nothing was changed; try again.'
      throw new LatchError('LOCKED', sentence)
    },
  }
}

/** Runs on a thread of its own: 0.4 s would stop the loop. */
function derive(passphrase: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, BOX_KEY_BYTES, SCRYPT, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}
