import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { LatchError } from '../../../shared/errors.ts'
import type { Log } from '../../platform/log.ts'
import { accountIdOf, keyringFrom } from './keys.ts'
import { readKeysFile, unpackSecrets, type KeysFile, type Secrets } from './keys-file.ts'
import { MAX_KEYS_FILE_BYTES } from './limits.ts'
import type { Keyring, Vault } from './types.ts'

/** Where the keys and the database they open lie; both by full path. */
export interface IdentityFiles {
  readonly keys: string
  readonly database: string
}

export type Unlocked =
  | { state: 'none' }
  | { state: 'locked'; why: string }
  | { state: 'open'; file: KeysFile; secrets: Secrets; keyring: Keyring }

/**
 * What keys.json gives. It only reads: whatever is wrong, the files stay as they are, and `why` says which file, what
 * was kept and what to do. Only a folder with neither keys nor database counts as new.
 */
export async function unlock(files: IdentityFiles, vault: Vault, log: Log): Promise<Unlocked> {
  const locked = (why: string, cause?: unknown): Unlocked => {
    log.warn({ why, cause }, 'the keys cannot be opened')
    return { state: 'locked', why }
  }
  const damaged = (why: string): Unlocked =>
    locked(
      `${files.keys} is damaged: ${why}. It was left as it is. Put back a copy of it, or move it, ` +
        `${databaseFiles(files)} to another folder and restore the account from its recovery phrase.`,
    )

  let text: string | null
  try {
    text = await readBounded(files.keys)
  } catch (cause) {
    if (isMissing(cause)) return existsSync(files.database) ? locked(missing(files)) : { state: 'none' }
    const reason = cause instanceof Error ? cause.message : String(cause)
    const why = `${files.keys} cannot be read (${reason}). Nothing was changed. Let this user read it, and start again.`
    return locked(why, cause)
  }

  if (text === null) return damaged(`it holds more than ${MAX_KEYS_FILE_BYTES} bytes`)
  const read = readKeysFile(text)
  if (read.outcome === 'newer') {
    const why = `${files.keys} was written by a newer Latch: ${read.why}. It was left as it is. Start the newer Latch.`
    return locked(why)
  }
  if (read.outcome === 'damaged') return damaged(read.why)

  const { file } = read
  if (file.protection !== vault.protection || file.backend !== vault.backend) {
    return locked(
      `${files.keys} was sealed by ${describe(file)}, and ${describe(vault)} is what this start offers. ` +
        'It was left as it is. Start Latch in the way it was started when the account was made.',
    )
  }

  let plain: Uint8Array
  try {
    plain = await vault.open(Buffer.from(file.sealed, 'base64'))
  } catch (cause) {
    const reason = cause instanceof LatchError ? cause.message : `${describe(vault)} did not open it.`
    return locked(`${reason} ${files.keys} was left as it is. Start again when it can be opened.`, cause)
  }
  const unpacked = unpackSecrets(plain)
  if (unpacked.outcome === 'damaged') return damaged(unpacked.why)

  const keyring = await keyringFrom(unpacked.secrets)
  if (accountIdOf(keyring.accountKey.publicKey) !== file.account) {
    return damaged('it names another account than the one it seals')
  }
  return { state: 'open', file, secrets: unpacked.secrets, keyring }
}

/** Null for a file that is too large to be ours. */
async function readBounded(path: string): Promise<string | null> {
  const { size } = await stat(path)
  return size > MAX_KEYS_FILE_BYTES ? null : readFile(path, 'utf8')
}

function missing(files: IdentityFiles): string {
  return (
    `${files.keys} is missing, and ${files.database} needs it to be opened. The database was left as it is. ` +
    `Put back a copy of ${basename(files.keys)}, or move ${databaseFiles(files)} to another folder to start anew.`
  )
}

/** A process that was killed leaves its last writes in the second; left alone, they would go into another database. */
function databaseFiles(files: IdentityFiles): string {
  const name = basename(files.database)
  return `${name} and ${name}-wal (if it is there)`
}

function describe(by: Pick<Vault, 'protection' | 'backend'>): string {
  const words = {
    os: "the system's key store",
    passphrase: 'a passphrase',
    'key-file': 'a key file',
    'plain-text': 'plain text',
  }
  return by.backend === by.protection ? words[by.protection] : `${words[by.protection]} (${by.backend})`
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
