import { mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendFile, type FileAnswer } from '../../../src/main/features/sites/serve/send-file.ts'
import { contentType, isCompressible } from '../../../src/main/platform/content-types.ts'
import { chooseEncoding } from '../../../src/main/features/sites/serve/encoding.ts'
import { refusedName } from '../../../src/main/features/sites/serve/files.ts'
import { readTarget, toldPath, writtenPath } from '../../../src/main/platform/http-target.ts'
import { isTold } from '../../../src/main/features/door/paths.ts'
import { defaultFor } from '../../../src/main/features/sites/policy.ts'
import { SiteStore, type StoredSite } from '../../../src/main/features/sites/store.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { NetworkId } from '../../../src/shared/model/ledger.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const runs = { seed, numRuns: 500, verbose: true }
afterAll(() => console.info(`sites: properties with seed ${seed}`))

describe('the target of a request', () => {
  const hostile = fc.string({ unit: fc.constantFrom('/', '.', '..', '%2e', '%2f', '%5c', '\\', '%00', '%', 'a', 'é', '%c3%a9', '?', '#', ';', ' ', '%252e', ':', '~') })

  test('never leads back, hides no separator, and has no part that is empty', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string(), fc.webPath()), (text) => {
        const read = readTarget(`/${text}`)
        if (read.outcome === 'refused') return
        for (const segment of read.target.segments) {
          expect(segment).not.toMatch(/^\.{0,2}$|[/\\]|\p{Cc}/u)
        }
      }),
      runs,
    )
  })

  test('is one that a browser reads in the same way', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.webPath()), (text) => {
        const read = readTarget(`/${text}`)
        const url = URL.parse(`/${text}`, 'http://alice.peer')
        if (read.outcome === 'refused' || url === null) return
        expect(url.host).toBe('alice.peer')
        expect(decodeURIComponent(url.pathname)).toBe(decodeURIComponent(writtenPath(read.target)))
      }),
      runs,
    )
  })

  test('is written as it was read', () => {
    const parts = fc.array(fc.string({ minLength: 1, unit: 'grapheme' }).filter((part) => !/^\.{1,2}$|[/\\]|\p{Cc}|\p{Cs}/u.test(part)), { maxLength: 5 })
    fc.assert(
      fc.property(parts, fc.boolean(), (segments, ends) => {
        const isFolder = ends || segments.length === 0
        expect(readTarget(writtenPath({ segments, isFolder }))).toEqual({ outcome: 'read', target: { segments, isFolder, query: '' } })
      }),
      runs,
    )
  })

  test.each([
    ['/', '/', ''],
    ['/a/b', '/a/b', ''],
    ['/a/b/', '/a/b/', ''],
    ['/a%20b?c=%2F..', '/a b', '?c=%2F..'],
    ['/a?b?c', '/a', '?b?c'],
  ])('%s is told to the door as %s', (text, path, query) => {
    const read = readTarget(text)
    if (read.outcome === 'refused') throw new Error(read.why)
    expect([toldPath(read.target), read.target.query]).toEqual([path, query])
    expect(isTold(toldPath(read.target))).toBe(true)
  })

  test('that is longer than the door reads is not told', () => {
    const read = readTarget(`/${'x'.repeat(512)}`)
    if (read.outcome === 'refused') throw new Error(read.why)
    expect(toldPath(read.target)).toBeNull()
  })
})

describe('names of files', () => {
  test.each(['con', 'NUL.txt', 'a:b', 'a.', 'a ', 'COM1', 'x?', 'index.html::$DATA'])('%s is none on Windows', (name) => {
    expect(refusedName([name], 'win32')).not.toBeNull()
    expect(refusedName([name], 'linux')).toBeNull()
  })
  test.each([['.env'], ['a', '.git', 'config'], ['.well-known', 'x']])('%s is hidden everywhere', (...segments) => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) expect(refusedName(segments, platform)).not.toBeNull()
  })
})

