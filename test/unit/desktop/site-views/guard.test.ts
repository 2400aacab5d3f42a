import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { PassThrough, Readable, type Duplex } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { carryTunnels, carryWebSockets } from '../../../../src/main/desktop/site-views/carried.ts'
import { openGuard, type Guard, type GuardParts } from '../../../../src/main/desktop/site-views/guard.ts'
import type { ViewTerms } from '../../../../src/main/features/browse/types.ts'
import { eventually } from '../../../helpers/eventually.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

async function guardOf(carry: GuardParts['carry']): Promise<Guard> {
  const guard = await openGuard({ random: (bytes) => new Uint8Array(randomBytes(bytes)), carry })
  ends.push(() => guard.close())
  return guard
}

/** Says it, and gives all that comes back until the other side ends, or has said `until`. */
async function say(guard: Guard, text: string, until = '\0'): Promise<{ said: string; socket: Socket }> {
  const socket = connect(guard.port, '127.0.0.1')
  ends.push(() => socket.destroy())
  socket.on('error', () => {})
  socket.write(text)
  let said = ''
  socket.on('data', (data: Buffer) => (said += data.toString('latin1')))
  let isOver = false
  socket.on('close', () => (isOver = true))
  await eventually('an answer', () => isOver || said.includes(until))
  return { said, socket }
}

const password = ({ username, password: secret }: Guard): string => `Proxy-Authorization: Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}\r\n`
const asked = (guard: Guard, to: string): string => `CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n${password(guard)}\r\n`

