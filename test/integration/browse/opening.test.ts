import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { eventually } from '../../helpers/eventually.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { OpenError } from '../../../src/main/features/browse/opening/index.ts'
import { alice, failureOf, openingScene, type Scene, site, siteRecord, text, told } from './opening-scene.ts'

let scene: Scene
const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
  await scene.close()
})

describe('opening a page', () => {
  it('goes from the name to the answer, and tells each step', async () => {
    scene = await openingScene()
    await scene.devices[0]?.publish({ 'index.html': '<h1>Alice</h1>' })
    const { steps, onStep } = told()
    const page = await scene.get('/', {}, { onStep })
    expect(page).toMatchObject({ status: 200, found: { site, owner: alice, ledger: { height: 7 } }, source: { kind: 'live', peerId: scene.devices[0]?.node.peerId, route: 'local' } })
    expect(await text(page)).toBe('<h1>Alice</h1>')
    expect(steps).toEqual(['address', 'ledger', 'zone', 'device', 'connect', 'door', 'answer'])
  })

  it('looks the name up once and dials once for a hundred requests', async () => {
    scene = await openingScene()
    await scene.devices[0]?.publish({ 'index.html': 'x', 'a.css': 'y' })
    const pages = await Promise.all(Array.from({ length: 100 }, (_, i) => scene.get(i % 2 === 0 ? '/' : '/a.css').then(text)))
    expect(pages).toEqual(Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 'x' : 'y')))
    expect(scene.names.lookups).toEqual([{ text: site, again: false }])
    expect(scene.dialled).toHaveLength(1)
    await scene.get('/', {}, { again: true }).then(text)
    expect(scene.names.lookups.at(-1)).toEqual({ text: site, again: true })
  })

  it('asks again where the name changed', async () => {
    scene = await openingScene()
    await scene.devices[0]?.publish({ 'index.html': 'x' })
    await scene.get('/').then(text)
    scene.names.change('bob.peer')
    await scene.get('/').then(text)
    expect(scene.names.lookups).toHaveLength(1)
    scene.names.change(site)
    await scene.get('/').then(text)
    expect(scene.names.lookups).toHaveLength(2)
  })

  it('shows a site of this device itself, to whoever owns the name', async () => {
    scene = await openingScene({ owner: alice })
    await scene.me.publish({ 'index.html': 'mine' })
    const page = await scene.get('/')
    expect(page.source).toEqual({ kind: 'here' })
    expect(await text(page)).toBe('mine')
    expect(scene.dialled).toEqual([])
  })

  it('does not show what lies here under a name of somebody else', async () => {
    scene = await openingScene()
    await scene.me.publish({ 'index.html': 'not hers' })
    await scene.devices[0]?.publish({ 'index.html': 'hers' })
    expect(await scene.get('/').then(text)).toBe('hers')
  })

  it('shows what stands at the name of whoever a label was handed on to, and each name speaks of itself', async () => {
    scene = await openingScene()
    const [device] = scene.devices
    const program = createServer((request, response) => {
      response.writeHead(302, { Location: 'peer://bobby.peer/next', 'X-Heard': [request.headers['x-forwarded-host'], request.headers.origin, request.headers.referer].join(' ') }).end()
    }).listen(0, '127.0.0.1')
    closers.push(() => void program.close())
    await once(program, 'listening')
    const { port } = program.address() as AddressInfo
    const bobby = SiteName.parse('bobby.peer')
    await device?.publishDraft({ name: bobby, source: { kind: 'port', port }, audience: 'anyone', copies: false })
    const handed = SiteName.parse('app.alice.peer')
    scene.names.say(handed, scene.names.found(bobby, [siteRecord(), ...scene.devices.map(({ record }) => record)]))
    const headers = [['Origin', `peer://${handed}`], ['Referer', `peer://${handed}/x?y`]] as const
    const page = await scene.opening.fetch(handed, { method: 'GET', path: '/', headers })
    const told = new Map(page.headers.map(([name, value]) => [name.toLowerCase(), value]))
    expect([page.found.site, page.found.shownAs, device?.asked.at(-1)]).toEqual([handed, bobby, { site: bobby, path: '/' }])
    expect(told.get('location')).toBe(`peer://${handed}/next`)
    expect(told.get('x-heard')).toMatch(/^bobby\.peer http:\/\/localhost:\d+ http:\/\/localhost:\d+\/x\?y$/)
    await text(page)
  })

  it('refuses a path that has two readings before anybody is asked', async () => {
    scene = await openingScene()
    for (const path of ['/../x', '/a//b', '/%2e%2e/', '/a%2fb', 'x', '/a b', '/a#b']) {
      expect(await failureOf(scene.get(path))).toMatchObject({ step: 'address', code: 'bad-address' })
    }
    expect(scene.names.lookups).toEqual([])
  })
})

