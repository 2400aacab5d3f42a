import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cidOf, idOfCid } from '../../../src/main/features/copies/dag/block-id.ts'
import { AccountId } from '../../../src/shared/ids.ts'
import { SiteName, type SiteCid } from '../../../src/shared/model/sites.ts'
import { type Blocks, type HandLink, nodeBytes, fileData, put, putFile, putFolder } from '../../helpers/bad-trees.ts'
import { eventually } from '../../helpers/eventually.ts'
import { alice, bytesOf, noiseOf, pageOf, publish, site, sourceOf, town, whole, type Resident, type Town } from './copy-town.ts'
import { holds, holdsAll, name, treeOf } from './holders.ts'

async function place(): Promise<Town> {
  const one = await town()
  onTestFinished(() => one.close())
  return one
}

const never = new AbortController().signal

describe('an owner who published what is no honest tree', () => {
  type Made = (blocks: Blocks) => Omit<HandLink, 'name'>
  const trees: readonly [string, 'DAMAGED' | 'TOO_LARGE', Made][] = [
    ['a file that is called ..', 'DAMAGED', (blocks) => putFolder(blocks, [{ ...putFile(blocks, 'x'), name: '..' }])],
    ['a path in a name', 'DAMAGED', (blocks) => putFolder(blocks, [{ ...putFile(blocks, 'x'), name: '../../.ssh/authorized_keys' }])],
    ['a name that is empty', 'DAMAGED', (blocks) => putFolder(blocks, [{ ...putFile(blocks, 'x'), name: '' }])],
    [
      'a folder that is larger than it says',
      'TOO_LARGE',
      (blocks) => {
        const inner = putFolder(blocks, [{ ...put(blocks, 'raw', noiseOf(200_000)), name: 'big.bin' }])
        return putFolder(blocks, [{ ...inner, treeBytes: 300, name: 'inner' }])
      },
    ],
    [
      'folders in folders without end',
      'TOO_LARGE',
      (blocks) => {
        let level = putFolder(blocks, [])
        for (let depth = 0; depth < 80; depth++) level = putFolder(blocks, [{ ...level, name: 'deeper' }])
        return level
      },
    ],
    [
      'a million files in three blocks',
      'TOO_LARGE',
      (blocks) => {
        const numbered = (link: Omit<HandLink, 'name'>): HandLink[] => Array.from({ length: 1_000 }, (_, at) => ({ ...link, name: String(at).padStart(4, '0') }))
        return putFolder(blocks, numbered(putFolder(blocks, numbered(putFile(blocks, '')))))
      },
    ],
  ]

  test.each(trees)('%s: nothing of it is kept', async (_, code, make) => {
    const where = await place()
    const [owner, reader] = [await where.resident({ bare: true }), await where.resident()]
    const blocks: Blocks = new Map()
    const { id } = make(blocks)
    await holdsAll(owner, blocks)
    name(where, cidOf(id), [owner])
    await expect(reader.copies.look(site)).rejects.toMatchObject({ code })
    await reader.copies.keep(site).catch(() => {})
    const copy = await eventually('it stopped', () => {
      const [one] = reader.copies.list()
      return one === undefined || one.state.kind === 'stopped' ? { one } : null
    })
    expect(copy.one?.state.kind).not.toBe('whole')
    // It is the owner who lies, and not whoever holds it.
    expect(reader.offences).toEqual([])
  })

  test('a file of forty million pieces, of one byte each: is found out before they are gone through', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident({ bare: true }), await where.resident()]
    const blocks: Blocks = new Map()
    let part = { ...put(blocks, 'raw', noiseOf(1)), name: '' }
    let bytes = 1
    for (const times of [1_000, 1_000, 40]) {
      const parts = Array.from({ length: times }, () => part)
      part = { ...put(blocks, 'node', nodeBytes(parts, fileData(parts.map(() => bytes))), parts), name: '' }
      bytes *= times
    }
    const root = putFolder(blocks, [{ ...part, name: 'film.mp4' }])
    await holdsAll(owner, blocks)
    name(where, cidOf(root.id), [owner])
    await expect(reader.copies.look(site)).rejects.toMatchObject({ code: 'TOO_LARGE' })
    await reader.copies.keep(site)
    await expect(whole(reader)).rejects.toThrow(/stopped/)
  })

  test('a file whose pieces are not as long as it says: it stops there', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident({ bare: true }), await where.resident()]
    const blocks: Blocks = new Map()
    const part = { ...put(blocks, 'raw', noiseOf(1_000)), treeBytes: 2_000, name: '' }
    const file = put(blocks, 'node', nodeBytes([part], fileData([2_000])), [part])
    const root = putFolder(blocks, [{ ...file, name: 'f' }, { ...putFile(blocks, 'fine'), name: 'index.html' }])
    await holdsAll(owner, blocks)
    name(where, cidOf(root.id), [owner])
    await reader.copies.keep(site)
    await expect(whole(reader)).rejects.toThrow(/stopped/)
    const copy = await reader.copies.open(site, { owner: alice, cid: cidOf(root.id), devices: [owner.peerId] })
    await expect(bytesOf(await copy.find('/f'))).rejects.toMatchObject({ code: 'DAMAGED' })
    expect(await pageOf(copy, '/')).toBe('fine')
  })
})

