import { createHash, timingSafeEqual } from 'node:crypto'
import { base32 } from 'multiformats/bases/base32'
import { FileId } from '../../shared/ids.ts'
import { KiB } from '../../shared/units.ts'

/*
 * The hash tree of bytes that are fetched in pieces, drawn with its numbers in docs/wire/file.md. Two levels, the same for all
 * sizes, so that every list is checked against one hash that is known already, and no part of it is large:
 *
 *   leaf   SHA-256(0x00 ‖ chunk)                          a chunk is 256 KiB, the last one shorter; empty bytes have one, empty
 *   group  SHA-256(0x01 ‖ leaves of up to 4,096 chunks)   1 GiB; a list has 128 KiB at most
 *   top    SHA-256(0x02 ‖ all groups)                     1 TiB has 1,024; 32 KiB
 *   file   SHA-256("latch file 1" ‖ 0x00 ‖ bytes (8) ‖ manifest bytes (4) ‖ top)      big-endian
 *
 * A folder is its manifest and then its files, one after another, as one run of bytes; of a file the manifest has no bytes. No two
 * of the four can be taken for each other, and the length is under the last.
 */

export const HASH_BYTES = 32
/**
 * What is verified in one. Whoever breaks off loses a part of one; whoever lies is found out after one. Measured, in ms of a processor
 * for each MB that is sealed, hashed, written and handed to a thread: 16 KiB 2.3, 64 KiB 1.3, 256 KiB 0.9, 1 MiB 0.8, 4 MiB 0.8.
 */
export const CHUNK_BYTES = 256 * KiB
export const CHUNKS_PER_GROUP = 4_096
/** 4 PiB; what may be offered is less. */
export const MAX_GROUPS = 4_096
const MAX_MANIFEST_BYTES = 2 ** 32 - 1

const LEAF = Uint8Array.of(0)
const GROUP = Uint8Array.of(1)
const TOP = Uint8Array.of(2)
const FILE = new TextEncoder().encode('latch file 1\0')

/** What the id of a file binds. */
export interface FileHead {
  /** All of it, the manifest included. */
  readonly bytes: number
  readonly manifestBytes: number
  readonly top: Uint8Array
}

const sha256 = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

export const leafOf = (chunk: Uint8Array): Uint8Array<ArrayBuffer> => sha256(LEAF, chunk)
export const groupOf = (leaves: Uint8Array): Uint8Array<ArrayBuffer> => sha256(GROUP, leaves)
const topOf = (groups: Uint8Array): Uint8Array<ArrayBuffer> => sha256(TOP, groups)

export function chunksOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / CHUNK_BYTES))
}

/** Of the chunk with this number, from 0. */
export function chunkBytesOf(bytes: number, chunk: number): number {
  return Math.min(CHUNK_BYTES, bytes - chunk * CHUNK_BYTES)
}

export function groupsOf(bytes: number): number {
  return Math.ceil(chunksOf(bytes) / CHUNKS_PER_GROUP)
}

/** Chunks in the group with this number. */
export function leavesIn(bytes: number, group: number): number {
  return Math.min(CHUNKS_PER_GROUP, chunksOf(bytes) - group * CHUNKS_PER_GROUP)
}

export function fileIdOf({ bytes, manifestBytes, top }: FileHead): FileId {
  const numbers = Buffer.alloc(12)
  numbers.writeBigUInt64BE(BigInt(bytes))
  numbers.writeUInt32BE(manifestBytes, 8)
  return FileId.parse(base32.baseEncode(sha256(FILE, numbers, top)))
}

/** Whether these numbers can be those of a file at all. */
export function isHead({ bytes, manifestBytes, top }: FileHead): boolean {
  const areNumbers = Number.isSafeInteger(bytes) && bytes >= 0 && Number.isSafeInteger(manifestBytes) && manifestBytes >= 0
  return areNumbers && manifestBytes <= Math.min(bytes, MAX_MANIFEST_BYTES) && top.byteLength === HASH_BYTES && groupsOf(bytes) <= MAX_GROUPS
}

/** All leaves of a file, one after another, in groups; what a device must have to give it. Groups that come are checked. */
export class HashTree {
  readonly head: FileHead
  readonly #groups: readonly Uint8Array[]

  private constructor(head: FileHead, groups: readonly Uint8Array[]) {
    this.head = head
    this.#groups = groups
  }

  /** From all leaves, in order. */
  static of(bytes: number, manifestBytes: number, leaves: Uint8Array): { head: FileHead; groups: Uint8Array; leavesOf: (group: number) => Uint8Array } {
    if (leaves.byteLength !== chunksOf(bytes) * HASH_BYTES) throw new RangeError('not the leaves of so many bytes')
    const size = CHUNKS_PER_GROUP * HASH_BYTES
    const leavesOf = (group: number): Uint8Array => leaves.subarray(group * size, (group + 1) * size)
    const groups = Buffer.concat(Array.from({ length: groupsOf(bytes) }, (_, group) => groupOf(leavesOf(group))))
    return { head: { bytes, manifestBytes, top: topOf(groups) }, groups, leavesOf }
  }

  /** The list of groups as somebody gives it; null: it is not that of this head. */
  static opened(head: FileHead, groups: Uint8Array): HashTree | null {
    if (groups.byteLength !== groupsOf(head.bytes) * HASH_BYTES || !isSame(topOf(groups), head.top)) return null
    return new HashTree(head, Array.from({ length: groupsOf(head.bytes) }, (_, at) => groups.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES)))
  }

  /** Whether these are the leaves of that group. */
  areLeaves(group: number, leaves: Uint8Array): boolean {
    const hash = this.#groups[group]
    if (hash === undefined || leaves.byteLength !== leavesIn(this.head.bytes, group) * HASH_BYTES) return false
    return isSame(groupOf(leaves), hash)
  }
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}
