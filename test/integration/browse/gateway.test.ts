import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { eventually } from '../../helpers/eventually.ts'
import { cid, site, siteRecord } from './opening-scene.ts'
import { ask, begin, gatewayScene, type GatewayScene, program } from './gateway-scene.ts'

let scene: GatewayScene
const closers: (() => void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) close()
  await scene.close()
})

async function behindPort(handle: Parameters<typeof program>[0]): Promise<Awaited<ReturnType<typeof program>>> {
  const running = await program(handle)
  closers.push(() => running.close())
  await scene.devices[0]?.publishDraft({ name: site, source: { kind: 'port', port: running.port }, audience: 'anyone', copies: false })
  return running
}

describe('the gateway', () => {
  it('opens a site in an ordinary browser, on its own name alone', async () => {
    scene = await gatewayScene()
    await scene.devices[0]?.publish({ 'index.html': '<h1>Alice</h1>' })
    const answer = await ask(scene.port, '/')
    expect([answer.status, answer.body]).toEqual([200, '<h1>Alice</h1>'])
    expect(answer.headers).toMatchObject({
      'x-latch-source': 'live',
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'x-content-type-options': 'nosniff',
    })
    expect(answer.headers['content-security-policy']).toBe(
      `default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' data: blob: ws://alice.peer.localhost:${scene.port}; ` +
        `base-uri 'self'; form-action 'self'; frame-ancestors 'self'; webrtc 'block'`,
    )
    expect(answer.headers['strict-transport-security']).toBeUndefined()
  })

  it('opens names with several labels', async () => {
    scene = await gatewayScene()
    const name = SiteName.parse('app.docs.alice.peer')
    scene.names.point(name, [siteRecord(null, 'app.docs'), ...scene.devices.map(({ record }) => record)])
    await scene.devices[0]?.publish({ 'index.html': 'app' }, name)
    expect((await ask(scene.port, '/', { host: `app.docs.alice.peer.localhost:${scene.port}` })).body).toBe('app')
  })

  it('passes on ranges, conditions and what a browser sends of itself', async () => {
    scene = await gatewayScene()
    await scene.devices[0]?.publish({ 'ten.txt': '0123456789' })
    const whole = await ask(scene.port, '/ten.txt')
    const { etag = '' } = whole.headers
    const part = await ask(scene.port, '/ten.txt', { headers: { range: 'bytes=2-4', 'if-range': etag } })
    expect([part.status, part.headers['content-range'], part.body]).toEqual([206, 'bytes 2-4/10', '234'])
    expect((await ask(scene.port, '/ten.txt', { headers: { 'if-none-match': etag } })).status).toBe(304)
    const head = await ask(scene.port, '/ten.txt', { method: 'HEAD' })
    expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '10', ''])
  })

  it('sends a body to the site and the answer back, and says where it came from in the site’s own words', async () => {
    scene = await gatewayScene()
    await behindPort((request, response) => {
      const bytes: Buffer[] = []
      request.on('data', (chunk: Buffer) => bytes.push(chunk))
      request.on('end', () => response.end(JSON.stringify({ method: request.method, headers: request.headers, body: Buffer.concat(bytes).toString() })))
    })
    const origin = `http://alice.peer.localhost:${scene.port}`
    const headers = { origin, referer: `${origin}/form`, 'sec-fetch-site': 'same-origin', cookie: 'a=1', 'x-forwarded-for': '192.0.2.1' }
    const told: unknown = JSON.parse((await ask(scene.port, '/', { method: 'POST', headers, body: 'hello' })).body)
    expect(told).toMatchObject({ method: 'POST', body: 'hello', headers: { 'x-forwarded-host': site } })
    expect(JSON.stringify(told)).not.toContain(`:${scene.port}`)
    expect(JSON.stringify(told)).not.toContain('192.0.2.1')
  })

  it('keeps the site’s headers, and takes from them what reaches beyond its name', async () => {
    scene = await gatewayScene()
    await behindPort((_, response) => {
      response.setHeader('Set-Cookie', ['a=1; Domain=peer.localhost; Path=/', 'b=2; domain = .localhost;HttpOnly'])
      response.setHeader('Content-Security-Policy', "default-src 'self'; report-uri https://evil.example/r")
      response.setHeader('Access-Control-Allow-Origin', '*')
      response.setHeader('Clear-Site-Data', '"cookies"')
      response.setHeader('Link', '<https://evil.example>; rel=preconnect')
      response.setHeader('Location', 'peer://bob.peer/x')
      response.setHeader('X-Latch-Source', 'here')
      response.setHeader('X-Own', 'kept')
      response.end('x')
    })
    const { headers, rawHeaders } = await ask(scene.port, '/')
    expect(headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2;HttpOnly'])
    const policies = rawHeaders.filter((_, i) => rawHeaders[i - 1]?.toLowerCase() === 'content-security-policy')
    expect(policies).toEqual(["default-src 'self'", expect.stringContaining("form-action 'self'")])
    expect(headers).toMatchObject({ location: `http://bob.peer.localhost:${scene.port}/x`, 'x-latch-source': 'live', 'x-own': 'kept' })
    for (const gone of ['access-control-allow-origin', 'clear-site-data', 'link']) expect(headers[gone]).toBeUndefined()
  })

  it('tells events as they come', async () => {
    scene = await gatewayScene()
    let say: (text: string) => void = () => {}
    await behindPort((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      say = (text) => void response.write(`data: ${text}\n\n`)
    })
    const events = await begin(scene.port, '/events')
    for (const text of ['one', 'two']) {
      say(text)
      const [chunk] = (await once(events, 'data')) as [Buffer]
      expect(chunk.toString()).toBe(`data: ${text}\n\n`)
    }
    events.destroy()
  })

  it('opens WebSockets of the name’s own pages', async () => {
    scene = await gatewayScene()
    const { server } = await behindPort((_, response) => response.end())
    const sockets = new WebSocketServer({ server })
    closers.push(() => sockets.close())
    sockets.on('connection', (socket) => socket.on('message', (said: Buffer) => socket.send(`heard ${said.toString()}`)))
    const host = `alice.peer.localhost:${scene.port}`
    const own = new WebSocket(`ws://127.0.0.1:${scene.port}/hot`, ['vite-hmr'], { headers: { host }, origin: `http://${host}` })
    await once(own, 'open')
    expect(own.protocol).toBe('vite-hmr')
    own.send('x'.repeat(100_000))
    const [heard] = (await once(own, 'message')) as [Buffer]
    expect(heard.toString()).toBe(`heard ${'x'.repeat(100_000)}`)
    own.close()
    await once(own, 'close')
    const foreign = new WebSocket(`ws://127.0.0.1:${scene.port}/hot`, { headers: { host }, origin: `http://bob.peer.localhost:${scene.port}` })
    const [error] = (await once(foreign, 'error')) as [Error]
    expect(error.message).toContain('403')
  })

  it('answers a WebSocket to nowhere with the page that says why', async () => {
    scene = await gatewayScene()
    const lost = new WebSocket(`ws://127.0.0.1:${scene.port}/`, { headers: { host: `bob.peer.localhost:${scene.port}` } })
    const [error] = (await once(lost, 'error')) as [Error]
    expect(error.message).toContain('404')
  })

  it('shows a copy as such', async () => {
    scene = await gatewayScene()
    scene.names.point(site, [siteRecord(cid), ...scene.devices.map(({ record }) => record)])
    scene.copy.files.set('index.html', Buffer.from('copied'))
    await scene.devices[0]?.node.close()
    const answer = await ask(scene.port, '/')
    expect([answer.status, answer.headers['x-latch-source'], answer.body]).toEqual([200, 'copy', 'copied'])
  })

  it('asks for the name again where a person loads a page again', async () => {
    scene = await gatewayScene()
    await scene.devices[0]?.publish({ 'index.html': 'x' })
    const reload = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'cache-control': 'max-age=0' }
    for (const headers of [{}, reload, { 'cache-control': 'no-cache' }]) await ask(scene.port, '/', { headers })
    expect(scene.names.lookups.map(({ again }) => again)).toEqual([false, true])
  })

  it('breaks off where the site does, and never ends as if it were whole', async () => {
    scene = await gatewayScene()
    await scene.devices[0]?.publish({ 'big.bin': randomBytes(16 * 1024 * 1024) })
    const message = await begin(scene.port, '/big.bin')
    await once(message, 'readable')
    const ended = once(message, 'end').then(() => 'whole', () => 'broken')
    await scene.devices[0]?.node.close()
    message.resume()
    expect(await ended).toBe('broken')
  })

  it('drops what it asked for when the browser leaves', async () => {
    scene = await gatewayScene()
    let isDropped = false
    await behindPort((request, response) => {
      response.writeHead(200)
      response.write('x')
      request.on('close', () => (isDropped = true))
    })
    const message = await begin(scene.port, '/')
    message.destroy()
    await eventually('the program hears of it', () => isDropped)
    expect(isDropped).toBe(true)
  })
})

