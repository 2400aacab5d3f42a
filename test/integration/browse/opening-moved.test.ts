import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OwnerMovedError } from '../../../src/main/features/browse/opening/index.ts'
import { SiteCid } from '../../../src/shared/model/sites.ts'
import { eventually } from '../../helpers/eventually.ts'
import { alice, bea, cid, openingScene, type Scene, site, siteRecord, text } from './opening-scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openingScene({ devices: 2 })
})
afterEach(() => scene.close())

const pointAt = (device: number, owner = alice): void => {
  const there = scene.devices[device]
  if (there !== undefined) scene.names.point(site, [siteRecord(), there.record], owner)
}

describe('a name that is looked up', () => {
  it('is connected to ahead of the newest zone, and asked for only where that one leads', async () => {
    const [older, newer] = scene.devices
    await older?.publish({ 'index.html': 'older' })
    await newer?.publish({ 'index.html': 'newer' })
    if (older === undefined) throw new Error('there are two')
    scene.names.first = scene.names.found(site, [siteRecord(), older.record])
    pointAt(1)
    const letGo = Promise.withResolvers<void>()
    scene.names.held = letGo.promise
    const page = scene.get('/').then(text)
    await eventually('the first is dialled', () => scene.dialled.length === 1)
    expect(scene.dialled).toEqual([older.node.peerId])
    letGo.resolve()
    expect(await page).toBe('newer')
    expect(older.asked).toEqual([])
  })

  it('opens over the connection that was begun ahead, which is dialled once', async () => {
    const [first] = scene.devices
    await first?.publish({ 'index.html': 'hers' })
    if (first === undefined) throw new Error('there is one')
    scene.names.first = scene.names.found(site, [siteRecord(), first.record])
    pointAt(0)
    expect(await scene.get('/').then(text)).toBe('hers')
    expect(scene.dialled).toEqual([first.node.peerId])
  })

  it('is opened all the same where the first zone led to nobody', async () => {
    const [gone, there] = scene.devices
    await there?.publish({ 'index.html': 'there' })
    if (gone === undefined) throw new Error('there are two')
    await gone.node.close()
    scene.names.first = scene.names.found(site, [siteRecord(), gone.record])
    pointAt(1)
    expect(await scene.get('/').then(text)).toBe('there')
  })
})

describe('a name that has another owner now', () => {
  it('gets nothing that was meant for the one before', async () => {
    const [hers, theirs] = scene.devices
    await hers?.publish({ 'index.html': 'hers' })
    await theirs?.publish({ 'index.html': 'theirs' })
    pointAt(0)
    const secret = { method: 'POST', headers: [['Cookie', 'session=1']] as const, body: Buffer.from('secret') }
    expect((await scene.get('/', secret, { owner: alice })).status).toBe(405)
    pointAt(1, bea)
    scene.names.change(site)
    const asked = [
      () => scene.get('/', secret, { owner: alice }),
      () => scene.opening.find(site, { owner: alice }),
      () => scene.opening.connect(site, { path: '/', headers: [] }, { owner: alice }),
    ]
    for (const ask of asked) {
      const error = await ask().catch((why: unknown) => why)
      expect(error).toBeInstanceOf(OwnerMovedError)
      expect(error).toMatchObject({ found: { owner: bea }, facts: { step: 'ledger', code: 'name-refused' } })
    }
    expect(theirs?.asked).toEqual([])
    expect(await scene.get('/', {}, { owner: bea }).then(text)).toBe('theirs')
  })

  it('is not taken for away because the one before was', async () => {
    const [hers, theirs] = scene.devices
    if (hers === undefined || theirs === undefined) throw new Error('there are two')
    scene.copy.files.set('index.html', Buffer.from('a copy'))
    await hers.node.close()
    scene.names.point(site, [siteRecord(cid), hers.record])
    expect((await scene.get('/')).source.kind).toBe('copy')
    await theirs.publish({ 'index.html': 'theirs' })
    scene.names.point(site, [siteRecord(cid), theirs.record], bea)
    scene.names.change(site)
    expect((await scene.get('/')).source.kind).toBe('live')
  })
})

it('a copy of an older version says that it is as old as it is', async () => {
  const older = SiteCid.parse(`b${'c'.repeat(58)}`)
  const [hers] = scene.devices
  await hers?.node.close()
  scene.copy.files.set('index.html', Buffer.from('older'))
  scene.copy.older = { cid: older, keptMs: 1_000 }
  if (hers !== undefined) scene.names.point(site, [siteRecord(cid), hers.record])
  expect((await scene.get('/')).source).toMatchObject({ kind: 'copy', cid: older, signedMs: 1_000 })
})
