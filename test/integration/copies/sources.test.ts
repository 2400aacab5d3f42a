import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { createCopyProtocol } from '../../../src/main/protocols/copy/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { idOf } from '../../helpers/bad-trees.ts'
import { alice, bytesOf, noiseOf, pageOf, site, town, whole, type Resident, type Town } from './copy-town.ts'
import { holds, holdsAll, holdsEndlessly, holdsSilently, name, treeOf } from './holders.ts'

async function place(): Promise<Town> {
  const one = await town()
  onTestFinished(() => one.close())
  return one
}

const files = { 'index.html': 'hello', 'big.bin': noiseOf(5_000_000), ...Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`pages/${at}.html`, `page ${at}`])) }

const pointsOf = (reader: Resident, { peerId }: Resident): number =>
  reader.offences.filter((one) => one.peerId === peerId).reduce((sum, { points }) => sum + points, 0)

describe('several who have it', () => {
  test('all give something', async () => {
    const where = await place()
    const { cid, blocks } = await treeOf(files)
    const [one, two, three] = [await where.resident({ bare: true }), await where.resident({ bare: true }), await where.resident({ bare: true })]
    const gave = new Map<Resident, number>()
    for (const holder of [one, two, three]) {
      await holds(holder, (id) => {
        gave.set(holder, (gave.get(holder) ?? 0) + 1)
        return Promise.resolve(blocks.get(id) ?? null)
      })
    }
    const reader = await where.resident()
    name(where, cid, [one, two, three])
    expect((await reader.copies.look(site)).holders).toBe(3)
    await reader.copies.keep(site)
    await whole(reader)
    expect([...gave.keys()]).toHaveLength(3)
    for (const count of gave.values()) expect(count).toBeGreaterThan(5)
    expect(reader.offences).toEqual([])
  })

  test.each([
    ['wrong bytes', (one: Resident) => holds(one, (id) => Promise.resolve(Buffer.from(`not ${id}`)))],
    ['another block of the same tree', async (one: Resident, all: Uint8Array[]) => holds(one, () => Promise.resolve(all[3] ?? null))],
    ['blocks that do not end', (one: Resident) => holdsEndlessly(one)],
  ])('one who gives %s pays for it, and the others make it whole', async (_, bad) => {
    const where = await place()
    const { cid, blocks } = await treeOf(files)
    const [liar, holder, reader] = [await where.resident({ bare: true }), await where.resident({ bare: true }), await where.resident()]
    await bad(liar, [...blocks.values()])
    await holdsAll(holder, blocks)
    name(where, cid, [liar, holder])
    await reader.copies.keep(site)
    await whole(reader)
    expect(pointsOf(reader, liar)).toBeGreaterThanOrEqual(10)
    expect(pointsOf(reader, holder)).toBe(0)
    const copy = await reader.copies.open(site, { owner: alice, cid, devices: [] })
    expect(Buffer.compare(await bytesOf(await copy.find('/big.bin')), files['big.bin'])).toBe(0)
  })

  test.each([
    ['says nothing more once it opened', (one: Resident) => holdsSilently(one)],
    ['has nothing of what it said to have', (one: Resident) => holds(one, () => Promise.resolve(null))],
  ])('one who %s holds nobody up', async (_, bad) => {
    const where = await place()
    const { cid, blocks } = await treeOf(files)
    const [lazy, holder, reader] = [await where.resident({ bare: true }), await where.resident({ bare: true }), await where.resident()]
    await bad(lazy)
    await holdsAll(holder, blocks)
    name(where, cid, [lazy, holder])
    await reader.copies.keep(site)
    await whole(reader)
    expect(pointsOf(reader, lazy)).toBe(0)
  })

  test('half of them go in the middle, and the others make it whole', async () => {
    const where = await place()
    const { cid, blocks } = await treeOf(files)
    const holders: Resident[] = []
    let given = 0
    const later = Promise.withResolvers<void>()
    for (let at = 0; at < 4; at++) {
      const holder = await where.resident({ bare: true })
      holders.push(holder)
      await holds(holder, async (id) => {
        // All of them stop in the middle, until two are gone.
        if (++given > 30) await later.promise
        return blocks.get(id) ?? null
      })
    }
    const reader = await where.resident()
    name(where, cid, holders)
    await reader.copies.keep(site)
    await eventually('the middle', () => given > 32)
    await holders[0]?.leave()
    await holders[1]?.leave()
    later.resolve()
    await whole(reader)
    expect(reader.offences).toEqual([])
  })

  test('the only one goes and comes back, and it goes on from there', async () => {
    const where = await place()
    const { cid, blocks } = await treeOf(files)
    const [first, second, reader] = [await where.resident({ bare: true }), await where.resident({ bare: true }), await where.resident()]
    const given = new Set<string>()
    let isAway = false
    await holds(first, (id) => {
      given.add(id)
      if (given.size > 30) isAway = true
      return isAway ? new Promise(() => {}) : Promise.resolve(blocks.get(id) ?? null)
    })
    name(where, cid, [first])
    await reader.copies.keep(site)
    await eventually('the middle', () => isAway)
    const twice: string[] = []
    await holds(second, (id) => {
      if (reader.copies.list().length === 0 || (given.has(id) && !lost.has(id))) twice.push(id)
      return Promise.resolve(blocks.get(id) ?? null)
    })
    // What was asked for and not given any more.
    const lost = new Set([...given].slice(30))
    reader.knows = [second.peerId]
    await first.leave()
    await whole(reader)
    expect(twice).toEqual([])
  })
})