describe('why a site did not open', () => {
  it('is a page of ours that says the step, loads nothing and runs nothing', async () => {
    scene = await gatewayScene()
    const answer = await ask(scene.port, '/', { host: `bob.peer.localhost:${scene.port}`, headers: { accept: 'text/html' } })
    expect(answer.status).toBe(404)
    expect(answer.body).toContain('Nobody has bob.peer.')
    expect(answer.body).toContain('✕ Whose it is: failed')
    expect(answer.body).not.toMatch(/<script|src=|href=/)
    expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; /)
    const plain = await ask(scene.port, '/', { host: `bob.peer.localhost:${scene.port}`, headers: { accept: 'image/png' } })
    expect(plain.headers['content-type']).toContain('text/plain')
  })

  it.each([
    ['nobody', 404, { outcome: 'nobody', why: 'Nobody has it.' }],
    ['catching-up', 503, { outcome: 'catching-up', blocksLeft: null }],
  ] as const)('has the status of its reason: %s is %d', async (_, status, outcome) => {
    scene = await gatewayScene()
    scene.names.say(site, outcome)
    const answer = await ask(scene.port, '/')
    expect(answer.status).toBe(status)
    expect(answer.headers['retry-after']).toBe(status === 503 ? '5' : undefined)
  })

  it('is 502 where no device can be reached', async () => {
    scene = await gatewayScene()
    await scene.devices[0]?.node.close()
    expect((await ask(scene.port, '/')).status).toBe(502)
  })

  it('tells how to knock, with nothing in it that a shell would read', async () => {
    scene = await gatewayScene()
    const [device] = scene.devices
    if (device !== undefined) device.door = () => ({ verdict: 'refuse', code: 'knock-first', why: 'asks' })
    const accept = { accept: 'text/html' }
    const answer = await ask(scene.port, '/docs/a.html', { headers: accept })
    expect(answer.status).toBe(403)
    expect(answer.body).toContain(`latch knock ${device?.node.peerId} --for visit --name alice.peer --path /docs/a.html<`)
    const hostile = await ask(scene.port, '/$(reboot)%3Cimg%3E', { headers: accept })
    expect(hostile.body).toContain('--name alice.peer<')
    expect(hostile.body).not.toMatch(/reboot|<img/)
  })
})