describe('conditions and ranges', () => {
  const modifiedMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
  const modified = 'Fri, 02 Jan 2026 03:04:05 GMT'
  const later = 'Fri, 02 Jan 2026 03:04:06 GMT'
  const earlier = 'Fri, 02 Jan 2026 03:04:04 GMT'
  let folder: string
  let path: string
  let etag: string
  const answer = async (headers: Record<string, string>, method = 'GET', of = path): Promise<FileAnswer> => {
    const answered = await sendFile({ method, headers }, of)
    if (answered?.body instanceof Readable) answered.body.destroy()
    return answered ?? expect.fail('it is not there')
  }
  /** With the tag of the file in place of `"v1"`, which is not known before. */
  const tagged = (headers: object): Record<string, string> =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value).replaceAll('"v1"', etag)]))

  beforeAll(async () => {
    // A folder whose own name begins with a dot, as many are; and letters that an address would read otherwise.
    folder = await mkdtemp(join(tmpdir(), '.latch-100%25-'))
    path = join(folder, 'a file%2f.txt')
    await writeFile(path, Buffer.alloc(1_000, 'x'))
    await utimes(path, modifiedMs / 1_000, modifiedMs / 1_000)
    await writeFile(join(folder, 'empty'), '')
    etag = (await answer({})).headers['ETag'] ?? ''
  })
  afterAll(() => rm(folder, { recursive: true }))

  test.each([
    [{}, 200],
    [{ 'if-none-match': '"v1"' }, 304],
    [{ 'if-none-match': 'W/"v1"' }, 304],
    [{ 'if-none-match': '"v0", "v1"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"v0"' }, 200],
    [{ 'if-none-match': 'v1' }, 200],
    [{ 'if-none-match': '"v0"', 'if-modified-since': later }, 200],
    [{ 'if-none-match': '"v1"', 'cache-control': 'no-cache' }, 304],
    [{ 'if-modified-since': modified }, 304],
    [{ 'if-modified-since': earlier }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
    [{ 'if-match': '"v1"' }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': 'W/"v1"' }, 412],
    [{ 'if-match': '"v0"' }, 412],
    [{ 'if-match': '"v1"', 'if-unmodified-since': earlier }, 200],
    [{ 'if-match': '"v0"', 'if-none-match': '"v1"' }, 412],
    [{ 'if-unmodified-since': earlier }, 412],
    [{ 'if-unmodified-since': modified }, 200],
    [{ 'if-none-match': '"v1"', range: 'bytes=0-1' }, 304],
    [{ range: 'bytes=0-1', 'if-range': '"v1"' }, 206],
    [{ range: 'bytes=0-1', 'if-range': modified }, 206],
    [{ range: 'bytes=0-1', 'if-range': later }, 200],
    [{ range: 'bytes=0-1', 'if-range': 'W/"v1"' }, 200],
    [{ range: 'bytes=0-1', 'if-range': '"another", "v1"' }, 200],
    [{ range: 'bytes=1000-' }, 416],
    [{ range: 'bytes=0-0x10' }, 200],
    [{ range: 'bytes=1a-5' }, 200],
  ])('%j get %i', async (headers, status) => {
    expect((await answer(tagged(headers))).status).toBe(status)
  })

  test('the last bytes of a file that has fewer are all of it', async () => {
    const { status, headers, lengthBytes } = await answer({ range: 'bytes=-5000' })
    expect([status, headers['Content-Range'], lengthBytes]).toEqual([206, 'bytes 0-999/1000', 1_000])
    expect((await answer({ range: 'bytes=-5' }, 'GET', join(folder, 'empty'))).status).toBe(200)
  })

  test('whoever only asks what is there is told of the whole', async () => {
    expect(await answer({ range: 'bytes=0-1' }, 'HEAD')).toMatchObject({ status: 200, body: null, lengthBytes: 1_000 })
  })

  test('a link in its place is not followed', async () => {
    await symlink(path, join(folder, 'link'))
    expect(await sendFile({ method: 'GET', headers: {} }, join(folder, 'link'))).toBeNull()
    expect(await sendFile({ method: 'GET', headers: {} }, folder)).toBeNull()
  })

  test('a file that is put in the place of another again and again is always one of them, whole and by its own tag', async () => {
    const at = join(folder, 'turns')
    const versions = [Buffer.alloc(70_000, 'a'), Buffer.alloc(30_000, 'b')]
    const over = new AbortController()
    const turning = (async () => {
      for (let i = 0; !over.signal.aborted; i++) {
        await writeFile(`${at}.new`, versions[i % 2] ?? '')
        await rename(`${at}.new`, at)
      }
    })()
    const tags = new Map<string, Set<number>>()
    let answered = 0
    for (let i = 0; i < 200; i++) {
      const got = await sendFile({ method: 'GET', headers: {} }, at)
      // Never the same for as long as it was looked at: it is not there, as between two versions.
      if (got?.body == null) continue
      const chunks: Buffer[] = []
      for await (const chunk of Readable.from(got.body instanceof Uint8Array ? [got.body] : got.body)) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks)
      expect(versions.some((version) => version.equals(body))).toBe(true)
      expect(body.byteLength).toBe(got.lengthBytes)
      tags.set(got.headers['ETag'] ?? '', (tags.get(got.headers['ETag'] ?? '') ?? new Set()).add(body.byteLength))
      answered += 1
    }
    over.abort()
    await turning
    expect(answered).toBeGreaterThan(0)
    expect([...tags.values()].every((sizes) => sizes.size === 1)).toBe(true)
  })

  test('a range is within the file, whatever is asked', async () => {
    const number = fc.oneof(fc.nat({ max: 2_000 }).map(String), fc.constant(''), fc.string({ maxLength: 4 }), fc.constant('9'.repeat(40)))
    await fc.assert(
      fc.asyncProperty(number, number, async (first, last) => {
        const { status, headers, lengthBytes } = await answer({ range: `bytes=${first}-${last}` })
        if (status !== 206) {
          expect([200, 416]).toContain(status)
          return
        }
        const [, from = '', to = ''] = /^bytes (\d+)-(\d+)\/1000$/.exec(headers['Content-Range'] ?? '') ?? []
        expect(Number(to) - Number(from) + 1).toBe(lengthBytes)
        expect(lengthBytes).toBeGreaterThan(0)
        expect(Number(to)).toBeLessThan(1_000)
      }),
      runs,
    )
  })
})

