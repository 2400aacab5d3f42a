import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { makeKey, manifestOf, signManifest } from '../../../scripts/release-manifest.mjs'
import type { Answer } from '../../../src/main/features/updates/reading.ts'
import { createUpdates, type UpdatesFeature, type UpdatesParts } from '../../../src/main/features/updates/index.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

export const release = makeKey()
export const successor = makeKey()
export const stranger = makeKey()

export const SOURCE = 'https://releases.example/latch/latest.json'

export interface Told {
  version?: string
  date?: string
  program?: string
  more?: Record<string, unknown>
}

/** The bytes of a manifest, as scripts/release-manifest.mjs writes them. */
export function manifest({ version = '0.2.0', date = '2026-11-21T08:00:00Z', program = 'latch', more = {} }: Told = {}): Buffer {
  const text = manifestOf({ version, date, notes: 'What is new.', page: 'https://releases.example/latch/', base: 'https://releases.example/latch', files: [] })
  return Buffer.from(JSON.stringify({ ...(JSON.parse(text) as object), program, ...more }))
}

export interface Place {
  readonly updates: UpdatesFeature
  readonly clock: FakeClock
  readonly parts: UpdatesParts
  /** What lies at an address; null: nobody answers. */
  readonly pages: Map<string, Uint8Array | null>
  readonly asked: string[]
  /** Puts a manifest and its signature where they belong. */
  announce(bytes: Uint8Array, secrets?: readonly string[]): void
  close(): Promise<void>
  /** As after a start of a later program. */
  reopened(version: string): UpdatesFeature
}

/** The feature on a database of its own, in front of a web that is a map. */
export function place({ version = '0.1.0', downloads = '/nowhere', source = SOURCE }: { version?: string; downloads?: string; source?: string } = {}): Place {
  const folder = mkdtempSync(join(tmpdir(), 'latch-updates-'))
  const database = openDatabase(join(folder, 'latch.db'), new Uint8Array(32))
  const clock = new FakeClock()
  const pages = new Map<string, Uint8Array | null>()
  const asked: string[] = []
  const answer = async (url: URL): Promise<Answer> => {
    asked.push(url.href)
    const page = pages.get(url.href)
    if (page === null) throw new Error('nobody is there')
    return page === undefined ? { status: 404, body: Readable.from([]) } : { status: 200, body: Readable.from([page]) }
  }
  const parts: UpdatesParts = {
    database,
    clock,
    log: silentLog,
    jitter: () => 0,
    version,
    system: 'linux-x64',
    trust: { source, keys: [release.pinned, successor.pinned] },
    https: answer,
    peer: answer,
    downloadsFolder: downloads,
  }
  const updates = createUpdates(parts)
  return {
    updates,
    clock,
    parts,
    pages,
    asked,
    announce(bytes, secrets = [release.secret]) {
      pages.set(source, bytes)
      pages.set(`${source}.sig`, Buffer.from(signManifest(bytes, secrets)))
    },
    reopened: (running) => createUpdates({ ...parts, version: running }),
    async close() {
      await updates.stop()
      database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
