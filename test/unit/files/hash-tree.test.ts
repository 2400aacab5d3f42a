import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { CHUNK_BYTES, chunksOf, fileIdOf, HASH_BYTES, HashTree, isHead, isSame, leafOf } from '../../../src/main/platform/hash-tree.ts'
import { DiskError, HashThreads } from '../../../src/main/platform/hash-tree-threads.ts'
import { leafAt } from '../../../src/main/features/files/shelf.ts'

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const counted = (bytes: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: bytes }, (_, at) => (at * 7 + (at >>> 8)) & 0xff)

function treeOf(bytes: Uint8Array, manifestBytes = 0) {
  const chunks = Array.from({ length: chunksOf(bytes.byteLength) }, (_, at) => bytes.slice(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES))
  const leaves = Buffer.concat(chunks.map(leafOf))
  const { head, groups, leavesOf } = HashTree.of(bytes.byteLength, manifestBytes, leaves)
  return { chunks, leaves, head, groups, leavesOf, id: fileIdOf(head) }
}

// Lines are added here, and never changed: they are what is on the wire.
test.each([
  [0, 0, 'ex4ivyvo7vdkpfmugb4x3qpdscqa2kih3u73soxdjdlrif5gb2cq'],
  [1, 0, '5wshdzygn2ki4rbiy5jxi6ceodtlaa7c6df2hodnpmyvax63ndka'],
  [262_144, 0, '65zralpudcddaulqjs63n2y2btpxezelr6ly365fvgniiofjfkwa'],
  [262_145, 0, 'hltjgknzj2oy4knin2tflygu2a5akvwnnio4qyumf4kjiugsce4q'],
  [600_000, 0, 'h4e2xqn5qurctkzsdpw7ouptumaeiblidet2qa3d72xyjcqr6xza'],
  [600_000, 1_000, 'p6rx53aqthmwx7xolthbdpklopyv32occgnwnrvnx6ox7zmyuv5a'],
])('a file of %i bytes with a manifest of %i has the id it always had', (bytes, manifestBytes, id) => {
  expect(treeOf(counted(bytes), manifestBytes).id).toBe(id)
})

test('the id is made as it is written down', () => {
  const sha = (...parts: (string | Uint8Array)[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
  const bytes = counted(CHUNK_BYTES + 3)
  const leaves = Buffer.concat([sha('\0', bytes.subarray(0, CHUNK_BYTES)), sha('\0', bytes.subarray(CHUNK_BYTES))])
  const top = sha('\x02', sha('\x01', leaves))
  const { head } = treeOf(bytes, 2)
  expect(Buffer.from(head.top)).toEqual(top)
  const numbers = Buffer.from('000000000004000300000002', 'hex')
  const letters = 'abcdefghijklmnopqrstuvwxyz234567'
  const bits = [...sha('latch file 1\0', numbers, top)].map((byte) => byte.toString(2).padStart(8, '0')).join('').padEnd(260, '0')
  expect(fileIdOf(head)).toBe((bits.match(/.{5}/g) ?? []).map((five) => letters[Number.parseInt(five, 2)]).join(''))
})

test('a flipped bit, a missing end and another order are found at the chunk where they are', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 3 * CHUNK_BYTES + 5 }),
    fc.nat(),
    fc.integer({ min: 0, max: 7 }),
    (bytes, where, bit) => {
      const whole = counted(bytes)
      const { chunks, leaves, head, groups, leavesOf } = treeOf(whole)
      const tree = HashTree.opened(head, groups)
      expect(tree?.areLeaves(0, leavesOf(0))).toBe(true)
      const is = (chunk: Uint8Array, at: number): boolean => isSame(leafOf(chunk), leafAt(leaves, at))
      expect(chunks.every(is)).toBe(true)
      const at = (where % bytes) >>> 18
      const flipped = new Uint8Array(chunks[at] ?? [])
      const byte = (where % bytes) % CHUNK_BYTES
      flipped[byte] = (flipped[byte] ?? 0) ^ (1 << bit)
      expect(is(flipped, at)).toBe(false)
      expect(is((chunks[at] ?? new Uint8Array()).subarray(0, -1), at)).toBe(false)
      for (const other of chunks.keys()) if (other !== at && chunks[other]?.byteLength !== chunks[at]?.byteLength) expect(is(chunks[other] ?? new Uint8Array(), at)).toBe(false)
      const badLeaves = new Uint8Array(leaves)
      badLeaves[where % leaves.byteLength] = (badLeaves[where % leaves.byteLength] ?? 0) ^ (1 << bit)
      expect(tree?.areLeaves(0, badLeaves)).toBe(false)
      expect(tree?.areLeaves(0, leaves.subarray(HASH_BYTES))).toBe(false)
      expect(tree?.areLeaves(1, leaves)).toBe(false)
      const badGroups = new Uint8Array(groups)
      badGroups[where % HASH_BYTES] = (badGroups[where % HASH_BYTES] ?? 0) ^ (1 << bit)
      expect(HashTree.opened(head, badGroups)).toBeNull()
    },
  )
  fc.assert(property, { seed: SEED, numRuns: 40 })
})

