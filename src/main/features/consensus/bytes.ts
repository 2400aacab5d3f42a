import { createHash } from 'node:crypto'
import { VALUE_PREFIX } from '../../protocols/consensus/index.ts'

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** The binary CID (v1, dag-cbor, SHA-256) of bytes: the value of a payload that is hashed whole. */
export function valueOf(payload: Uint8Array): Uint8Array {
  return new Uint8Array([...VALUE_PREFIX, ...createHash('sha256').update(payload).digest()])
}
