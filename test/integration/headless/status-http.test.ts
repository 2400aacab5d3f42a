import { connect } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { createMetrics } from '../../../src/main/headless/metrics.ts'
import { serveStatus } from '../../../src/main/headless/status-http.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { eventually } from '../../helpers/eventually.ts'
import { facts } from '../../unit/headless/facts.ts'

const toEnd: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end()
})

async function door(over: () => Parameters<typeof facts>[0] = () => ({}), address = '127.0.0.1') {
  const now = () => facts(over())
  const served = await serveStatus({
    listen: { address, port: 0 },
    facts: now,
    metrics: createMetrics(now),
    nowMs: () => 61_000,
    log: silentLog,
  })
  toEnd.push(() => served.close())
  return served
}

/** What comes back for these bytes, until the other side closes. */
async function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  toEnd.push(async () => socket.destroy())
  let heard = ''
  socket.on('data', (bytes: Buffer) => (heard += bytes.toString()))
  socket.on('error', () => {})
  socket.write(text)
  await once(socket, 'close')
  return heard
}

describe('the four questions', () => {
  test('are answered', async () => {
    const { url } = await door()
    const ask = async (path: string) => {
      const response = await fetch(url + path)
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
    }
    expect(await ask('/healthz')).toMatchObject({ status: 200, text: 'alive\n' })
    expect(await ask('/readyz')).toMatchObject({ status: 200, text: 'ready\n' })
    const status = await ask('/status')
    expect(status).toMatchObject({ status: 200, type: 'application/json' })
    expect(JSON.parse(status.text)).toMatchObject({
      version: '0.1.0',
      uptimeMs: 60_000,
      peerId: expect.any(String),
      listening: ['/ip4/203.0.113.7/tcp/4100'],
      introduction: { registrations: 5, circuits: 3 },
      stun: { answered: 7 },
      connections: 12,
      rssBytes: 100_000_000,
      loopDelayP99Ms: 1.5,
    })
    const metrics = await ask('/metrics')
    expect(metrics.type).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(metrics.text).toContain('latch_circuits 3\n')
  })

  test('do not depend on each other: it is alive while it is not ready, and says why it is not', async () => {
    const { url } = await door(() => ({ introduction: { draining: true } }))
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    const ready = await fetch(`${url}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.text()).toMatch(/draining/)
  })

  test('have an answer without a body for HEAD', async () => {
    const { url } = await door()
    const answer = await raw(url, 'HEAD /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer).toMatch(/content-length: [1-9]/i)
    expect(answer).toMatch(/\r\n\r\n$/)
  })

  test('are the only ones', async () => {
    const { url } = await door()
    for (const path of ['/', '/status/', '/status?x=1', '/STATUS', '/healthz/../status', '//metrics', '/favicon.ico']) {
      const answer = await raw(url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      expect(answer, path).toMatch(/^HTTP\/1\.1 404 /)
    }
  })

  test('are answered over IPv6 as well', async () => {
    const { url } = await door(() => ({}), '::1')
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })
})

describe('what is no question', () => {
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH'])('%s is refused', async (method) => {
    const { url } = await door()
    const answer = await raw(url, `${method} /status HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 405 /)
    expect(answer).toMatch(/allow: GET, HEAD/i)
  })

  test.each(['Content-Length: 5\r\n\r\nhello', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'])(
    'a body is refused: %j',
    async (rest) => {
      const { url } = await door()
      expect(await raw(url, `GET /status HTTP/1.1\r\nHost: x\r\n${rest}`)).toMatch(/^HTTP\/1\.1 400 /)
    },
  )

  test('garbage, and headers without end, are cut off', async () => {
    const { url } = await door()
    expect(await raw(url, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await raw(url, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(8_192)}`)).toMatch(/^HTTP\/1\.1 431 /)
  })

  test('half a request is cut off in time', async () => {
    const { url } = await door()
    expect(await raw(url, 'GET /status HTTP/1.1\r\nHost: x\r\n')).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('more connections than sixty-four are closed, and the others are answered', async () => {
    const { url } = await door()
    const { hostname, port } = new URL(url)
    const held = Array.from({ length: 64 }, () => connect(Number(port), hostname))
    toEnd.push(async () => held.forEach((socket) => socket.destroy()))
    await Promise.all(held.map((socket) => once(socket, 'connect')))
    await eventually('the next to be closed', async () => {
      const next = connect(Number(port), hostname)
      next.on('error', () => {})
      return Promise.race([once(next, 'close').then(() => true), once(next, 'data').then(() => false)])
    })
    held[0]?.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    const [bytes] = (await once(held[0] ?? next(), 'data')) as [Buffer]
    expect(bytes.toString()).toMatch(/^HTTP\/1\.1 200 /)
  })
})

test('a port that another program has is told in one sentence', async () => {
  const { url } = await door()
  const port = Number(new URL(url).port)
  const second = serveStatus({
    listen: { address: '127.0.0.1', port },
    facts: () => facts(),
    metrics: createMetrics(() => facts()),
    nowMs: () => 0,
    log: silentLog,
  })
  await expect(second).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/is taken; choose/) })
})

function next(): never {
  throw new Error('there is no socket')
}
