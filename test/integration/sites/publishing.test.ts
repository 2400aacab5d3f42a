import { mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LOOK_AFTER_CHANGE_MS, LOOK_AGAIN_MS, LOOK_ANYWAY_MS, POINT_AGAIN_MS, POINT_WITHOUT_COPY_MS } from '../../../src/main/features/sites/limits.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { NetworkId } from '../../../src/shared/model/ledger.ts'
import { SiteCid, type Site, type SiteDraft } from '../../../src/shared/model/sites.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { ListingMaker } from './listing-maker.ts'
import { OneZone } from './one-zone.ts'
import { folderOf, network, site, text, twoSites, type TwoSites, type TwoSitesOptions } from './two-sites.ts'

const another = SiteCid.parse(`b${'a'.repeat(58)}`)
let clock: FakeClock
let zones: OneZone
let maker: ListingMaker
let database: Database
let folder: Awaited<ReturnType<typeof folderOf>>
let sites: TwoSites
let draft: SiteDraft

async function begin(options: TwoSitesOptions = {}): Promise<void> {
  sites = await twoSites({ clock, zones, maker, database, ...options })
}

beforeEach(async () => {
  clock = new FakeClock()
  zones = new OneZone()
  maker = new ListingMaker()
  database = openMemoryDatabase()
  folder = await folderOf({ 'index.html': 'home', 'a/b.txt': 'deep', '.env': 'PASSWORD=1' })
  draft = { name: site, source: { kind: 'folder', path: folder.path, fallback: false }, audience: 'anyone', copies: false }
  await begin()
})
afterEach(async () => {
  await sites.close()
  database.close()
  await folder.remove()
})

const now = (): Site => sites.owner.list()[0] ?? expect.fail('no site')
/** The site once it is as it is waited for. */
const once = (what: string, is: (site: Site) => boolean): Promise<Site> => eventually(what, () => sites.owner.list().find(is))
const pointed = (): Promise<Site> => once('it is pointed', (is) => is.pointed.kind === 'pointed')
const made = (): Promise<Site> => once('the copy is named', ({ copies, pointed: { kind } }) => copies.kind === 'made' && kind === 'pointed' && zones.said.get(site)?.cid === copies.cid)

