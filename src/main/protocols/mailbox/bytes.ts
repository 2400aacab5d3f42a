import { createHash } from 'node:crypto'
import { z } from 'zod'
import { DIGEST_BYTES } from './constants.ts'

/** Ids, boxes and digests: on the wire bytes, in here lower-case hex, which compares with `===`. */
export type Hex = string

export function hexOf(bytes: Uint8Array): Hex {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

export function bytesOf(hex: Hex): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

/** Exactly so many bytes, as they are. */
export function exactBytes(length: number) {
  return z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === length, `not ${length} bytes`)
}

/** Exactly so many bytes, as hex. */
export function hexBytes(length: number) {
  return exactBytes(length).transform(hexOf)
}

export function someBytes(maxLength: number) {
  const holds = (value: unknown): boolean => value instanceof Uint8Array && value.byteLength > 0 && value.byteLength <= maxLength
  return z.custom<Uint8Array>(holds, `not 1 to ${maxLength} bytes`)
}

/** Under which a letter is listed and acknowledged. */
export function digestOf(sealed: Uint8Array): Hex {
  const digest = createHash('sha256').update(sealed).digest('hex')
  if (digest.length !== 2 * DIGEST_BYTES) throw new RangeError('not SHA-256')
  return digest
}
