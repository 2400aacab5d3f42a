import { randomBytes } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serveHttp } from '../../../src/main/control/index.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { serveSmallNode, type Served } from './small-node.ts'

let served: Served
beforeEach(async () => {
  served = await serveSmallNode()
})
afterEach(() => served.close())

function ask(path: string, init: RequestInit & { token?: string | null } = {}): Promise<Response> {
  const { token = served.door.token, ...rest } = init
  const headers = new Headers(rest.headers)
  if (token !== null) headers.set('authorization', `Bearer ${token}`)
  if (typeof rest.body === 'string' && !headers.has('content-type')) headers.set('content-type', 'application/json')
  return fetch(`${served.door.url}${path}`, { ...rest, headers })
}

const create = (name: string): Promise<Response> =>
  ask('/api/identity', { method: 'POST', body: JSON.stringify({ name }) })

describe('the contract over HTTP', () => {
  it('answers a call of whoever holds the token', async () => {
    const response = await ask('/api/status')
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ version: '0.1.0', phase: 'no-account' })
  })

  it('takes its input from the body and the path', async () => {
    expect(await (await create('Ada')).json()).toMatchObject({ name: 'Ada' })
    const response = await ask('/api/settings', { method: 'PATCH', body: '{"density":"compact"}' })
    expect(await response.json()).toMatchObject({ density: 'compact', appearance: 'system' })
  })

  it('says in its own words why an input cannot be used, naming the field and not quoting it', async () => {
    const response = await create('a\u202Eb')
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      defined: true,
      code: 'BAD_INPUT',
      status: 400,
      message: 'name: a name holds no control or direction characters',
    })
  })

  it('keeps the code and the sentence of a failure', async () => {
    expect(await (await ask('/api/settings')).json()).toMatchObject({
      code: 'NO_ACCOUNT',
      message: 'Create an account first.',
    })
    await create('Ada')
    const again = await create('Ada')
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({ code: 'ACCOUNT_EXISTS' })
  })

  it('tells the cause of a defect to the log and to nobody else', async () => {
    const response = await ask('/api/identity/phrase', { method: 'POST' })
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL' })
    expect(text).not.toContain('secret')
    const line = served.log.lines.find(({ level }) => level === 'error')
    expect(line?.fields).toMatchObject({ call: 'identity.phrase', error: { message: 'the secret cause of a failure' } })
  })

  it('says where it is served, and its token, to who has it already', async () => {
    const response = await ask('/api/node/access', { method: 'POST' })
    const { url, token } = served.door
    expect(await response.json()).toEqual({ url, token, openapi: `${url}/api/openapi.json` })
  })

  it('answers that it stops before it stops', async () => {
    const response = await ask('/api/node/stop', { method: 'POST' })
    expect(await response.json()).toEqual({ stopping: true })
    await served.node.stopped
  })

  it('has nothing at other paths', async () => {
    const response = await ask('/api/nothing')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('what can be asked', () => {
  it('stands in an OpenAPI 3.1 document, every operation with its token', async () => {
    const document = (await (await ask('/api/openapi.json', { token: null })).json()) as {
      openapi: string
      paths: Record<string, Record<string, { operationId: string }>>
      security: unknown
    }
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(document.paths['/door/knocks/{id}/answer']?.['post']).toMatchObject({ operationId: 'door.answer' })
    expect(document.security).toEqual([{ token: [] }])
    expect(JSON.stringify(document)).not.toContain(served.door.token)
    expect(JSON.stringify(document)).not.toContain(served.dataFolder)
  })

  it('is made once, however often somebody without a token looks', async () => {
    const asked = vi.spyOn(served.node, 'status')
    for (const path of ['/api/', '/api/openapi.json', '/api', '/api/page.css', '/api/']) {
      expect((await ask(path, { token: null })).status).toBe(200)
    }
    expect(asked).toHaveBeenCalledOnce()
  })

  it('stands on a page that runs nothing', async () => {
    const response = await ask('/api/', { token: null })
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const page = await response.text()
    expect(page).toContain('<code>POST /api/door/knocks/{id}/answer</code>')
    expect(page).toContain('(a stream of events)')
    expect(page).not.toMatch(/<script|style=|https?:\/\/(?!127)/)
    expect((await ask('/api/page.css', { token: null })).headers.get('content-type')).toBe('text/css; charset=utf-8')
  })
})

describe('a stream over HTTP', () => {
  it('starts with a snapshot, tells what happens, and ends with its reader', async () => {
    await create('Ada')
    const reader = new AbortController()
    const response = await ask('/api/settings/events', { signal: reader.signal })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const items = itemsOf(response)
    expect((await items.next()).value).toMatchObject({ kind: 'snapshot', seq: 0, snapshot: { appearance: 'system' } })
    await ask('/api/settings', { method: 'PATCH', body: '{"appearance":"dark"}' })
    expect((await items.next()).value).toMatchObject({
      kind: 'event',
      seq: 1,
      event: { settings: { appearance: 'dark' } },
    })
    expect(served.node.watching).toBe(1)
    reader.abort()
    await eventually('the stream ended', () => served.node.watching === 0)
  })

  it('ends at once when the server closes', async () => {
    await served.close()
    // On this clock the time that answers get to finish never passes.
    served = await serveSmallNode({ clock: new FakeClock() })
    await create('Ada')
    const items = itemsOf(await ask('/api/settings/events'))
    await items.next()
    await served.door.close()
    await expect(items.next()).rejects.toThrow()
    await eventually('the stream ended', () => served.node.watching === 0)
  })
})

describe('control.json', () => {
  const read = (): Promise<string> => readFile(join(served.dataFolder, 'control.json'), 'utf8')

  it('says where and with which token, to this user alone', async () => {
    const { url, token } = served.door
    expect(JSON.parse(await read())).toEqual({ url, token, pid: process.pid })
    const { mode } = await stat(join(served.dataFolder, 'control.json'))
    expect(mode & 0o777).toBe(0o600)
  })

  it('that cannot be written leaves no server behind', async () => {
    await served.door.close()
    const control = join(served.dataFolder, 'control.json')
    await mkdir(control)
    const { port } = served.door
    const again = serveHttp({
      node: served.node,
      log: served.log,
      clock: systemClock,
      random: (bytes) => randomBytes(bytes),
      port,
      staticFolder: served.dataFolder,
    })
    await expect(again).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining(control) })
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed')
  })

  it('goes when the server closes', async () => {
    await served.door.close()
    await expect(read()).rejects.toThrow('ENOENT')
  })
})

async function* itemsOf(response: Response): AsyncGenerator<unknown, void, void> {
  if (response.body === null) throw new Error('no body')
  let held = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    held += chunk
    for (let end = held.indexOf('\n\n'); end >= 0; end = held.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(held.slice(0, end))?.[1]
      held = held.slice(end + 2)
      if (data !== undefined) yield JSON.parse(data)
    }
  }
}
