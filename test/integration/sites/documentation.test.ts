import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildDocs } from '../../../scripts/docs.mjs'
import { bytes, draft, header, twoSites, unpacked, type TwoSites } from './two-sites.ts'

let folder: string
let built: string[]
let sites: TwoSites

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-docs-'))
  // Fails with every link and every heading that is not there.
  built = await buildDocs(folder)
  sites = await twoSites({ transport: 'tcp' })
  await sites.owner.publish(draft({ kind: 'folder', path: folder, fallback: false }))
})
afterAll(async () => {
  await sites.close()
  await rm(folder, { recursive: true })
})

test('the documentation is a site of Latch: somebody else reads all of it, link by link from its first page', async () => {
  const seen = new Map<string, string>()
  const line = ['/index.html']
  for (const path of line) {
    const answer = await unpacked(await sites.get(path, { headers: [['Accept-Encoding', 'br, gzip']] }))
    expect([path, answer.status]).toEqual([path, 200])
    const type = header(answer, 'content-type') ?? ''
    const text = (await bytes(answer.body)).toString(type.startsWith('image/png') ? 'latin1' : 'utf8')
    seen.set(path, type)
    if (!type.startsWith('text/html')) continue
    // A page that runs nothing, styles nothing in passing, and asks nobody else for anything.
    expect(text).not.toMatch(/<script|<iframe|\son\w+="|\sstyle="|(?:src|srcset)="(?:https?:)?\/\//)
    for (const [, href = ''] of text.matchAll(/\s(?:href|src|srcset)="([^"]*)"/g)) {
      const url = new URL(href, `peer://alice.peer${path}`)
      if (url.host === 'alice.peer' && !line.includes(url.pathname)) line.push(url.pathname)
    }
  }
  expect(built.filter((path) => !seen.has(`/${path}`))).toEqual([])
  expect(built.length).toBeGreaterThan(30)
  expect([...seen.values()]).toContain('image/png')
})
