import { once } from 'node:events'
import { rm, symlink } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ANSWER_HEADER_MS, IDLE_STREAM_MS, MAX_STREAMS_TO_PEER, MAX_WAITING, POOL_STREAMS, VISITOR_LINGERS_MS } from '../../../src/main/features/sites/limits.ts'
import type { SitesEvent } from '../../../src/main/features/sites/types.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { StreamCutError } from '../../../src/main/platform/streams.ts'
import { SITE_PROTOCOL } from '../../../src/main/protocols/site/index.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { bytes, draft, folderOf, header, site, text, twoSites, visiting, type TwoSites, type TwoSitesOptions } from './two-sites.ts'

let clock: FakeClock
let program: Server
let port: number
let sites: TwoSites
let rule: TwoSitesOptions['rule']
let handler: (request: IncomingMessage, response: ServerResponse) => void

async function begin(options: TwoSitesOptions = {}): Promise<void> {
  sites = await twoSites({ clock, rule: (about) => rule?.(about) ?? null, ...options })
  await sites.owner.publish(draft({ kind: 'port', port }))
}

beforeEach(async () => {
  clock = new FakeClock()
  rule = () => null
  handler = (request, response) => response.end(`this is ${request.url}`)
  program = createServer((request, response) => handler(request, response)).listen(0, '127.0.0.1')
  await once(program, 'listening')
  port = (program.address() as AddressInfo).port
})
afterEach(async () => {
  await sites.close()
  program.closeAllConnections()
  program.close()
})

/** Streams to sites that the owner's device has open now. */
function open(): number {
  return sites.nodes.b.libp2p.getConnections().reduce((sum, { streams }) => sum + streams.filter(({ protocol }) => protocol === SITE_PROTOCOL).length, 0)
}

describe('requests to one site', () => {
  test.each(['memory', 'tcp'] as const)('share a few streams, a hundred at once, over %s', async (transport) => {
    await begin({ transport })
    let most = 0
    let atOnce = 0
    handler = (request, response) => {
      atOnce = Math.max(atOnce, open())
      request.resume()
      response.end(Buffer.alloc(20_000, request.url))
      most = Math.max(most, open())
    }
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const answer = await sites.get(`/${i}`)
        return (await bytes(answer.body)).subarray(0, 3).toString()
      }),
    )
    expect(answers.map((answer) => answer.slice(0, 2))).toEqual(Array.from({ length: 100 }, (_, i) => `/${i}`.slice(0, 2)))
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(POOL_STREAMS)
    // What was opened stays for the next ones.
    expect(open()).toBe(atOnce)
    await clock.advance(IDLE_STREAM_MS)
    await eventually('streams that nobody uses are closed', () => open() === 0)
  })

  test('beyond what may wait are refused here, and those that wait are answered', async () => {
    await begin()
    const letGo = Promise.withResolvers<void>()
    handler = (_request, response) => void letGo.promise.then(() => response.end('ok'))
    // Whoever does not read an answer keeps its stream.
    const waiting = Array.from({ length: MAX_WAITING + POOL_STREAMS }, (_, i) => sites.get(`/${i}`).then(text))
    await expect(sites.get('/more')).rejects.toMatchObject({ code: 'BUSY' })
    letGo.resolve()
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['ok']))
    expect(await text(await sites.get('/more'))).toBe('ok')
  })

  test('go again where a stream that was kept is closed just then; a body that was sent does not', async () => {
    await begin()
    expect(await text(await sites.get('/one'))).toBe('this is /one')
    sites.owner.setAudience(site, 'contacts')
    expect(await text(await sites.get('/two'))).toBe('this is /two')
    sites.owner.setAudience(site, 'anyone')
    await expect(sites.get('/three', { method: 'POST', body: Buffer.from('once only') })).rejects.toBeInstanceOf(StreamCutError)
  })

  test('of many sites of one device make room for each other', async () => {
    await begin({ clock: systemClock })
    const names = Array.from({ length: 6 }, (_, i) => SiteName.parse(`site${i}.alice.peer`))
    for (const name of names) await sites.owner.publish({ ...draft({ kind: 'port', port }), name })
    let most = 0
    handler = (_request, response) => {
      most = Math.max(most, open())
      response.end('ok')
    }
    const all = names.flatMap((name) =>
      Array.from({ length: POOL_STREAMS }, async (_, i) =>
        text(await sites.visitor.fetchFrom(sites.nodes.b.peerId, name, { method: 'GET', path: `/${i}`, headers: [] })),
      ),
    )
    expect(all.length).toBeGreaterThan(MAX_STREAMS_TO_PEER)
    expect(new Set(await Promise.all(all))).toEqual(new Set(['ok']))
    expect(most).toBeLessThanOrEqual(MAX_STREAMS_TO_PEER)
  })
})

