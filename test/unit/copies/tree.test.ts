import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cidOf, idOfCid, isBlock, type BlockId } from '../../../src/main/features/copies/dag/block-id.ts'
import { changesOf } from '../../../src/main/features/copies/dag/changes.ts'
import { find, partsOf } from '../../../src/main/features/copies/dag/find.ts'
import { makeTree, SourceError } from '../../../src/main/features/copies/dag/make.ts'
import { readNode, readRoot } from '../../../src/main/features/copies/dag/node.ts'
import { TreeError } from '../../../src/main/features/copies/dag/protobuf.ts'
import { readFile } from '../../../src/main/features/copies/dag/read-file.ts'
import { survey, type GetBlock } from '../../../src/main/features/copies/dag/survey.ts'
import { MAX_TREE_BYTES } from '../../../src/main/features/copies/limits.ts'
import { type Blocks, fileData, FOLDER, type HandLink, nodeBytes, put, putFile, putFolder } from '../../helpers/bad-trees.ts'
import { noiseOf, sourceOf, type Files } from '../../integration/copies/copy-town.ts'

const signal = new AbortController().signal

async function made(files: Files): Promise<{ root: BlockId; blocks: Blocks; get: GetBlock; asked: BlockId[] }> {
  const blocks: Blocks = new Map()
  const { root } = await makeTree(sourceOf(files), (id, bytes) => Promise.resolve(void blocks.set(id, bytes)), signal, () => {})
  return { root, blocks, ...getFrom(blocks) }
}

function getFrom(blocks: Blocks): { get: GetBlock; asked: BlockId[] } {
  const asked: BlockId[] = []
  const get: GetBlock = (id) => {
    asked.push(id)
    const block = blocks.get(id)
    return block === undefined ? Promise.reject(new Error(`no block ${id}`)) : Promise.resolve(block)
  }
  return { get, asked }
}

async function surveyOf(files: Files): Promise<Awaited<ReturnType<typeof survey>>> {
  const { root, get } = await made(files)
  return survey(root, get, signal)
}

async function pathsOf(root: BlockId, get: GetBlock): Promise<string[]> {
  return (await survey(root, get, signal)).files.map(({ path }) => path).toSorted()
}

