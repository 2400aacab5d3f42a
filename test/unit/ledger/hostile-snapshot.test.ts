import { expect, test } from 'vitest'
import { sealHeader } from '../../../src/main/features/ledger/block.ts'
import { readSnapshot, readSnapshotInTurns, snapshotParts } from '../../../src/main/features/ledger/snapshot.ts'
import { type StateRecord } from '../../../src/main/features/ledger/state.ts'
import { recordsOf, treeInTurns, treeOf, treeRoot } from '../../../src/main/features/ledger/state-tree.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { checkWeight } from './chains.ts'
import { person, Town } from './town.ts'

const ada = person('ada')

function grown() {
  const town = new Town()
  town.own(ada, 'adele')
  const { header } = town.grow([])
  return { town, header, parts: [...snapshotParts(town.state)] }
}

/** Parts as full of records as they may be, each of a key and a byte or two. */
function rubbish(parts: number): Uint8Array[] {
  const record = encode({ nothing: 0 })
  return Array.from({ length: parts }, (_, part) =>
    encode(Array.from({ length: 1_000 }, (_none, index) => [`rubbish ${part} ${index}`, record])),
  )
}

test('what nobody signed is never put into a tree, however much of it comes', () => {
  const { town, header, parts } = grown()
  // Its root is of nothing that is in there: whoever looked at that first would say so.
  const verdict = readSnapshot(header, new Uint8Array([0]), [...parts, ...rubbish(20)], town.context, checkWeight)
  expect(verdict).toEqual({ outcome: 'refused', why: 'no weight' })
})

test('a large snapshot leaves everything else its turns', async () => {
  const { town, header, parts } = grown()
  const all = [...parts, ...rubbish(20)]
  let turns = 0
  const turn = async (): Promise<void> => void turns++
  const verdict = await readSnapshotInTurns(turn, header, new Uint8Array([1]), all, town.context, checkWeight)
  expect(verdict).toEqual({ outcome: 'refused', why: 'it leads to another root' })
  // 20,000 records: 256 a turn to read, 2,048 to hash.
  expect(turns).toBeGreaterThan(20_000 / 256)
})

test('whoever goes away while a snapshot is read has it read no further', async () => {
  const { town, header, parts } = grown()
  const gone = new Error('gone')
  const turn = async (): Promise<void> => {
    throw gone
  }
  const reading = readSnapshotInTurns(turn, header, new Uint8Array([1]), parts, town.context, checkWeight)
  await expect(reading).rejects.toBe(gone)
})

test('a part of records that hold nothing is refused before it is read', () => {
  const { town, header } = grown()
  const part = encode(Array.from({ length: 20_000 }, (_, index) => [index.toString(36), new Uint8Array([0])]))
  const read = (): unknown => readSnapshot(header, new Uint8Array([1]), [part], town.context, checkWeight)
  expect(read).toThrow('records that hold nothing')
})

test('a part that says it has more than it has, or is far too large for several records, is refused', () => {
  const { town, header } = grown()
  const read = (part: Uint8Array) => (): unknown =>
    readSnapshot(header, new Uint8Array([1]), [part], town.context, checkWeight)
  expect(read(new Uint8Array([0x9a, 0xff, 0xff, 0xff, 0xff]))).toThrow('records that hold nothing')
  expect(read(new Uint8Array([0x9a, 0xff]))).toThrow('not DAG-CBOR')
  expect(read(new Uint8Array([0x99]))).toThrow('not DAG-CBOR')
  const two = encode([['one', new Uint8Array(300_000)], ['two', new Uint8Array(300_000)]])
  expect(read(two)).toThrow(/bytes where at most/)
})

test.each([0, 1, 2, 2_048, 2_049, 9_000])('a tree of %i records that is made in turns is the same', (count) => {
  const records = Array.from({ length: count }, (_, index): [string, StateRecord] => [`look ${index}`, { name: `n${index}` }])
  const making = treeInTurns(records)
  let next = making.next()
  while (next.done !== true) next = making.next()
  expect(treeRoot(next.value)).toBe(treeRoot(treeOf(records)))
  expect([...recordsOf(next.value)]).toEqual([...recordsOf(treeOf(records))])
})

test('an honest snapshot is of parts that are read', () => {
  const { town, parts, header } = grown()
  const verdict = readSnapshot(sealHeader(header), new Uint8Array([2]), parts, town.context, checkWeight)
  expect(verdict).toMatchObject({ outcome: 'valid', weight: 2 })
})
