import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { build } from 'vite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bytes, draft, header, text, twoSites, type TwoSites } from './two-sites.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/sites')
let sites: TwoSites

beforeAll(async () => {
  sites = await twoSites({ transport: 'tcp' })
})
afterAll(() => sites.close())

describe('a single-page app as Vite builds it', () => {
  let built: string
  const page = [['Accept', 'text/html,application/xhtml+xml,*/*;q=0.8']] as const

  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), 'latch-app-'))
    await build({ root: join(fixtures, 'spa'), configFile: false, logLevel: 'silent', build: { outDir: built, emptyOutDir: true, modulePreload: { polyfill: false } } })
    await sites.owner.publish(draft({ kind: 'folder', path: built, fallback: true }))
  })
  afterAll(() => rm(built, { recursive: true }))

  test.each(['/', '/notes/1', '/notes/1?sort=new', '/notes/', '/somewhere/else/entirely', '/caf%C3%A9'])('opens at %s', async (path) => {
    const answer = await sites.get(path, { headers: page })
    expect([answer.status, header(answer, 'content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await text(answer)).toBe(await readFile(join(built, 'index.html'), 'utf8'))
  })

  test('has all that its page asks for, and what is asked for later', async () => {
    const html = await text(await sites.get('/notes/1', { headers: page }))
    const first = [...html.matchAll(/(?:src|href)="(\/[^"]*\.\w+)"/g)].map(([, path = '']) => path)
    expect(first.map((path) => path.replace(/-[\w-]{8}\./, '.'))).toEqual(expect.arrayContaining(['/assets/index.js', '/assets/index.css', '/icon.svg']))
    const assets = (await readdir(join(built, 'assets'))).map((name) => `/assets/${name}`)
    expect(assets.some((path) => path.startsWith('/assets/notes-'))).toBe(true)
    for (const path of new Set([...first, ...assets])) {
      const answer = await sites.get(path, { headers: [['Accept', '*/*']] })
      const type = path.endsWith('.js') ? 'text/javascript; charset=utf-8' : path.endsWith('.css') ? 'text/css; charset=utf-8' : 'image/svg+xml; charset=utf-8'
      expect([path, answer.status, header(answer, 'content-type')]).toEqual([path, 200, type])
      expect((await bytes(answer.body)).equals(await readFile(join(built, path)))).toBe(true)
    }
  })

  test('is not given its page in place of a file that an older version had', async () => {
    for (const path of ['/assets/index-00000000.js', '/assets/index-00000000.css', '/photo.jpg']) {
      const answer = await sites.get(path, { headers: [['Accept', '*/*']] })
      expect([answer.status, await text(answer)]).toEqual([404, expect.stringContaining('Nothing here') as string])
    }
  })

  test('asks for its own page again only to hear that it has not changed', async () => {
    const first = await sites.get('/notes/1', { headers: page })
    await text(first)
    const again = await sites.get('/notes/2', { headers: [...page, ['If-None-Match', header(first, 'etag') ?? '']] })
    expect([again.status, await text(again)]).toEqual([304, ''])
  })
})

describe('a film', () => {
  let film: Buffer
  const part = async (range: string): Promise<Buffer> => {
    const answer = await sites.get('/film.webm', { headers: [['Range', range], ['Accept-Encoding', 'identity;q=1, *;q=0']] })
    expect([answer.status, header(answer, 'content-type'), header(answer, 'accept-ranges')]).toEqual([206, 'video/webm', 'bytes'])
    const body = await bytes(answer.body)
    expect(header(answer, 'content-length')).toBe(String(body.byteLength))
    return body
  }

  beforeAll(async () => {
    film = await readFile(join(fixtures, 'film/film.webm'))
  })
  beforeEach(() => sites.owner.publish(draft({ kind: 'folder', path: join(fixtures, 'film'), fallback: false })))

  test('begins as a player begins it: the whole, from the first byte, until it has enough', async () => {
    const answer = await sites.get('/film.webm', { headers: [['Range', 'bytes=0-']] })
    expect([answer.status, header(answer, 'content-range')]).toEqual([206, `bytes 0-${film.byteLength - 1}/${film.byteLength}`])
    const [head] = (await once(answer.body, 'data')) as [Buffer]
    expect(head.readUInt32BE()).toBe(0x1a45dfa3)
    answer.body.destroy()
    expect(await text(await sites.get('/film.webm', { method: 'HEAD' }))).toBe('')
  })

  test('is sought in by its index, at each of its places', async () => {
    const clusters = cuesOf(await part('bytes=0-1023'))
    expect(clusters).toHaveLength(6)
    for (const at of clusters.toReversed()) {
      const cluster = await part(`bytes=${at}-${at + 4_095}`)
      expect(cluster.readUInt32BE()).toBe(0x1f43b675)
      expect(cluster.equals(film.subarray(at, at + 4_096))).toBe(true)
    }
  })

  test('has a first byte, a last one, and an end', async () => {
    const { byteLength } = film
    expect([(await part('bytes=0-0')).byteLength, (await part(`bytes=${byteLength - 1}-`)).byteLength]).toEqual([1, 1])
    expect((await part('bytes=-5000')).equals(film.subarray(-5_000))).toBe(true)
    expect((await part(`bytes=-${byteLength * 2}`)).equals(film)).toBe(true)
    const beyond = await sites.get('/film.webm', { headers: [['Range', `bytes=${byteLength}-`]] })
    expect([beyond.status, header(beyond, 'content-range')]).toEqual([416, `bytes */${byteLength}`])
    beyond.body.resume()
  })

  test('is whole when its parts are put together, asked for all at once', async () => {
    const size = 9_973
    const parts = await Promise.all(Array.from({ length: Math.ceil(film.byteLength / size) }, (_, i) => part(`bytes=${i * size}-${(i + 1) * size - 1}`)))
    expect(Buffer.concat(parts).equals(film)).toBe(true)
  })

  test('goes on where it was broken off, as long as it is the same film', async () => {
    const etag = header(await sites.get('/film.webm', { method: 'HEAD' }), 'etag') ?? ''
    const rest = await sites.get('/film.webm', { headers: [['Range', 'bytes=50000-'], ['If-Range', etag]] })
    expect([rest.status, (await bytes(rest.body)).equals(film.subarray(50_000))]).toEqual([206, true])
    const other = await sites.get('/film.webm', { headers: [['Range', 'bytes=50000-'], ['If-Range', '"another"']] })
    expect([other.status, (await bytes(other.body)).byteLength]).toEqual([200, film.byteLength])
  })
})

/** Places in the file that the index of a WebM names (RFC 9559): each CueClusterPosition, behind its CueTrack. */
function cuesOf(head: Buffer): number[] {
  const segment = head.indexOf(Buffer.from('18538067', 'hex')) + 4 + 8
  const clusters: number[] = []
  for (let i = head.lastIndexOf(Buffer.from('1c53bb6b', 'hex')); i < head.byteLength - 6; i++) {
    const sizeBytes = (head[i + 1] ?? 0) & 0x7f
    if (head[i] !== 0xf1 || head[i - 3] !== 0xf7 || sizeBytes < 1 || sizeBytes > 4) continue
    clusters.push(segment + head.readUIntBE(i + 2, sizeBytes))
  }
  return clusters
}
