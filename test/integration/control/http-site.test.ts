import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveHttp, type HttpDoor } from '../../../src/main/control/index.ts'
import type { AppPass } from '../../../src/main/features/apps/types.ts'
import type { Household } from '../../../src/main/node/types.ts'
import { eventually } from '../../helpers/eventually.ts'
import { program } from '../browse/gateway-scene.ts'
import { alice, openingScene, type Scene, site } from '../browse/opening-scene.ts'
import { hurried, HeldLog, SmallNode } from './small-node.ts'

const PROGRAM = 'a-program'

/** A small node that can open sites, and has one program. */
class SiteNode extends SmallNode {
  scene: Scene | null = null

  override household(): Household {
    const { scene } = this
    if (scene === null) return super.household()
    const pass = { app: 'notes', revoked: new AbortController().signal } as unknown as AppPass
    const apps = { opens: (token: string) => (token === PROGRAM ? pass : null) }
    return { browse: { opening: scene.opening }, apps } as unknown as Household
  }
}

let dataFolder: string
let door: HttpDoor
let node: SiteNode
let scene: Scene
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'latch-control-'))
  node = new SiteNode(dataFolder)
  door = await serveHttp({ node, log: new HeldLog(), clock: hurried, random: (bytes) => randomBytes(bytes), port: 0, staticFolder: join(dataFolder, 'no-window') })
  scene = await openingScene()
  node.scene = scene
})
afterEach(async () => {
  await door.close()
  await scene.close()
  await rm(dataFolder, { recursive: true, force: true })
})

function ask(path: string, init: RequestInit & { token?: string } = {}): Promise<Response> {
  const { token = door.token, ...rest } = init
  return fetch(`${door.url}${path}`, { ...rest, redirect: 'manual', headers: { ...(rest.headers as Record<string, string>), authorization: `Bearer ${token}` } })
}

function begin(path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(`${door.url}${path}`, { agent: false, headers: { authorization: `Bearer ${door.token}` } }, resolve)
    sent.on('error', reject)
    sent.end()
  })
}

