import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeBlock } from '../../../src/main/features/ledger/apply.ts'
import { type Block, decodeBlock, encodeBlock, sealHeader } from '../../../src/main/features/ledger/block.ts'
import { decodeEntry, type Entry } from '../../../src/main/features/ledger/entry.ts'
import { proveInList, checkListProof } from '../../../src/main/features/ledger/merkle.ts'
import { phaseOf, skeletonOf } from '../../../src/main/features/ledger/names.ts'
import {
  checkStateProof,
  proveRecord,
  putRecord,
  recordsOf,
  treeOf,
  treeRoot,
} from '../../../src/main/features/ledger/state-tree.ts'
import { accountRecord, keys, type LedgerState, type NameRecord, undoBlock } from '../../../src/main/features/ledger/state.ts'
import { checkEntry, namesHeld } from '../../../src/main/features/ledger/validator.ts'
import { anyTurns, play, quickTown } from './any-chain.ts'
import { certified, judge } from './chains.ts'
import { person, SALT, Town } from './town.ts'

function namesOf(state: LedgerState): NameRecord[] {
  return Array.from(recordsOf(state.tree)).flatMap(([key]) => {
    const record = key.startsWith('name ') ? state.get<'name'>(key) : undefined
    return record === undefined ? [] : [record]
  })
}

test('undoing a block gives back exactly the state before it, through any history', () => {
  fc.assert(
    fc.property(anyTurns, (turns) => {
      const town = quickTown()
      const roots = [town.state.root]
      const undos: Parameters<typeof undoBlock>[1][] = []
      play(town, turns, (block) => {
        const judged = judgeBlock(block, town.parent, town.state, town.context)
        if (judged.outcome === 'refused') throw new Error(judged.why)
        undos.push(judged.undo)
        roots.push(judged.state.root)
      })
      let { state } = town
      for (const undo of undos.toReversed()) {
        expect(state.root).toBe(roots.pop())
        state = undoBlock(state, undo)
      }
      expect(state.root).toBe(roots.pop())
    }),
    { numRuns: 60 },
  )
})

test('in every history names and looks belong together, nobody has too many, and no two living names look alike', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(anyTurns, (turns) => {
      const town = quickTown()
      play(town, turns, ({ entries }) => entries.forEach(({ op }) => seen.add(op.kind)))
      const { timestampMs } = town.parent
      const { rules } = town.context
      const names = namesOf(town.state)
      expect(new Set(names.map(({ name }) => skeletonOf(name))).size).toBe(names.length)
      for (const { name, owner, expiresMs } of names) {
        expect(town.state.get(keys.look(skeletonOf(name)))).toEqual({ name })
        const isFree = phaseOf(expiresMs, timestampMs, rules) === 'free'
        const held = namesHeld(town.state, owner, timestampMs, rules).map((record) => record.name)
        expect(held.includes(name)).toBe(!isFree)
        expect(held.length).toBeLessThanOrEqual(rules.maxNames)
        expect(accountRecord(town.state, owner).names.length).toBeLessThanOrEqual(rules.maxNames)
      }
      const claims = Array.from(recordsOf(town.state.tree)).filter(([key]) => key.startsWith('claim '))
      for (const [key] of claims) {
        expect(town.state.get<'claim'>(key)?.height).toBeGreaterThanOrEqual(town.parent.height - rules.claimMaxBlocks)
      }
      expect(treeRoot(treeOf(recordsOf(town.state.tree)))).toBe(town.state.root)
    }),
    { numRuns: 100 },
  )
  expect([...seen].toSorted()).toEqual(['claim', 'register', 'release', 'renew', 'revoke', 'transfer'])
})

function sample(): { town: Town; block: Block } {
  const town = new Town()
  const [ada, bob] = [person('ada'), person('bob')]
  town.do(ada, town.claim(ada, 'adele'))
  const opening = town.entry(ada, { kind: 'register', name: 'adele', salt: SALT })
  return { town, block: town.block([opening, town.entry(bob, town.claim(bob, 'bobby'))]) }
}

