import { createHmac, hkdfSync, scrypt, timingSafeEqual } from 'node:crypto'
import { LatchError } from '../../../shared/errors.ts'
import { MAX_SCRYPT_BYTES, MAX_SCRYPT_P, SCRYPT } from './limits.ts'

/*
 * The head of a backup: docs/wire/backup.md.
 *
 *   0          8        9      10   11   12         28               52          68
 *   | latchbak | version | logN | r | p | salt (16) | stream (24)    | check (16) |
 */

const MAGIC = Buffer.from('latchbak')
const VERSION = 1
export const SALT_BYTES = 16
export const STREAM_BYTES = 24
const CHECK_BYTES = 16
const SALT_AT = 12
const STREAM_AT = SALT_AT + SALT_BYTES
const CHECK_AT = STREAM_AT + STREAM_BYTES
export const HEAD_BYTES = CHECK_AT + CHECK_BYTES
const KEY_BYTES = 32

/** What a passphrase comes to, with the salt that made it: kept for backups that make themselves, instead of the passphrase. */
export interface BackupKey {
  readonly salt: Uint8Array
  /** 32 bytes. */
  readonly key: Uint8Array
}

export interface BackupHead {
  readonly bytes: Uint8Array
  /** libsodium's header of the secret stream. */
  readonly stream: Uint8Array
}

/** 0.4 s, not on this thread. */
export async function keyFrom(passphrase: string, salt: Uint8Array): Promise<BackupKey> {
  return { salt, key: await derive(passphrase, salt, SCRYPT) }
}

/** `stream` is 24 bytes of libsodium's, new for each file: the same key may seal many. */
export function writeHead({ salt, key }: BackupKey, stream: Uint8Array): BackupHead {
  const open = Buffer.concat([MAGIC, Buffer.of(VERSION, SCRYPT.logN, SCRYPT.r, SCRYPT.p), salt, stream])
  return { bytes: new Uint8Array(Buffer.concat([open, checkOf(key, open)])), stream }
}

/** Whether a file begins as a backup does. */
export function isBackup(beginning: Uint8Array): boolean {
  return MAGIC.equals(beginning.subarray(0, MAGIC.byteLength))
}

/** Errors: LatchError DAMAGED, BAD_INPUT (another passphrase). */
export async function readHead(bytes: Uint8Array, passphrase: string, path: string): Promise<BackupHead & { readonly key: Uint8Array }> {
  if (bytes.byteLength === 0) throw new LatchError('DAMAGED', `${path} is empty. Take another backup.`)
  if (!isBackup(bytes)) throw new LatchError('BAD_INPUT', `${path} is not a backup of Latch.`)
  const [version = 0, logN = 0, r = 0, p = 0] = bytes.subarray(MAGIC.byteLength)
  if (version > VERSION) throw new LatchError('BAD_INPUT', `${path} was made by a newer Latch. Restore it with that one.`)
  if (bytes.byteLength < HEAD_BYTES) throw damaged(path, 'it ends in its first bytes')
  const isPossible = logN > 0 && logN < 32 && r > 0 && p > 0 && p <= MAX_SCRYPT_P && 128 * 2 ** logN * r <= MAX_SCRYPT_BYTES
  if (version !== VERSION || !isPossible) throw damaged(path, 'its first bytes are not what they should be')
  const key = await derive(passphrase, bytes.subarray(SALT_AT, STREAM_AT), { logN, r, p })
  const check = checkOf(key, bytes.subarray(0, CHECK_AT))
  if (!timingSafeEqual(check, bytes.subarray(CHECK_AT, HEAD_BYTES))) {
    throw new LatchError('BAD_INPUT', `That passphrase does not open ${path} (or its first bytes are damaged). Nothing was changed; try again.`)
  }
  return { bytes: bytes.slice(0, HEAD_BYTES), stream: bytes.slice(STREAM_AT, CHECK_AT), key }
}

/** What seals the pieces; the check in the head is made with another key. */
export function streamKeyOf(key: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), 'latch backup 1 stream', KEY_BYTES))
}

export function damaged(path: string, why: string): LatchError {
  return new LatchError('DAMAGED', `${path} is damaged: ${why}. Nothing was taken from it. Take another backup, or copy it again from where it came.`)
}

function checkOf(key: Uint8Array, head: Uint8Array): Buffer {
  const checkKey = Buffer.from(hkdfSync('sha256', key, new Uint8Array(), 'latch backup 1 check', KEY_BYTES))
  return createHmac('sha256', checkKey).update(head).digest().subarray(0, CHECK_BYTES)
}

function derive(passphrase: string, salt: Uint8Array, { logN, r, p }: { logN: number; r: number; p: number }): Promise<Uint8Array> {
  // Keyboards disagree on how a letter with an accent is composed.
  const normal = passphrase.normalize('NFKC')
  const cost = { N: 2 ** logN, r, p, maxmem: 256 * 2 ** logN * r }
  return new Promise((resolve, reject) => {
    scrypt(normal, salt, KEY_BYTES, cost, (error, key) => (error === null ? resolve(new Uint8Array(key)) : reject(error)))
  })
}