describe('the copy of an own folder', () => {
  test('is given on at once, and the one before it too', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident(), await where.resident()]
    const versions: Awaited<ReturnType<typeof publish>>[] = []
    for (const text of ['one', 'two', 'three']) versions.push(await publish(where, owner, { 'index.html': text, 'same.bin': noiseOf(300_000) }))
    const [one, two, three] = versions
    if (one === undefined || two === undefined || three === undefined) throw new Error('no versions')
    const devices = [owner.peerId]
    expect(await pageOf(await reader.copies.open(site, { owner: alice, cid: three, devices }), '/')).toBe('three')
    expect(await pageOf(await reader.copies.open(site, { owner: alice, cid: two, devices }), '/')).toBe('two')
    await expect(reader.copies.open(site, { owner: alice, cid: one, devices })).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await owner.restart()
    expect(await pageOf(await owner.copies.open(site, { owner: alice, cid: three, devices: [] }), '/')).toBe('three')
    await owner.copies.maker.unmake(site)
    const left = await readdir(join(owner.folder, 'blocks'), { recursive: true })
    expect(left.filter((file) => file.length > 60)).toEqual([])
  })

  test('is the same when it is made again, and the same as anybody makes of the same files', async () => {
    const where = await place()
    const [owner, other] = [await where.resident(), await where.resident()]
    const files = { 'index.html': 'hello', 'big.bin': noiseOf(600_000) }
    const first = await publish(where, owner, files)
    expect(await publish(where, owner, files)).toBe(first)
    expect(await publish(where, other, Object.fromEntries(Object.entries(files).toReversed()))).toBe(first)
    expect((await treeOf(files)).cid).toBe(first)
    const stopped: number[] = []
    await owner.copies.maker.make(site, sourceOf(files), never, (bytes) => stopped.push(bytes))
    expect(stopped.at(-1)).toBe(600_005)
  })

  test('that is stopped, or of which a file cannot be read, leaves nothing', async () => {
    const where = await place()
    const owner = await where.resident()
    const stop = new AbortController()
    const making = owner.copies.maker.make(site, sourceOf({ 'a.bin': noiseOf(3_000_000) }), stop.signal, () => stop.abort(new Error('enough')))
    await expect(making).rejects.toThrow('enough')
    const broken = async function* () {
      yield* sourceOf({ 'a.bin': noiseOf(500_000) })
      yield await Promise.resolve({
        path: 'b.txt',
        bytes: 5,
        async *read(): AsyncGenerator<Uint8Array> {
          yield await Promise.reject(Object.assign(new Error('ENOENT: /home/alice/b.txt'), { code: 'ENOENT' }))
        },
      })
    }
    await expect(owner.copies.maker.make(site, broken(), never, () => {})).rejects.toMatchObject({ code: 'DAMAGED', message: '“b.txt” could not be read.' })
    const left = await readdir(join(owner.folder, 'blocks'), { recursive: true }).catch(() => [])
    expect(left.filter((file) => file.length > 60)).toEqual([])
    expect(owner.copies.list()).toEqual([])
  })

  test('that was being made when the process ended leaves nothing after the next start', async () => {
    const where = await place()
    const owner = await where.resident()
    const gate = Promise.withResolvers<void>()
    const halting = async function* () {
      yield* sourceOf({ 'a.bin': noiseOf(500_000) })
      yield await Promise.resolve({
        path: 'b.txt',
        bytes: 5,
        async *read(): AsyncGenerator<Uint8Array> {
          await gate.promise
          yield Buffer.from('never')
        },
      })
    }
    void owner.copies.maker.make(site, halting(), never, () => {}).catch(() => {})
    const blocks = async (): Promise<string[]> => {
      const names = await readdir(join(owner.folder, 'blocks'), { recursive: true }).catch(() => [])
      return names.filter((file) => file.length > 60)
    }
    await eventually('it is being made', async () => (await blocks()).length >= 2)
    await owner.restart()
    await eventually('it is gone', async () => (await blocks()).length === 0)
  })
})

