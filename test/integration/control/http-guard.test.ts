import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rawRequest, type RawAnswer } from './raw.ts'
import { hurried, serveSmallNode, type Served } from './small-node.ts'

let served: Served
let ask: (options: Parameters<typeof rawRequest>[1]) => Promise<RawAnswer>
beforeEach(async () => {
  served = await serveSmallNode({ clock: hurried })
  const { port, token } = served.door
  ask = (options) =>
    rawRequest(port, {
      path: '/api/status',
      ...options,
      headers: { authorization: `Bearer ${token}`, ...options.headers },
    })
})
afterEach(() => served.close())

describe('a request meant for another host', () => {
  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost',
    '127.0.0.1:PORT.evil.example',
    '[::1]:PORT',
    '0.0.0.0:PORT',
  ])('is refused, token or not, when it comes for "%s" (DNS rebinding)', async (host) => {
    const answer = await ask({ headers: { host: host.replace('PORT', String(served.door.port)) } })
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'NOT_ALLOWED' })
    expect(served.log.lines.at(-1)).toMatchObject({
      level: 'warn',
      fields: { why: expect.stringContaining('127.0.0.1') },
    })
  })

  it('is refused for the window and the API page too', async () => {
    for (const path of ['/', '/api/', '/api/openapi.json', '/session']) {
      expect((await ask({ path, headers: { host: 'evil.example' } })).status).toBe(403)
    }
  })

  it('is answered for both names of the loopback', async () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      expect((await ask({ headers: { host: `${name}:${served.door.port}` } })).status).toBe(200)
    }
  })
})

describe('a request from another site', () => {
  it.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'https://127.0.0.1:PORT',
    'http://localhost:PORT',
    'http://127.0.0.1:PORT/',
  ])('is refused, token or not, when its origin is "%s"', async (origin) => {
    const answer = await ask({
      headers: { host: `127.0.0.1:${served.door.port}`, origin: origin.replace('PORT', String(served.door.port)) },
    })
    expect(answer.status).toBe(403)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('is refused when the browser says so without an origin', async () => {
    expect((await ask({ headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
    expect((await ask({ headers: { 'sec-fetch-site': 'same-site' } })).status).toBe(403)
    expect((await ask({ headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(200)
  })

  it('may be a link to the page, which acts on nothing', async () => {
    expect((await ask({ path: '/api/', headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200)
  })

  it('learns nothing from a preflight', async () => {
    const answer = await ask({
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(answer.status).toBe(403)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('is answered from our own page', async () => {
    const host = `127.0.0.1:${served.door.port}`
    expect((await ask({ headers: { host, origin: `http://${host}` } })).status).toBe(200)
  })
})

describe('every answer', () => {
  it('carries the strict headers', async () => {
    for (const path of ['/', '/api/', '/api/status', '/nothing', '/rpc/node/status']) {
      const { headers } = await ask({ path })
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      })
      const { port } = served.door
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src blob:; font-src 'self'; ` +
          `connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      )
    }
  })
})

describe('a request without a good token', () => {
  it.each([
    ['none', {}],
    ['an empty one', { authorization: 'Bearer ' }],
    ['a wrong one', { authorization: `Bearer ${'A'.repeat(43)}` }],
    ['a scheme of another kind', { authorization: 'Basic bGF0Y2g6bGF0Y2g=' }],
    ['one of 4 KiB', { authorization: `Bearer ${'A'.repeat(4096)}` }],
  ])('is turned away: %s', async (_, headers: Record<string, string>) => {
    for (const path of ['/api/status', '/rpc/node/status', '/session', '/window']) {
      const answer = await rawRequest(served.door.port, { method: 'POST', path, headers })
      expect(answer.status).toBe(401)
      expect(answer.body).toContain('UNAUTHORIZED')
    }
  })

  it('is turned away when the token is in the query', async () => {
    const path = `/api/status?token=${served.door.token}&access_token=${served.door.token}`
    expect((await rawRequest(served.door.port, { path })).status).toBe(401)
  })

  it('is turned away when the token is right but for its last letter', async () => {
    const { token } = served.door
    const almost = token.slice(0, -1) + (token.endsWith('A') ? 'E' : 'A')
    expect((await ask({ headers: { authorization: `Bearer ${almost}` } })).status).toBe(401)
  })
})
