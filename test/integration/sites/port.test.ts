import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTcp, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { KiB, MiB } from '../../../src/shared/units.ts'
import type { SiteConnection } from '../../../src/main/features/sites/types.ts'
import { LOOK_AT_SOURCE_MS } from '../../../src/main/features/sites/limits.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { bytes, draft, header, site, text, twoSites, visiting, type TwoSites } from './two-sites.ts'

let program: Server
let sockets: WebSocketServer
let port: number
let sites: TwoSites
let handler: (request: IncomingMessage, response: ServerResponse) => void
const get = (...args: Parameters<TwoSites['get']>): ReturnType<TwoSites['get']> => sites.get(...args)

beforeAll(async () => {
  program = createServer((request, response) => handler(request, response))
  sockets = new WebSocketServer({ server: program })
  sockets.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })))
  program.listen(0, '127.0.0.1')
  await once(program, 'listening')
  port = (program.address() as AddressInfo).port
  sites = await twoSites()
  await sites.owner.publish(draft({ kind: 'port', port }))
})
beforeEach(() => {
  handler = (_request, response) => response.end('hello')
})
afterAll(async () => {
  await sites.close()
  program.closeAllConnections()
  program.close()
})

describe('a program behind a port', () => {
  test('is asked as if it were at home, and told who asks', async () => {
    let seen: IncomingMessage | null = null
    handler = (request, response) => {
      seen = request
      response.end('hello')
    }
    const answer = await get('/a/b?c=%20d', {
      headers: [
        ['Accept', 'text/plain'],
        ['Origin', `peer://${site}`],
        ['Referer', `peer://${site}/a/page`],
        ['Cookie', 'a=1'],
        ['Cookie', 'b=2'],
        ['X-Forwarded-For', '127.0.0.1'],
        ['Latch-Account', 'somebody else'],
        ['Connection', 'X-Secret, Accept'],
        ['X-Secret', 'of one connection'],
        ['Proxy-Authorization', 'Basic x'],
        ['TE', 'trailers'],
      ],
    })
    expect(await text(answer)).toBe('hello')
    expect(seen).toMatchObject({ url: '/a/b?c=%20d', method: 'GET' })
    const { headers } = seen as unknown as IncomingMessage
    expect(headers).toMatchObject({
      host: `localhost:${port}`,
      origin: `http://localhost:${port}`,
      referer: `http://localhost:${port}/a/page`,
      cookie: 'a=1; b=2',
      'x-forwarded-host': site,
      'latch-peer': sites.nodes.a.peerId,
      'latch-account': visiting,
    })
    for (const gone of ['x-forwarded-for', 'x-secret', 'proxy-authorization', 'te', 'accept', 'transfer-encoding']) {
      expect(headers).not.toHaveProperty(gone)
    }
  })

  test.each(['GET', 'DELETE', 'OPTIONS', 'POST'])('reads the body of a %s as such, and not as further requests', async (method) => {
    const seen: string[] = []
    handler = (request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${body}`)
        response.end('ok')
      })
    }
    const inner = 'GET /two HTTP/1.1\r\nHost: a\r\n\r\n'
    for (const more of [{ body: Buffer.from(inner) }, { body: Readable.from([Buffer.from(inner)]) }, { body: Readable.from([Buffer.from(inner)]), lengthBytes: inner.length }]) {
      expect(await text(await get('/one', { method, ...more }))).toBe('ok')
    }
    expect(seen).toEqual(Array.from({ length: 3 }, () => `${method} /one ${inner}`))
  })

  test('gets no more of a body than was said of its length', async () => {
    const urls: unknown[] = []
    handler = (request, response) => {
      urls.push(request.url)
      request.resume()
      request.on('end', () => response.end('ok'))
    }
    const longer = Readable.from([Buffer.from('12345'), Buffer.from('GET /two HTTP/1.1\r\nHost: a\r\n\r\n')])
    await expect(get('/one', { method: 'POST', body: longer, lengthBytes: 5 })).rejects.toThrow()
    expect(await text(await get('/three'))).toBe('ok')
    expect(urls).not.toContain('/two')
  })

  test('is told who asks by nobody else, however it writes the names of headers', async () => {
    const spoofs = ['Latch_Account', 'latch_Peer', 'LATCH.ACCOUNT', 'X_Forwarded_Host', 'X_Real_IP', 'Forwarded', 'X-Forwarded_For', 'Remote_Addr', 'X-Own']
    let seen: string[] = []
    handler = (request, response) => {
      seen = request.rawHeaders.filter((_, i) => i % 2 === 0)
      response.end('ok')
    }
    expect(await text(await get('/', { headers: spoofs.map((name) => [name, 'mallory'] as const) }))).toBe('ok')
    expect(seen.toSorted()).toEqual(['Connection', 'Host', 'Latch-Account', 'Latch-Peer', 'Remote_Addr', 'X-Forwarded-Host', 'X-Own'].toSorted())
  })

  test('sees the origin of another site as it is', async () => {
    const origins: unknown[] = []
    handler = (request, response) => {
      origins.push(request.headers.origin)
      response.end()
    }
    for (const origin of ['peer://eve.peer', `peer://${site}.eve.peer`, `http://${site}.localhost:4321`, 'null']) {
      ;(await get('/', { headers: [['Origin', origin]] })).body.resume()
    }
    expect(origins).toEqual(['peer://eve.peer', `peer://${site}.eve.peer`, `http://localhost:${port}`, 'null'])
  })

  test('answers with its own status, headers and cookies, without those of the connection', async () => {
    handler = (_request, response) => {
      response.writeHead(201, 'Made', [
        ['Set-Cookie', 'a=1'], ['Set-Cookie', 'b=2'], ['X-Own', 'kept'], ['X-Powered-By', 'a framework'], ['Alt-Svc', 'h3=":443"'],
        ['Latch-Refusal', 'knock-first'], ['Connection', 'X-Hop'], ['X-Hop', 'gone'], ['Referrer-Policy', 'no-referrer'],
      ].flat())
      response.end('made')
    }
    const answer = await get('/')
    expect([answer.status, await text(answer)]).toEqual([201, 'made'])
    expect(answer.headers.filter(([name]) => name.toLowerCase() === 'set-cookie')).toHaveLength(2)
    expect(header(answer, 'x-own')).toBe('kept')
    expect(header(answer, 'referrer-policy')).toBe('no-referrer')
    expect(header(answer, 'x-content-type-options')).toBe('nosniff')
    for (const gone of ['x-powered-by', 'alt-svc', 'latch-refusal', 'x-hop']) expect(header(answer, gone)).toBeUndefined()
  })

  test('leads to itself by a path, and to nobody else by two slashes', async () => {
    const targets = [`http://localhost:${port}/next?x=1`, `http://127.0.0.1:${port}//eve.peer/`, `http://${site}/back`, 'https://example.org/', `http://localhost:${port + 1}/`]
    handler = (request, response) => {
      response.writeHead(302, { Location: targets[Number(request.url?.slice(1))] ?? '' })
      response.end()
    }
    const got: unknown[] = []
    for (const i of targets.keys()) {
      const answer = await get(`/${i}`)
      got.push(header(answer, 'location'))
      answer.body.resume()
    }
    expect(got).toEqual(['/next?x=1', '/eve.peer/', '/back', 'https://example.org/', `http://localhost:${port + 1}/`])
  })

  test('reads a body as it comes, with its length or without', async () => {
    const framed: unknown[] = []
    handler = (request, response) => {
      framed.push([request.headers['content-length'], request.headers['transfer-encoding']])
      request.pipe(response)
    }
    const body = Buffer.alloc(3 * MiB, 'upload')
    const known = await get('/', { method: 'PUT', body })
    expect((await bytes(known.body)).equals(body)).toBe(true)
    const unknown = await get('/', { method: 'POST', body: Readable.from([body.subarray(0, MiB), body.subarray(MiB)], { objectMode: false }) })
    expect((await bytes(unknown.body)).equals(body)).toBe(true)
    const get2 = await get('/', { method: 'GET', body: Buffer.from('odd but allowed'), lengthBytes: 15 })
    expect(await text(get2)).toBe('odd but allowed')
    expect(framed).toEqual([[String(3 * MiB), undefined], [undefined, 'chunked'], ['15', undefined]])
  })

  test('sends events one by one', async () => {
    const events: ServerResponse[] = []
    handler = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.flushHeaders()
      events.push(response)
    }
    const answer = await get('/events', { headers: [['Accept-Encoding', 'br']] })
    expect([answer.status, header(answer, 'content-encoding')]).toEqual([200, undefined])
    for (const i of [1, 2, 3]) {
      const next = once(answer.body, 'data')
      events[0]?.write(`data: ${i}\n\n`)
      expect(String((await next)[0])).toBe(`data: ${i}\n\n`)
    }
    const gone = once(events[0] as ServerResponse, 'close')
    answer.body.destroy()
    await gone
    expect(events[0]?.destroyed).toBe(true)
  })

  test('is not run into the ground by whoever reads slowly', async () => {
    let sentBytes = 0
    let isGone = false
    handler = (_request, response) => {
      response.on('close', () => (isGone = true))
      const pump = (): void => {
        while (!response.destroyed && sentBytes < 10 * 1_024 * MiB) {
          sentBytes += 64 * KiB
          if (!response.write(Buffer.alloc(64 * KiB))) return void response.once('drain', pump)
        }
      }
      pump()
    }
    const answer = await get('/endless')
    let readBytes = 0
    const reader = answer.body.iterator({ destroyOnReturn: false })
    while (readBytes < 20 * MiB) {
      readBytes += ((await reader.next()).value as Buffer).byteLength
      await new Promise((resolve) => setImmediate(resolve))
    }
    // What lies between: the buffers of two sockets in the system, of two programs, and the window of a stream.
    await eventually('the program waits', async () => {
      const before = sentBytes
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
      return sentBytes === before
    })
    expect(sentBytes - readBytes).toBeLessThan(32 * MiB)
    answer.body.destroy()
    await eventually('the program hears that nobody reads', () => isGone)
  })

  test('that breaks off in the middle does not look as if it had ended', async () => {
    const ways: ((response: ServerResponse) => void)[] = [
      (response) => response.writeHead(200, { 'Content-Length': 1_000 }).write('half', () => response.destroy()),
      (response) => response.writeHead(200).write('half', () => response.destroy()),
    ]
    for (const way of ways) {
      handler = (_request, response) => way(response)
      const failed = await get('/').then(
        ({ body }) => bytes(body).then(() => null, (error: unknown) => error),
        (error: unknown) => error,
      )
      expect(failed).toBeInstanceOf(Error)
    }
  })

  test('whose answer only its connection would end is not whole where that is reset', async () => {
    let reset = (): void => {}
    handler = ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf')
      reset = () => void socket.resetAndDestroy()
    }
    const { body } = await get('/')
    expect(String((await once(body, 'data'))[0])).toBe('half')
    reset()
    await expect(bytes(body)).rejects.toBeInstanceOf(Error)
  })

  test('whose answer ends with its connection is whole', async () => {
    handler = ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it')
    expect(await text(await get('/'))).toBe('all of it')
  })

  test('hears of a body that broke off', async () => {
    const heard = Promise.withResolvers<string>()
    let heardBytes = 0
    handler = (request) => {
      request.on('data', (chunk: Buffer) => (heardBytes += chunk.byteLength))
      request.on('end', () => heard.resolve('ended'))
      request.on('error', () => heard.resolve('broke off'))
    }
    const source = new Readable({ read() {} })
    const taken = new AbortController()
    const answer = get('/', { method: 'POST', body: source }, taken.signal).catch((error: unknown) => error)
    source.push('half of it')
    await eventually('the program hears the first half', () => heardBytes === 10)
    taken.abort(new Error('taken back'))
    expect(await heard.promise).toBe('broke off')
    expect(await answer).toMatchObject({ message: 'taken back' })
  })

  test('that does not run is said to the visitor, and to its owner', async () => {
    const free = createTcp().listen(0, '127.0.0.1')
    await once(free, 'listening')
    const { port: nobody } = free.address() as AddressInfo
    await new Promise((resolve) => free.close(resolve))
    await sites.owner.publish(draft({ kind: 'port', port: nobody }))
    const answer = await get('/')
    expect([answer.status, await text(answer)]).toEqual([502, expect.stringContaining('does not run now') as string])
    expect(sites.owner.list()).toMatchObject([{ state: { kind: 'failing', why: expect.stringContaining(String(nobody)) as string } }])
    await sites.owner.publish(draft({ kind: 'port', port }))
    expect((await get('/')).status).toBe(200)
    expect(sites.owner.list()).toMatchObject([{ state: { kind: 'open' } }])
  })

  test('may listen where only the newer of the two addresses of this machine leads, and then at the older again', async () => {
    const [newer, older] = [createServer((_request, response) => response.end('at ::1')), createServer((_request, response) => response.end('at 127.0.0.1'))]
    newer.listen(0, '::1')
    await once(newer, 'listening')
    const both = (newer.address() as AddressInfo).port
    await sites.owner.publish(draft({ kind: 'port', port: both }))
    expect(await text(await get('/'))).toBe('at ::1')
    const answer = await sites.visitor.connectTo(sites.nodes.b.peerId, site, { path: '/', headers: [] })
    if ('stream' in answer) throw new Error('opened')
    expect([answer.status, await text(answer)]).toEqual([200, 'at ::1'])
    newer.closeAllConnections()
    newer.close()
    older.listen(both, '127.0.0.1')
    await once(older, 'listening')
    expect(await text(await get('/'))).toBe('at 127.0.0.1')
    expect(sites.owner.list()).toMatchObject([{ state: { kind: 'open' } }])
    older.closeAllConnections()
    older.close()
    await sites.owner.publish(draft({ kind: 'port', port }))
  })

  test('that speaks no HTTP is said to be none', async () => {
    const odd = createTcp((socket) => socket.end('SSH-2.0-nothing\r\n')).listen(0, '127.0.0.1')
    await once(odd, 'listening')
    await sites.owner.publish(draft({ kind: 'port', port: (odd.address() as AddressInfo).port }))
    expect((await get('/')).status).toBe(502)
    await sites.owner.publish(draft({ kind: 'port', port }))
    odd.close()
  })
})