describe('a name that does not open', () => {
  it('says which step failed, and what to do', async () => {
    scene = await openingScene()
    const { names } = scene
    names.say(site, { outcome: 'nobody', why: 'Nobody has alice.peer.' })
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'ledger', code: 'nobody', why: expect.stringContaining('Check how the name is written') })
    names.say(site, { outcome: 'catching-up', blocksLeft: 3 })
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'ledger', code: 'catching-up', why: expect.stringContaining('3 blocks') })
    names.say(site, { outcome: 'refused', why: 'The term ends.' })
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'ledger', code: 'name-refused' })
    names.say(site, { outcome: 'no-zone', owner: alice })
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'zone', code: 'no-zone' })
    names.say(site, { outcome: 'unreachable', owner: alice, why: 'Nobody who could know is connected.' })
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'zone', code: 'name-unreachable' })
    names.point(site, [{ ...siteRecord(), kind: 'address', ip: '192.0.2.1', port: 22 }])
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'zone', code: 'no-site', why: expect.stringContaining('192.0.2.1, port 22') })
    names.point(site, [siteRecord()])
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'device', code: 'device-unreachable' })
  })
})

describe('several devices of one owner', () => {
  it('takes the next where one cannot be reached, and the good one first from then on', async () => {
    scene = await openingScene({ devices: 2 })
    const [first, second] = scene.devices
    await second?.publish({ 'index.html': 'second' })
    await first?.node.close()
    expect(await scene.get('/').then(text)).toBe('second')
    expect(await scene.get('/').then(text)).toBe('second')
    expect(scene.dialled).toEqual([first?.node.peerId, second?.node.peerId])
  })

  it('begins with the second beside the first, where that takes its time', async () => {
    scene = await openingScene({ devices: 2 })
    const [first, second] = scene.devices
    await second?.publish({ 'index.html': 'second' })
    let isDropped = false
    scene.onDial = (peerId, signal) =>
      peerId !== first?.node.peerId
        ? Promise.resolve()
        : new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              isDropped = true
              reject(signal.reason)
            })
          })
    expect(await scene.get('/').then(text)).toBe('second')
    expect(isDropped).toBe(true)
  })

  it('goes on to the one that has the site, and does not ask the other first again', async () => {
    scene = await openingScene({ devices: 2 })
    const [first, second] = scene.devices
    await second?.publish({ 'index.html': 'second' })
    expect(await scene.get('/').then(text)).toBe('second')
    expect(first?.asked).toHaveLength(1)
    expect(await scene.get('/x.html').then(({ status }) => status)).toBe(404)
    expect(first?.asked).toHaveLength(1)
  })

  it('asks the second beside the first, where that is connected and says nothing', async () => {
    const clock = new FakeClock()
    scene = await openingScene({ devices: 2, clock })
    const [first, second] = scene.devices
    await second?.publish({ 'index.html': 'second' })
    await scene.me.node.libp2p.dial(first?.node.libp2p.getMultiaddrs() ?? [])
    if (first !== undefined) first.door = () => new Promise(() => {})
    const page = scene.get('/').then(text)
    await eventually('the first is asked', () => first?.asked.length === 1)
    await clock.advance(4_999)
    expect(second?.asked).toEqual([])
    await clock.advance(1)
    expect(await page).toBe('second')
  })

  it('sends what may change something to one device only', async () => {
    scene = await openingScene({ devices: 2 })
    const [first, second] = scene.devices
    await second?.publish({ 'index.html': 'second' })
    expect(await failureOf(scene.get('/', { method: 'POST', body: Buffer.from('x'), lengthBytes: 1 }))).toMatchObject({ code: 'no-site' })
    expect([first?.asked.length, second?.asked.length]).toEqual([1, 0])
  })

  it('says so where none of them has the site', async () => {
    scene = await openingScene({ devices: 2 })
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'door', code: 'no-site' })
  })
})