test.each([
  ['network', { network: 'ab'.repeat(32) }, 'network'],
  ['parent', { parent: 'ab'.repeat(32) }, 'parent'],
  ['height', { height: 7 }, 'height'],
  ['slot (past)', { slot: 0 }, 'slot'],
  ['slot (another)', { slot: 9 }, 'time'],
  ['timestampMs', { timestampMs: 1 }, 'time'],
  ['leader', { leader: 'ab'.repeat(32) }, 'leader'],
  ['entriesRoot', { entriesRoot: 'ab'.repeat(32) }, 'entries-root'],
  ['stateRoot', { stateRoot: 'ab'.repeat(32) }, 'state-root'],
] as const)('a block with another %s is refused', (_field, change, code) => {
  const { town, block } = sample()
  expect(judge(town, block)).toBe('valid')
  expect(judge(town, { ...block, header: sealHeader({ ...block.header, ...change }) })).toBe(code)
})

test('entries left out, put in, exchanged or doubled make another block', () => {
  const { town, block } = sample()
  const { header } = block
  const [one, two] = block.entries
  if (one === undefined || two === undefined) throw new Error('there are two')
  for (const entries of [[], [one], [two], [two, one], [one, two, two]] satisfies Entry[][]) {
    expect(judge(town, { header, entries })).toBe('entries-root')
  }
})

test('a single bit anywhere in a block makes it another one, or none', () => {
  const { town, block } = sample()
  const bytes = encodeBlock(certified(block))
  const verdict = (changed: Uint8Array): string => {
    try {
      const decoded = decodeBlock(changed)
      return decoded.header.id === block.header.id ? 'the same block' : judge(town, decoded)
    } catch {
      return 'malformed'
    }
  }
  const taken = Array.from({ length: bytes.byteLength * 8 }, (_, bit) => {
    const changed = Uint8Array.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    return verdict(changed)
  })
  expect(taken).not.toContain('valid')
  // The certificate is no part of a block's id: it is one byte here, and consensus checks it.
  expect(taken.filter((outcome) => outcome === 'the same block')).toHaveLength(8)
})

test('a single bit anywhere in an entry is noticed', () => {
  const { town, block } = sample()
  const [entry] = block.entries
  if (entry === undefined) throw new Error('there are two')
  expect(checkEntry(entry, town.state, town.at, town.context)).toEqual({ outcome: 'valid' })
  for (let bit = 0; bit < entry.bytes.byteLength * 8; bit++) {
    const changed = Uint8Array.from(entry.bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    let outcome = 'malformed'
    try {
      outcome = checkEntry(decodeEntry(changed), town.state, town.at, town.context).outcome
    } catch {}
    expect(outcome).not.toBe('valid')
  }
})

test('a light client sees from a header alone that an entry is in its block, and what the state says of a name', () => {
  const { town, block } = sample()
  town.add(block)
  const [entry] = block.entries
  const proof = proveInList(
    block.entries.map(({ bytes }) => bytes),
    0,
  )
  expect(checkListProof(block.header.entriesRoot, entry?.bytes ?? new Uint8Array(), proof)).toBe('holds')
  const { stateRoot } = block.header
  const has = checkStateProof(stateRoot, keys.name('adele'), proveRecord(town.state.tree, keys.name('adele')))
  expect(has.outcome).toBe('present')
  const none = checkStateProof(stateRoot, keys.name('nobody'), proveRecord(town.state.tree, keys.name('nobody')))
  expect(none).toEqual({ outcome: 'absent' })
})

test('a hundred changes to ten thousand names leave nearly all of the tree as it is, hashes included', () => {
  const names = Array.from({ length: 10_000 }, (_, number) => keys.name(`name-${number}`))
  const before = treeOf(names.map((key) => [key, { name: key }] as const))
  expect(treeRoot(before)).toHaveLength(64)
  let after = before
  for (const key of names.slice(0, 100)) after = putRecord(after, key, { name: 'another' })
  const unhashed = nodesOf(after).filter(({ hash }) => hash === null)
  // Paths of some 14 branches, of which the upper ones are shared.
  expect(unhashed.length).toBeGreaterThan(100)
  expect(unhashed.length).toBeLessThan(1_600)
  expect(treeRoot(after)).not.toBe(treeRoot(before))
})

type TreeNode = NonNullable<ReturnType<typeof treeOf<{ name: string }>>['node']>

function nodesOf({ node }: { node: TreeNode | null }): TreeNode[] {
  if (node === null) return []
  return node.is === 'leaf' ? [node] : [node, ...nodesOf({ node: node.left }), ...nodesOf({ node: node.right })]
}