describe('a folder as a tree', () => {
  test('has the CID that all of IPFS gives it', async () => {
    expect(cidOf((await made({})).root)).toBe('bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354')
    expect(cidOf((await made({ 'a.txt': '', 'b/c d ü.txt': 'hi' })).root)).toBe('bafybeihveoahgowz3imdu4fsxmskmdzr6cqz4fzwyeupksedsfdxnb6mgu')
  })

  test('is these bytes', async () => {
    const hello = '015512202cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
    const small = await made({ 'index.html': 'hello' })
    expect(cidOf(small.root)).toBe('bafybeiftpcorw6jk4rnxdnod7n7c4kmamz2olgmqh65immwfv5ov5v3y3u')
    expect(hexOf(small.blocks.get(small.root))).toBe(`12340a24${hello}120a696e6465782e68746d6c18050a020801`)
    const { root, blocks } = await made({ 'a.bin': new Uint8Array(256 * 1024 + 1) })
    const [full, last] = ['015512208a39d2abd3999ab73c34db2476849cddf303ce389b35826850f9a700589b4a90', '015512206e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d']
    const file = '01701220cb596062be181bdf1f0995ef8df05f96c1e34ccad5110b5f27aa4ffedcce6552'
    expect(hexOf(blocks.get(file))).toBe(`122c0a24${full}120018808010122a0a24${last}120018010a0c080218818010208080102001`)
    expect(hexOf(blocks.get(root))).toBe(`12310a24${file}1205612e62696e18e980100a020801`)
  })

  test('each block is what its CID says, none larger than a piece of a file', async () => {
    const { blocks } = await made({ 'a.bin': noiseOf(1_000_000), 'b/c': 'x' })
    for (const [id, bytes] of blocks) expect(isBlock(id, bytes)).toBe(true)
    expect(Math.max(...[...blocks.values()].map(({ byteLength }) => byteLength))).toBe(256 * 1024)
  })

  test('has the same CID in whatever order its files come, and in whatever form a system gives their names', async () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-zäöü é0-9]{1,12}(\/[a-z]{1,4}){0,3}\.t$/), { minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(names, fc.nat(), async (paths, seed) => {
        const files = paths.map((path): [string, string] => [path, path.length % 3 === 0 ? 'the same' : path])
        const otherOrder = files.toSorted((a, b) => hash(a[0], seed) - hash(b[0], seed)).map(([path, text]): [string, string] => [path.normalize('NFD'), text])
        const one = await made(Object.fromEntries(files))
        const other = await made(Object.fromEntries(otherOrder))
        expect(other.root).toBe(one.root)
        expect(await pathsOf(one.root, one.get)).toEqual(paths.map((path) => path.normalize('NFC')).toSorted())
      }),
      { numRuns: 40 },
    )
  })

  test('a folder of 3,000 files is spread over several nodes, in which each is found', async () => {
    const files = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`page ${at}.html`, `page ${at}`]))
    const one = await made(files)
    const other = await made(Object.fromEntries(Object.entries(files).toReversed()))
    expect(other.root).toBe(one.root)
    const node = readRoot(one.root, one.blocks.get(one.root) ?? new Uint8Array()).node
    expect(node.kind).toBe('shard')
    expect(await pathsOf(one.root, one.get)).toHaveLength(3_000)
    one.asked.length = 0
    for (const at of [0, 1, 999, 2_999]) {
      const found = await find(one.root, [`page ${at}.html`], one.get, signal)
      expect(found).toMatchObject({ kind: 'file', file: { bytes: `page ${at}`.length } })
    }
    expect(one.asked.length).toBeLessThan(40)
    expect(await find(one.root, ['page 3000.html'], one.get, signal)).toBeNull()
  })

  test('a file in several pieces is read from anywhere to anywhere', async () => {
    const content = noiseOf(900_000)
    const { root, get } = await made({ 'film.mp4': content })
    const found = await find(root, ['film.mp4'], get, signal)
    if (found?.kind !== 'file') throw new Error('not found')
    await fc.assert(
      fc.asyncProperty(fc.nat(900_000), fc.nat(900_000), async (a, b) => {
        const range = { start: Math.min(a, b), end: Math.max(a, b) }
        const chunks: Uint8Array[] = []
        for await (const chunk of readFile(found.file, get, signal, range)) chunks.push(chunk)
        expect(Buffer.compare(Buffer.concat(chunks), content.subarray(range.start, range.end))).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test('a reader who stops has made no more than a few pieces come', async () => {
    const { root, get, asked } = await made({ 'film.mp4': noiseOf(6_000_000) })
    const found = await find(root, ['film.mp4'], get, signal)
    if (found?.kind !== 'file') throw new Error('not found')
    asked.length = 0
    for await (const chunk of readFile(found.file, get, signal)) {
      expect(chunk.byteLength).toBe(256 * 1024)
      break
    }
    expect(asked.length).toBeLessThanOrEqual(6)
  })

  test.each([
    ['a/../b', 'a step'],
    ['a//b', 'an empty name'],
    ['a\\b', 'a backslash'],
    ['a\u0000b', 'a control character'],
    ['n'.repeat(256), 'a name that is too long'],
    [`${'d/'.repeat(40)}x`, 'folders in too many folders'],
  ])('a folder that holds %j (%s) becomes no tree', async (path) => {
    await expect(made({ [path]: 'x' })).rejects.toThrow()
  })

  test('two files whose names are the same letters are one too many', async () => {
    await expect(made({ 'ü.txt': '1', ['ü.txt'.normalize('NFD')]: '2' })).rejects.toThrow(SourceError)
  })

  test('a file that cannot be read is named', async () => {
    const failing = async function* () {
      yield { path: 'good.txt', bytes: 1, read: () => sourceOf({ x: 'x' }) as never }
      yield await Promise.resolve({
        path: 'gone.txt',
        bytes: 5,
        async *read(): AsyncGenerator<Uint8Array> {
          yield await Promise.reject(new Error('ENOENT'))
        },
      })
    }
    await expect(makeTree(failing(), () => Promise.resolve(), signal, () => {})).rejects.toThrow(/could not be read/)
  })
})

describe('what changed between two trees', () => {
  test('is said path by path, in their order', async () => {
    const before = await made({ 'a.txt': '1', 'b/c.txt': '2', 'b/d.txt': '3' })
    const after = await made({ 'a.txt': '1', 'b/c.txt': 'two', 'e.txt': '4' })
    const changes = await changesOf(await survey(before.root, before.get, signal), await survey(after.root, after.get, signal))
    expect(changes).toMatchObject({
      added: 1,
      changed: 1,
      removed: 1,
      changes: [
        { path: 'b/c.txt', kind: 'changed', bytes: 3 },
        { path: 'b/d.txt', kind: 'removed', bytes: 1 },
        { path: 'e.txt', kind: 'added', bytes: 1 },
      ],
    })
  })

  test('names nothing that would be read as something else where it is shown', async () => {
    const blocks: Blocks = new Map()
    const one = putFile(blocks, 'x')
    const names = ['a\u009b2Jb', 'invoice\u202egpj.exe', 'one\u2028two', 'עברית \u{1f468}\u200d\u{1f469}']
    const root = putFolder(blocks, names.map((name) => ({ ...one, name })).toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))))
    const { changes } = await changesOf(await surveyOf({}), await survey(root.id, getFrom(blocks).get, signal))
    expect(changes.map(({ path }) => path)).toEqual(['a\ufffd2Jb', 'invoice\ufffdgpj.exe', 'one\ufffdtwo', 'עברית \u{1f468}\u200d\u{1f469}'])
  })

  test('of very many the first 500 are named, and all are counted', async () => {
    const many = Object.fromEntries(Array.from({ length: 800 }, (_, at) => [`${String(799 - at).padStart(3, '0')}.txt`, `${at}`]))
    const [before, after] = [await made({}), await made(many)]
    const { added, changes } = await changesOf(await survey(before.root, before.get, signal), await survey(after.root, after.get, signal))
    expect(added).toBe(800)
    expect(changes.map(({ path }) => path)).toEqual(Array.from({ length: 500 }, (_, at) => `${String(at).padStart(3, '0')}.txt`))
  })
})

