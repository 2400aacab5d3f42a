import { randomBytes } from 'node:crypto'
import { finished } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LatchError } from '../../../src/shared/errors.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { eventually } from '../../helpers/eventually.ts'
import { cid, failureOf, openingScene, type Scene, site, siteRecord, text, told } from './opening-scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openingScene()
  scene.names.point(site, [siteRecord(cid), ...scene.devices.map(({ record }) => record)])
})
afterEach(() => scene.close())

const leave = async (): Promise<void> => {
  await scene.devices[0]?.node.close()
}
const keep = (files: Readonly<Record<string, string | Uint8Array>>): void => {
  for (const [path, bytes] of Object.entries(files)) scene.copy.files.set(path, Buffer.from(bytes))
}
const header = (page: { headers: readonly (readonly [string, string])[] }, name: string): string | undefined =>
  page.headers.find(([other]) => other.toLowerCase() === name)?.[1]

describe('a site whose owner is away', () => {
  it('is shown from a copy, which says what it is', async () => {
    keep({ 'index.html': 'copied' })
    await leave()
    const { steps, onStep } = told()
    const page = await scene.get('/', {}, { onStep })
    expect(page.source).toMatchObject({ kind: 'copy', cid, keptHere: false, holders: 2 })
    expect(await text(page)).toBe('copied')
    expect(steps.at(-1)).toBe('copy')
    await scene.get('/').then(text)
    expect(scene.copy.opened).toBe(1)
  })

  it('is asked first while it is there, whatever copies there are', async () => {
    keep({ 'index.html': 'copied' })
    await scene.devices[0]?.publish({ 'index.html': 'live' })
    expect(await scene.get('/').then(text)).toBe('live')
    expect(scene.copy.opened).toBe(0)
  })

  it('goes over to the copy after it broke off in the middle of a page', async () => {
    keep({ 'index.html': 'copied', 'big.bin': 'whole' })
    await scene.devices[0]?.publish({ 'big.bin': randomBytes(16 * 1024 * 1024) })
    const { body, source } = await scene.get('/big.bin')
    expect(source.kind).toBe('live')
    await eventually('the first of it', () => body.readableLength > 0)
    const ended = finished(body).catch((error: unknown) => error)
    await leave()
    body.resume()
    expect(await ended).toMatchObject({ facts: { code: 'cut' } })
    const page = await scene.get('/big.bin')
    expect(page.source.kind).toBe('copy')
    expect(await text(page)).toBe('whole')
  })

  it('is opened live again once its owner is back', async () => {
    keep({ 'index.html': 'copied' })
    await scene.devices[0]?.publish({ 'index.html': 'live' })
    let isAway = true
    scene.onDial = () => (isAway ? Promise.reject(new LatchError('UNREACHABLE')) : Promise.resolve())
    expect(await scene.get('/').then(text)).toBe('copied')
    isAway = false
    expect(await scene.get('/').then(text)).toBe('copied')
    await scene.me.node.libp2p.dial(scene.devices[0]?.node.libp2p.getMultiaddrs() ?? [])
    expect(await scene.get('/').then(text)).toBe('live')
  })

  it('is looked for beside its copy, every few seconds', async () => {
    await scene.close()
    const clock = new FakeClock()
    scene = await openingScene({ clock })
    scene.names.point(site, [siteRecord(cid), ...scene.devices.map(({ record }) => record)])
    keep({ 'index.html': 'copied' })
    await scene.devices[0]?.publish({ 'index.html': 'live' })
    let isAway = true
    scene.onDial = () => (isAway ? Promise.reject(new LatchError('UNREACHABLE')) : Promise.resolve())
    for (let i = 0; i < 20; i++) expect(await scene.get('/').then(text)).toBe('copied')
    expect(scene.dialled).toHaveLength(1)
    isAway = false
    await clock.advance(5_000)
    expect(await scene.get('/').then(text)).toBe('copied')
    await eventually('the live site', async () => (await scene.get('/').then(text)) === 'live')
    expect(scene.dialled).toHaveLength(2)
  })

  it('is shown from its copy also where its device is connected and says nothing', async () => {
    await scene.close()
    const clock = new FakeClock()
    scene = await openingScene({ clock })
    const [device] = scene.devices
    scene.names.point(site, [siteRecord(cid), ...scene.devices.map(({ record }) => record)])
    keep({ 'index.html': 'copied' })
    if (device !== undefined) device.door = () => new Promise(() => {})
    const page = scene.get('/').then(text)
    await eventually('the device is asked', () => device?.asked.length === 1)
    expect(scene.copy.opened).toBe(0)
    await clock.advance(3_000)
    expect(await page).toBe('copied')
    // Nobody waits for it again.
    expect(await scene.get('/').then(text)).toBe('copied')
  })

  it('is looked for at once where a person asks again', async () => {
    keep({ 'index.html': 'copied' })
    await scene.devices[0]?.publish({ 'index.html': 'live' })
    let isAway = true
    scene.onDial = () => (isAway ? Promise.reject(new LatchError('UNREACHABLE')) : Promise.resolve())
    expect(await scene.get('/').then(text)).toBe('copied')
    isAway = false
    expect(await scene.get('/', {}, { again: true }).then(text)).toBe('live')
  })

  it('says so where nobody has a copy, and where it is not what was signed', async () => {
    await leave()
    scene.copy.failing = new LatchError('UNREACHABLE')
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'copy', code: 'copy-missing' })
    scene.copy.failing = new LatchError('DAMAGED')
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'copy', code: 'copy-damaged' })
  })

  it('takes nothing', async () => {
    keep({ 'index.html': 'copied' })
    await leave()
    expect(await failureOf(scene.get('/', { method: 'POST', body: Buffer.from('x'), lengthBytes: 1 }))).toMatchObject({ code: 'device-unreachable' })
    expect(scene.copy.opened).toBe(0)
  })

  it('breaks off, and does not end, where a part of the copy cannot be had', async () => {
    keep({ 'big.bin': randomBytes(1024 * 1024) })
    await leave()
    scene.copy.cutAfter = 262_144
    const { body } = await scene.get('/big.bin')
    body.resume()
    await expect(finished(body)).rejects.toMatchObject({ facts: { step: 'copy', code: 'cut' } })
  })

  it('says that there is no copy, and breaks nothing off, where not even the first part can be had', async () => {
    keep({ 'big.bin': randomBytes(1024 * 1024) })
    await leave()
    scene.copy.cutAfter = 0
    expect(await failureOf(scene.get('/big.bin'))).toMatchObject({ step: 'copy', code: 'copy-missing' })
  })

  it('does not go round the door: whoever is not let in gets no copy of it either', async () => {
    keep({ 'index.html': 'copied' })
    const [device] = scene.devices
    if (device !== undefined) device.door = () => ({ verdict: 'refuse', code: 'denied', why: 'no' })
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'door', code: 'denied' })
    expect(scene.copy.opened).toBe(0)
  })

  it('takes the place of a device that has the name and not the site', async () => {
    keep({ 'index.html': 'copied' })
    expect(await scene.get('/').then(text)).toBe('copied')
  })
})