describe('the door of the owner', () => {
  it('says with whom to knock', async () => {
    scene = await openingScene()
    const [device] = scene.devices
    await device?.publish({ 'index.html': 'x' })
    if (device !== undefined) device.door = () => ({ verdict: 'refuse', code: 'knock-first', why: 'asks' })
    expect(await failureOf(scene.get('/a%20b/?q=1'))).toMatchObject({
      step: 'door',
      code: 'knock-first',
      knock: { account: alice, peerId: device?.node.peerId, site, path: '/a b/' },
    })
  })

  it('is asked at no other device where it says no', async () => {
    scene = await openingScene({ devices: 2 })
    const [first, second] = scene.devices
    await second?.publish({ 'index.html': 'x' })
    if (first !== undefined) first.door = () => ({ verdict: 'refuse', code: 'denied', why: 'no' })
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'door', code: 'denied', knock: null })
    expect(second?.asked).toEqual([])
  })

  it.each(['unproven', 'busy', 'silent'] as const)('is told as it was said: %s', async (code) => {
    scene = await openingScene()
    const [device] = scene.devices
    if (device !== undefined) device.door = () => ({ verdict: 'refuse', code, why: 'for a test' })
    expect(await failureOf(scene.get('/'))).toMatchObject({ step: 'door', code })
  })
})

describe('whoever asks', () => {
  it('is not held up by what they took back', async () => {
    scene = await openingScene()
    scene.names.held = new Promise(() => {})
    const gone = new AbortController()
    const asked = scene.get('/', {}, { signal: gone.signal })
    const other = scene.get('/')
    gone.abort(new Error('left'))
    await expect(asked).rejects.toThrow('left')
    scene.opening.stop()
    expect(await failureOf(other)).toMatchObject({ why: 'Latch is stopping.' })
  })

  it('ends a body in its middle by leaving, and the device hears of it', async () => {
    scene = await openingScene()
    await scene.devices[0]?.publish({ 'big.bin': randomBytes(8 * 1024 * 1024) })
    const gone = new AbortController()
    const { body } = await scene.get('/big.bin', {}, { signal: gone.signal })
    body.once('readable', () => gone.abort(new Error('left')))
    body.read()
    await expect(finished(body)).rejects.toThrow('left')
  })

  it('reads a body as slowly as they like, and nothing piles up', async () => {
    scene = await openingScene()
    const bytes = randomBytes(4 * 1024 * 1024)
    await scene.devices[0]?.publish({ 'big.bin': bytes })
    const { body } = await scene.get('/big.bin')
    expect(body.readableLength).toBeLessThanOrEqual(128 * 1024)
    const chunks: Buffer[] = []
    for await (const chunk of body) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
  })

  it('hears that a page broke off when the owner disappears in its middle', async () => {
    scene = await openingScene()
    const [device] = scene.devices
    await device?.publish({ 'big.bin': randomBytes(16 * 1024 * 1024) })
    const { body } = await scene.get('/big.bin')
    await eventually('the first of it', () => body.readableLength > 0)
    const ended = finished(body).catch((error: unknown) => error)
    await device?.node.close()
    body.resume()
    const error = await ended
    expect(error).toBeInstanceOf(OpenError)
    expect(error).toMatchObject({ facts: { code: 'cut', step: 'answer' } })
  })
})

describe('a WebSocket', () => {
  it('opens through the owner’s device, to this device and back', async () => {
    scene = await openingScene()
    const program = createServer()
    const sockets = new WebSocketServer({ server: program })
    sockets.on('connection', (socket) => socket.on('message', (said: Buffer) => socket.send(`heard ${said.toString()}`)))
    await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve))
    closers.push(() => {
      sockets.close()
      program.closeAllConnections()
      program.close()
    })
    const { port } = program.address() as AddressInfo
    await scene.devices[0]?.publishDraft({ name: SiteName.parse(site), source: { kind: 'port', port }, audience: 'anyone', copies: false })
    const headers = [['Sec-WebSocket-Key', randomBytes(16).toString('base64')], ['Sec-WebSocket-Version', '13']] as const
    const answer = await scene.opening.connect(site, { path: '/hot', headers })
    expect(answer.status).toBe(101)
    if (!('stream' in answer)) throw new Error('it is no connection')
    answer.stream.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]))
    const frame = await eventually('an answer', () => answer.stream.read() as Buffer | null)
    expect(frame.subarray(2).toString()).toBe('heard hi')
    answer.stream.destroy()
    const none = await scene.opening.connect(site, { path: '/hot', headers: [] })
    expect(none).toMatchObject({ status: 400, source: { kind: 'live' } })
  })
})
