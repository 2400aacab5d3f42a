import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import type { Readable } from 'node:stream'
import { join } from 'node:path'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SiteConnection } from '../../../src/main/features/sites/types.ts'
import { eventually } from '../../helpers/eventually.ts'
import { draft, header, site, text, twoSites, type TwoSites } from './two-sites.ts'

let sites: TwoSites

beforeAll(async () => {
  sites = await twoSites({ transport: 'tcp' })
})
afterAll(() => sites.close())

describe('a development server with hot reload', () => {
  let root: string
  let vite: ViteDevServer
  const heard: { type: string; updates?: { path: string; acceptedPath: string; timestamp: number }[] }[] = []
  let socket: SiteConnection

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'latch-dev-'))
    await cp(join(import.meta.dirname, '../../fixtures/sites/dev'), root, { recursive: true })
    vite = await createServer({ root, configFile: false, logLevel: 'silent', cacheDir: join(root, '.vite'), server: { port: 0 }, optimizeDeps: { noDiscovery: true } })
    await vite.listen()
    const address = vite.httpServer?.address()
    if (address == null || typeof address === 'string') throw new Error('it listens nowhere')
    await sites.owner.publish(draft({ kind: 'port', port: address.port }))
  })
  afterAll(async () => {
    socket.stream.destroy()
    await vite.close()
    await rm(root, { recursive: true })
  })

  test('shows its page, and the modules that it is made of', async () => {
    const page = await sites.get('/', { headers: [['Accept', 'text/html']] })
    const html = await text(page)
    expect([page.status, header(page, 'content-type')]).toEqual([200, 'text/html'])
    const line = [...html.matchAll(/src="(\/[^"]+)"/g)].map(([, path = '']) => path)
    expect(line).toEqual(['/@vite/client', '/src/main.js'])
    const seen = new Map<string, string>()
    for (let path = line.shift(); path !== undefined; path = line.shift()) {
      if (seen.has(path)) continue
      const answer = await sites.get(path, { headers: [['Accept', '*/*'], ['Referer', `peer://${site}/`], ['Sec-Fetch-Dest', 'script']] })
      expect([path, answer.status, header(answer, 'content-type')]).toEqual([path, 200, 'text/javascript'])
      seen.set(path, await text(answer))
      line.push(...[...(seen.get(path) ?? '').matchAll(/(?:from|import)\s*"(\/[^"]+)"/g)].map(([, next = '']) => next))
    }
    expect([...seen.keys()]).toEqual(expect.arrayContaining(['/src/greeting.js', '/src/style.css']))
    expect(seen.get('/src/greeting.js')).toContain('before')
  })

  test('tells whoever visits what was changed, over its own WebSocket', async () => {
    const client = await text(await sites.get('/@vite/client'))
    const token = /wsToken = "([^"]+)"/.exec(client)?.[1] ?? expect.fail('no token')
    const answer = await sites.visitor.connectTo(sites.nodes.b.peerId, site, {
      path: `/?token=${token}`,
      headers: [
        ['Origin', `peer://${site}`], ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='], ['Sec-WebSocket-Version', '13'], ['Sec-WebSocket-Protocol', 'vite-hmr'],
      ],
    })
    if (!('stream' in answer)) throw new Error(`not opened: ${answer.status}`)
    socket = answer
    expect(header(socket, 'sec-websocket-protocol')).toBe('vite-hmr')
    onTexts(socket.stream, (message) => heard.push(JSON.parse(message) as (typeof heard)[number]))
    await eventually('it is connected', () => heard.some(({ type }) => type === 'connected'))

    await writeFile(join(root, 'src', 'greeting.js'), "export const greeting = 'after'\n")
    const update = await eventually('the change is told of', () => heard.find(({ type }) => type === 'update')?.updates?.[0])
    expect(update).toMatchObject({ path: '/src/main.js', acceptedPath: '/src/greeting.js' })
    expect(await text(await sites.get(`/src/greeting.js?t=${update.timestamp}`))).toContain('after')
  })

  test('tells of a page that has to be loaded anew', async () => {
    await writeFile(join(root, 'index.html'), '<!doctype html><title>Another page</title>')
    await eventually('that is told of', () => heard.some(({ type }) => type === 'full-reload'))
    expect(await text(await sites.get('/', { headers: [['Accept', 'text/html']] }))).toContain('Another page')
  })
})

describe('events from the server', () => {
  let program: Server
  const open: { response: ServerResponse; lastId: unknown }[] = []

  beforeAll(async () => {
    program = createHttpServer((request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
      response.flushHeaders()
      open.push({ response, lastId: request.headers['last-event-id'] })
    }).listen(0, '127.0.0.1')
    await once(program, 'listening')
    await sites.owner.publish(draft({ kind: 'port', port: (program.address() as AddressInfo).port }))
  })
  afterAll(() => {
    program.closeAllConnections()
    program.close()
  })

  const listen = (lastId?: string) =>
    sites.get('/events', { headers: [['Accept', 'text/event-stream'], ['Accept-Encoding', 'br, gzip'], ...(lastId === undefined ? [] : [['Last-Event-ID', lastId] as const])] })

  test('come one by one, at once, to all who listen, as long as they do', async () => {
    const answers = await Promise.all([listen(), listen(), listen()])
    for (const answer of answers) expect([answer.status, header(answer, 'content-type'), header(answer, 'content-encoding')]).toEqual([200, 'text/event-stream', undefined])
    for (let i = 1; i <= 20; i++) {
      const next = answers.map(({ body }) => once(body, 'data'))
      for (const { response } of open) response.write(`id: ${i}\ndata: event ${i}\n\n`)
      for (const chunk of await Promise.all(next)) expect(String(chunk[0])).toBe(`id: ${i}\ndata: event ${i}\n\n`)
    }
    const gone = open.map(({ response }) => once(response, 'close'))
    for (const { body } of answers) body.destroy()
    await Promise.all(gone)
    expect(open.every(({ response }) => response.destroyed)).toBe(true)
  })

  test('go on where they were broken off, where the program can', async () => {
    const answer = await listen('20')
    expect(open.at(-1)?.lastId).toBe('20')
    const next = once(answer.body, 'data')
    open.at(-1)?.response.write('id: 21\ndata: again\n\n')
    expect(String((await next)[0])).toBe('id: 21\ndata: again\n\n')
    answer.body.destroy()
  })
})

/** Messages of a WebSocket as its server sends them: not masked, and here each in one frame of text (RFC 6455, 5.2). */
function onTexts(stream: Readable, said: (message: string) => void): void {
  let rest = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.byteLength >= 4) {
      const short = (rest[1] ?? 0) & 0x7f
      const [start, sizeBytes] = short < 126 ? [2, short] : [4, rest.readUInt16BE(2)]
      if (rest.byteLength < start + sizeBytes) return
      if (rest[0] === 0x81) said(rest.toString('utf8', start, start + sizeBytes))
      rest = rest.subarray(start + sizeBytes)
    }
  })
}
