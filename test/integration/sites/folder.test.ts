import { mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytes, draft, folderOf, header, site, text, twoSites, unpacked, type TwoSites } from './two-sites.ts'

const film = Buffer.alloc(300_000, 'film')
const prose = 'All that is said here is said often. '.repeat(500)
let outside: Awaited<ReturnType<typeof folderOf>>
let folder: Awaited<ReturnType<typeof folderOf>>
let sites: TwoSites
const get = (...args: Parameters<TwoSites['get']>): ReturnType<TwoSites['get']> => sites.get(...args)

beforeAll(async () => {
  outside = await folderOf({ 'secret.txt': 'nobody is to read this' })
  folder = await folderOf({
    'index.html': '<h1>Alice</h1>',
    '404.html': '<h1>Not here</h1>',
    'about.html': '<h1>About</h1>',
    'notes/index.html': '<h1>Notes</h1>',
    'empty/keep.txt': '',
    'film.mp4': film,
    'prose.txt': prose,
    'app.js': 'export {}',
    'odd name é.txt': 'odd',
    '100%.txt': 'all of it',
    'unknown.thing': 'bytes',
    '.env': 'PASSWORD=1',
    '.git/config': '[core]',
    'notes/.draft.html': 'draft',
  })
  await symlink(join(outside.path, 'secret.txt'), join(folder.path, 'link.txt'))
  await symlink(outside.path, join(folder.path, 'linked'))
  await symlink(join(folder.path, 'app.js'), join(folder.path, 'same.js'))
  await symlink(join(folder.path, '.env'), join(folder.path, 'env.txt'))
  await symlink('/etc', join(folder.path, 'etc'))
  await utimes(join(folder.path, 'film.mp4'), 1_700_000_000, 1_700_000_000)
  sites = await twoSites()
  await sites.owner.publish(draft({ kind: 'folder', path: folder.path, fallback: false }))
})
afterAll(async () => {
  await sites.close()
  await folder.remove()
  await outside.remove()
})

describe('a folder', () => {
  test.each([
    ['/', '<h1>Alice</h1>', 'text/html; charset=utf-8'],
    ['/index.html', '<h1>Alice</h1>', 'text/html; charset=utf-8'],
    ['/about', '<h1>About</h1>', 'text/html; charset=utf-8'],
    ['/notes/', '<h1>Notes</h1>', 'text/html; charset=utf-8'],
    ['/notes/?page=2', '<h1>Notes</h1>', 'text/html; charset=utf-8'],
    ['/app.js', 'export {}', 'text/javascript; charset=utf-8'],
    ['/same.js', 'export {}', 'text/javascript; charset=utf-8'],
    ['/odd%20name%20%C3%A9.txt', 'odd', 'text/plain; charset=utf-8'],
    ['/100%25.txt', 'all of it', 'text/plain; charset=utf-8'],
    ['/unknown.thing', 'bytes', 'application/octet-stream'],
    ['/empty/keep.txt', '', 'text/plain; charset=utf-8'],
  ])('shows %s', async (path, content, type) => {
    const answer = await get(path)
    expect([answer.status, header(answer, 'content-type'), await text(answer)]).toEqual([200, type, content])
    expect(header(answer, 'x-content-type-options')).toBe('nosniff')
    expect(answer.peer?.peerId).toBe(sites.nodes.b.peerId)
  })

  test('leads to a folder by its slash, on the same site', async () => {
    const answer = await get('/notes?page=2')
    expect([answer.status, header(answer, 'location')]).toEqual([301, '/notes/?page=2'])
    answer.body.resume()
  })

  test.each([
    ['what is not there', '/nothing'],
    ['a folder without a page', '/empty/'],
    ['a file as if it were a folder', '/app.js/'],
    ['something below a file', '/app.js/more'],
    ['a name that begins with a dot', '/.env'],
    ['what lies below one', '/.git/config'],
    ['such a name in a folder', '/notes/.draft.html'],
    ['a link out of the folder', '/link.txt'],
    ['what lies behind one', '/linked/secret.txt'],
    ['a link to a hidden file', '/env.txt'],
    ['a link to the machine', '/etc/passwd'],
    ['another case of a name', '/APP.JS'],
    ['a name encoded twice', '/%252e%252e/secret.txt'],
    ['a name longer than names are', `/${'x'.repeat(5_000)}`],
  ])('has its own page for %s', async (_what, path) => {
    const answer = await get(path)
    expect([answer.status, await text(answer)]).toEqual([404, '<h1>Not here</h1>'])
  })

  test('says of what it does not take that it is only for reading', async () => {
    const answer = await get('/', { method: 'POST', body: Buffer.from('take this') })
    expect([answer.status, header(answer, 'allow')]).toEqual([405, 'GET, HEAD'])
    expect(await text(answer)).toContain('Only for reading')
  })

  test('answers HEAD without a body, and goes on', async () => {
    const answer = await get('/film.mp4', { method: 'HEAD' })
    expect([answer.status, header(answer, 'content-length'), await text(answer)]).toEqual([200, '300000', ''])
    expect(await text(await get('/app.js'))).toBe('export {}')
  })
})