describe('a page of a site, for programs', () => {
  it('comes as the site gives it, and says whose it is and from where', async () => {
    await scene.devices[0]?.publish({ 'index.html': '<h1>Alice</h1>', 'a b.txt': 'spaced' })
    const page = await ask(`/site/${site}/`)
    expect([page.status, await page.text()]).toEqual([200, '<h1>Alice</h1>'])
    expect([page.headers.get('latch-source'), page.headers.get('latch-owner')]).toEqual(['live', alice])
    expect(await (await ask(`/site/${site}/a%20b.txt?q=1`)).text()).toBe('spaced')
    expect(await (await ask(`/site/${site}`)).text()).toBe('<h1>Alice</h1>')
    expect((await ask(`/site/${site}/nowhere`)).status).toBe(404)
  })

  it('leads on to sites alone, at its own address, so that no token goes astray', async () => {
    let location = ''
    const behind = await program((_request, response) => {
      response.writeHead(302, { Location: location })
      response.end()
    })
    await scene.devices[0]?.publishDraft({ name: site, source: { kind: 'port', port: behind.port }, audience: 'anyone', copies: false })
    for (const [said, here] of [
      ['/next?a=1', `/site/${site}/next?a=1`],
      ['../up', `/site/${site}/up`],
      ['?b', `/site/${site}/a/page?b`],
      ['peer://bob.peer/x', '/site/bob.peer/x'],
      ['//bob.peer/x', '/site/bob.peer/x'],
      ['peer://bob.peer', '/site/bob.peer/'],
      ['/api/identity', `/site/${site}/api/identity`],
      ['/../../api/identity', `/site/${site}/api/identity`],
      ['https://evil.example/', null],
      ['//evil.example:80/x', null],
      ['peer://a@bob.peer/x', null],
      ['http://127.0.0.1:1/', null],
      ['javascript:alert(1)', null],
      ['data:text/html,x', null],
      ['/\\evil.example/', `/site/${site}/\\evil.example/`],
    ] as const) {
      location = said
      const answer = await ask(`/site/${site}/a/page`)
      expect([said, answer.status, answer.headers.get('location'), answer.headers.get('latch-location')]).toEqual([said, 302, here, said])
    }
    behind.close()
  })

  it('is passed on by range and condition, and as its header alone', async () => {
    await scene.devices[0]?.publish({ 'ten.txt': '0123456789' })
    const path = `/site/${site}/ten.txt`
    const part = await ask(path, { headers: { range: 'bytes=2-4' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234'])
    const etag = part.headers.get('etag') ?? ''
    expect((await ask(path, { headers: { 'if-none-match': etag } })).status).toBe(304)
    const head = await ask(path, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10'])
  })

  it('does nothing in a browser that gets there all the same', async () => {
    await scene.devices[0]?.publish({ 'index.html': '<script>1</script>' })
    const { headers } = await ask(`/site/${site}/`)
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect([headers.get('x-content-type-options'), headers.get('cache-control'), headers.get('set-cookie')]).toEqual(['nosniff', 'no-store', null])
    expect((await ask(`/site/${site}/`, { headers: { origin: 'http://alice.peer.localhost:5380' } })).status).toBe(403)
    expect((await ask(`/site/${site}/`, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
  })

  it('asks for the name again where nothing that is kept is wanted', async () => {
    await scene.devices[0]?.publish({ 'index.html': 'x' })
    await (await ask(`/site/${site}/`)).text()
    await (await ask(`/site/${site}/`, { headers: { 'cache-control': 'no-cache' } })).text()
    expect(scene.names.lookups.map(({ again }) => again)).toEqual([false, true])
  })

  it('says in the contract’s words why it did not open, with the step and the code', async () => {
    const answer = await ask('/site/bob.peer/')
    expect(answer.status).toBe(404)
    expect(await answer.json()).toEqual({
      defined: true,
      code: 'NOT_FOUND',
      status: 404,
      message: 'Nobody has bob.peer. Check how the name is written, or ask whoever gave it to you.',
      data: { step: 'ledger', code: 'nobody', knock: null },
    })
    const [device] = scene.devices
    if (device !== undefined) device.door = () => ({ verdict: 'refuse', code: 'knock-first', why: 'asks' })
    expect(await (await ask(`/site/${site}/x`)).json()).toMatchObject({ code: 'NOT_ALLOWED', data: { code: 'knock-first', knock: { account: alice, path: '/x' } } })
  })

  it('is for the person: no token, a program’s token and other methods get nothing', async () => {
    await scene.devices[0]?.publish({ 'index.html': 'x' })
    expect((await ask(`/site/${site}/`, { token: 'A'.repeat(43) })).status).toBe(401)
    expect((await ask(`/site/${site}/`, { token: PROGRAM })).status).toBe(403)
    expect((await ask(`/site/${site}/`, { method: 'POST' })).status).toBe(400)
    expect((await ask('/site/no_name/')).status).toBe(400)
    expect(scene.names.lookups).toEqual([])
  })

  it('says that there is no account yet', async () => {
    node.scene = null
    expect(await (await ask(`/site/${site}/`)).json()).toMatchObject({ code: 'NO_ACCOUNT' })
  })

  it('waits for its reader, and is dropped when they leave', async () => {
    await scene.devices[0]?.publish({ 'big.bin': randomBytes(32 * 1024 * 1024) })
    const message = await begin(`/site/${site}/big.bin`)
    await once(message, 'readable')
    const stream = (): number => scene.me.node.libp2p.getConnections().reduce((sum, { streams }) => sum + streams.length, 0)
    expect(stream()).toBeGreaterThan(0)
    message.destroy()
    await eventually('nothing is open any more', () => stream() === 0)
    expect(stream()).toBe(0)
  })

  it('breaks off, and never ends as if it were whole, where the site does', async () => {
    await scene.devices[0]?.publish({ 'big.bin': randomBytes(16 * 1024 * 1024) })
    const message = await begin(`/site/${site}/big.bin`)
    await once(message, 'readable')
    const ended = once(message, 'end').then(() => 'whole', () => 'broken')
    await scene.devices[0]?.node.close()
    message.resume()
    expect(await ended).toBe('broken')
  })

  it('is described where the API is', async () => {
    const document = (await (await ask('/api/openapi.json')).json()) as { paths: Record<string, { servers?: unknown; get?: { operationId: string } }> }
    expect(document.paths['/site/{site}/{path}']).toMatchObject({ servers: [{ url: door.url }], get: { operationId: 'browse.page' } })
    expect(await (await ask('/api/')).text()).toContain('<code>GET /site/{site}/{path}</code>')
  })
})
