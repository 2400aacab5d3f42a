import { createHash } from 'node:crypto'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { Content, Said, type PostBody } from './bodies.ts'
import { MAX_CONTENT_BYTES } from './constants.ts'

export type Post = (typeof PostBody)['_output']

/** A content block, and the body of the entry that names it. */
export interface MadeContent {
  readonly body: Post
  readonly block: Uint8Array
}

/**
 * `salt`: 16 random bytes, new for each block. `expiresAfterMs`: of a message that does not stay. Errors: RangeError where it
 * would be more than one block holds.
 */
export function makeContent(said: Said, salt: Uint8Array, expiresAfterMs: number | null = null): MadeContent {
  const block = encode({ salt, said })
  if (block.byteLength > MAX_CONTENT_BYTES) throw new RangeError(`a content block of ${block.byteLength} bytes`)
  const expires = expiresAfterMs === null ? {} : { expiresAfterMs }
  return { block, body: { kind: 'post', says: said.kind, content: hashOf(block), sizeBytes: block.byteLength, ...expires } }
}

/** Whether these bytes are what the entry names. */
export function isContentOf(body: Post, block: Uint8Array): boolean {
  return block.byteLength === body.sizeBytes && Buffer.compare(hashOf(block), body.content) === 0
}

/**
 * What a block says; null where that is of a kind unknown here, or not of its schema: its author signed nonsense, which is
 * kept, as the chain is, and never shown. `block` was checked against its hash.
 */
export function readContent(block: Uint8Array): Said | null {
  try {
    const content = decode(block, Content, MAX_CONTENT_BYTES)
    return Said.safeParse(content.said).data ?? null
  } catch (cause) {
    if (cause instanceof DecodeError) return null
    throw cause
  }
}

function hashOf(block: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(block).digest())
}