describe('a name that somebody else has now', () => {
  const carol = AccountId.parse(`k51${'c'.repeat(59)}`)

  /** Alice's is kept; then the name is Carol's, who publishes something else that nobody has. */
  async function lost(): Promise<{ where: Town; reader: Resident; alices: SiteCid; carols: SiteCid; carolsDevice: Resident }> {
    const where = await place()
    const [owner, reader, carolsDevice] = [await where.resident(), await where.resident(), await where.resident({ bare: true })]
    const alices = await publish(where, owner, { 'index.html': 'Alice' })
    await reader.copies.keep(site)
    await whole(reader)
    await owner.leave()
    const { cid: carols, blocks } = await treeOf({ 'index.html': 'Carol' })
    where.zones.set(site, { owner: carol, cid: carols, signedMs: 1, devices: [carolsDevice.peerId] })
    await holdsAll(carolsDevice, blocks)
    return { where, reader, alices, carols, carolsDevice }
  }

  test('does not show what its former owner published, whatever cannot be reached', async () => {
    const { reader, carols, carolsDevice } = await lost()
    const zoned = { owner: carol, cid: carols, devices: [carolsDevice.peerId] }
    expect(await pageOf(await reader.copies.open(site, zoned), '/')).toBe('Carol')
    await carolsDevice.leave()
    const other = (await treeOf({ 'index.html': 'Carol, later' })).cid
    await expect(reader.copies.open(site, { ...zoned, cid: other })).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await expect(reader.copies.open(site, { ...zoned, cid: null })).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  test('that was handed on is kept as the site it leads to, which is what everybody asks each other for', async () => {
    const where = await place()
    const [owner, keeper, reader] = [await where.resident(), await where.resident(), await where.resident()]
    const handed = SiteName.parse('notes.bobby.peer')
    const cid = await publish(where, owner, { 'index.html': 'Alice' })
    where.zones.set(handed, { shownAs: site, owner: alice, cid, signedMs: 1, devices: [owner.peerId] })
    expect(await keeper.copies.look(handed)).toMatchObject({ site, cid, files: 1 })
    expect(await keeper.copies.keep(handed)).toMatchObject({ site, cid })
    await whole(keeper)
    await owner.leave()
    reader.knows = [keeper.peerId]
    expect(await pageOf(await reader.copies.open(site, { owner: alice, cid, devices: [] }), '/')).toBe('Alice')
  })

  test('is not what its copy is brought up to: it is said whose it is, and nothing of it goes', async () => {
    const { reader, alices, carols } = await lost()
    await expect(reader.copies.keep(site)).rejects.toMatchObject({ code: 'CONFLICT', message: /somebody else/ })
    await expect(reader.copies.changes(site)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await reader.copies.look(site)).owner).toBe(carol)
    reader.copies.zoneHeard(site, { owner: carol, cid: carols })
    expect(reader.copies.list()).toMatchObject([{ owner: alice, cid: alices, latest: null, state: { kind: 'whole' } }])
    await reader.copies.drop(site)
    await reader.copies.keep(site)
    await whole(reader)
    expect(reader.copies.list()).toMatchObject([{ owner: carol, cid: carols, latest: carols }])
  })

  test('stops a copy that was on its way', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident({ bare: true }), await where.resident()]
    const { cid, blocks } = await treeOf({ 'index.html': 'Alice', 'big.bin': noiseOf(900_000) })
    await holds(owner, (id) => (id === idOfCid(cid) ? Promise.resolve(blocks.get(id) ?? null) : new Promise(() => {})))
    name(where, cid, [owner])
    await reader.copies.keep(site)
    where.zones.set(site, { owner: carol, cid: (await treeOf({ 'index.html': 'Carol' })).cid, signedMs: 1, devices: [] })
    await reader.restart()
    await eventually('it stopped', () => reader.copies.list()[0]?.state.kind === 'stopped')
    expect(reader.copies.list()).toMatchObject([{ owner: alice, cid, state: { why: expect.stringContaining('somebody else') } }])
  })
})