describe('a site that is published', () => {
  test('is named in its zone', async () => {
    expect(await sites.owner.publish(draft)).toMatchObject({ pointed: { kind: 'pointing' }, copies: { kind: 'off' } })
    expect(await pointed()).toMatchObject({ pointed: { kind: 'pointed', seq: 1 } })
    expect(zones.said.get(site)).toEqual({ seq: 1, cid: null })
  })

  test('is served also while its zone cannot be changed, and named when it can', async () => {
    zones.failing = new LatchError('UNREACHABLE', 'You are offline.')
    await sites.owner.publish(draft)
    await once('it failed', (is) => is.pointed.kind === 'failed')
    expect(now().pointed).toEqual({ kind: 'failed', why: 'You are offline.' })
    expect(await text(await sites.get('/'))).toBe('home')
    zones.failing = null
    await clock.advance(POINT_AGAIN_MS)
    expect(await pointed()).toBeDefined()
  })

  test('is not taken back from whoever changed the zone by hand, also after a restart', async () => {
    await sites.owner.publish(draft)
    await pointed()
    await sites.close()
    zones.edit(site, null)
    await begin()
    const failed = await once('it is left', (is) => is.pointed.kind === 'failed')
    expect(failed.pointed).toMatchObject({ why: expect.stringContaining('Publish the site again') as string })
    expect(zones.said.has(site)).toBe(false)
    await sites.owner.publish(draft)
    await pointed()
    expect(zones.said.has(site)).toBe(true)
  })

  test('is out of its zone when it is taken down, where the record is still its own', async () => {
    await sites.owner.publish(draft)
    await pointed()
    await sites.owner.unpublish(site)
    expect([zones.said.has(site), sites.owner.isHere(site), sites.owner.list()]).toEqual([false, false, []])
    await sites.owner.publish(draft)
    await pointed()
    zones.edit(site, { cid: another })
    await sites.owner.unpublish(site)
    expect(zones.said.get(site)).toMatchObject({ cid: another })
  })

  test('is taken down also where its zone cannot be changed; that is made up for, also after a restart', async () => {
    await sites.owner.publish(draft)
    await pointed()
    zones.failing = new Error('offline')
    await sites.owner.unpublish(site)
    await expect(sites.get('/')).rejects.toMatchObject({ code: 'no-site' })
    expect(zones.said.has(site)).toBe(true)
    await sites.close()
    zones.failing = null
    await begin()
    await eventually('the record is gone', () => !zones.said.has(site))
    expect(sites.owner.list()).toEqual([])
  })

  test('is one of the network that it was published in: in another one it is not there, and nobody’s zone names it', async () => {
    const other = NetworkId.parse(`bafyrei${'e'.repeat(52)}`)
    let now = network
    await sites.close()
    await begin({ network: () => now })
    await sites.owner.publish(draft)
    await pointed()
    expect(await text(await sites.get('/'))).toBe('home')
    now = other
    const there = zones.said.get(site)
    zones.edit(site, null)
    const failed = await once('it says so', (is) => is.pointed.kind === 'failed')
    expect(failed.pointed).toMatchObject({ why: expect.stringContaining('another network') as string })
    expect(sites.owner.isHere(site)).toBe(false)
    await expect(sites.get('/')).rejects.toMatchObject({ code: 'no-site' })
    await expect(sites.owner.fetchHere(site, { method: 'GET', path: '/', headers: [] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(sites.owner.refresh(site)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect([zones.said.has(site), zones.points]).toEqual([false, 1])
    await sites.close()
    await begin({ network: () => now })
    expect([sites.owner.list().length, sites.owner.isHere(site)]).toEqual([1, false])
    now = network
    zones.edit(site, there ?? null)
    await pointed()
    expect(await text(await sites.get('/'))).toBe('home')
  })

  test('and taken down while another network is followed is out of its zone when its own is followed again', async () => {
    let now = network
    await sites.close()
    await begin({ network: () => now })
    await sites.owner.publish(draft)
    await pointed()
    now = NetworkId.parse(`bafyrei${'e'.repeat(52)}`)
    await sites.owner.unpublish(site)
    expect(zones.said.has(site)).toBe(true)
    await sites.close()
    await begin({ network: () => now })
    zones.changed()
    expect(zones.said.has(site)).toBe(true)
    now = network
    zones.changed()
    await eventually('the record is gone', () => !zones.said.has(site))
  })

  test('and at once again is not taken out by what was still under way', async () => {
    await sites.owner.publish(draft)
    await pointed()
    const down = sites.owner.unpublish(site)
    await sites.owner.publish(draft)
    await down
    await pointed()
    expect([sites.owner.isHere(site), zones.said.get(site)?.cid]).toEqual([true, null])
    await sites.close()
    await begin()
    expect(sites.owner.isHere(site)).toBe(true)
  })
})

describe('copies', () => {
  beforeEach(() => {
    draft = { ...draft, copies: true }
  })

  test('are for a folder that anyone may visit', async () => {
    for (const audience of ['ask', 'contacts'] as const) {
      await expect(sites.owner.publish({ ...draft, audience })).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('anyone may visit') as string })
    }
    await expect(sites.owner.publish({ ...draft, source: { kind: 'port', port: 4_000 } })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect([sites.owner.list(), maker.begun, zones.points]).toEqual([[], 0, 0])
  })

  test('hold what visitors see and no more, and are named in the zone once', async () => {
    const outside = await folderOf({ 'secret.txt': 'SECRET' })
    await symlink(join(outside.path, 'secret.txt'), join(folder.path, 'link.txt'))
    await symlink(outside.path, join(folder.path, 'linked'))
    await symlink(join(folder.path, '.env'), join(folder.path, 'env.txt'))
    await symlink(join(folder.path, 'a'), join(folder.path, 'same'))
    await symlink('..', join(folder.path, 'a', 'up'))
    await mkdir(join(folder.path, '.git'))
    await writeFile(join(folder.path, '.git', 'config'), '[core]')
    await writeFile(join(folder.path, 'empty.txt'), '')
    await writeFile(join(folder.path, 'back\\slash'), 'no visitor can ask for it')
    await sites.owner.publish(draft)
    const { copies } = await made()
    const listed = maker.made.get(site)
    expect([...(listed ?? [])]).toEqual([['empty.txt', ''], ['index.html', 'home'], ['a/b.txt', 'deep'], ['same/b.txt', 'deep']])
    expect(copies).toMatchObject({ kind: 'made', files: 4, bytes: 12 })
    expect(zones.points).toBe(1)
    for (const [path, content] of listed ?? []) expect(await text(await sites.get(`/${path}`))).toBe(content)
    await outside.remove()
  })

  test('that take long are named later, and the site before them', async () => {
    const letGo = Promise.withResolvers<void>()
    maker.hold = letGo.promise
    await sites.owner.publish(draft)
    await eventually('the folder was read', () => maker.begun === 1)
    expect([zones.points, now().copies]).toEqual([0, { kind: 'making', doneBytes: 0, bytes: 8 }])
    await clock.advance(POINT_WITHOUT_COPY_MS)
    await pointed()
    expect(zones.said.get(site)?.cid).toBeNull()
    letGo.resolve()
    await made()
    expect(zones.points).toBe(2)
  })

  test('are behind when the folder changed, as soon as it is seen, and made anew when the person says so', async () => {
    await sites.owner.publish(draft)
    const { copies: first } = await made()
    await writeFile(join(folder.path, 'a', 'c.txt'), 'new')
    await eventually('it is seen', async () => {
      await clock.advance(LOOK_AGAIN_MS)
      return now().copies.kind === 'behind'
    })
    expect(now().copies).toEqual({ ...first, kind: 'behind' })
    expect(await sites.owner.refresh(site)).toMatchObject({ copies: { kind: 'making' } })
    expect((await made()).copies).toMatchObject({ files: 3 })
    expect(zones.points).toBe(2)
  })

  test('are not behind for what visitors do not see, nor when it is as it was', async () => {
    await sites.owner.publish(draft)
    await made()
    await writeFile(join(folder.path, '.env'), 'PASSWORD=2')
    const aside = `${folder.path}-aside`
    await rename(join(folder.path, 'a'), aside)
    await eventually('it is seen', async () => {
      await clock.advance(LOOK_AGAIN_MS)
      return now().copies.kind === 'behind'
    })
    await rename(aside, join(folder.path, 'a'))
    await eventually('it is as it was', async () => {
      await clock.advance(LOOK_AFTER_CHANGE_MS + LOOK_AGAIN_MS)
      return now().copies.kind === 'made'
    })
    expect(maker.begun).toBe(1)
  })

  test('of a folder that changed while nobody watched are behind at the next start; nothing is made by itself', async () => {
    await sites.owner.publish(draft)
    await made()
    await sites.close()
    await unlink(join(folder.path, 'a', 'b.txt'))
    await begin()
    await once('it is seen', (is) => is.copies.kind === 'behind')
    expect([maker.begun, zones.points]).toEqual([1, 1])
  })

  test('of a folder that is gone say so, and stay what they were', async () => {
    await sites.owner.publish(draft)
    await made()
    await rm(folder.path, { recursive: true })
    await clock.advance(LOOK_ANYWAY_MS)
    await once('it is seen', (is) => is.copies.kind === 'behind')
    await expect(sites.owner.refresh(site)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(zones.said.get(site)?.cid).not.toBeNull()
  })

  test('that cannot be made say why; the site is named without them', async () => {
    maker.failing = new LatchError('TOO_LARGE', 'This disk has no room for the copy.')
    await sites.owner.publish(draft)
    const { copies } = await pointed()
    expect([copies, zones.said.get(site)?.cid]).toEqual([{ kind: 'failed', why: 'This disk has no room for the copy.' }, null])
    maker.failing = null
    await sites.owner.refresh(site)
    await made()
  })

  test('are off when not everybody may come any more, and forgotten', async () => {
    await sites.owner.publish(draft)
    await made()
    expect(sites.owner.setAudience(site, 'contacts')).toMatchObject({ audience: 'contacts', copies: { kind: 'off' } })
    await eventually('the zone names none', () => zones.said.get(site)?.cid === null)
    expect(maker.made.size).toBe(0)
    await expect(sites.owner.refresh(site)).rejects.toMatchObject({ code: 'CONFLICT' })
    await sites.close()
    await begin()
    expect(now().copies).toEqual({ kind: 'off' })
  })

  test('that are being made end when the site is taken down', async () => {
    maker.hold = new Promise(() => {})
    await sites.owner.publish(draft)
    await eventually('it was begun', () => maker.begun === 1)
    await sites.owner.unpublish(site)
    maker.hold = Promise.resolve()
    await sites.owner.publish(draft)
    await made()
    expect([...maker.made.keys()]).toEqual([site])
  })

  test('of the same folder go on being named while it is published again; of another they do not', async () => {
    await sites.owner.publish(draft)
    const { copies: first } = await made()
    const letGo = Promise.withResolvers<void>()
    maker.hold = letGo.promise
    await sites.owner.publish(draft)
    await pointed()
    expect(zones.said.get(site)?.cid).toBe('cid' in first ? first.cid : null)
    await writeFile(join(folder.path, 'new.txt'), 'new')
    letGo.resolve()
    await made()
    await sites.owner.publish({ ...draft, copies: false })
    await eventually('none is named', () => zones.said.get(site)?.cid === null)
    expect(maker.made.size).toBe(0)
  })

  test('are named over what the person wrote by hand when they ask for it, and only then', async () => {
    await sites.owner.publish(draft)
    await made()
    zones.edit(site, { cid: null })
    await once('it is left', (is) => is.pointed.kind === 'failed')
    await sites.owner.refresh(site)
    await made()
  })
})

test('refreshing is for sites that there are', async () => {
  await expect(sites.owner.refresh(site)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