describe('compression', () => {
  test.each([
    ['br', 'text/html', 2_000, 'br'],
    ['br', 'text/html', 1_000, null],
    ['br', 'image/png', 2_000, null],
    ['br', 'video/mp4', 2_000, null],
    ['BR;Q=1.0', 'image/svg+xml', 2_000, 'br'],
    ['gzip;q=0.2, br;q=0.1', 'application/json', 2_000, 'gzip'],
    ['br;q=nonsense', 'text/css', 2_000, null],
    ['', 'text/css', 2_000, null],
    ['*;q=0', 'text/css', 2_000, null],
    ['gzip;q=0, *', 'text/css', 2_000, 'br'],
  ])('of who takes "%s", for %s of %i bytes: %s', (accepts, type, sizeBytes, encoding) => {
    expect(chooseEncoding(accepts, type, sizeBytes)).toBe(encoding)
  })

  test('is for text; every type is one, and what is unknown is bytes', () => {
    expect(isCompressible(contentType('a.css'))).toBe(true)
    expect(isCompressible(contentType('a.wasm'))).toBe(true)
    expect(isCompressible(contentType('a.woff2'))).toBe(false)
    expect([contentType('A.HTML'), contentType('a.b.mjs'), contentType('Makefile'), contentType('x.exe'), contentType('.html')]).toEqual([
      'text/html; charset=utf-8', 'text/javascript; charset=utf-8', 'application/octet-stream', 'application/octet-stream', 'application/octet-stream',
    ])
    expect(contentType('a.json')).toBe('application/json; charset=utf-8')
  })
})

test('a site that is not there is as closed as one for contacts', () => {
  for (const isContact of [true, false]) expect(defaultFor(null, isContact)).toBe(defaultFor('contacts', isContact))
  expect([defaultFor('anyone', false), defaultFor('ask', true), defaultFor('contacts', false)]).toEqual(['allow', 'ask', 'deny'])
})

test('sites are kept as they were published', () => {
  const database = openMemoryDatabase()
  const name = SiteName.parse('alice.peer')
  const app = SiteName.parse('app.alice.peer')
  const one: StoredSite = { name, network: NetworkId.parse(`bafyrei${'a'.repeat(52)}`), source: { kind: 'folder', path: '/srv/site', fallback: true }, audience: 'contacts', publishedMs: 1, copies: false, copy: null, pointed: { cid: null } }
  const two: StoredSite = { name: app, network: null, source: { kind: 'port', port: 3_000 }, audience: 'ask', publishedMs: 2, copies: false, copy: null, pointed: null }
  const store = new SiteStore(database)
  store.put(two)
  store.put({ ...one, audience: 'anyone' })
  store.put(one)
  expect(new SiteStore(database).all()).toEqual([one, two])
  store.leave(one)
  store.leave(two)
  expect([store.all(), store.leaving()]).toEqual([[], [{ name, network: one.network, pointed: { cid: null } }]])
  store.put(two)
  store.remove(name)
  expect([store.all(), store.leaving()]).toEqual([[two], []])
  database.close()
})
