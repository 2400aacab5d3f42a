import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { open, symlink, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BODY_STALL_MS, FIRST_REQUEST_MS, MAX_HEADER_BYTES, MAX_STREAMS_OF_PEER, NEXT_REQUEST_MS, READER_STALL_MS } from '../../../src/main/features/sites/limits.ts'
import { createSiteProtocol, type SiteStream } from '../../../src/main/protocols/site/index.ts'
import { HALF_CLOSED_MS } from '../../../src/main/protocols/site/constants.ts'
import { MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { bytes, draft, folderOf, site, text, twoSites, type TwoSites } from './two-sites.ts'

let clock: FakeClock
let sites: TwoSites
let folder: Awaited<ReturnType<typeof folderOf>>
let outside: Awaited<ReturnType<typeof folderOf>>

beforeEach(async () => {
  clock = new FakeClock()
  outside = await folderOf({ 'secret.txt': 'SECRET' })
  folder = await folderOf({ 'site/index.html': 'home', 'site/film.mp4': Buffer.alloc(8 * MiB, 'film'), 'secret.txt': 'SECRET' })
  await symlink(outside.path, join(folder.path, 'site', 'out'))
  sites = await twoSites({ clock })
  await sites.owner.publish(draft({ kind: 'folder', path: join(folder.path, 'site'), fallback: false }))
})
afterEach(async () => {
  await sites.close()
  await folder.remove()
  await outside.remove()
})

/** A stream to the site that whoever holds it may say anything on. */
function raw(path: string | null = '/'): SiteStream {
  const { a, b } = sites.nodes
  const stream = createSiteProtocol({ streams: a.streams, clock, offence: () => {} }).ask(b.peerId, { site, as: 'http', path })
  stream.on('error', () => {})
  return stream
}

/** All that comes back, until the other side ends or cuts it. */
async function said(stream: SiteStream): Promise<string> {
  let all = ''
  stream.on('data', (chunk: Buffer) => (all += chunk.toString('latin1')))
  await finished(stream, { writable: false }).catch(() => {})
  return all
}

const request = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\nHost: ${site}\r\n${more}Connection: close\r\n\r\n`

describe('a visitor who writes their own requests', () => {
  test.each([
    '/../secret.txt', '/%2e%2e/secret.txt', '/%2E%2E%2Fsecret.txt', '/..%2fsecret.txt', '/..%5csecret.txt', '/..\\secret.txt', '/x/../../secret.txt',
    '/%252e%252e%252fsecret.txt', '/%252e%252e/secret.txt', '/%c0%ae%c0%ae/secret.txt', '/.%00./secret.txt', '/secret.txt%00.html', '/index.html%00',
    '//secret.txt', '/./../secret.txt', '/out/secret.txt', '/out', '/%6f%75%74/secret.txt', '/....//secret.txt', '/;/../secret.txt', '/..;/secret.txt',
    '/%ef%bc%8e%ef%bc%8e/secret.txt', '/~/secret.txt', '/file:///etc/passwd', '/C:/Windows/win.ini', 'http://127.0.0.1/secret.txt', 'file:///etc/passwd', '/#/../secret.txt',
  ])('does not get out of the folder by %s', async (target) => {
    const stream = raw()
    stream.write(request(target))
    const answer = await said(stream)
    expect(answer).toMatch(/^HTTP\/1\.1 (?:400|404) /)
    expect(answer).not.toContain('SECRET')
    expect(answer).not.toContain('root:')
  })

  test.each([
    ['a length and chunks', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    ['a length that is none', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello'],
    ['a space before the colon', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello'],
    ['chunks of no size', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n'],
    ['a header folded over two lines', 'GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\t2\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['bytes of nothing', '\0\0\0\0\r\n\r\n'],
  ])('is told that %s is no request, and that is the end of it', async (_what, lines) => {
    const stream = raw()
    stream.write(`${lines}GET /index.html HTTP/1.1\r\nHost: a\r\n\r\n`)
    const answer = await said(stream)
    expect(answer === '' || /^HTTP\/1\.1 (?:400|405) /.test(answer)).toBe(true)
    expect(answer).not.toContain('home')
  })

  test('cannot make a tunnel of it', async () => {
    const stream = raw()
    stream.write(`CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n`)
    expect(await said(stream)).toBe('')
  })

  test('is cut off with headers that never end, and with too many', async () => {
    for (const [line, count] of [[`X-${'x'.repeat(900)}: 1\r\n`, MAX_HEADER_BYTES / 900 + 10], ['X-A: 1\r\n', 5_000]] as const) {
      const stream = raw()
      stream.write(`GET / HTTP/1.1\r\nHost: a\r\n${line.repeat(count)}`)
      expect(await said(stream)).toMatch(/^HTTP\/1\.1 431 /)
    }
  })

  test('is told that a hundred and one headers are too many', async () => {
    for (const [count, status] of [[98, 200], [101, 431]] as const) {
      const stream = raw()
      stream.write(request('/', Array.from({ length: count }, (_, i) => `X-${i}: 1\r\n`).join('')))
      expect(await said(stream)).toContain(`HTTP/1.1 ${status} `)
    }
  })

  test.each([
    ['spaces that belong to two things', `bytes=0-${' '.repeat(15_000)}x`],
    ['ranges and spaces by turns', `bytes=0-${`${' '.repeat(100)},0-`.repeat(140)}x`],
    ['five thousand ranges', `bytes=0-0${',1-1'.repeat(3_800)}`],
    ['ranges that lie on each other', `bytes=${Array.from({ length: 60 }, () => '0-').join(',')}`],
  ])('is given the file once for a range of %s, and holds nobody up', async (_what, range) => {
    const stream = raw()
    stream.write(request('/index.html', `Range: ${range}\r\n`))
    const answer = await said(stream)
    expect(answer).toMatch(/^HTTP\/1\.1 20[06] /)
    expect(answer.match(/home/g)).toHaveLength(1)
    expect(await text(await sites.get('/'))).toBe('home')
  })

  test('is cut off after a handful of requests that do not wait for their answers', async () => {
    const stream = raw()
    stream.write(`GET /film.mp4 HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(1_500))
    await eventually('the stream is cut', () => {
      stream.resume()
      return stream.destroyed
    })
    expect(await text(await sites.get('/'))).toBe('home')
  })

  test('is answered twice where two wait', async () => {
    const stream = raw()
    stream.write(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${request('/index.html')}`)
    expect((await said(stream)).match(/home/g)).toHaveLength(2)
  })

  test('has as many streams as one connection carries, and no more', async () => {
    const streams = Array.from({ length: MAX_STREAMS_OF_PEER }, () => raw())
    for (const stream of streams) stream.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await Promise.all(streams.map((stream) => once(stream, 'data')))
    expect(sites.owner.visitors()).toMatchObject([{ requests: MAX_STREAMS_OF_PEER }])
    const more = raw()
    more.write(request('/'))
    expect(await said(more)).toBe('')
    for (const stream of streams) stream.destroy()
    await eventually('there is room again', async () => {
      const stream = raw()
      stream.write(request('/'))
      return (await said(stream)).includes('home')
    })
  })
})

describe('a visitor who is slow', () => {
  test('to send a request is not waited for for ever', async () => {
    const stream = raw()
    stream.write('GET / HT')
    await eventually('it is there', () => sites.owner.visitors().length === 1)
    const answer = said(stream)
    for (let i = 0; i < FIRST_REQUEST_MS / 1_000; i++) {
      stream.write('T')
      await clock.advance(1_000)
    }
    await clock.advance(HALF_CLOSED_MS)
    await answer
    expect(stream.destroyed).toBe(true)
  })

  test('to send the next request is not waited for for ever', async () => {
    const stream = raw()
    let all = ''
    stream.on('data', (chunk: Buffer) => (all += String(chunk)))
    stream.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await eventually('the first answer', () => all.includes('home'))
    let waitedMs = 0
    await eventually('it is ended', async () => {
      await clock.advance(1_000)
      waitedMs += 1_000
      return stream.readableEnded
    })
    expect(waitedMs).toBeGreaterThanOrEqual(NEXT_REQUEST_MS)
  })

  test('to send a body to a folder is not listened to', async () => {
    const stream = raw()
    stream.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\nhalf')
    expect(await said(stream)).toMatch(/^HTTP\/1\.1 405 /)
  })

  test('to read is waited for, and not for ever; no file stays open', async () => {
    const { body } = await sites.get('/film.mp4')
    // Until nothing moves: the window is full.
    await eventually('it stands still', async () => {
      const before = sites.owner.visitors()[0]?.sentBytes
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
      return before !== 0 && sites.owner.visitors()[0]?.sentBytes === before
    })
    await clock.advance(READER_STALL_MS - 1_000)
    expect(await openFilms()).toBe(1)
    await clock.advance(1_000)
    expect(await fate(body)).toBeInstanceOf(Error)
    await eventually('the visitor has no stream left', async () => (await openFilms()) === 0)
  })
})

/** How many bytes it was, or why it broke off. */
async function fate(body: Readable): Promise<number | Error> {
  return bytes(body).then(
    ({ byteLength }) => byteLength,
    (error: unknown) => error as Error,
  )
}

/** Descriptors of this process that are the film. */
async function openFilms(): Promise<number> {
  const { readdir, readlink } = await import('node:fs/promises')
  const names = await readdir('/proc/self/fd').catch(() => [])
  const paths = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
  return paths.filter((path) => path.endsWith('film.mp4')).length
}

describe('in the middle of an answer', () => {
  test('a visitor who leaves takes the open file with them', async () => {
    const { body } = await sites.get('/film.mp4')
    await once(body, 'readable')
    expect(await openFilms()).toBeGreaterThan(0)
    body.destroy()
    await eventually('it is closed', async () => (await openFilms()) === 0)
    expect(await text(await sites.get('/'))).toBe('home')
  })

  test('an owner who takes the site down cuts it, and it does not look whole', async () => {
    const { body } = await sites.get('/film.mp4')
    await once(body, 'readable')
    await sites.owner.unpublish(site)
    expect(await fate(body)).toBeInstanceOf(Error)
    await expect(sites.get('/')).rejects.toMatchObject({ name: 'SiteRefusedError', code: 'no-site' })
  })

  test('a connection that drops cuts it, and it does not look whole', async () => {
    const { body } = await sites.get('/film.mp4')
    await once(body, 'readable')
    for (const connection of sites.nodes.b.libp2p.getConnections()) connection.abort(new Error('cut by the test'))
    expect(await fate(body)).toBeInstanceOf(Error)
  })

  test('a file that becomes shorter is cut, and the next answer is not taken for its rest', async () => {
    const path = join(folder.path, 'site', 'film.mp4')
    const { body } = await sites.get('/film.mp4')
    await once(body, 'readable')
    await truncate(path, 3 * MiB)
    expect(await fate(body)).toBeInstanceOf(Error)
    expect((await bytes((await sites.get('/film.mp4')).body)).byteLength).toBe(3 * MiB)
  })

  test('a file that grows is sent as long as it was', async () => {
    const path = join(folder.path, 'site', 'film.mp4')
    const { body } = await sites.get('/film.mp4')
    await once(body, 'readable')
    const handle = await open(path, 'a')
    await handle.write(Buffer.alloc(1 * MiB))
    await handle.close()
    expect((await bytes(body)).byteLength).toBe(8 * MiB)
  })
})

describe('what reaches a program behind a port', () => {
  let program: Server
  let seen: { method: string | undefined; url: string | undefined; headers: IncomingMessage['headers']; body: string }[]

  beforeEach(async () => {
    seen = []
    program = createServer((asked, response) => {
      let body = ''
      asked.on('data', (chunk) => (body += String(chunk)))
      asked.on('end', () => {
        seen.push({ method: asked.method, url: asked.url, headers: asked.headers, body })
        response.end('ok')
      })
    })
    program.listen(0, '127.0.0.1')
    await once(program, 'listening')
    await sites.owner.publish(draft({ kind: 'port', port: (program.address() as AddressInfo).port }))
  })
  afterEach(() => {
    program.closeAllConnections()
    program.close()
  })

  test.each([
    ['a length that the connection claims for itself', `POST /one HTTP/1.1\r\nHost: a\r\nConnection: content-length\r\nContent-Length: 44\r\n\r\n`],
    ['a length of a GET', `GET /one HTTP/1.1\r\nHost: a\r\nContent-Length: 44\r\n\r\n`],
    ['chunks of a DELETE', `DELETE /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2c\r\n`],
  ])('is one request, also with %s', async (_what, head) => {
    const inner = 'GET /two HTTP/1.1\r\nHost: localhost\r\nX: 1\r\n\r\n'
    expect(inner.length).toBe(44)
    const stream = raw('/one')
    stream.write(head + inner + (head.includes('chunked') ? '\r\n0\r\n\r\n' : ''))
    await eventually('the request', () => seen.length === 1)
    stream.write(request('/three'))
    await said(stream)
    expect(seen.map(({ url }) => url)).toEqual(['/one', '/three'])
    expect(seen[0]?.body).toBe(inner)
  })

  test.each([
    ['a coding that is not passed on', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n', /^HTTP\/1\.1 501 /],
    ['a path that has two readings', 'GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['an address of another machine', 'GET http://169.254.169.254/latest HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 400 /],
  ])('is never %s', async (_what, lines, answer) => {
    const stream = raw()
    stream.write(lines)
    expect(await said(stream)).toMatch(answer)
    expect(seen).toEqual([])
  })

  test('is no body that stands still', async () => {
    const stream = raw()
    stream.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')
    const answer = said(stream)
    await eventually('it is there', () => sites.owner.visitors()[0]?.requests === 1)
    await clock.advance(BODY_STALL_MS + 1_000)
    expect(await answer).not.toContain('200')
    expect(seen).toEqual([])
  })

  test('is nothing that only Latch may say', async () => {
    const stream = raw()
    stream.write(request('/', 'Latch-Account: k51somebody\r\nlatch-peer: x\r\nForwarded: for=127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\n'))
    await said(stream)
    expect(seen[0]?.headers['latch-account']).not.toBe('k51somebody')
    expect(seen[0]?.headers).not.toHaveProperty('forwarded')
    expect(seen[0]?.headers).not.toHaveProperty('x-real-ip')
    expect(seen[0]?.headers['latch-peer']).toBe(sites.nodes.a.peerId)
  })
})

test('an answer whose end only the end of its stream would tell is not whole where that is cut', async () => {
  const { b } = sites.nodes
  await sites.owner.stop()
  await b.libp2p.unhandle('/latch/site/1.0.0')
  let there: SiteStream | null = null
  await createSiteProtocol({ streams: b.streams, clock, offence: () => {} }).serve((visit) => {
    there = visit.open()
    there.on('error', () => {})
    there.write('HTTP/1.1 200 OK\r\n\r\nhalf')
  })
  for (const how of ['cut', 'ended'] as const) {
    const { body } = await sites.get('/')
    expect(String((await once(body, 'data'))[0])).toBe('half')
    const rest = fate(body)
    const stream = there as unknown as SiteStream
    if (how === 'cut') stream.destroy()
    else stream.end(' and half')
    expect(await rest).toEqual(how === 'cut' ? expect.any(Error) : 9)
  }
})

test('an answer with headers that never end is given up, and one that is no HTTP', async () => {
  const { a, b } = sites.nodes
  const answers = [`HTTP/1.1 200 OK\r\n${`X-${'x'.repeat(1_000)}: 1\r\n`.repeat(64)}`, 'SSH-2.0-nothing\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello']
  await sites.owner.stop()
  const { libp2p } = b
  await libp2p.unhandle('/latch/site/1.0.0')
  await createSiteProtocol({ streams: b.streams, clock, offence: () => {} }).serve((visit) => {
    const stream = visit.open()
    stream.on('error', () => {})
    stream.write(answers.shift() ?? '')
  })
  for (const _ of [1, 2, 3]) await expect(sites.get('/')).rejects.toMatchObject({ code: 'UNREACHABLE' })
  expect(a.libp2p.getConnections()).toHaveLength(1)
})
