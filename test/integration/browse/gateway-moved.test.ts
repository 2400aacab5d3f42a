import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { MAX_CONNECTIONS } from '../../../src/main/features/browse/gateway/limits.ts'
import { eventually } from '../../helpers/eventually.ts'
import { ask, gatewayScene, program, type Answered, type GatewayScene } from './gateway-scene.ts'
import { alice, bea, site, siteRecord } from './opening-scene.ts'

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: Readonly<Record<string, unknown>>
}

let scene: GatewayScene
let seen: Seen[]
const closers: (() => void)[] = []

beforeEach(async () => {
  scene = await gatewayScene({ devices: 2 })
  seen = []
  for (const [i, device] of scene.devices.entries()) {
    const behind = await program((request, response) => {
      seen.push({ method: request.method, url: request.url, headers: request.headers })
      response.writeHead(200, { 'Content-Type': 'text/html', ETag: '"same"', 'Last-Modified': 'Thu, 01 Jan 2099 00:00:00 GMT', 'Cache-Control': 'max-age=31536000, immutable', 'Set-Cookie': 'session=1; HttpOnly' })
      response.end(`owner ${i}`)
    })
    closers.push(() => behind.close())
    await device.publishDraft({ name: site, source: { kind: 'port', port: behind.port }, audience: 'anyone', copies: false })
  }
  move(0)
})
afterEach(async () => {
  await scene.close()
  for (const close of closers.splice(0)) close()
})

function move(device: 0 | 1): void {
  const there = scene.devices[device]
  if (there !== undefined) scene.names.point(site, [siteRecord(), there.record], device === 0 ? alice : bea)
  scene.names.change(site)
}

const page = { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
const part = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }
const get = (headers: Record<string, string>, path = '/'): Promise<Answered> => ask(scene.port, path, { headers })
const cookiesOf = ({ headers }: Answered): string[] => (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '')
const sealsOf = (answer: Answered): string => cookiesOf(answer).filter((cookie) => cookie.startsWith('latch-seal-')).join('; ')
const markOf = (answer: Answered): string => cookiesOf(answer).find((cookie) => cookie.startsWith('latch-owner=')) ?? expect.fail('no mark')

describe('a name that is another owner’s than when a browser was here last', () => {
  it('leaves nothing of the one before: no storage, no cookie, no page that is not asked about', async () => {
    const first = await get(page)
    expect([first.body, first.headers['clear-site-data'], first.headers['cache-control']]).toEqual(['owner 0', '"storage"', 'no-cache'])
    expect(first.rawHeaders.filter((text) => text.startsWith('latch-owner='))).toEqual([expect.stringMatching(/^latch-owner=[\w-]{16}; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Lax$/)])
    const kept = { Cookie: `${markOf(first)}; session=1; ${sealsOf(first)}`, 'If-None-Match': String(first.headers.etag), 'If-Modified-Since': 'Thu, 01 Jan 2099 00:00:00 GMT' }
    const again = await get({ ...page, ...kept })
    expect([again.headers['clear-site-data'], cookiesOf(again)]).toEqual([undefined, ['session=1', sealsOf(first)]])
    expect(seen.at(-1)?.headers).toMatchObject({ 'if-none-match': '"same"', cookie: 'session=1' })
    expect(seen.at(-1)?.headers).not.toHaveProperty('if-modified-since')

    move(1)
    const moved = await get({ ...page, ...kept, Authorization: 'Basic x' })
    expect([moved.body, moved.headers['clear-site-data']]).toEqual(['owner 1', '"storage"'])
    for (const gone of ['cookie', 'authorization', 'if-none-match', 'if-modified-since']) expect(seen.at(-1)?.headers).not.toHaveProperty(gone)
    expect(moved.headers['set-cookie']).toContain('session=; Path=/; Max-Age=0')
    expect(markOf(moved)).not.toBe(markOf(first))
    const after = await get({ ...part, ...kept, Cookie: markOf(moved) }, '/app.js')
    expect([after.status, after.body]).toEqual([200, 'owner 1'])
    expect(seen.at(-1)?.headers).not.toHaveProperty('if-none-match')
  })

  it('is told nothing by pages of the one before, by whatever way', async () => {
    const before = { Cookie: `${markOf(await get(page))}; session=1` }
    move(1)
    const count = seen.length
    const own = { Origin: `http://alice.peer.localhost:${scene.port}` }
    for (const method of ['GET', 'POST', 'PUT']) {
      const answer = await ask(scene.port, '/', { method, headers: { ...part, ...before, ...own }, ...(method === 'GET' ? {} : { body: 'secret' }) })
      expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('another owner')])
    }
    const form = await ask(scene.port, '/', { method: 'POST', headers: { ...page, 'Sec-Fetch-Site': 'same-origin', ...before, ...own }, body: 'secret' })
    expect(form.status).toBe(403)
    const socket = new WebSocket(`ws://127.0.0.1:${scene.port}/`, { headers: { Host: `alice.peer.localhost:${scene.port}`, ...before, ...own } })
    const [, refused] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
    expect(refused.statusCode).toBe(403)
    expect(seen).toHaveLength(count)
  })

  it('is not what another name of the network says in a cookie for all', async () => {
    const mark = markOf(await get(page))
    for (const cookie of [`${mark}; latch-owner=made-up`, `latch-owner=made-up; ${mark}`]) {
      expect((await get({ ...page, Cookie: cookie })).headers['clear-site-data']).toBeUndefined()
      expect((await get({ ...part, Cookie: cookie })).status).toBe(200)
    }
  })

  it('is nothing to a program that keeps no cookies', async () => {
    expect((await ask(scene.port, '/', { headers: { Cookie: 'session=1', Accept: 'application/json' } })).status).toBe(200)
    expect(seen.at(-1)?.headers).toMatchObject({ cookie: 'session=1' })
  })
})

describe('what a site cannot leave in a browser', () => {
  it('is a worker that answers for it', async () => {
    const answer = await get({ ...part, 'Service-Worker': 'script', 'Sec-Fetch-Dest': 'serviceworker' }, '/sw.js')
    expect([answer.status, seen]).toEqual([403, []])
  })
})

it('whoever is refused holds no connection, and idle ones give way', async () => {
  const refused = await get({ ...part, 'Sec-Fetch-Site': 'cross-site' })
  expect([refused.status, refused.headers.connection]).toEqual([403, 'close'])
  const host = `alice.peer.localhost:${scene.port}`
  const idle = await Promise.all(
    Array.from({ length: MAX_CONNECTIONS }, async () => {
      const socket = connect(scene.port, '127.0.0.1').on('error', () => {})
      await once(socket, 'connect')
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
      await once(socket, 'data')
      return socket
    }),
  )
  await eventually('there is a place again', () => get(page).then(({ status }) => status === 200, () => false))
  for (const socket of idle) socket.destroy()
})