describe('nobody who has it', () => {
  test('is said, and it opens once somebody is there', async () => {
    const where = await place()
    const { cid, blocks } = await treeOf(files)
    const [owner, reader] = [await where.resident({ bare: true }), await where.resident()]
    name(where, cid, [])
    await expect(reader.copies.open(site, { owner: alice, cid, devices: [] })).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await expect(reader.copies.look(site)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await expect(reader.copies.keep(site)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(reader.copies.list()).toEqual([])
    await holdsAll(owner, blocks)
    const copy = await eventually('it opens', () => reader.copies.open(site, { owner: alice, cid, devices: [owner.peerId] }).catch(() => null))
    expect(await pageOf(copy, '/')).toBe('hello')
  })

  test('a page that was read before opens from the cache', async () => {
    const where = await place()
    const { cid, blocks } = await treeOf(files)
    const [owner, reader] = [await where.resident({ bare: true }), await where.resident()]
    await holdsAll(owner, blocks)
    const copy = await reader.copies.open(site, { owner: alice, cid, devices: [owner.peerId] })
    expect(await pageOf(copy, '/pages/7.html')).toBe('page 7')
    await owner.leave()
    await reader.restart()
    const again = await eventually('the cache is read', () => reader.copies.open(site, { owner: alice, cid, devices: [] }).catch(() => null))
    expect(await pageOf(again, '/pages/7.html')).toBe('page 7')
    await expect(pageOf(again, '/pages/8.html')).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(reader.copies.list()).toEqual([])
  })
})

describe('what is given to others', () => {
  test('is of the root that they named, and nothing else that is on the disk', async () => {
    const where = await place()
    const [one, other] = [await treeOf(files), await treeOf({ 'secret.html': 'only by its own name' })]
    const [owner, keeper, thief] = [await where.resident({ bare: true }), await where.resident(), await where.resident({ bare: true })]
    await holdsAll(owner, new Map([...one.blocks, ...other.blocks]))
    name(where, one.cid, [owner])
    await keeper.copies.keep(site)
    await whole(keeper)
    const asking = createCopyProtocol({ streams: thief.streams, clock: systemClock, offence: thief.offence })
    await thief.libp2p.dial(keeper.libp2p.getMultiaddrs())
    const copy = await keeper.copies.open(site, { owner: alice, cid: other.cid, devices: [owner.peerId] })
    expect(await pageOf(copy, '/secret.html')).toBe('only by its own name')
    const channel = await asking.open(keeper.peerId, { site, root: one.root })
    expect(await channel.want(one.root)).not.toBeNull()
    expect(await channel.want(idOf('raw', Buffer.from('only by its own name')))).toBeNull()
    expect(await channel.want(other.root)).toBeNull()
    // What was opened and not kept is not given on at all, and neither is a copy under another name.
    await expect(asking.open(keeper.peerId, { site, root: other.root })).rejects.toMatchObject({ code: 'none' })
    await expect(asking.open(keeper.peerId, { site: 'bob.peer' as never, root: one.root })).rejects.toMatchObject({ code: 'none' })
    // And when it is not given on any more, it is not, also where it was opened before.
    keeper.copies.serve(site, false)
    expect(await channel.want(one.root)).toBeNull()
    await expect(asking.open(keeper.peerId, { site, root: one.root })).rejects.toMatchObject({ code: 'none' })
    keeper.copies.serve(site, true)
    keeper.door = () => ({ verdict: 'refuse', code: 'denied', why: 'a rule' })
    await expect(asking.open(keeper.peerId, { site, root: one.root })).rejects.toMatchObject({ code: 'denied' })
    await expect(asking.open(keeper.peerId, { site, root: other.root })).rejects.toMatchObject({ code: 'denied' })
  })
})
