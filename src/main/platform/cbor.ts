import { createHash } from 'node:crypto'
import * as dagCbor from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import type { z } from 'zod'

/** Bytes that are not what they should be: too many, not DAG-CBOR, or not of the schema. `message` says which. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}

/** Deterministic DAG-CBOR: the same value gives the same bytes on every machine. */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new Uint8Array(dagCbor.encode(value))
}

/**
 * The value of `bytes`, checked: first its size, then strict DAG-CBOR, then `schema`.
 * Errors: DecodeError, whose message names the field and never quotes the bytes.
 */
export function decode<Schema extends z.ZodType>(
  bytes: Uint8Array,
  schema: Schema,
  maxBytes: number,
): z.output<Schema> {
  const sizeBytes = bytes.byteLength
  if (sizeBytes > maxBytes) throw new DecodeError(`${sizeBytes} bytes where at most ${maxBytes} are taken`)
  const value = decodeStrictly(bytes)
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new DecodeError(`${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'not of the schema'}`)
}

/** The library takes keys in any order, and `undefined`; one value with two encodings would have two hashes. */
function decodeStrictly(bytes: Uint8Array): unknown {
  try {
    const value = dagCbor.decode<unknown>(bytes)
    if (Buffer.compare(dagCbor.encode(value), bytes) === 0) return value
  } catch (cause) {
    throw new DecodeError('not DAG-CBOR', { cause })
  }
  throw new DecodeError('not DAG-CBOR in its one form')
}

const SHA2_256 = 0x12

/** The CID (v1, dag-cbor, SHA-256) of bytes that are already DAG-CBOR, base32. */
export function cidOf(bytes: Uint8Array): string {
  return cidOfDigest(createHash('sha256').update(bytes).digest())
}

/** The same, of bytes whose SHA-256 is known. */
export function cidOfDigest(digest: Uint8Array): string {
  return CID.createV1(dagCbor.code, Digest.create(SHA2_256, digest)).toString()
}

/** The SHA-256 inside such a CID. Errors: those of multiformats, for a text that is no CID. */
export function digestOfCid(cid: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(CID.parse(cid).multihash.digest)
}