describe('a guard', () => {
  test('lets nobody through who has not the password of its session', async () => {
    const carried: string[] = []
    const guard = await guardOf(({ host }, socket) => {
      carried.push(host)
      socket.end()
    })
    for (const wrong of ['', 'Proxy-Authorization: Basic bGF0Y2g6\r\n', 'Proxy-Authorization: Bearer x\r\n', 'Authorization: Basic x\r\n']) {
      const { said } = await say(guard, `CONNECT alice.peer:80 HTTP/1.1\r\nHost: alice.peer\r\n${wrong}\r\n`)
      expect(said).toMatch(/^HTTP\/1\.1 407 /)
    }
    expect(carried).toEqual([])
    await say(guard, asked(guard, 'alice.peer:80'))
    expect(carried).toEqual(['alice.peer'])
  })

  test('answers nothing but CONNECT', async () => {
    const guard = await guardOf((_to, socket) => socket.end())
    expect((await say(guard, `GET http://alice.peer/ HTTP/1.1\r\nHost: alice.peer\r\n${password(guard)}\r\n`)).said).toMatch(/^HTTP\/1\.1 403 /)
    expect((await say(guard, `GET / HTTP/1.1\r\nHost: alice.peer\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`)).said).toBe('')
    expect((await say(guard, `nonsense\r\n\r\n`)).said).toMatch(/^HTTP\/1\.1 400 /)
    for (const to of ['alice.peer', 'alice.peer:x', 'user@alice.peer:80', '[::1]:80', 'ALICE.peer:80', ':80']) {
      expect((await say(guard, asked(guard, to))).said, to).toMatch(/^HTTP\/1\.1 40[03] /)
    }
  })

  test('takes a header of some size and no more', async () => {
    const guard = await guardOf((_to, socket) => socket.end())
    const { said } = await say(guard, `CONNECT alice.peer:80 HTTP/1.1\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)
    expect(said).toMatch(/^HTTP\/1\.1 431 /)
  })

  test('ends what it carries when it closes', async () => {
    const guard = await guardOf((_to, socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    const { socket } = await say(guard, asked(guard, 'alice.peer:80'), '200 OK')
    const closed = once(socket, 'close')
    guard.close()
    await closed
  })
})

type Terms = Pick<ViewTerms, 'connect' | 'tunnel'>
const refusing: Terms = { connect: async () => null, tunnel: () => Promise.reject(new Error('refused')) }
const upgrade = (host: string): string =>
  `GET /socket?x=1 HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nlatch-request: view-7\r\nSec-WebSocket-Key: a\r\n\r\n`

describe('the WebSockets of a site', () => {
  test('go to its own name at port 80, and to the view that asked', async () => {
    const far = new PassThrough()
    const calls: unknown[] = []
    const guard = await guardOf(
      carryWebSockets(
        () => 'alice.peer',
        (tag) => ({
          ...refusing,
          async connect(url, request) {
            calls.push([tag, url, request.path, request.headers.map(([name]) => name)])
            return { status: 101, headers: [['Sec-WebSocket-Accept', 'b'], ['Bad', 'a\r\nInjected: 1']], stream: far }
          },
        }),
      ),
    )
    const { said, socket } = await say(guard, asked(guard, 'alice.peer:80') + upgrade('alice.peer'), 'Accept')
    expect(said).toContain('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: b\r\n\r\n')
    expect(said).not.toContain('Injected')
    expect(calls).toEqual([['view-7', 'ws://alice.peer/socket?x=1', '/socket?x=1', ['Host', 'Upgrade', 'Connection', 'Sec-WebSocket-Key']]])
    socket.write('there and back')
    await eventually('what was said', () => new Promise<boolean>((done) => socket.once('data', (data: Buffer) => done(data.toString() === 'there and back'))))
    socket.destroy()
    await eventually('the far end closes', () => far.destroyed)
  })

  test.each(['bob.peer:80', 'alice.peer:443', '127.0.0.1:80', 'alice.peer.example.com:80'])('do not go to %s', async (to) => {
    const guard = await guardOf(carryWebSockets(() => 'alice.peer', () => refusing))
    expect((await say(guard, asked(guard, to))).said).toMatch(/^HTTP\/1\.1 403 /)
  })

  test('carry nothing but an upgrade to the same name', async () => {
    const guard = await guardOf(carryWebSockets(() => 'alice.peer', () => refusing))
    for (const inner of ['GET / HTTP/1.1\r\nHost: alice.peer\r\n\r\n', upgrade('bob.peer'), upgrade('alice.peer').replace('websocket', 'h2c'), '\x16\x03\x01\x00\x00']) {
      const { said } = await say(guard, asked(guard, 'alice.peer:80') + inner)
      expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n\r\n(?:HTTP\/1\.1 40[03] |$)/)
    }
  })

  test('say no more than a status where the site refuses', async () => {
    const body = Readable.from(['why'])
    const terms: Terms = { ...refusing, connect: async () => ({ status: 403, statusText: '', headers: [['X-Why', 'because']], body, peer: null }) }
    const guard = await guardOf(carryWebSockets(() => 'alice.peer', () => terms))
    const { said } = await say(guard, asked(guard, 'alice.peer:80') + upgrade('alice.peer'))
    expect(said).toContain('HTTP/1.1 403 Forbidden\r\n')
    expect(said).not.toMatch(/why/i)
    expect(body.destroyed).toBe(true)
  })

  test('end with the page that asked, also before there is an answer', async () => {
    let wasAborted = false
    const terms: Terms = {
      ...refusing,
      connect: (_url, _request, signal) => new Promise((done) => signal.addEventListener('abort', () => done(((wasAborted = true), null)))),
    }
    const guard = await guardOf(carryWebSockets(() => 'alice.peer', () => terms))
    const { socket } = await say(guard, asked(guard, 'alice.peer:80') + upgrade('alice.peer'), '200 OK')
    socket.destroy()
    await eventually('the request ends', () => wasAborted)
  })
})

describe('the tunnels of a way out', () => {
  async function echo(): Promise<{ port: number; opened: string[]; terms: Terms }> {
    const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    ends.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const opened: string[] = []
    const terms: Terms = {
      ...refusing,
      async tunnel(host, to): Promise<Duplex> {
        opened.push(`${host}:${to}`)
        return connect(port, '127.0.0.1')
      },
    }
    return { port, opened, terms }
  }

  test('go to port 443 of a host of the outside web', async () => {
    const { opened, terms } = await echo()
    const guard = await guardOf(carryTunnels(() => terms))
    const { socket } = await say(guard, asked(guard, 'example.com:443'), '200 OK')
    socket.write('hello')
    expect(String((await once(socket, 'data'))[0])).toBe('hello')
    expect(opened).toEqual(['example.com:443'])
  })

  test.each(['example.com:80', 'example.com:8443', '127.0.0.1:443', 'localhost:443', 'nas.local:443', '192.168.0.1:443'])('do not go to %s', async (to) => {
    const { opened, terms } = await echo()
    const guard = await guardOf(carryTunnels(() => terms))
    expect((await say(guard, asked(guard, to))).said).toMatch(/^HTTP\/1\.1 403 /)
    expect(opened).toEqual([])
  })

  test('are not opened for whoever speaks before', async () => {
    const { opened, terms } = await echo()
    const guard = await guardOf(carryTunnels(() => terms))
    expect((await say(guard, `${asked(guard, 'example.com:443')}hello`)).said).toMatch(/^HTTP\/1\.1 403 /)
    expect(opened).toEqual([])
  })

  test('are refused where the exit refuses', async () => {
    const guard = await guardOf(carryTunnels(() => refusing))
    expect((await say(guard, asked(guard, 'example.com:443'))).said).toMatch(/^HTTP\/1\.1 403 /)
  })
})