describe('a WebSocket', () => {
  async function connectTo(path: string): Promise<SiteConnection> {
    const answer = await sites.visitor.connectTo(sites.nodes.b.peerId, site, {
      path,
      headers: [['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='], ['Sec-WebSocket-Version', '13']],
    })
    if (!('stream' in answer)) throw new Error(`not opened: ${answer.status}`)
    return answer
  }

  test('carries both ways what is said, to a real server of them', async () => {
    const { status, headers, stream } = await connectTo('/socket')
    expect(status).toBe(101)
    expect(header({ headers }, 'sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    // "hello", masked with zeros.
    stream.write(Buffer.from([0x81, 0x85, 0, 0, 0, 0, ...Buffer.from('hello')]))
    const [echo] = (await once(stream, 'data')) as [Buffer]
    expect(echo).toEqual(Buffer.from([0x81, 0x05, ...Buffer.from('hello')]))
    const over = once(stream, 'close')
    stream.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]))
    await over
    expect(stream.readableEnded).toBe(true)
  })

  test('that is dropped is dropped at the program', async () => {
    const { stream } = await connectTo('/')
    const [client] = [...sockets.clients].slice(-1)
    expect(client?.readyState).toBe(client?.OPEN)
    stream.destroy()
    await eventually('the program is alone', () => client?.readyState === client?.CLOSED)
    expect(sockets.clients.has(client as never)).toBe(false)
  })

  test('that the program refuses is its answer', async () => {
    handler = () => {}
    program.once('upgrade', () => {})
    const answer = await sites.visitor.connectTo(sites.nodes.b.peerId, site, {
      path: '/',
      headers: [['Sec-WebSocket-Key', 'short'], ['Sec-WebSocket-Version', '13']],
    })
    if ('stream' in answer) throw new Error('opened')
    expect(answer.status).toBe(400)
    const over = once(answer.body, 'close')
    answer.body.resume()
    await over
  })

  test('takes none of the streams that pages use, and there are only so many', async () => {
    const held = await Promise.all(Array.from({ length: 8 }, () => connectTo('/')))
    await expect(connectTo('/')).rejects.toMatchObject({ code: 'BUSY' })
    expect(await text(await get('/'))).toBe('hello')
    for (const { stream } of held) stream.destroy()
    await eventually('there is room again', () => connectTo('/').then(({ stream }) => stream.destroy(), () => null))
    expect(await text(await get('/'))).toBe('hello')
  })
})