describe('a tree that its owner made by hand', () => {
  const surveyed = (root: HandLink | Omit<HandLink, 'name'>, blocks: Blocks) => survey(root.id, getFrom(blocks).get, signal)

  test.each(['..', '.', '', 'a/b', '/', '\\', 'a\u0000', '\u007f', 'x'.repeat(256)])('is not read where a file is called %j', async (name) => {
    const blocks: Blocks = new Map()
    const root = putFolder(blocks, [{ ...putFile(blocks, 'x'), name }])
    await expect(surveyed(root, blocks)).rejects.toThrow(TreeError)
  })

  test('is not read where two files have one name, or names are out of order', async () => {
    const blocks: Blocks = new Map()
    const [one, two] = [putFile(blocks, '1'), putFile(blocks, '2')]
    for (const names of [['a', 'a'], ['b', 'a']]) {
      const root = putFolder(blocks, [{ ...one, name: names[0] ?? '' }, { ...two, name: names[1] ?? '' }])
      await expect(surveyed(root, blocks)).rejects.toThrow(TreeError)
    }
  })

  test('is too large where what is below is larger than it says, at the first block that shows it', async () => {
    const blocks: Blocks = new Map()
    const inner = putFolder(blocks, [{ ...put(blocks, 'raw', noiseOf(100_000)), name: 'big.bin' }])
    const root = putFolder(blocks, [{ ...inner, treeBytes: 500, name: 'inner' }])
    await expect(surveyed(root, blocks)).rejects.toMatchObject({ kind: 'too-large' })
  })

  test('is too large where it says so', async () => {
    const blocks: Blocks = new Map()
    const root = putFolder(blocks, [{ ...putFile(blocks, 'x'), treeBytes: MAX_TREE_BYTES, name: 'x' }])
    await expect(surveyed(root, blocks)).rejects.toMatchObject({ kind: 'too-large' })
  })

  test('is too large where a few blocks name each other a million times', async () => {
    const blocks: Blocks = new Map()
    const nothing = putFile(blocks, '')
    const wide = Array.from({ length: 1_000 }, (_, at) => ({ ...nothing, name: String(at).padStart(4, '0') }))
    let level = putFolder(blocks, wide)
    level = putFolder(blocks, Array.from({ length: 1_000 }, (_, at) => ({ ...level, name: String(at).padStart(4, '0') })))
    expect(level.treeBytes).toBeLessThan(MAX_TREE_BYTES)
    await expect(surveyed(level, blocks)).rejects.toMatchObject({ kind: 'too-large' })
  })

  test('is too large where folders lie in folders without end', async () => {
    const blocks: Blocks = new Map()
    let level = putFolder(blocks, [])
    for (let depth = 0; depth < 80; depth++) level = putFolder(blocks, [{ ...level, name: 'deeper' }])
    await expect(surveyed(level, blocks)).rejects.toMatchObject({ kind: 'too-large' })
  })

  test('is not read where a file says another length than its parts have, or has empty parts', async () => {
    const blocks: Blocks = new Map()
    const piece = put(blocks, 'raw', noiseOf(1_000))
    const part = { ...piece, name: '' }
    const lies = [fileData([1_000], 5), fileData([999]), fileData([1_000, 0]), fileData([]), fileData([1_000, 1_000])]
    for (const data of lies) {
      const file = put(blocks, 'node', nodeBytes([part], data), [part])
      await expect(surveyed(putFolder(blocks, [{ ...file, name: 'f' }]), blocks)).rejects.toThrow(TreeError)
    }
    const honest = put(blocks, 'node', nodeBytes([part], fileData([1_000])), [part])
    const { files } = await surveyed(putFolder(blocks, [{ ...honest, name: 'f' }]), blocks)
    expect(files).toMatchObject([{ path: 'f', bytes: 1_000 }])
  })

  test('is not read where a piece of a file turns out to be another length', async () => {
    const blocks: Blocks = new Map()
    const piece = put(blocks, 'raw', noiseOf(1_000))
    const part = { ...piece, treeBytes: 2_000, name: '' }
    const file = put(blocks, 'node', nodeBytes([part], fileData([2_000])), [part])
    const root = putFolder(blocks, [{ ...file, name: 'f' }])
    const found = await find(root.id, ['f'], getFrom(blocks).get, signal)
    if (found?.kind !== 'file') throw new Error('not found')
    const read = async (): Promise<void> => {
      for await (const chunk of readFile(found.file, getFrom(blocks).get, signal)) expect(chunk.byteLength).toBe(0)
    }
    await expect(read()).rejects.toThrow(TreeError)
  })

  test('is not read where blocks are of other kinds, or in other forms', async () => {
    const link = { id: `01551220${'0'.repeat(64)}`, treeBytes: 1 }
    const forms = [
      new Uint8Array(),
      nodeBytes([], Buffer.from([8, 4])),
      nodeBytes([], Buffer.from([8, 3])),
      Buffer.concat([nodeBytes([], FOLDER), nodeBytes([], FOLDER)]),
      Buffer.from('0a0208010a020801', 'hex'),
      nodeBytes([{ id: `01711220${'0'.repeat(64)}`, name: 'a', treeBytes: 1 }], FOLDER),
      nodeBytes([{ id: '00'.repeat(36), name: 'a', treeBytes: 1 }], FOLDER),
      Buffer.from('120a', 'hex'),
      noiseOf(600_000),
    ]
    for (const bytes of forms) expect(() => readNode(link, bytes)).toThrow(TreeError)
  })

  test('never makes the reader of nodes fail in another way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readRoot('x', bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(TreeError)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  test('never makes it fail in another way where a good node was changed', async () => {
    const { root, blocks } = await made({ 'a.txt': 'hello', 'b.bin': noiseOf(300_000), 'c/d': 'x' })
    const good = blocks.get(root) ?? new Uint8Array()
    fc.assert(
      fc.property(fc.nat(good.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const bad = Uint8Array.from(good)
        bad[at] = (bad[at] ?? 0) ^ by
        try {
          readRoot(root, bad)
        } catch (error) {
          expect(error).toBeInstanceOf(TreeError)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a path that a page asks for', () => {
  test.each(['/a/../b', '/..', '//a', '/a//b', '/./a', '/a\\b', '/a\u0000', '/a\nb'])('%j has nothing', (path) => {
    expect(partsOf(path)).toBeNull()
  })

  test('has its parts, the last empty for a folder', () => {
    expect(partsOf('/')).toEqual([''])
    expect(partsOf('/a b/ü.html')).toEqual(['a b', 'ü.html'])
    expect(partsOf('blog/')).toEqual(['blog', ''])
  })
})

describe('a CID', () => {
  test('of another kind names no copy', () => {
    expect(idOfCid('QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn')).toBeNull()
    expect(idOfCid('bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku')).toBeNull()
    expect(idOfCid('nonsense')).toBeNull()
    expect(idOfCid('bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354')).toMatch(/^01701220/)
  })
})

function hexOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex')
}

function hash(text: string, seed: number): number {
  return createHash('sha256').update(`${seed}${text}`).digest().readUInt32BE()
}