describe('a request that is not for the gateway, or not of the name’s own', () => {
  it.each(['evil.example', '127.0.0.1:PORT', 'alice.peer:PORT', 'alice.peer.localhost', 'alice.peer.localhost:1', 'ALICE.peer.localhost:PORT', 'alice.peer.localhost.:PORT', '.localhost:PORT', 'x.localhost:PORT', 'alice.peer.localhost:PORT.evil.example'])(
    'is refused for the host %s (DNS rebinding)',
    async (host) => {
      scene = await gatewayScene()
      const answer = await ask(scene.port, '/', { host: host.replace('PORT', String(scene.port)) })
      expect(answer.status).toBe(421)
      expect(scene.names.lookups).toEqual([])
    },
  )

  it('is refused from another site, but for a link that opens a page', async () => {
    scene = await gatewayScene()
    await scene.devices[0]?.publish({ 'index.html': 'x' })
    const status = async (headers: Record<string, string>, method = 'GET'): Promise<number> => (await ask(scene.port, '/', { headers, method })).status
    for (const from of ['cross-site', 'same-site']) {
      expect(await status({ 'sec-fetch-site': from, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' })).toBe(403)
      expect(await status({ 'sec-fetch-site': from, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })).toBe(403)
      expect(await status({ 'sec-fetch-site': from, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 'POST')).toBe(403)
      expect(await status({ 'sec-fetch-site': from, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })).toBe(200)
    }
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    expect(await status({ ...link, 'sec-purpose': 'prefetch' })).toBe(403)
    expect(await status({ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).toBe(200)
    expect(await status({ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })).toBe(200)
    const bob = `http://bob.peer.localhost:${scene.port}`
    for (const origin of [bob, 'null', 'https://evil.example', `https://alice.peer.localhost:${scene.port}`, 'http://alice.peer.localhost']) {
      expect(await status({ origin })).toBe(403)
      expect(await status({ origin }, 'POST')).toBe(403)
    }
    expect(await status({ referer: `${bob}/`, accept: 'image/*' })).toBe(403)
    expect(await status({ referer: `${bob}/`, accept: 'text/html' })).toBe(200)
    const preflight = await ask(scene.port, '/', { method: 'OPTIONS', headers: { origin: bob, 'access-control-request-method': 'PUT' } })
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([403, undefined])
  })

  it('is answered at localhost itself with how it works, and nothing else', async () => {
    scene = await gatewayScene()
    const host = `localhost:${scene.port}`
    const about = await ask(scene.port, '/', { host, headers: { accept: 'text/html' } })
    expect([about.status, about.body.includes(`alice.peer.localhost:${scene.port}`)]).toEqual([200, true])
    expect((await ask(scene.port, '/site', { host })).status).toBe(404)
    expect((await ask(scene.port, '/', { host, method: 'POST' })).status).toBe(405)
  })

  it('is refused where it has two readings', async () => {
    scene = await gatewayScene()
    for (const path of ['/../x', '//x', '/a%2fb', `http://alice.peer.localhost:${scene.port}/`]) expect((await ask(scene.port, path)).status).toBe(400)
  })

  it('is refused with headers without end', async () => {
    scene = await gatewayScene()
    expect((await ask(scene.port, '/', { headers: { 'x-long': 'x'.repeat(20_000) } })).status).toBe(431)
  })
})

describe('switching it on and off', () => {
  it('follows the settings, and says how often it was asked', async () => {
    scene = await gatewayScene()
    await scene.devices[0]?.publish({ 'index.html': 'x' })
    await ask(scene.port, '/')
    await eventually('the count', () => scene.told.at(-1)?.requests === 1)
    expect(scene.gateway.state()).toEqual({ state: 'on', port: scene.port, why: null, requests: 1 })
    scene.settings.change({ gateway: false })
    expect(await scene.gateway.turn()).toMatchObject({ state: 'off' })
    await expect(ask(scene.port, '/')).rejects.toThrow('ECONNREFUSED')
    scene.settings.change({ gateway: true, gatewayPort: scene.port })
    expect(await scene.gateway.turn()).toMatchObject({ state: 'on', port: scene.port })
    expect((await ask(scene.port, '/')).status).toBe(200)
  })

  it('says that its port is taken, and tries again when a setting changes', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    scene = await gatewayScene({ port })
    expect(scene.gateway.state()).toMatchObject({ state: 'failed', port, why: expect.stringContaining(`Port ${port} is taken`) })
    await new Promise((resolve) => other.close(resolve))
    scene.settings.change({})
    expect(await scene.gateway.turn()).toMatchObject({ state: 'on', port })
  })

  it('cuts what is under way when it goes off', async () => {
    scene = await gatewayScene()
    await behindPort((_, response) => void response.writeHead(200).write('x'))
    const message = await begin(scene.port, '/')
    const over = once(message, 'end').then(() => 'whole', () => 'broken')
    message.resume()
    scene.settings.change({ gateway: false })
    await scene.gateway.turn()
    expect(await over).toBe('broken')
  })
})
