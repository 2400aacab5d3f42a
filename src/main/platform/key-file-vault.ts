import { randomBytes } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { LatchError } from '../../shared/errors.ts'
import { writeFileAtomic } from './atomic-file.ts'
import { BOX_KEY_BYTES, openBox, sealBox } from './sealed-box.ts'
import type { Vault } from './vault.ts'

const CONTEXT = Buffer.from('latch key-file vault 1')

/**
 * A key in a file of mode 0600: it keeps other users of the machine out, and nobody who can read this user's files. For
 * a node that starts with nobody there to type a passphrase. The file is made at the first seal and never replaced.
 */
export function createKeyFileVault(path: string): Vault {
  return {
    protection: 'key-file',
    backend: 'key-file',
    async seal(plain) {
      const key = (await readKey(path)) ?? (await makeKey(path))
      return new Uint8Array(sealBox(key, plain, CONTEXT))
    },
    async open(sealed) {
      const key = await readKey(path)
      if (key === null) throw locked(`The key file ${path} is missing. Put it back; without it the keys stay locked.`)
      const plain = openBox(key, sealed, CONTEXT)
      if (plain !== null) return plain
      throw locked(
        `The key file ${path} is not the one that these keys were sealed with. Both were left as they are. ` +
          'Put the right one back.',
      )
    },
  }
}

async function readKey(path: string): Promise<Uint8Array | null> {
  let key: Buffer
  try {
    key = await readFile(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw locked(`The key file ${path} cannot be read. Look at its owner and mode.`, cause)
  }
  if (key.byteLength !== BOX_KEY_BYTES) {
    throw locked(
      `The key file ${path} is damaged: ${key.byteLength} bytes instead of ${BOX_KEY_BYTES}. It was left as it is. ` +
        'Put a copy in its place.',
    )
  }
  // A copy or a restore may have opened it to others.
  await chmod(path, 0o600).catch(() => {})
  return key
}

async function makeKey(path: string): Promise<Uint8Array> {
  const key = randomBytes(BOX_KEY_BYTES)
  await writeFileAtomic(path, key, { mode: 0o600 })
  return key
}

function locked(sentence: string, cause?: unknown): LatchError {
  return new LatchError('LOCKED', sentence, { cause })
}