test('nothing but WebSockets is upgraded', async () => {
  let seen: IncomingMessage | null = null
  handler = (request, response) => {
    seen = request
    response.end('an ordinary answer')
  }
  const answer = await get('/', { headers: [['Connection', 'Upgrade'], ['Upgrade', 'h2c'], ['HTTP2-Settings', 'AAMAAABkAARAAAAAAAIAAAAA']] })
  expect(await text(answer)).toBe('an ordinary answer')
  expect((seen as unknown as IncomingMessage).headers).not.toHaveProperty('upgrade')
})

test('Latch’s own ports are not published', async () => {
  const own = await twoSites({ ownPorts: [port] })
  await expect(own.owner.publish(draft({ kind: 'port', port }))).rejects.toMatchObject({ code: 'BAD_INPUT' })
  await own.close()
})

test('a port that Latch took after it was published is not visited any more, by page or socket', async () => {
  const taken: number[] = []
  const own = await twoSites({ ownPorts: taken })
  await own.owner.publish(draft({ kind: 'port', port }))
  expect(await text(await own.get('/'))).toBe('hello')
  taken.push(port)
  handler = () => expect.fail('nobody is to get here')
  expect((await own.get('/')).status).toBe(502)
  expect(await own.visitor.connectTo(own.nodes.b.peerId, site, { path: '/', headers: [] })).toMatchObject({ status: 502 })
  expect(own.owner.list()).toMatchObject([{ state: { kind: 'failing', why: expect.stringContaining('Latch itself') as string } }])
  await own.close()
})

test('a program that was not begun yet is looked for without a visitor, and left alone once it is there', async () => {
  const clock = new FakeClock()
  const late = createTcp()
  let connections = 0
  late.on('connection', (socket) => {
    connections += 1
    socket.on('error', () => {}).resume()
  })
  late.listen(0, '127.0.0.1')
  await once(late, 'listening')
  const { port: one } = late.address() as AddressInfo
  await new Promise((resolve) => late.close(resolve))
  const own = await twoSites({ clock })
  await own.owner.publish(draft({ kind: 'port', port: one }))
  await eventually('its owner is told', () => own.owner.list()[0]?.state.kind === 'failing')
  late.listen(one, '127.0.0.1')
  await once(late, 'listening')
  await eventually('it is found', async () => {
    await clock.advance(LOOK_AT_SOURCE_MS)
    return own.owner.list()[0]?.state.kind === 'open'
  })
  const found = connections
  for (let i = 0; i < 5; i++) await clock.advance(LOOK_AT_SOURCE_MS)
  expect(connections).toBe(found)
  await own.close()
  late.close()
})
