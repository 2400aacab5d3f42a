import { z } from 'zod'
import { encode } from '../../platform/cbor.ts'
import { bytesOf, bytesUpTo, DIGEST_BYTES, type Hex, sha256, toHex } from './bytes.ts'
import { MAX_PROOF_SIBLINGS, MAX_RECORD_BYTES } from './limits.ts'

/*
 * The state as a sparse Merkle tree: a record lies where the bits of SHA-256(domain, its key) lead, and a part that holds
 * one record alone is that record, so that paths are as long as there are records and not 256. Nothing in a tree ever
 * changes: a new one shares all but the paths that were touched, and hashes are worked out when a root is asked for.
 * So a block of 100 entries over 10,000 names costs some hundreds of paths, and the tree before it is still there.
 *
 *   record  SHA-256(02, SHA-256(domain, key), SHA-256(DAG-CBOR of the record))
 *   branch  SHA-256(03, left, right)          left is bit 0, the highest bit first
 *   nothing 32 zero bytes
 *
 * The root depends on what is in the tree and not on how it came there: a branch of one record and nothing is that record.
 */

const RECORD = Buffer.from([2])
const BRANCH = Buffer.from([3])
const NOTHING = Buffer.alloc(DIGEST_BYTES)
const KEY_DOMAIN = Buffer.from('latch-ledger-state\n')

interface Leaf<R> {
  readonly is: 'leaf'
  /** Where it lies. */
  readonly place: Buffer
  readonly key: string
  readonly record: R
  hash: Buffer | null
}

interface Branch<R> {
  readonly is: 'branch'
  readonly left: Node<R>
  readonly right: Node<R>
  hash: Buffer | null
}

type Node<R> = Leaf<R> | Branch<R> | null

/** What a state is made of. Plain data that DAG-CBOR carries, never changed once it is in a tree. */
export type Tree<R> = { readonly node: Node<R> }

export const emptyTree: Tree<never> = { node: null }

/** What lies under a key, or that nothing does, as far as a root vouches for it. */
export const StateProof = z.object({
  /** What lies beside the way, from the root down; null for nothing. */
  siblings: z.array(bytesOf(DIGEST_BYTES).nullable()).max(MAX_PROOF_SIBLINGS),
  end: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('record'), record: bytesUpTo(MAX_RECORD_BYTES) }),
    z.object({ kind: z.literal('nothing') }),
    /** Another record lies on the way: then there is none under this key. */
    z.object({ kind: z.literal('other'), place: bytesOf(DIGEST_BYTES), recordHash: bytesOf(DIGEST_BYTES) }),
  ]),
})
export type StateProof = z.infer<typeof StateProof>

export function getRecord<R>({ node }: Tree<R>, key: string): R | undefined {
  const place = placeOf(key)
  for (let depth = 0; ; depth++) {
    if (node === null) return undefined
    if (node.is === 'leaf') return node.key === key ? node.record : undefined
    node = bitAt(place, depth) === 0 ? node.left : node.right
  }
}

export function putRecord<R>(tree: Tree<R>, key: string, record: R): Tree<R> {
  return { node: put(tree.node, leafOf(key, record), 0) }
}

export function removeRecord<R>(tree: Tree<R>, key: string): Tree<R> {
  return { node: remove(tree.node, placeOf(key), 0) }
}

/** The tree of many records at once: for a start or a snapshot, without the trees between. Keys must differ. */
export function treeOf<R>(records: Iterable<readonly [key: string, record: R]>): Tree<R> {
  const leaves = Array.from(records, ([key, record]) => leafOf(key, record))
  return { node: gather(leaves.toSorted((a, b) => Buffer.compare(a.place, b.place)), 0) }
}

/** Leaves that are put together and hashed in one turn: some 20 ms. */
const LEAVES_A_TURN = 2_048

/** The same of so many that everything else needs its turns meanwhile, with the hashes worked out. */
export function* treeInTurns<R>(records: Iterable<readonly [key: string, record: R]>): Generator<void, Tree<R>> {
  const leaves: Leaf<R>[] = []
  for (const [key, record] of records) if (leaves.push(leafOf(key, record)) % LEAVES_A_TURN === 0) yield
  return { node: yield* gatherInTurns(leaves, 0) }
}

export function treeRoot<R>({ node }: Tree<R>): Hex {
  return toHex(hashOf(node))
}

/** All records, in the order of their places. */
export function* recordsOf<R>({ node }: Tree<R>): Generator<readonly [key: string, record: R]> {
  // Not by calling itself: each record would be handed up through as many generators as it lies deep.
  const open: Node<R>[] = [node]
  while (open.length > 0) {
    const next = open.pop() ?? null
    if (next?.is === 'leaf') yield [next.key, next.record]
    if (next?.is === 'branch') open.push(next.right, next.left)
  }
}

