import { z } from 'zod'
import { bytesOf, DIGEST_BYTES, type Hex, sha256, toHex } from './bytes.ts'

/*
 * The tree over a block's entries, as RFC 6962 has it: a leaf is SHA-256(00 entry), a branch SHA-256(01 left right), and
 * the left side of a branch is the largest full tree that leaves something for the right. The root of none is SHA-256().
 */

const LEAF = Buffer.from([0])
const BRANCH = Buffer.from([1])

/** That a leaf is number `index` of `size`: what lies beside its way to the root, from the leaf up. */
export const ListProof = z.object({
  index: z.int().nonnegative(),
  size: z.int().positive(),
  path: z.array(bytesOf(DIGEST_BYTES)).max(32),
})
export type ListProof = z.infer<typeof ListProof>

export function listRoot(leaves: readonly Uint8Array[]): Hex {
  return toHex(rootOf(leaves.map((leaf) => sha256(LEAF, leaf))))
}

/** *Errors*: RangeError where there is no such leaf. */
export function proveInList(leaves: readonly Uint8Array[], index: number): ListProof {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) throw new RangeError(`no leaf ${index}`)
  const hashes = leaves.map((leaf) => sha256(LEAF, leaf))
  return { index, size: leaves.length, path: pathTo(hashes, index) }
}

export function checkListProof(root: Hex, leaf: Uint8Array, proof: ListProof): 'holds' | 'false' {
  if (proof.index >= proof.size) return 'false'
  const path = [...proof.path]
  const climbed = climb(sha256(LEAF, leaf), proof.index, proof.size, path)
  return climbed !== null && path.length === 0 && toHex(climbed) === root ? 'holds' : 'false'
}

function rootOf(hashes: readonly Buffer[]): Buffer {
  const [first] = hashes
  if (first === undefined) return sha256(Buffer.alloc(0))
  if (hashes.length === 1) return first
  const split = largestPowerBelow(hashes.length)
  return sha256(BRANCH, rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)))
}

function pathTo(hashes: readonly Buffer[], index: number): Uint8Array[] {
  if (hashes.length === 1) return []
  const split = largestPowerBelow(hashes.length)
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)]
  return index < split ? [...pathTo(left, index), rootOf(right)] : [...pathTo(right, index - split), rootOf(left)]
}

/** Takes what it uses off the front of `path`; null where that is too short. */
function climb(leaf: Buffer, index: number, size: number, path: Uint8Array[]): Buffer | null {
  if (size === 1) return leaf
  const split = largestPowerBelow(size)
  const isLeft = index < split
  const below = isLeft ? climb(leaf, index, split, path) : climb(leaf, index - split, size - split, path)
  const beside = path.shift()
  if (below === null || beside === undefined) return null
  return isLeft ? sha256(BRANCH, below, beside) : sha256(BRANCH, beside, below)
}

function largestPowerBelow(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}