describe('an answer from a copy', () => {
  beforeEach(async () => {
    keep({ 'index.html': '<h1>start</h1>', 'docs/index.html': 'docs', 'about.html': 'about', 'app.js': 'js', 'ten.txt': '0123456789' })
    await leave()
  })

  it('has its type, its length and its CID', async () => {
    const page = await scene.get('/app.js')
    expect(page).toMatchObject({ status: 200, peer: null })
    expect([header(page, 'content-type'), header(page, 'content-length'), header(page, 'accept-ranges')]).toEqual(['text/javascript; charset=utf-8', '2', 'bytes'])
    expect(header(page, 'etag')).toMatch(/^"bafy[a-z0-9]+"$/)
    expect(await text(page)).toBe('js')
  })

  it('finds the page of a folder, sends to its slash, and finds what is written without its ending', async () => {
    expect(await scene.get('/docs/').then(text)).toBe('docs')
    const moved = await scene.get('/docs?q=1')
    expect([moved.status, header(moved, 'location')]).toEqual([301, '/docs/?q=1'])
    expect(await scene.get('/about').then(text)).toBe('about')
  })

  it('gives one range, and the whole of another file', async () => {
    const etag = header(await scene.get('/ten.txt'), 'etag') ?? ''
    const part = await scene.get('/ten.txt', { headers: [['Range', 'bytes=2-4'], ['If-Range', etag]] })
    expect([part.status, header(part, 'content-range'), header(part, 'content-length'), await text(part)]).toEqual([206, 'bytes 2-4/10', '3', '234'])
    expect(await scene.get('/ten.txt', { headers: [['Range', 'bytes=-3']] }).then(text)).toBe('789')
    expect(await scene.get('/ten.txt', { headers: [['Range', 'bytes=2-4'], ['If-Range', '"other"']] }).then(text)).toBe('0123456789')
    const beyond = await scene.get('/ten.txt', { headers: [['Range', 'bytes=10-']] })
    expect([beyond.status, header(beyond, 'content-range')]).toEqual([416, 'bytes */10'])
  })

  it('says that nothing changed to whoever has it, and nothing but the header where only that is wanted', async () => {
    const etag = header(await scene.get('/ten.txt'), 'etag') ?? ''
    expect((await scene.get('/ten.txt', { headers: [['If-None-Match', `W/${etag}`]] })).status).toBe(304)
    expect((await scene.get('/ten.txt', { headers: [['If-Match', '"other"']] })).status).toBe(412)
    const head = await scene.get('/ten.txt', { method: 'HEAD' })
    expect([head.status, header(head, 'content-length'), await text(head)]).toEqual([200, '10', ''])
  })

  it('shows the page for what is not there, where there is one', async () => {
    keep({ '404.html': 'lost' })
    const page = await scene.get('/nowhere', { headers: [['Accept', 'text/html']] })
    expect([page.status, await text(page)]).toEqual([404, 'lost'])
  })

  it('is an app that finds its own way where there is none, for pages and for nothing else', async () => {
    const page = await scene.get('/route/of/app', { headers: [['Accept', 'text/html']] })
    expect([page.status, await text(page)]).toEqual([200, '<h1>start</h1>'])
    expect((await scene.get('/picture.png', { headers: [['Accept', 'image/*']] })).status).toBe(404)
  })
})
