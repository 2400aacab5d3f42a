import { describe, expect, onTestFinished, test } from 'vitest'
import { isRaw } from '../../../src/main/features/copies/dag/block-id.ts'
import { MAX_COPIES, MAX_SWARMS, RESERVE_BYTES } from '../../../src/main/features/copies/limits.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { alice, noiseOf, site, town, whole, type Town } from './copy-town.ts'
import { holds, holdsAll, name, treeOf } from './holders.ts'

async function place(): Promise<Town> {
  const one = await town()
  onTestFinished(() => one.close())
  return one
}

const many = (count: number): Readonly<Record<string, Uint8Array>> => Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}.bin`, noiseOf(300_000, at)]))

describe('many things at once', () => {
  test('the same copy kept twice is fetched once, and stops when the person says so', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident({ bare: true }), await where.resident()]
    const { cid, blocks } = await treeOf(many(30))
    const gate = Promise.withResolvers<void>()
    let given = 0
    await holds(owner, async (id) => {
      if (++given > 40) await gate.promise
      return blocks.get(id) ?? null
    })
    name(where, cid, [owner])
    const copies = await Promise.all([reader.copies.keep(site), reader.copies.keep(site), reader.copies.keep(site)])
    expect(new Set(copies.map(({ state }) => state.kind))).toEqual(new Set(['fetching']))
    await eventually('the middle', () => given > 40)
    await reader.copies.cancel(site)
    gate.resolve()
    // Once another copy of the same is whole, whatever still fetched the first would have it too.
    const other = SiteName.parse('app.alice.peer')
    where.zones.set(other, { owner: alice, cid, signedMs: 0, devices: [owner.peerId] })
    await reader.copies.keep(other)
    await whole(reader, other)
    expect(reader.copies.list().find((copy) => copy.site === site)).toMatchObject({ state: { kind: 'stopped' } })
  })

  test('a copy that waits for somebody who has it goes on, however many other sites are opened meanwhile', async () => {
    const where = await place()
    const clock = new FakeClock()
    const [owner, second, reader] = [await where.resident({ bare: true }), await where.resident({ bare: true }), await where.resident({ clock })]
    const { cid, blocks } = await treeOf(many(10))
    let given = 0
    await holds(owner, (id) => (++given > 5 ? new Promise(() => {}) : Promise.resolve(blocks.get(id) ?? null)))
    name(where, cid, [owner])
    await reader.copies.keep(site)
    await eventually('the middle', () => given > 5)
    await owner.leave()
    // Nobody has it: it waits for two seconds, which do not pass.
    const other = (await treeOf({ 'index.html': 'nobody has this' })).cid
    for (let at = 0; at < MAX_SWARMS + 5; at++) {
      const open = reader.copies.open(SiteName.parse(`s${at}.alice.peer`), { owner: alice, cid: other, devices: [] })
      await expect(open).rejects.toMatchObject({ code: 'UNREACHABLE' })
    }
    await holdsAll(second, blocks)
    reader.knows = [second.peerId]
    const done = whole(reader)
    await eventually('it is whole', async () => (await clock.advance(500), reader.copies.list()[0]?.state.kind !== 'fetching'))
    await done
  })

  test('there are never more copies than may be, however many are begun together', async () => {
    const where = await place()
    const [owner, reader] = [await where.resident({ bare: true }), await where.resident()]
    const { cid, blocks } = await treeOf({ 'index.html': 'hello' })
    await holdsAll(owner, blocks)
    const sites = Array.from({ length: MAX_COPIES + 40 }, (_, at) => SiteName.parse(`s${at}.alice.peer`))
    for (const one of [site, ...sites]) where.zones.set(one, { owner: alice, cid, signedMs: 0, devices: [owner.peerId] })
    await reader.copies.keep(site)
    await whole(reader)
    const kept = await Promise.allSettled(sites.map((one) => reader.copies.keep(one)))
    const refused = kept.filter((one) => one.status === 'rejected').map(({ reason }) => (reason as { code: string }).code)
    expect(refused).toEqual(Array.from({ length: 41 }, () => 'BUSY'))
    expect(reader.copies.list()).toHaveLength(MAX_COPIES)
  })
})

describe('a disk that fills up', () => {
  test('while a copy is fetched: it stops before nothing is left, says so, and goes on when there is room', async () => {
    const where = await place()
    let freeBytes = RESERVE_BYTES + 100_000_000
    const [owner, reader] = [await where.resident({ bare: true }), await where.resident({ freeBytes: () => Promise.resolve(freeBytes) })]
    const { cid, blocks } = await treeOf(many(80))
    let pieces = 0
    await holds(owner, (id) => {
      // Somebody else fills it, once some pieces were given.
      if (isRaw(id) && ++pieces === 20) freeBytes = RESERVE_BYTES - 1
      return Promise.resolve(blocks.get(id) ?? null)
    })
    name(where, cid, [owner])
    await reader.copies.keep(site)
    await expect(whole(reader)).rejects.toThrow('stopped: There is not enough room on the disk for this copy.')
    await expect(reader.copies.keep(site)).rejects.toMatchObject({ code: 'TOO_LARGE' })
    freeBytes = Infinity
    await reader.copies.keep(site)
    await whole(reader)
  })
})