describe('an answer', () => {
  test('comes without what would make a browser speak to others', async () => {
    await begin()
    handler = (_request, response) => {
      response.writeHead(200, {
        'Report-To': '{}', NEL: '{}', 'Reporting-Endpoints': 'a="https://eve.example"', 'Speculation-Rules': '"/rules"', 'Origin-Trial': 'x',
        'Strict-Transport-Security': 'max-age=1', 'Content-Type': 'text/plain', 'Content-Length': 2,
      })
      response.end('ok')
    }
    const answer = await sites.get('/')
    expect(await text(answer)).toBe('ok')
    expect(header(answer, 'content-length')).toBe('2')
    expect(answer.headers.map(([name]) => name.toLowerCase()).filter((name) => !['date', 'content-type', 'content-length'].includes(name)).toSorted()).toEqual([
      'cross-origin-opener-policy', 'referrer-policy', 'x-content-type-options',
    ])
  })

  test('that does not begin is given up', async () => {
    await begin()
    handler = () => {}
    const answer = sites.get('/').catch((error: unknown) => error)
    await eventually('it was asked', () => sites.owner.list()[0]?.requests === 1)
    await clock.advance(ANSWER_HEADER_MS)
    expect(await answer).toMatchObject({ code: 'UNREACHABLE', message: 'The site did not answer in time.' })
    await eventually('the stream is closed', () => open() === 0)
  })

  test('is dropped by whoever takes it back, before it begins, in its middle, or before all', async () => {
    await begin()
    const [asked, heard]: [string[], string[]] = [[], []]
    handler = (request, response) => {
      asked.push(request.url ?? '')
      response.on('close', () => heard.push(request.url ?? ''))
      if (request.url === '/middle') response.write('half')
    }
    const early = new AbortController()
    const one = sites.get('/early', {}, early.signal).catch((error: unknown) => error)
    await eventually('it was asked', () => asked.length === 1)
    early.abort(new Error('stopped'))
    expect(await one).toMatchObject({ message: 'stopped' })
    const middle = new AbortController()
    const { body } = await sites.get('/middle', {}, middle.signal)
    middle.abort(new Error('stopped too'))
    await expect(bytes(body)).rejects.toMatchObject({ message: 'stopped too' })
    await eventually('the program hears of both', () => heard.length === 2)
    await expect(sites.get('/never', {}, AbortSignal.abort(new Error('at once')))).rejects.toMatchObject({ message: 'at once' })
    expect(heard.toSorted()).toEqual(['/early', '/middle'])
  })

  test('of ten gigabytes is read as slowly as one likes', async () => {
    await begin()
    let sentBytes = 0
    handler = (_request, response) => {
      Readable.from(
        (function* () {
          for (; sentBytes < 10 * 1_024 * MiB; sentBytes += MiB) yield Buffer.alloc(MiB)
        })(),
        { objectMode: false },
      ).pipe(response)
    }
    const { body } = await sites.get('/endless')
    const before = process.memoryUsage().arrayBuffers
    let readBytes = 0
    for await (const chunk of body) {
      readBytes += (chunk as Buffer).byteLength
      if (readBytes > 50 * MiB) break
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(sentBytes).toBeLessThan(readBytes + 32 * MiB)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(128 * MiB)
  })
})

describe('the door', () => {
  const refuse = (code: 'knock-first' | 'denied' | 'silent') => ({ verdict: 'refuse', code, why: 'a test' }) as const

  test('is asked about each path once, and its no opens nothing', async () => {
    await begin()
    rule = ({ path }) => (path?.startsWith('/private') === true ? refuse('denied') : null)
    for (const path of ['/', '/', '/private/x', '/%70rivate/x', '/private', '/a%20b', '/']) {
      await sites.get(path).then(text, (error: unknown) => expect(error).toMatchObject({ name: 'SiteRefusedError', code: 'denied' }))
    }
    expect(sites.asked.map(({ path }) => path)).toEqual(['/', '/private/x', '/private/x', '/private', '/a b', '/'])
    expect(sites.asked[0]).toEqual({ site, path: '/' })
    expect(sites.owner.list()).toMatchObject([{ requests: 4 }])
  })

  test.each(['knock-first', 'denied', 'silent'] as const)('says %s before anything is opened', async (code) => {
    await begin()
    rule = () => refuse(code)
    await expect(sites.get('/')).rejects.toMatchObject(code === 'silent' ? { name: 'StreamCutError' } : { name: 'SiteRefusedError', code })
    expect(sites.owner.visitors()).toEqual([])
  })

  test.each([
    ['anyone', true, 200],
    ['anyone', false, 200],
    ['contacts', true, 200],
    ['contacts', false, 'denied'],
    ['ask', true, 'knock-first'],
    ['ask', false, 'knock-first'],
  ] as const)('goes by the site where no rule speaks: for %s, a contact %s', async (audience, isContact, outcome) => {
    await begin({ isContact })
    sites.owner.setAudience(site, audience)
    const got = await sites.get('/').then(({ status, body }) => (body.resume(), status), (error: unknown) => (error as { code: string }).code)
    expect(got).toBe(outcome)
  })

  test.each([
    [true, 'no-site'],
    [false, 'denied'],
  ])('tells a contact (%s) of a site that is not there: %s', async (isContact, code) => {
    await begin({ isContact })
    await sites.owner.unpublish(site)
    await expect(sites.get('/')).rejects.toMatchObject({ code })
  })

  test('of nobody who is not there is not asked', async () => {
    await begin()
    await sites.nodes.b.close()
    await expect(sites.get('/')).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})

describe('who visits', () => {
  test('is seen as long as they are there, and a while after', async () => {
    await begin()
    const events: SitesEvent[] = []
    const over = new AbortController()
    const watching = (async () => {
      for await (const item of sites.owner.watch(over.signal)) if (item.kind === 'event') events.push(item.event)
    })()
    expect(await text(await sites.get('/a/page?x=1'))).toBe('this is /a/page?x=1')
    const [visitor] = sites.owner.visitors()
    expect(visitor).toMatchObject({ site, peerId: sites.nodes.a.peerId, account: visiting, called: 'Bea', path: '/a/page', requests: 1 })
    expect(visitor?.sentBytes).toBeGreaterThan(100)
    expect(sites.owner.list()).toMatchObject([{ name: site, visitors: 1, requests: 1, state: { kind: 'open' } }])
    await clock.advance(IDLE_STREAM_MS)
    await eventually('their stream is closed', () => open() === 0)
    expect(sites.owner.visitors()).toHaveLength(1)
    await clock.advance(VISITOR_LINGERS_MS)
    expect(sites.owner.visitors()).toEqual([])
    await eventually('a window was told', () => events.some(({ event }) => event === 'visitor-left'))
    const told = events.filter((event) => event.event === 'visitor-changed').map(({ visitor: shown }) => shown)
    // The first word is at once; the last one has what was sent since.
    expect(told.at(-1)).toMatchObject({ requests: 1, sentBytes: visitor?.sentBytes })
    expect(events.filter((event) => event.event === 'site-changed').at(-1)).toMatchObject({ site: { requests: 1 } })
    expect(events.at(-1)?.event).toBe('visitor-left')
    over.abort()
    await watching
  })

  test('is seen at the page that they look at, and not at a part of it', async () => {
    await begin()
    await text(await sites.get('/a/page', { headers: [['accept', 'text/html,application/xhtml+xml;q=0.9']] }))
    await text(await sites.get('/boat.avif', { headers: [['accept', 'image/avif,image/webp,*/*;q=0.8']] }))
    expect(sites.owner.visitors()).toMatchObject([{ path: '/a/page', requests: 2 }])
  })

  test('leaves when the site is taken down', async () => {
    await begin()
    ;(await sites.get('/')).body.resume()
    await sites.owner.unpublish(site)
    expect(sites.owner.visitors()).toEqual([])
    expect(sites.owner.list()).toEqual([])
    await eventually('nothing is open', () => open() === 0)
    await expect(sites.owner.unpublish(site)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('publishing', () => {
  test('takes what is there, under a name of one’s own', async () => {
    await begin()
    const wrong = (over: object): Promise<unknown> => sites.owner.publish({ ...draft({ kind: 'port', port }), ...over })
    await expect(wrong({ name: 'alice.other' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(wrong({ source: { kind: 'folder', path: '/nowhere/at/all' } })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(wrong({ source: { kind: 'folder', path: 'relative' } })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    const own = await folderOf({ 'data/keys.json': '{}', 'site/index.html': 'x' })
    const link = `${own.path}-link`
    await symlink(own.path, link)
    await sites.close()
    await begin({ ownFolder: join(own.path, 'data') })
    for (const path of [own.path, join(own.path, 'data'), link, '/']) {
      await expect(wrong({ source: { kind: 'folder', path } })).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('keys and letters') as string })
    }
    await wrong({ source: { kind: 'folder', path: join(own.path, 'site') } })
    await sites.owner.publish(draft({ kind: 'port', port }))
    await rm(link)
    await own.remove()
    await expect(wrong({ source: { kind: 'folder', path: process.execPath } })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(sites.owner.list()).toHaveLength(1)
  })
})
