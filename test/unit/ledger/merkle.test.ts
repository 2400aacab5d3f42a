import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkListProof, listRoot, proveInList } from '../../../src/main/features/ledger/merkle.ts'
import {
  checkStateProof,
  emptyTree,
  getRecord,
  proveRecord,
  putRecord,
  recordsOf,
  removeRecord,
  type Tree,
  treeOf,
  treeRoot,
} from '../../../src/main/features/ledger/state-tree.ts'

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()
const leaves = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 40 })

test('the roots of no, one and three entries are those of RFC 6962', () => {
  const [a, b, c] = [Buffer.from('a'), Buffer.from('b'), Buffer.from('c')]
  const leaf = (entry: Buffer): Buffer => sha256(Buffer.from([0]), entry)
  const branch = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.from([1]), left, right)
  expect(listRoot([])).toBe(sha256(Buffer.alloc(0)).toString('hex'))
  expect(listRoot([a])).toBe(leaf(a).toString('hex'))
  expect(listRoot([a, b, c])).toBe(branch(branch(leaf(a), leaf(b)), leaf(c)).toString('hex'))
})

test('every entry of a block can be proven, and nothing else under its proof', () => {
  fc.assert(
    fc.property(leaves, fc.nat(), fc.uint8Array({ maxLength: 40 }), (list, number, other) => {
      const index = number % list.length
      const entry = list[index] ?? new Uint8Array()
      const proof = proveInList(list, index)
      expect(checkListProof(listRoot(list), entry, proof)).toBe('holds')
      const isOther = Buffer.compare(other, entry) !== 0
      expect(checkListProof(listRoot(list), other, proof)).toBe(isOther ? 'false' : 'holds')
    }),
  )
})

test('a proof that was changed anywhere proves nothing', () => {
  fc.assert(
    fc.property(leaves, fc.nat(), fc.nat(), fc.nat(), (list, number, step, bit) => {
      const index = number % list.length
      const entry = list[index] ?? new Uint8Array()
      const { path, size } = proveInList(list, index)
      const root = listRoot(list)
      const longer = [...path, sha256(entry)]
      expect(checkListProof(root, entry, { index, size, path: longer })).toBe('false')
      expect(checkListProof(root, entry, { index: size, size, path })).toBe('false')
      if (path.length === 0) return
      expect(checkListProof(root, entry, { index, size, path: path.slice(1) })).toBe('false')
      const bent = path.map((hash, at) => (at === step % path.length ? flipped(hash, bit) : hash))
      expect(checkListProof(root, entry, { index, size, path: bent })).toBe('false')
    }),
  )
})

test('a branch of the tree is not an entry of it', () => {
  const list = ['a', 'b', 'c', 'd'].map((text) => Buffer.from(text))
  const [a, b] = list.map((entry) => sha256(Buffer.from([0]), entry))
  const inner = Buffer.concat([a ?? Buffer.alloc(0), b ?? Buffer.alloc(0)])
  const { path } = proveInList(list, 0)
  expect(checkListProof(listRoot(list), inner, { index: 0, size: 2, path: path.slice(1) })).toBe('false')
})

type Step = { put: string; record: number } | { remove: string }
const key = fc.integer({ min: 0, max: 60 }).map((number) => `key ${number}`)
const steps = fc.array(
  fc.oneof(
    fc.record({ put: key, record: fc.nat(9) }),
    fc.record({ remove: key }),
  ) as fc.Arbitrary<Step>,
  { maxLength: 120 },
)

function walk(all: readonly Step[]): { tree: Tree<number>; model: Map<string, number> } {
  const model = new Map<string, number>()
  let tree: Tree<number> = emptyTree
  for (const step of all) {
    if ('put' in step) {
      model.set(step.put, step.record)
      tree = putRecord(tree, step.put, step.record)
    } else {
      model.delete(step.remove)
      tree = removeRecord(tree, step.remove)
    }
  }
  return { tree, model }
}

test('a root tells what is in the tree, and not how it came there', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { tree, model } = walk(all)
      expect(treeRoot(tree)).toBe(treeRoot(treeOf(model)))
      expect(new Map(recordsOf(tree))).toEqual(model)
      let rebuilt: Tree<number> = emptyTree
      for (const [name, record] of [...model].toReversed()) rebuilt = putRecord(rebuilt, name, record)
      expect(treeRoot(rebuilt)).toBe(treeRoot(tree))
    }),
  )
})

test('what is there is proven to be there, what is not is proven absent, and a bent proof proves neither', () => {
  fc.assert(
    fc.property(steps, key, fc.nat(), fc.nat(), (all, asked, step, bit) => {
      const { tree, model } = walk(all)
      const root = treeRoot(tree)
      const proof = proveRecord(tree, asked)
      const expected = model.has(asked) ? 'present' : 'absent'
      expect(getRecord(tree, asked)).toBe(model.get(asked))
      expect(checkStateProof(root, asked, proof).outcome).toBe(expected)
      const { siblings } = proof
      expect(checkStateProof(root, asked, { ...proof, siblings: [...siblings, null] }).outcome).toBe('false')
      if (siblings.length === 0) return
      const bent = siblings.map((hash, at) =>
        at === step % siblings.length ? flipped(hash ?? new Uint8Array(32), bit) : hash,
      )
      expect(checkStateProof(root, asked, { ...proof, siblings: bent }).outcome).toBe('false')
      expect(checkStateProof(root, asked, { ...proof, end: { kind: 'nothing' } }).outcome).toBe(
        proof.end.kind === 'nothing' ? 'absent' : 'false',
      )
    }),
    { numRuns: 300 },
  )
})

test('a proof of one key shows nothing about another', () => {
  const tree = treeOf(Array.from({ length: 50 }, (_, number) => [`key ${number}`, number] as const))
  const root = treeRoot(tree)
  const proof = proveRecord(tree, 'key 7')
  const others = Array.from({ length: 50 }, (_, number) => `key ${number}`).filter((name) => name !== 'key 7')
  expect(others.map((name) => checkStateProof(root, name, proof).outcome)).toEqual(others.map(() => 'false'))
})

test('what was there before a change is still there in the tree before it', () => {
  const before = putRecord(putRecord<number>(emptyTree, 'a', 1), 'b', 2)
  const root = treeRoot(before)
  removeRecord(putRecord(before, 'a', 3), 'b')
  expect([treeRoot(before), getRecord(before, 'a'), getRecord(before, 'b')]).toEqual([root, 1, 2])
})

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const at = bit % (copy.byteLength * 8)
  copy[at >> 3] = (copy[at >> 3] ?? 0) ^ (1 << (at & 7))
  return copy
}