describe('a part of a file', () => {
  test.each([
    ['bytes=0-99', 0, 100],
    ['bytes=299990-', 299_990, 300_000],
    ['bytes=-10', 299_990, 300_000],
    ['bytes=100-999999', 100, 300_000],
  ])('%s is that part', async (range, from, to) => {
    const answer = await get('/film.mp4', { headers: [['Range', range]] })
    expect([answer.status, header(answer, 'content-range')]).toEqual([206, `bytes ${from}-${to - 1}/300000`])
    expect((await bytes(answer.body)).equals(film.subarray(from, to))).toBe(true)
  })

  test.each(['bytes=300000-', 'bytes=-0'])('%s is not there', async (range) => {
    const answer = await get('/film.mp4', { headers: [['Range', range]] })
    expect([answer.status, header(answer, 'content-range')]).toEqual([416, 'bytes */300000'])
    answer.body.resume()
  })

  test.each(['bytes=5-2', 'bytes=0-1,5-6', 'lines=1-2', 'bytes=x-y'])('%s is the whole', async (range) => {
    const answer = await get('/film.mp4', { headers: [['Range', range]] })
    expect(answer.status).toBe(200)
    expect((await bytes(answer.body)).byteLength).toBe(300_000)
  })

  test('of the same file only, where that is asked', async () => {
    const range = ['Range', 'bytes=0-9'] as const
    const etag = header(await get('/film.mp4', { method: 'HEAD' }), 'etag') ?? ''
    const same = await get('/film.mp4', { headers: [range, ['If-Range', etag]] })
    const dated = await get('/film.mp4', { headers: [range, ['If-Range', new Date(1_700_000_000_000).toUTCString()]] })
    const other = await get('/film.mp4', { headers: [range, ['If-Range', '"another"']] })
    const weak = await get('/film.mp4', { headers: [range, ['If-Range', `W/${etag}`]] })
    for (const { body } of [same, dated, other, weak]) body.resume()
    expect([same.status, dated.status, other.status, weak.status]).toEqual([206, 206, 200, 200])
  })

  test('is never compressed', async () => {
    const answer = await get('/prose.txt', { headers: [['Range', 'bytes=0-4999'], ['Accept-Encoding', 'br, gzip']] })
    expect([answer.status, header(answer, 'content-encoding')]).toEqual([206, undefined])
    expect(await text(answer)).toBe(prose.slice(0, 5_000))
  })
})

describe('a file that was seen before', () => {
  test('is not sent again, by its tag or its date', async () => {
    const first = await get('/film.mp4', { method: 'HEAD' })
    const etag = header(first, 'etag') ?? ''
    for (const headers of [
      [['If-None-Match', etag]],
      [['If-None-Match', `"x", W/${etag}`]],
      [['If-None-Match', '*']],
      [['If-Modified-Since', header(first, 'last-modified') ?? '']],
    ] as const) {
      const answer = await get('/film.mp4', { headers })
      expect([answer.status, header(answer, 'etag'), await text(answer)]).toEqual([304, etag, ''])
    }
  })

  test('is sent again when it changed', async () => {
    const before = await get('/app.js')
    await text(before)
    await writeFile(join(folder.path, 'app.js'), 'export const changed = 1')
    const after = await get('/app.js', { headers: [['If-None-Match', header(before, 'etag') ?? '']] })
    expect([after.status, await text(after)]).toEqual([200, 'export const changed = 1'])
    await writeFile(join(folder.path, 'app.js'), 'export {}')
  })

  test('is not sent to whoever wants another', async () => {
    const answer = await get('/film.mp4', { headers: [['If-Match', '"another"']] })
    expect(answer.status).toBe(412)
    answer.body.resume()
  })
})

