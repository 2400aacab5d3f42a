import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'
import { rawConnection, rawRequest } from './raw.ts'
import { serveSmallNode, type Served } from './small-node.ts'

const MiB = 1024 * 1024

let served: Served
beforeEach(async () => {
  served = await serveSmallNode({
    limits: { headersTimeoutMs: 200, requestTimeoutMs: 400, sweepMs: 50, maxConnections: 64 },
  })
})
afterEach(() => served.close())

const head = (rest: string): string =>
  `POST /api/identity HTTP/1.1\r\nHost: 127.0.0.1:${served.door.port}\r\nAuthorization: Bearer ${served.door.token}\r\n${rest}\r\n\r\n`

async function answers(): Promise<boolean> {
  const headers = { authorization: `Bearer ${served.door.token}` }
  const answer = await rawRequest(served.door.port, { path: '/api/status', headers }).catch(() => null)
  return answer?.status === 200
}

describe('a body', () => {
  it('that says it is too large is refused before it is read', async () => {
    const { socket, received, closed } = rawConnection(served.door.port)
    socket.write(head(`Content-Type: application/json\r\nContent-Length: ${2 * MiB + 1}`))
    await closed
    expect(received()).toMatch(/^HTTP\/1\.1 413 /)
    expect(received()).toContain('TOO_LARGE')
  })

  it('that turns out too large is refused where it does', async () => {
    const { socket, received } = rawConnection(served.door.port)
    socket.write(head('Content-Type: application/json\r\nTransfer-Encoding: chunked'))
    const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
    for (let at = 0; at < 40; at += 1) socket.write(chunk)
    await eventually('a refusal', () => received().startsWith('HTTP/1.1 413 '))
    expect(await answers()).toBe(true)
  })

  it.each([
    ['is not JSON', 'application/json', '{"name":'],
    ['is not UTF-8', 'application/json', Buffer.from('{"name":"\u00ff"}', 'latin1')],
    ['is a form, as another site could post it', 'application/x-www-form-urlencoded', 'name=Ada'],
    ['is plain text, as another site could post it', 'text/plain', '{"name":"Ada"}'],
    ['is of several parts', 'multipart/form-data; boundary=x', '--x--'],
    ['is another value than an object', 'application/json', '[1]'],
    ['is null', 'application/json', 'null'],
    ['has a field of another type', 'application/json', '{"name":7}'],
  ])('that %s is bad input, and nothing is made of it', async (_, type, body) => {
    const headers = { authorization: `Bearer ${served.door.token}`, 'content-type': type }
    const answer = await rawRequest(served.door.port, { method: 'POST', path: '/api/identity', headers, body })
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'BAD_INPUT' })
    expect(served.node.identity.current()).toEqual({ state: 'none' })
  })

  it('that is missing is bad input', async () => {
    const headers = { authorization: `Bearer ${served.door.token}` }
    const answer = await rawRequest(served.door.port, { method: 'POST', path: '/api/identity', headers })
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'BAD_INPUT' })
  })
})

describe('a request', () => {
  it('that never comes is not waited for', async () => {
    await rawConnection(served.door.port).closed
    expect(await answers()).toBe(true)
  })

  it('whose headers come letter by letter is cut off', async () => {
    const { socket, received, closed } = rawConnection(served.door.port)
    const drip = setInterval(() => socket.write('X'), 20)
    socket.write('GET / HTTP/1.1\r\nX-Slow: ')
    await closed
    clearInterval(drip)
    expect(received()).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('whose body stops half way is cut off', async () => {
    const { socket, received, closed } = rawConnection(served.door.port)
    socket.write(`${head('Content-Type: application/json\r\nContent-Length: 100')}{"name":"A`)
    await closed
    expect(received()).toMatch(/^(HTTP\/1\.1 408 |$)/)
    expect(served.node.identity.current()).toEqual({ state: 'none' })
    expect(await answers()).toBe(true)
  })

  it('that is cut half way leaves nothing behind', async () => {
    const { socket, closed } = rawConnection(served.door.port)
    socket.write(`${head('Content-Type: application/json\r\nContent-Length: 100')}{"name":"A`)
    await eventually('it is sent', () => socket.bytesWritten > 0 && socket.writableLength === 0)
    socket.resetAndDestroy()
    await closed
    expect(await answers()).toBe(true)
    expect(served.node.identity.current()).toEqual({ state: 'none' })
  })

  it.each([
    ['without a host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['with an empty host', 'GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n', 403],
    [
      'with two lengths',
      'POST /api/identity HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    [
      'with a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['that is noise', '\u0016\u0003\u0001\u0002\r\n\r\n', 400],
    ['with headers of 32 KiB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(32_768)}\r\n\r\n`, 431],
    ['to be a proxy', 'GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 403],
  ])('%s is refused', async (_, text, status) => {
    const { socket, received, closed } = rawConnection(served.door.port)
    socket.write(text)
    await closed
    expect(received()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(await answers()).toBe(true)
  })

  it('to tunnel is cut off', async () => {
    const { socket, received, closed } = rawConnection(served.door.port)
    socket.write('CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n')
    await closed
    expect(received()).toBe('')
  })
})

describe('a thousand connections', () => {
  it('that say nothing are let go, and the node answers again', async () => {
    const connections = Array.from({ length: 1_000 }, () => rawConnection(served.door.port))
    await Promise.all(connections.map(({ closed }) => closed))
    await eventually('an answer', answers)
  })
})
