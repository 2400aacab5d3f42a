import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { SITE_PROTOCOL } from '../../../src/main/protocols/site/index.ts'
import { KiB, MiB } from '../../../src/shared/units.ts'
import type { SiteAnswer } from '../../../src/main/features/sites/types.ts'
import { eventually } from '../../helpers/eventually.ts'
import { bytes, draft, header, site, text, twoSites, visiting, type TwoSites } from './two-sites.ts'

let program: Server
let port: number
let sites: TwoSites
let handler: (request: IncomingMessage, response: ServerResponse) => void
const get = (path: string, more: object = {}, signal?: AbortSignal): Promise<SiteAnswer> =>
  sites.owner.fetchHere(site, { method: 'GET', path, headers: [], ...more }, signal)

beforeAll(async () => {
  program = createServer((request, response) => handler(request, response))
  const sockets = new WebSocketServer({ server: program })
  sockets.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })))
  program.listen(0, '127.0.0.1')
  await once(program, 'listening')
  port = (program.address() as AddressInfo).port
  // A door that lets nobody in: it is not asked.
  sites = await twoSites({ rule: () => ({ verdict: 'refuse', code: 'denied', why: 'a test' }) })
  await sites.owner.publish(draft({ kind: 'port', port }))
})
afterAll(async () => {
  await sites.close()
  program.closeAllConnections()
  program.close()
})

describe('one’s own site', () => {
  test('is seen as visitors see it, without door, network or visitor', async () => {
    let seen: IncomingMessage['headers'] = {}
    handler = (request, response) => {
      seen = request.headers
      response.setHeader('Alt-Svc', 'h3=":443"')
      response.end(`this is ${request.url}`)
    }
    const answer = await get('/a?b', { headers: [['Origin', `peer://${site}`], ['Latch-Account', 'somebody']] })
    expect([answer.status, await text(answer), answer.peer]).toEqual([200, 'this is /a?b', null])
    expect([header(answer, 'x-content-type-options'), header(answer, 'alt-svc')]).toEqual(['nosniff', undefined])
    expect(seen).toMatchObject({ 'latch-peer': sites.nodes.b.peerId, 'latch-account': visiting, 'x-forwarded-host': site, origin: `http://localhost:${port}` })
    expect([sites.asked, sites.owner.visitors()]).toEqual([[], []])
    expect(sites.owner.list()).toMatchObject([{ requests: 0, sentBytes: 0, visitors: 0 }])
    const streams = sites.nodes.b.libp2p.getConnections().flatMap((connection) => connection.streams)
    expect(streams.filter(({ protocol }) => protocol === SITE_PROTOCOL)).toEqual([])
  })

  test('takes and gives large bodies, and a hundred requests at once', async () => {
    handler = (request, response) => request.pipe(response)
    const body = Buffer.alloc(5 * MiB, 'upload')
    const echo = await get('/', { method: 'POST', body: Readable.from([body.subarray(0, MiB), body.subarray(MiB)], { objectMode: false }) })
    expect((await bytes(echo.body)).equals(body)).toBe(true)
    handler = (request, response) => response.end(request.url)
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => get(`/${i}`).then(text)))
    expect(answers).toEqual(Array.from({ length: 100 }, (_, i) => `/${i}`))
  })

  test('is read as slowly as one likes, and left in the middle', async () => {
    let sentBytes = 0
    let isGone = false
    handler = (_request, response) => {
      response.on('close', () => (isGone = true))
      const pump = (): void => {
        while (!response.destroyed) {
          sentBytes += 64 * KiB
          if (!response.write(Buffer.alloc(64 * KiB))) return void response.once('drain', pump)
        }
      }
      pump()
    }
    const given = new AbortController()
    const { body } = await get('/endless', {}, given.signal)
    await once(body, 'readable')
    await eventually('it stands still', async () => {
      const before = sentBytes
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
      return sentBytes === before
    })
    expect(sentBytes).toBeLessThan(16 * MiB)
    given.abort(new Error('the tab was closed'))
    await expect(bytes(body)).rejects.toThrow('the tab was closed')
    await eventually('the program hears of it', () => isGone)
  })

  test('opens WebSockets', async () => {
    const answer = await sites.owner.connectHere(site, { path: '/', headers: [['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='], ['Sec-WebSocket-Version', '13']] })
    if (!('stream' in answer)) throw new Error(`not opened: ${answer.status}`)
    answer.stream.write(Buffer.from([0x81, 0x85, 0, 0, 0, 0, ...Buffer.from('hello')]))
    expect(((await once(answer.stream, 'data')) as [Buffer])[0]).toEqual(Buffer.from([0x81, 0x05, ...Buffer.from('hello')]))
    answer.stream.destroy()
  })

  test('is asked in words that it understands', async () => {
    await expect(get('/../x')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(sites.visitor.fetchHere(site, { method: 'GET', path: '/', headers: [] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(sites.visitor.connectHere(site, { path: '/', headers: [] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect([sites.owner.isHere(site), sites.visitor.isHere(site)]).toEqual([true, false])
  })

  test('that is taken down in the middle does not look whole', async () => {
    handler = (_request, response) => void response.write('half')
    const { body } = await get('/')
    await once(body, 'readable')
    await sites.owner.unpublish(site)
    await expect(bytes(body)).rejects.toBeInstanceOf(Error)
    await expect(get('/')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await sites.owner.publish(draft({ kind: 'port', port }))
    handler = (_request, response) => response.end('again')
    expect(await text(await get('/'))).toBe('again')
  })
})