describe('text', () => {
  test.each([
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['identity', undefined],
    ['zstd', undefined],
  ])('goes to who takes %s as %s', async (accepts, encoding) => {
    const answer = await get('/prose.txt', { headers: [['Accept-Encoding', accepts]] })
    expect([header(answer, 'content-encoding'), header(answer, 'vary')]).toEqual([encoding, 'Accept-Encoding'])
    expect(header(answer, 'etag')?.startsWith('W/')).toBe(encoding !== undefined)
    expect(await text(await unpacked(answer))).toBe(prose)
  })

  test('is shorter then; a film goes as it is', async () => {
    const answer = await get('/prose.txt', { headers: [['Accept-Encoding', 'br']] })
    expect((await bytes(answer.body)).byteLength).toBeLessThan(prose.length / 10)
    const other = await get('/film.mp4', { headers: [['Accept-Encoding', 'br']] })
    expect(header(other, 'content-encoding')).toBeUndefined()
    other.body.resume()
  })
})

describe('a path', () => {
  test.each([
    '/../secret.txt', '/notes/../../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/notes/%2E%2E/', '/..\\secret.txt', '/%5c..%5csecret.txt',
    '/a%00.txt', '/%0d%0aSet-Cookie:x', '//etc/passwd', '/notes//x', '/%zz', '/%c0%ae%c0%ae/', '/./x', 'notes', 'http://alice.peer/', '*',
  ])('%s is refused before it is sent', async (path) => {
    await expect(get(path)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})

test('a single-page app finds its page at every address, and its pictures only where they are', async () => {
  const app = await folderOf({ 'index.html': 'the app', 'app.js': 'run()' })
  await sites.owner.publish(draft({ kind: 'folder', path: app.path, fallback: true }))
  const html = { headers: [['Accept', 'text/html']] } as const
  const page = await get('/users/7', html)
  expect([page.status, await text(page)]).toEqual([200, 'the app'])
  const missing = await get('/users/7.png', { headers: [['Accept', 'image/*']] })
  expect(missing.status).toBe(404)
  expect(await text(missing)).toContain('Nothing here')
  expect((await get('/data', { headers: [['Accept', 'application/json']] })).status).toBe(404)
  await sites.owner.publish(draft({ kind: 'folder', path: folder.path, fallback: false }))
  await app.remove()
})

test('a folder that was made anew shows what it holds now; one that is gone is no site as long as it is, and its owner is told', async () => {
  const made = await folderOf({ 'index.html': 'before' })
  await mkdir(join(made.path, 'v2'))
  await writeFile(join(made.path, 'v2', 'index.html'), 'after')
  const link = join(made.path, 'current')
  await symlink(join(made.path, 'v2'), link)
  await sites.owner.publish(draft({ kind: 'folder', path: link, fallback: false }))
  expect(await text(await get('/'))).toBe('after')
  const aside = `${made.path}-aside`
  await rename(made.path, aside)
  const kept = await get('/')
  expect([kept.status, await text(kept)]).toEqual([503, expect.stringContaining('not there now') as string])
  expect(sites.owner.list()).toMatchObject([{ name: site, audience: 'anyone', state: { kind: 'failing', why: expect.stringContaining(link) as string } }])
  await expect(get('/')).rejects.toMatchObject({ name: 'SiteRefusedError', code: 'no-site' })
  await rename(aside, made.path)
  expect(await text(await get('/'))).toBe('after')
  expect(sites.owner.list()).toMatchObject([{ state: { kind: 'open' } }])
  await made.remove()
  await sites.owner.publish(draft({ kind: 'folder', path: folder.path, fallback: false }))
})