test('the id binds the length and where the manifest ends', () => {
  const { head, id } = treeOf(counted(1_000))
  expect(fileIdOf({ ...head, bytes: 1_001 })).not.toBe(id)
  expect(fileIdOf({ ...head, manifestBytes: 1 })).not.toBe(id)
  expect([-1, 0.5, 2 ** 53, 2 ** 51].map((bytes) => isHead({ ...head, bytes }))).toEqual([false, false, false, false])
  expect(isHead({ ...head, manifestBytes: 1_001 })).toBe(false)
  expect(isHead({ ...head, top: new Uint8Array(31) })).toBe(false)
  expect(isHead(head)).toBe(true)
})

test('a leaf, a group and a top of the same bytes are three hashes', () => {
  const { leaves, head } = treeOf(counted(1))
  const asGroup = HashTree.of(1, 0, leaves)
  expect(isSame(leafOf(leaves), asGroup.groups)).toBe(false)
  expect(isSame(asGroup.groups, head.top)).toBe(false)
})

test('threads hash files cut anywhere as if they were one run of bytes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latch-tree-'))
  const threads = new HashThreads()
  onTestFinished(async () => {
    await threads.close()
    await rm(folder, { recursive: true, force: true })
  })
  const whole = counted(2 * CHUNK_BYTES + 77)
  await writeFile(join(folder, 'whole'), whole)
  const cuts = [0, 1, 100, CHUNK_BYTES - 1, CHUNK_BYTES + 9, whole.byteLength]
  const segments = cuts.slice(1).map((end, at) => ({ path: join(folder, 'whole'), at: cuts[at] ?? 0, bytes: end - (cuts[at] ?? 0) }))
  const { leaves } = treeOf(whole)
  expect(Buffer.from(await threads.leaves(segments))).toEqual(leaves)
  const [first, ...rest] = segments
  expect(Buffer.from(await threads.leaves(rest, whole.slice(0, first?.bytes)))).toEqual(leaves)
  expect(Buffer.from(await threads.leaves([]))).toEqual(Buffer.from(leafOf(new Uint8Array())))
  await expect(threads.leaves([{ path: join(folder, 'whole'), at: 0, bytes: whole.byteLength + 1 }])).rejects.toMatchObject({ code: 'SHORT' })
  await expect(threads.leaves([{ path: join(folder, 'none'), at: 0, bytes: 1 }])).rejects.toBeInstanceOf(DiskError)
})

test('threads write a chunk only where its leaf says so, and make no file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latch-tree-'))
  const threads = new HashThreads()
  onTestFinished(async () => {
    await threads.close()
    await rm(folder, { recursive: true, force: true })
  })
  const chunk = counted(1_000)
  const place = { path: join(folder, 'part'), at: 500, bytes: 1_000 }
  await writeFile(place.path, '')
  expect(await threads.put([place], chunk.slice(), leafOf(counted(999)))).toBe('wrong')
  expect(await threads.put([place], chunk.slice(), leafOf(chunk))).toBe('written')
  expect(await threads.leaves([place])).toEqual(new Uint8Array(leafOf(chunk)))
  await expect(threads.put([{ ...place, path: join(folder, 'none') }], chunk.slice(), leafOf(chunk))).rejects.toMatchObject({ code: 'ENOENT' })
})
