import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { alice, bytesOf, noiseOf, pageOf, publish, site, town, whole, type Resident, type Town } from './copy-town.ts'
import { holds, holdsAll, name, treeOf } from './holders.ts'

async function place(options?: Parameters<typeof town>[0]): Promise<Town> {
  const one = await town(options)
  onTestFinished(() => one.close())
  return one
}

/** Files of blocks that lie in the folder of copies. */
async function blocksOf({ folder }: Resident): Promise<string[]> {
  const names = await readdir(join(folder, 'blocks'), { recursive: true }).catch(() => [])
  return names.filter((one) => one.length > 60).map((one) => join(folder, 'blocks', one))
}

describe('a copy', () => {
  test('is looked at before, fetched whole, and opens when its owner is gone', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident(), await where.resident()]
    const film = noiseOf(1_000_000)
    const files = { 'index.html': '<h1>Alice</h1>', 'blog/2026/a post.html': 'ünïcode', 'film.mp4': film, 'empty.txt': '', 'again.mp4': film }
    const cid = await publish(where, owner, files)

    const look = await reader.copies.look(site)
    expect(look).toMatchObject({ cid, files: 5, bytes: 2_000_000 + 14 + 9, holders: 1, hereBytes: 0 })
    expect(look.freeBytes).toBeGreaterThan(0)

    const begun = await reader.copies.keep(site)
    expect(begun.state.kind).toBe('fetching')
    await whole(reader)
    expect(reader.copies.list()).toMatchObject([{ cid, files: 5, bytes: look.bytes, state: { kind: 'whole' }, isServed: true, latest: cid }])
    expect((await reader.copies.look(site)).hereBytes).toBe(1_000_000 + 14 + 9)

    await owner.leave()
    const copy = await reader.copies.open(site, { owner: alice, cid, devices: [owner.peerId] })
    expect(copy).toMatchObject({ cid, keptHere: true })
    expect(await pageOf(copy, '/')).toBe('<h1>Alice</h1>')
    expect(await pageOf(copy, '/blog/2026/a post.html')).toBe('ünïcode')
    expect(await pageOf(copy, '/blog/2026/a post.html'.normalize('NFD'))).toBe('ünïcode')
    expect(await pageOf(copy, '/empty.txt')).toBe('')
    expect(Buffer.compare(await bytesOf(await copy.find('/film.mp4')), film)).toBe(0)
    expect(Buffer.compare(await bytesOf(await copy.find('/film.mp4'), { start: 262_000, end: 600_001 }), film.subarray(262_000, 600_001))).toBe(0)
    expect(await copy.find('/blog')).toBe('folder')
    expect(await copy.find('/blog/')).toBeNull()
    expect(await copy.find('/nothing')).toBeNull()
    expect(await copy.find('/film.mp4/')).toBeNull()
    expect(await copy.find('/../index.html')).toBeNull()
  })

  test('is had from there by others, who find it through the devices near to it', async () => {
    const where = await place()
    const [owner, keeper, near, reader] = [await where.resident(), await where.resident(), await where.resident(), await where.resident()]
    where.near.push(near.peerId)
    const cid = await publish(where, owner, { 'index.html': 'hello', 'big.bin': noiseOf(600_000) })
    await keeper.copies.keep(site)
    await whole(keeper)
    await owner.leave()
    await expect.poll(async () => (await reader.copies.look(site).catch(() => null))?.holders, { timeout: 10_000 }).toBe(1)
    const copy = await reader.copies.open(site, { owner: alice, cid, devices: [owner.peerId] })
    expect(await pageOf(copy, '/')).toBe('hello')
    expect(copy).toMatchObject({ keptHere: false, holders: 1 })
    await reader.copies.keep(site)
    await whole(reader)
    expect(keeper.copies.list()[0]?.servedBytes).toBeGreaterThan(600_000)
  })

  test('of an empty folder is one', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident(), await where.resident()]
    const cid = await publish(where, owner, {})
    expect(await reader.copies.look(site)).toMatchObject({ files: 0, bytes: 0 })
    await reader.copies.keep(site)
    await whole(reader)
    expect(await (await reader.copies.open(site, { owner: alice, cid, devices: [] })).find('/')).toBeNull()
  })

  test('of 2,000 files in folders comes whole, and tells of itself at most four times a second', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident(), await where.resident()]
    const files = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`section ${at % 40}/page ${at}.html`, `<p>${at}</p>`.repeat(40)]))
    const cid = await publish(where, owner, files)
    const changed: number[] = []
    const stop = new AbortController()
    const watching = (async () => {
      for await (const { kind } of reader.copies.watch(stop.signal)) if (kind === 'event') changed.push(performance.now())
    })()
    await reader.copies.keep(site)
    await whole(reader)
    stop.abort()
    await watching
    expect(reader.copies.list()).toMatchObject([{ files: 2_000, state: { kind: 'whole' } }])
    const tookMs = (changed.at(-1) ?? 0) - (changed[0] ?? 0)
    expect(changed.length).toBeLessThan(12 + (tookMs / 1_000) * 10)
    const copy = await reader.copies.open(site, { owner: alice, cid, devices: [] })
    expect(await pageOf(copy, '/section 39/page 1999.html')).toBe('<p>1999</p>'.repeat(40))
  })

  test('of one file of 64 MiB comes whole over TCP, and is read from anywhere', async () => {
    const where = await place({ transport: 'tcp' })
    const [owner, reader] = [await where.resident(), await where.resident()]
    const film = noiseOf(64 * 1024 * 1024)
    const cid = await publish(where, owner, { 'film.mp4': film })
    await reader.copies.keep(site)
    await whole(reader)
    const copy = await reader.copies.open(site, { owner: alice, cid, devices: [] })
    const start = film.byteLength - 300_000
    expect(Buffer.compare(await bytesOf(await copy.find('/film.mp4'), { start, end: film.byteLength }), film.subarray(start))).toBe(0)
  })

  test('whose owner comes with a newer one is brought up to date by what changed, and what nobody needs goes', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident(), await where.resident()]
    const [same, old, fresh] = [noiseOf(700_000, 1), noiseOf(700_000, 2), noiseOf(800_000, 3)]
    const first = await publish(where, owner, { 'same.bin': same, 'old.bin': old, 'page.html': 'one' })
    await reader.copies.keep(site)
    await whole(reader)
    const before = await blocksOf(reader)
    const second = await publish(where, owner, { 'same.bin': same, 'fresh.bin': fresh, 'page.html': 'two' })
    const changes = await reader.copies.changes(site)
    expect(changes).toMatchObject({ from: first, to: second, added: 1, changed: 1, removed: 1, fetchBytes: 800_003 })
    expect(changes.changes.map(({ path, kind }) => `${kind} ${path}`)).toEqual(['added fresh.bin', 'removed old.bin', 'changed page.html'])
    expect(reader.copies.list()).toMatchObject([{ cid: first, latest: second, state: { kind: 'whole' } }])
    await reader.copies.keep(site)
    await whole(reader)
    expect(reader.copies.list()).toMatchObject([{ cid: second, state: { kind: 'whole' } }])
    await eventually('the old is gone', async () => (await blocksOf(reader)).length === before.length + 1)
    await owner.leave()
    const copy = await reader.copies.open(site, { owner: alice, cid: second, devices: [] })
    expect(Buffer.compare(await bytesOf(await copy.find('/same.bin')), same)).toBe(0)
    expect(await copy.find('/old.bin')).toBeNull()
  })

  test('that is dropped leaves what another copy has, and says what it freed', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident({ bare: true }), await where.resident()]
    const shared = noiseOf(500_000, 1)
    const [one, two] = [await treeOf({ 'shared.bin': shared, 'one.bin': noiseOf(300_000, 2) }), await treeOf({ 'shared.bin': shared, 'two.bin': noiseOf(300_000, 3) })]
    await holdsAll(owner, new Map([...one.blocks, ...two.blocks]))
    const other = 'bob.peer' as typeof site
    name(where, one.cid, [owner])
    where.zones.set(other, { owner: alice, cid: two.cid, signedMs: 0, devices: [owner.peerId] })
    for (const each of [site, other]) {
      await reader.copies.keep(each)
      await whole(reader, each)
    }
    const diskBytes = async (): Promise<number> => {
      for await (const item of reader.copies.watch()) if (item.kind === 'snapshot') return item.snapshot.diskBytes
      return 0
    }
    const both = await diskBytes()
    expect(both).toBeGreaterThan(1_100_000)
    expect(both).toBeLessThan(1_101_000)
    const { freedBytes } = await reader.copies.drop(site)
    expect(freedBytes).toBeGreaterThan(300_000)
    expect(freedBytes).toBeLessThan(301_000)
    expect(await diskBytes()).toBe(both - freedBytes)
    const copy = await reader.copies.open(other, { owner: alice, cid: two.cid, devices: [] })
    expect(Buffer.compare(await bytesOf(await copy.find('/shared.bin')), shared)).toBe(0)
    await reader.copies.drop(other)
    expect(await diskBytes()).toBe(0)
    expect(await blocksOf(reader)).toEqual([])
    await expect(reader.copies.drop(other)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('of which the disk changed a block is read right all the same, while somebody has it', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident(), await where.resident()]
    const content = noiseOf(700_000)
    const cid = await publish(where, owner, { 'big.bin': content, 'index.html': 'hello' })
    await reader.copies.keep(site)
    await whole(reader)
    const paths = await blocksOf(reader)
    for (const path of paths) {
      const bytes = await readFile(path)
      bytes[0] = (bytes[0] ?? 0) ^ 1
      await (bytes.byteLength > 1_000 ? writeFile(path, bytes) : truncate(path, 1))
    }
    const copy = await reader.copies.open(site, { owner: alice, cid, devices: [owner.peerId] })
    expect(Buffer.compare(await bytesOf(await copy.find('/big.bin')), content)).toBe(0)
    expect(await pageOf(copy, '/')).toBe('hello')
    // And is whole again.
    await owner.leave()
    const again = await reader.copies.open(site, { owner: alice, cid, devices: [] })
    expect(Buffer.compare(await bytesOf(await again.find('/big.bin')), content)).toBe(0)
  })

  test('that is here is shown, in its older version, where nobody has the newer one', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident(), await where.resident()]
    const cid = await publish(where, owner, { 'index.html': 'older' })
    await reader.copies.keep(site)
    await whole(reader)
    await owner.leave()
    const newer = await treeOf({ 'index.html': 'newer' })
    const copy = await reader.copies.open(site, { owner: alice, cid: newer.cid, devices: [owner.peerId] })
    expect(copy).toMatchObject({ cid, keptHere: true })
    expect(await pageOf(copy, '/')).toBe('older')
  })

  test('of a site that is only live is none', async () => {
    const where = await place()
    const reader = await where.resident()
    where.zones.set(site, { owner: alice, cid: null, signedMs: 0, devices: [] })
    await expect(reader.copies.keep(site)).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(reader.copies.look(site)).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(reader.copies.changes(site)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(reader.copies.cancel(site)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(reader.copies.open(site, { owner: alice, cid: null, devices: [] })).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})

describe('a copy on its way', () => {
  const files = { 'index.html': 'hello', ...Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${at}.bin`, noiseOf(300_000, at)])) }

  /** Gives the first so many blocks, and the others when it is let. */
  async function halting(where: Town, first: number): Promise<{ cid: Awaited<ReturnType<typeof treeOf>>['cid']; given: string[]; goOn: () => void; isHalted: () => boolean }> {
    const { cid, blocks } = await treeOf(files)
    const owner = await where.resident({ bare: true })
    const given: string[] = []
    let isOpen = false
    const gate = Promise.withResolvers<void>()
    let waiting = 0
    await holds(owner, async (id) => {
      if (!isOpen && given.length >= first) {
        waiting += 1
        await gate.promise
      }
      given.push(id)
      return blocks.get(id) ?? null
    })
    name(where, cid, [owner])
    const goOn = (): void => {
      isOpen = true
      gate.resolve()
    }
    return { cid, given, goOn, isHalted: () => waiting > 0 }
  }

  test('goes on after a restart, and fetches nothing twice that was written down', async () => {
    const where = await place()
    const reader = await where.resident()
    const { given, goOn, isHalted } = await halting(where, 60)
    await reader.copies.keep(site)
    await eventually('the middle', isHalted)
    await eventually('it is on the disk', async () => (await blocksOf(reader)).length >= 58)
    await reader.restart()
    expect(reader.copies.list()).toMatchObject([{ state: { kind: 'fetching' } }])
    const before = new Set(given.slice(0, 58))
    goOn()
    await whole(reader)
    expect(given.slice(60).filter((id) => before.has(id))).toEqual([])
  })

  test('stops when the person says so, and goes on when they say so', async () => {
    const where = await place()
    const reader = await where.resident()
    const { goOn, isHalted } = await halting(where, 60)
    await reader.copies.keep(site)
    await eventually('the middle', isHalted)
    expect(await reader.copies.cancel(site)).toMatchObject({ state: { kind: 'stopped' } })
    await expect(reader.copies.cancel(site)).rejects.toMatchObject({ code: 'CONFLICT' })
    await reader.restart()
    expect(reader.copies.list()).toMatchObject([{ state: { kind: 'stopped' } }])
    goOn()
    await reader.copies.keep(site)
    await whole(reader)
  })

  test('that something else ends is at no moment written down as stopped by the person', async () => {
    const where = await place()
    const reader = await where.resident()
    const { isHalted } = await halting(where, 60)
    await reader.copies.keep(site)
    await eventually('the middle', isHalted)
    // Whatever is written down could be what a crash leaves.
    reader.database.prepare('CREATE TABLE written (state TEXT)').run()
    reader.database.prepare('CREATE TRIGGER copies_written AFTER INSERT ON copies BEGIN INSERT INTO written VALUES (NEW.next_state); END').run()
    const written = reader.database.prepare<[], { state: string }>('SELECT DISTINCT state FROM written')
    await publish(where, await where.resident(), { 'index.html': 'another version' })
    await reader.copies.keep(site)
    await reader.copies.drop(site)
    expect(written.all()).toEqual([{ state: 'fetching' }])
  })

  test('that is dropped leaves nothing', async () => {
    const where = await place()
    const reader = await where.resident()
    const { isHalted } = await halting(where, 60)
    await reader.copies.keep(site)
    await eventually('the middle', isHalted)
    await reader.copies.drop(site)
    expect(reader.copies.list()).toEqual([])
    expect(await blocksOf(reader)).toEqual([])
  })

  test('tells how far it is, how fast, and from how many', async () => {
    const where = await place()
    const clock = new FakeClock()
    const reader = await where.resident({ clock })
    const { isHalted } = await halting(where, 60)
    await reader.copies.keep(site)
    await eventually('the middle', isHalted)
    const copy = await eventually('progress', async () => {
      await clock.advance(300)
      const [one] = reader.copies.list()
      return one?.state.kind === 'fetching' && one.state.doneBytes > 0 && one
    })
    expect(copy).toMatchObject({ files: 31, bytes: 9_000_005, state: { sources: 1 } })
    if (copy.state.kind !== 'fetching') throw new Error('not fetching')
    expect(copy.state.doneBytes).toBeLessThan(copy.bytes)
    expect(copy.state.bytesPerSecond).toBeGreaterThan(0)
  })

  test('whose version nobody has any more goes over to the one that the zone names', async () => {
    const where = await place()
    const reader = await where.resident()
    const { isHalted } = await halting(where, 60)
    await reader.copies.keep(site)
    await eventually('the middle', isHalted)
    const owner = await where.resident()
    const newer = await publish(where, owner, { 'index.html': 'newer' })
    await reader.restart()
    await whole(reader)
    expect(reader.copies.list()).toMatchObject([{ cid: newer, files: 1 }])
    await eventually('the other one is gone', async () => (await blocksOf(reader)).length === 2)
  })
})
