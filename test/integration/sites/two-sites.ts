import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { AccountId } from '../../../src/shared/ids.ts'
import { NetworkId } from '../../../src/shared/model/ledger.ts'
import { SiteName, type SiteDraft } from '../../../src/shared/model/sites.ts'
import { createSites } from '../../../src/main/features/sites/index.ts'
import type { SiteAnswer, SiteRequest, SitesFeature, SitesParts } from '../../../src/main/features/sites/types.ts'
import { type Clock, systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { type Log, silentLog } from '../../../src/main/platform/log.ts'
import { OneZone } from './one-zone.ts'
import { twoNodes, type TestNode, type TwoNodes } from '../../helpers/two-nodes.ts'

export const site = SiteName.parse('alice.peer')
export const visiting = AccountId.parse(`k51${'a'.repeat(59)}`)

export const network = NetworkId.parse(`bafyrei${'a'.repeat(52)}`)

export interface TwoSites {
  readonly nodes: TwoNodes
  /** Has the sites. */
  readonly owner: SitesFeature
  readonly visitor: SitesFeature
  /** What the owner's door was asked. */
  readonly asked: { site: string; path: string | null }[]
  get(path: string, more?: Partial<SiteRequest>, signal?: AbortSignal): Promise<SiteAnswer>
  close(): Promise<void>
}

export interface TwoSitesOptions {
  readonly transport?: 'memory' | 'tcp'
  readonly clock?: Clock
  readonly log?: Log
  readonly isContact?: boolean
  /** The door's rules; null: none speaks, and the site's own setting decides. */
  readonly rule?: (about: { site: string; path: string | null }) => Awaited<ReturnType<SitesParts['admits']>> | null
  readonly ownFolder?: string
  readonly ownPorts?: readonly number[]
  readonly network?: SitesParts['network']
  readonly zones?: SitesParts['zones']
  readonly maker?: SitesParts['maker']
  /** Of the owner. */
  readonly database?: SitesParts['database']
}

/** Two devices in this process, one of which serves sites to the other. */
export async function twoSites(options: TwoSitesOptions = {}): Promise<TwoSites> {
  const clock = options.clock ?? systemClock
  const nodes = await twoNodes({ transport: options.transport ?? 'memory', clock, log: options.log ?? silentLog })
  const asked: TwoSites['asked'] = []
  const isContact = options.isContact ?? true
  const make = ({ streams, offence, peerId }: TestNode, database = openMemoryDatabase()): SitesFeature =>
    createSites({
      database,
      clock,
      log: options.log ?? silentLog,
      streams,
      offence,
      platform: process.platform,
      admits: (_peer, about, otherwise) => {
        asked.push(about)
        const ruled = options.rule?.(about)
        if (ruled != null) return Promise.resolve(ruled)
        const verdict = otherwise({ isContact })
        if (verdict === 'allow') return Promise.resolve({ verdict, why: 'the site says so' })
        return Promise.resolve({ verdict: 'refuse', code: verdict === 'ask' ? 'knock-first' : 'denied', why: 'the site says so' })
      },
      who: () => ({ account: visiting, isContact, called: 'Bea' }),
      zones: options.zones ?? new OneZone(),
      maker: options.maker ?? { make: () => Promise.reject(new Error('no copies here')), unmake: () => Promise.resolve() },
      me: { peerId, account: visiting },
      network: options.network ?? (() => network),
      refusesName: (name) => (name.endsWith('.peer') ? null : 'That name is not yours.'),
      ownFolder: options.ownFolder ?? '/nowhere/at/all',
      ownPorts: () => options.ownPorts ?? [],
    })
  const owner = make(nodes.b, options.database)
  const visitor = make(nodes.a)
  await owner.start()
  await visitor.start()
  return {
    nodes,
    owner,
    visitor,
    asked,
    get: (path, more = {}, signal) =>
      visitor.fetchFrom(nodes.b.peerId, site, { method: 'GET', path, headers: [], ...more }, signal),
    async close() {
      await visitor.stop()
      await owner.stop()
      await nodes.close()
    },
  }
}

export async function bytes(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export async function text({ body }: { body: Readable }): Promise<string> {
  return (await bytes(body)).toString()
}

/** The same answer as its reader sees it, however it was packed. */
export async function unpacked(answer: SiteAnswer): Promise<SiteAnswer> {
  const packed = await bytes(answer.body)
  const coding = header(answer, 'content-encoding')
  const plain = coding === 'br' ? brotliDecompressSync(packed) : coding === 'gzip' ? gunzipSync(packed) : packed
  return { ...answer, body: Readable.from([plain], { objectMode: false }) }
}

export function header(answer: Pick<SiteAnswer, 'headers'>, name: string): string | undefined {
  return answer.headers.find(([other]) => other.toLowerCase() === name)?.[1]
}

/** A folder with these files, and a way to remove it. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'latch-site-'))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), content)
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

export const draft = (source: SiteDraft['source'], audience: SiteDraft['audience'] = 'anyone'): SiteDraft => ({ name: site, source, audience, copies: false })