export function proveRecord<R>({ node }: Tree<R>, key: string): StateProof {
  const place = placeOf(key)
  const siblings: (Uint8Array | null)[] = []
  while (node !== null && node.is === 'branch') {
    const [next, beside]: [Node<R>, Node<R>] =
      bitAt(place, siblings.length) === 0 ? [node.left, node.right] : [node.right, node.left]
    siblings.push(beside === null ? null : hashOf(beside))
    node = next
  }
  if (node === null) return { siblings, end: { kind: 'nothing' } }
  if (node.key === key) return { siblings, end: { kind: 'record', record: encode(node.record) } }
  return { siblings, end: { kind: 'other', place: node.place, recordHash: sha256(encode(node.record)) } }
}

export type ProofCheck =
  | { readonly outcome: 'present'; readonly record: Uint8Array }
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'false'; readonly why: string }

/** What a proof shows, worked out from nothing but a root that is trusted. */
export function checkStateProof(root: Hex, key: string, { siblings, end }: StateProof): ProofCheck {
  const place = placeOf(key)
  let hash: Buffer = NOTHING
  if (end.kind === 'record') hash = leafHash(place, sha256(end.record))
  if (end.kind === 'other') {
    const other = Buffer.from(end.place)
    if (other.equals(place)) return { outcome: 'false', why: 'the other record is this one' }
    const parts = siblings.findIndex((_, depth) => bitAt(other, depth) !== bitAt(place, depth))
    if (parts !== -1) return { outcome: 'false', why: 'the other record lies elsewhere' }
    hash = leafHash(other, end.recordHash)
  }
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const beside = siblings[depth] ?? NOTHING
    hash = bitAt(place, depth) === 0 ? sha256(BRANCH, hash, beside) : sha256(BRANCH, beside, hash)
  }
  if (toHex(hash) !== root) return { outcome: 'false', why: 'it leads to another root' }
  return end.kind === 'record' ? { outcome: 'present', record: end.record } : { outcome: 'absent' }
}

function leafOf<R>(key: string, record: R): Leaf<R> {
  return { is: 'leaf', place: placeOf(key), key, record, hash: null }
}

function branchOf<R>(left: Node<R>, right: Node<R>): Branch<R> {
  return { is: 'branch', left, right, hash: null }
}

function put<R>(node: Node<R>, leaf: Leaf<R>, depth: number): Node<R> {
  if (node === null) return leaf
  if (node.is === 'leaf') return node.place.equals(leaf.place) ? leaf : beside(node, leaf, depth)
  return bitAt(leaf.place, depth) === 0
    ? branchOf(put(node.left, leaf, depth + 1), node.right)
    : branchOf(node.left, put(node.right, leaf, depth + 1))
}

/** A branch that holds two records, as deep as their places agree. */
function beside<R>(one: Leaf<R>, other: Leaf<R>, depth: number): Branch<R> {
  const bit = bitAt(one.place, depth)
  if (bit !== bitAt(other.place, depth)) return bit === 0 ? branchOf(one, other) : branchOf(other, one)
  const below = beside(one, other, depth + 1)
  return bit === 0 ? branchOf(below, null) : branchOf<R>(null, below)
}

function remove<R>(node: Node<R>, place: Buffer, depth: number): Node<R> {
  if (node === null) return null
  if (node.is === 'leaf') return node.place.equals(place) ? null : node
  const isLeft = bitAt(place, depth) === 0
  const before = isLeft ? node.left : node.right
  const after = remove(before, place, depth + 1)
  if (after === before) return node
  const [left, right] = isLeft ? [after, node.right] : [node.left, after]
  if (left === null && (right === null || right.is === 'leaf')) return right
  if (right === null && left?.is === 'leaf') return left
  return branchOf(left, right)
}

function gather<R>(sorted: readonly Leaf<R>[], depth: number): Node<R> {
  if (sorted.length <= 1) return sorted[0] ?? null
  const found = sorted.findIndex(({ place }) => bitAt(place, depth) === 1)
  const split = found === -1 ? sorted.length : found
  return branchOf(gather(sorted.slice(0, split), depth + 1), gather(sorted.slice(split), depth + 1))
}

function* gatherInTurns<R>(leaves: readonly Leaf<R>[], depth: number): Generator<void, Node<R>> {
  if (leaves.length <= LEAVES_A_TURN) {
    const node = gather(leaves.toSorted((a, b) => Buffer.compare(a.place, b.place)), depth)
    hashOf(node)
    yield
    return node
  }
  const { left = [], right = [] } = Object.groupBy(leaves, ({ place }) => (bitAt(place, depth) === 0 ? 'left' : 'right'))
  return branchOf(yield* gatherInTurns(left, depth + 1), yield* gatherInTurns(right, depth + 1))
}

function hashOf<R>(node: Node<R>): Buffer {
  if (node === null) return NOTHING
  node.hash ??=
    node.is === 'leaf'
      ? leafHash(node.place, sha256(encode(node.record)))
      : sha256(BRANCH, hashOf(node.left), hashOf(node.right))
  return node.hash
}

function leafHash(place: Uint8Array, recordHash: Uint8Array): Buffer {
  return sha256(RECORD, place, recordHash)
}

function placeOf(key: string): Buffer {
  return sha256(KEY_DOMAIN, Buffer.from(key))
}

function bitAt(place: Buffer, depth: number): number {
  return ((place[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1
}
