import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SiteAnswer } from '../../../src/main/features/sites/types.ts'
import { createSiteProtocol, SITE_PROTOCOL, type SiteStream } from '../../../src/main/protocols/site/index.ts'
import { KiB } from '../../../src/shared/units.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { site, text, twoSites, type TwoSites } from './two-sites.ts'

let clock: FakeClock
let sites: TwoSites
/** What the device says to each request; it has the whole stream to say it on. */
let answer: (request: string, stream: SiteStream, at: string) => void
let asked: string[]

beforeEach(async () => {
  clock = new FakeClock()
  asked = []
  sites = await twoSites({ clock })
  const { b } = sites.nodes
  await b.libp2p.unhandle(SITE_PROTOCOL)
  await createSiteProtocol({ streams: b.streams, clock, offence: () => {} }).serve((visit) => {
    const stream = visit.open()
    stream.on('error', () => {})
    let all = ''
    stream.on('data', (chunk: Buffer) => {
      all += chunk.toString('latin1')
      for (let end = all.indexOf('\r\n\r\n'); end >= 0; end = all.indexOf('\r\n\r\n')) {
        const request = all.slice(0, end)
        all = all.slice(end + 4)
        asked.push(request.split(' ').slice(0, 2).join(' '))
        answer(request, stream, visit.opening.site)
      }
    })
  })
})
afterEach(() => sites.close())

const ok = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
const turns = async (count = 20): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}
/** The text, or why there is none. */
const outcome = (got: Promise<SiteAnswer>): Promise<string> => got.then(text).catch((error: unknown) => (error as { code?: string }).code ?? (error as Error).name)

describe('a device that lies', () => {
  test.each([
    ['a status below all', 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'],
    ['a status beyond all', 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n'],
    ['another connection that nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nbytes'],
    ['another connection in one word', 'HTTP/1.1 101 Switching Protocols\r\n\r\nbytes'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    ['a length of two', 'HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello!'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello'],
    ['no line at all', '\r\n\r\n\r\n\r\nhello'],
    ['a chunk of a size that is none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
    ['extensions of a chunk without end', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;${'x'.repeat(64 * KiB)}\r\nhello\r\n0\r\n\r\n`],
    ['trailers without end', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n${`X: ${'x'.repeat(1_000)}\r\n`.repeat(64)}\r\n`],
  ])('with %s is not believed', async (_what, lie) => {
    answer = (_request, stream) => void stream.write(lie)
    const got = await Promise.race([outcome(sites.get('/')), turns(300).then(() => 'waits')])
    expect(got).toMatch(/^(?:UNREACHABLE|StreamCutError|ECONNRESET|HPE_.*|ERR_.*|CutBodyError)$/)
  })

  test('and says that it goes on and on, without ever answering, is given up', async () => {
    let said = 0
    answer = (_request, stream) => {
      const more = (): void => {
        for (let i = 0; i < 100; i++) stream.write('HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n')
        said += 100
        if (!stream.destroyed && said < 100_000) setImmediate(more)
      }
      more()
    }
    expect(await outcome(sites.get('/'))).toBe('UNREACHABLE')
    expect(said).toBeLessThan(100_000)
  })

  test('about a body where there is none gives nobody another answer', async () => {
    for (const [method, first] of [['HEAD', ok('this is no answer')], ['GET', `HTTP/1.1 304 Not Modified\r\n\r\n${ok('surplus')}`], ['GET', `HTTP/1.1 204 No Content\r\n\r\n${ok('surplus')}`]] as const) {
      let count = 0
      answer = (_request, stream) => void stream.write((count += 1) === 1 ? first : ok('right'))
      const head = await sites.get('/first', { method })
      head.body.resume()
      await turns()
      expect(await outcome(sites.get('/second'))).toBe('right')
    }
  })

  test('and answers twice gives the next request its own answer', async () => {
    answer = (request, stream) => {
      stream.write(ok(`for ${request.split(' ')[1]}`))
      setImmediate(() => stream.write(ok('surplus')))
    }
    for (let i = 0; i < 5; i++) {
      expect(await outcome(sites.get(`/${i}`))).toBe(`for /${i}`)
      await turns()
    }
  })

  test('under one of its names says nothing under another', async () => {
    const other = SiteName.parse('mallory.peer')
    answer = (_request, stream, at) => void stream.write(ok(at) + (at === other ? ok('a lie') : ''))
    const fetch = (name: SiteName): Promise<string> => outcome(sites.visitor.fetchFrom(sites.nodes.b.peerId, name, { method: 'GET', path: '/', headers: [] }))
    const got = await Promise.all(Array.from({ length: 24 }, async (_, i) => ((i % 2 === 0 ? await fetch(site) : (await fetch(other)) && site))))
    expect(new Set(got)).toEqual(new Set([site]))
    await eventually('nothing is left open of who lied', async () => (await fetch(site)) === site)
  })
})
