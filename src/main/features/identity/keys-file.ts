import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AccountId, TimeMs } from '../../../shared/ids.ts'
import { DisplayName, KeyProtection } from '../../../shared/model/identity.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { ENTROPY_BYTES, KEY_BYTES } from './keys.ts'
import { MAX_KEYS_FILE_BYTES } from './limits.ts'

/*
 * keys.json, drawn in docs/wire/keys.md. Outside the seal lies only what is needed to say which account is locked and
 * what sealed it. The name and whether the phrase was written down are inside: they are the person's, and what is
 * inside cannot be changed by somebody who can write to the folder but not open the seal.
 */

export const KEYS_VERSION = 1

const bytes = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === length, `not ${length} bytes`)

const Version = z.object({ version: z.int() })

const KeysFile = z.object({
  version: z.literal(KEYS_VERSION),
  protection: KeyProtection,
  backend: z.string().min(1).max(64),
  account: AccountId,
  createdMs: TimeMs,
  sealed: z.base64(),
})
export type KeysFile = z.infer<typeof KeysFile>

const Secrets = z.object({
  name: DisplayName,
  phrase: z.enum(['offered', 'confirmed', 'restored']),
  entropy: bytes(ENTROPY_BYTES),
  device: bytes(KEY_BYTES),
  mail: bytes(KEY_BYTES),
  database: bytes(KEY_BYTES),
})
export type Secrets = z.infer<typeof Secrets>

const DIGEST_BYTES = 32

export type ReadKeys =
  | { outcome: 'read'; file: KeysFile }
  | { outcome: 'newer'; why: string }
  | { outcome: 'damaged'; why: string }
export type ReadSecrets = { outcome: 'read'; secrets: Secrets } | { outcome: 'damaged'; why: string }

export function formatKeysFile(file: KeysFile): string {
  return `${JSON.stringify(file, null, 2)}\n`
}

export function readKeysFile(text: string): ReadKeys {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { outcome: 'damaged', why: text.trim() === '' ? 'it is empty' : 'it is not JSON' }
  }
  const version = Version.safeParse(value)
  if (!version.success) return { outcome: 'damaged', why: 'it says no version' }
  if (version.data.version > KEYS_VERSION) return { outcome: 'newer', why: `it is of version ${version.data.version}` }
  const file = KeysFile.safeParse(value)
  if (!file.success) {
    const field = file.error.issues[0]?.path.join('.') ?? ''
    return { outcome: 'damaged', why: `"${field}" is not what it should be` }
  }
  return { outcome: 'read', file: file.data }
}

/** What the vault seals: SHA-256 of the DAG-CBOR, then that. Some key stores encrypt without a check of their own. */
export function packSecrets(secrets: Secrets): Uint8Array {
  const body = encode(secrets)
  return Buffer.concat([digest(body), body])
}

export function unpackSecrets(plain: Uint8Array): ReadSecrets {
  const body = plain.subarray(DIGEST_BYTES)
  if (!digest(body).equals(plain.subarray(0, DIGEST_BYTES))) {
    return { outcome: 'damaged', why: 'what it seals is not whole' }
  }
  try {
    return { outcome: 'read', secrets: decode(body, Secrets, MAX_KEYS_FILE_BYTES) }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { outcome: 'damaged', why: `what it seals is not a keyring (${error.message})` }
  }
}

function digest(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest()
}
