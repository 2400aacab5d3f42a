import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeKey, signManifest } from '../../../scripts/release-manifest.mjs'
import { createUpdates, httpsOpener, type UpdatesFeature } from '../../../src/main/features/updates/index.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { serveHttpsHere, type HttpsHere } from '../../helpers/https-here.ts'

const key = makeKey()
const pages: Record<string, string> = {}
let folder: string
let web: HttpsHere
let database: Database
let updates: UpdatesFeature

const open = (ca?: string): UpdatesFeature =>
  createUpdates({
    database,
    clock: systemClock,
    log: silentLog,
    jitter: () => 0,
    version: '0.1.0',
    system: 'linux-x64',
    trust: { source: `https://localhost:${web.port}/latest.json`, keys: [key.pinned] },
    https: httpsOpener(ca === undefined ? {} : { ca }),
    peer: () => Promise.reject(new Error('not here')),
    downloadsFolder: folder,
  })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-release-'))
  web = await serveHttpsHere('localhost', pages)
  database = openDatabase(join(folder, 'latch.db'), new Uint8Array(32))
  updates = open(web.cert)
  const text = 'a package\n'
  const file = { system: 'linux-x64', name: 'latch.deb', sizeBytes: text.length, sha256: createHash('sha256').update(text).digest('hex'), url: `https://localhost:${web.port}/latch.deb` }
  const manifest = { format: 1, program: 'latch', version: '0.2.0', date: '2026-11-21T08:00:00Z', notes: 'New.', page: `https://localhost:${web.port}/`, files: [file] }
  pages['/latch.deb'] = text
  pages['/latest.json'] = JSON.stringify(manifest)
  pages['/latest.json.sig'] = signManifest(Buffer.from(pages['/latest.json']), [key.secret])
})

afterEach(async () => {
  await updates.stop()
  database.close()
  await web.close()
  await rm(folder, { recursive: true, force: true })
})

it('a release is found on a server of the web, and its file saved when that is asked for', async () => {
  expect((await updates.check()).found).toMatchObject({ outcome: 'new', release: { version: '0.2.0' } })
  expect(await readFile(await updates.save('latch.deb'), 'utf8')).toBe('a package\n')
})

it('a server that nobody vouches for is not asked, and one that changed the release is not believed', async () => {
  const careful = open()
  expect((await careful.check()).found).toMatchObject({ outcome: 'refused', code: 'unreachable' })
  await careful.stop()
  pages['/latest.json'] = (pages['/latest.json'] ?? '').replace('0.2.0', '0.9.0')
  expect((await updates.check()).found).toMatchObject({ outcome: 'refused', code: 'wrong-signature' })
})
