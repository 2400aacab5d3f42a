import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generatedSite, writeGeneratedSite } from '../../fixtures/sites/generated-site.ts'
import { bytes, draft, header, twoSites, unpacked, type TwoSites } from './two-sites.ts'

const FILES = 2_000
/** Pages at once: what a browser asks for is far less. */
const AT_ONCE = 12

let folder: string
let site: ReadonlyMap<string, Buffer>
let sites: TwoSites

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-generated-'))
  site = await writeGeneratedSite(folder, FILES)
  sites = await twoSites({ transport: 'tcp' })
  await sites.owner.publish(draft({ kind: 'folder', path: folder, fallback: false }))
})
afterAll(async () => {
  await sites.close()
  await rm(folder, { recursive: true })
})

const ask = async (path: string): Promise<{ status: number; type: string; body: Buffer }> => {
  const answer = await unpacked(await sites.get(path, { headers: [['Accept-Encoding', 'br, gzip']] }))
  return { status: answer.status, type: header(answer, 'content-type') ?? '', body: await bytes(answer.body) }
}

/** Addresses that a file of a site leads to, in the ways in which browsers and readers of feeds find them. */
function leadsTo(from: string, type: string, text: string): string[] {
  const ways = /html|xml|svg/.test(type)
    ? /(?:href|src)="([^"]*)"|<(?:loc|link)>([^<]*)</g
    : type.startsWith('text/css')
      ? /url\("?([^")]*)"?\)/g
      : null
  if (ways === null) return []
  return [...text.matchAll(ways)].flatMap(([, one, other]) => {
    const url = URL.parse(one ?? other ?? '', `peer://alice.peer${from}`)
    return url?.host === 'alice.peer' ? [url.pathname] : []
  })
}

describe('what a static site generator wrote, two thousand files', () => {
  test('is the same each time', () => {
    expect(site.size).toBe(FILES)
    const again = generatedSite(FILES)
    expect([...site].filter(([path, content]) => again.get(path)?.equals(content) !== true)).toEqual([])
  })

  test('is found and read completely, link by link from the first page on', async () => {
    const seen = new Map<string, { status: number; body: Buffer }>()
    // Two that nothing leads to: readers ask for them by themselves.
    let line = ['/', '/sitemap.xml', '/robots.txt']
    const known = new Set(line)
    const read = async (path: string): Promise<void> => {
      const { status, type, body } = await ask(path)
      seen.set(path, { status, body })
      for (const next of leadsTo(path, type, body.toString())) {
        if (known.has(next)) continue
        known.add(next)
        line.push(next)
      }
    }
    while (line.length > 0) {
      const [wave, rest] = [line.slice(0, AT_ONCE), line.slice(AT_ONCE)]
      line = rest
      await Promise.all(wave.map(read))
    }
    expect(seen.size).toBeGreaterThan(1_900)
    const wrong = [...seen].filter(([path, { status, body }]) => {
      const file = decodeURIComponent(path).slice(1)
      const content = site.get(file.endsWith('/') || file === '' ? `${file}index.html` : file)
      return status !== 200 || content?.equals(body) !== true
    })
    expect(wrong.map(([path, { status }]) => [path, status])).toEqual([])
  })

  test('is read file by file, each as it is on the disk and with its type', async () => {
    const line = [...site]
    const wrong: unknown[] = []
    const types = new Map<string, Set<string>>()
    const work = async (): Promise<void> => {
      for (let next = line.pop(); next !== undefined; next = line.pop()) {
        const [file, content] = next
        const { status, type, body } = await ask(`/${file.split('/').map(encodeURIComponent).join('/')}`)
        if (status !== 200 || !body.equals(content)) wrong.push([file, status])
        const ending = file.slice(file.lastIndexOf('.'))
        types.set(ending, (types.get(ending) ?? new Set()).add(type))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    expect(wrong).toEqual([])
    expect(Object.fromEntries([...types].map(([ending, of]) => [ending, [...of].join()]))).toEqual({
      '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.png': 'image/png',
      '.svg': 'image/svg+xml; charset=utf-8', '.woff2': 'font/woff2', '.ico': 'image/vnd.microsoft.icon', '.txt': 'text/plain; charset=utf-8',
      '.xml': 'application/xml; charset=utf-8', '.json': 'application/json; charset=utf-8', '.webmanifest': 'application/manifest+json; charset=utf-8',
    })
  })

  test('has its own page for what is not there, and leads to its folders by their slash', async () => {
    const missing = await ask('/posts/1999/')
    expect([missing.status, missing.body.equals(site.get('404.html') ?? Buffer.of())]).toEqual([404, true])
    const answer = await sites.get('/tags/caf%C3%A9')
    answer.body.resume()
    expect([answer.status, header(answer, 'location')]).toEqual([301, '/tags/caf%C3%A9/'])
  })

  test('is counted before anybody is shown it', async () => {
    const bytesOfAll = [...site.values()].reduce((sum, { byteLength }) => sum + byteLength, 0)
    expect(await sites.owner.look(folder)).toMatchObject({ files: FILES, bytes: bytesOfAll, hasIndex: true, hiddenFiles: 0, isMore: false })
  })
})
