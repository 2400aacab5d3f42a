import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { memory } from '@libp2p/memory'
import { peerIdFromString } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { LatchError } from '../../../src/shared/errors.ts'
import { AccountId, type PeerId } from '../../../src/shared/ids.ts'
import { SiteName, type SiteCid } from '../../../src/shared/model/sites.ts'
import { createCopies } from '../../../src/main/features/copies/index.ts'
import type { CopiesFeature, CopiesParts, CopyFile, OpenCopy, ZonedSite } from '../../../src/main/features/copies/types.ts'
import { type Clock, systemClock } from '../../../src/main/platform/clock.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import type { Dht } from '../../../src/main/platform/dht.ts'
import { type Log, silentLog } from '../../../src/main/platform/log.ts'
import type { Admission } from '../../../src/main/platform/streams.ts'
import { type TestNode, wrapNode } from '../../helpers/two-nodes.ts'

export const site = SiteName.parse('alice.peer')
export const alice = AccountId.parse(`k51${'a'.repeat(59)}`)

export interface Resident extends TestNode {
  /** What it was made with; the database and the folder outlive `restart`. */
  copies: CopiesFeature
  readonly folder: string
  readonly database: Database
  /** What its door says; null: everybody may visit. */
  door: ((site: SiteName) => Admission) | null
  /** Whom it might ask, beside the owner's devices. */
  knows: PeerId[]
  /** Devices that have proven to be a contact's. */
  contacts: PeerId[]
  /** How often the door was asked. */
  asked: number
  /** The feature ends and begins again on what lies on the disk. */
  restart(): Promise<void>
  /** The machine goes away. */
  leave(): Promise<void>
}

export interface Town {
  /** What the zone of a site says; missing: it cannot be had. */
  readonly zones: Map<SiteName, ZonedSite>
  /** Devices that the DHT meets on its way, by anybody. */
  readonly near: PeerId[]
  resident(options?: ResidentOptions): Promise<Resident>
  close(): Promise<void>
}

export interface ResidentOptions {
  readonly clock?: Clock
  readonly log?: Log
  /** Only the network, without the feature: for those who speak the protocol badly. */
  readonly bare?: boolean
  readonly freeBytes?: () => Promise<number | null>
  /** What outlives the process; without it: in memory, and in a folder of the town. */
  readonly at?: { readonly folder: string; readonly database: Database }
}

let made = 0

/** Several devices in this process that dial each other by their peer ids alone, and one view of zones and of the DHT. */
export async function town(options: { transport?: 'memory' | 'tcp' } = {}): Promise<Town> {
  const zones = new Map<SiteName, ZonedSite>()
  const near: PeerId[] = []
  const residents: Resident[] = []
  const folders = await mkdtemp(join(tmpdir(), 'latch-copies-'))
  const addresses = new Map<PeerId, Awaited<ReturnType<typeof createLibp2p>>>()

  async function resident({ clock = systemClock, log = silentLog, bare = false, freeBytes, at }: ResidentOptions = {}): Promise<Resident> {
    const listen = options.transport === 'tcp' ? '/ip4/127.0.0.1/tcp/0' : `/memory/copies-${process.pid}-${made++}`
    const libp2p = await createLibp2p({
      addresses: { listen: [listen] },
      transports: [options.transport === 'tcp' ? tcp() : memory()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
    })
    const node = wrapNode(libp2p, { clock, log })
    addresses.set(node.peerId, libp2p)
    const database = at?.database ?? openMemoryDatabase()
    const folder = at?.folder ?? join(folders, node.peerId)
    const connect = async (peerId: PeerId, signal: AbortSignal): Promise<void> => {
      if (libp2p.getConnections(peerIdFromString(peerId)).length > 0) return
      const other = addresses.get(peerId)
      if (other === undefined || other.status !== 'started') throw new LatchError('UNREACHABLE')
      await libp2p.dial(other.getMultiaddrs(), { signal })
    }
    const dht: Pick<Dht, 'closest'> = {
      async *closest() {
        for (const peerId of near) if (peerId !== node.peerId) yield await Promise.resolve({ peerId, addresses: [], hops: 1 })
      },
    }
    const make = (): CopiesFeature =>
      createCopies({
        database,
        folder,
        ...(freeBytes === undefined ? {} : { freeBytes }),
        clock,
        log,
        random: Math.random,
        streams: node.streams,
        offence: node.offence,
        admits: (_peer, about) => {
          one.asked += 1
          return Promise.resolve(one.door?.(about) ?? { verdict: 'allow', why: 'anyone may visit' })
        },
        zoned: (name) => {
          const zoned = zones.get(name)
          return zoned === undefined ? Promise.reject(new LatchError('UNREACHABLE')) : Promise.resolve(zoned)
        },
        candidates: () => ({ ofContacts: [], connected: one.knows }),
        isContact: (peerId) => one.contacts.includes(peerId),
        connect,
        dht,
      } satisfies CopiesParts)
    const one: Resident = {
      ...node,
      folder,
      database,
      door: null,
      knows: [],
      contacts: [],
      asked: 0,
      copies: make(),
      async restart() {
        await one.copies.stop()
        await libp2p.unhandle('/latch/copy/1.0.0')
        one.copies = make()
        await one.copies.start()
      },
      async leave() {
        if (!bare) await one.copies.stop()
        await libp2p.stop()
      },
    }
    if (!bare) await one.copies.start()
    residents.push(one)
    return one
  }

  return {
    zones,
    near,
    resident,
    async close() {
      for (const one of residents) if (one.libp2p.status === 'started') await one.leave()
      await rm(folders, { recursive: true, force: true })
    },
  }
}

export type Files = Readonly<Record<string, string | Uint8Array>>

/** What sites hand over: each file with its length and how to read it. */
export async function* sourceOf(files: Files): AsyncGenerator<{ path: string; bytes: number; read(): AsyncIterable<Uint8Array> }> {
  for (const [path, content] of Object.entries(files)) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    yield {
      path,
      bytes: bytes.byteLength,
      async *read() {
        for (let at = 0; at < bytes.byteLength; at += 100_000) yield await Promise.resolve(bytes.subarray(at, at + 100_000))
      },
    }
  }
}

/** The owner makes a copy of these files, and the zone names it. */
export async function publish(where: Town, owner: Resident, files: Files): Promise<SiteCid> {
  const { cid } = await owner.copies.maker.make(site, sourceOf(files), new AbortController().signal, () => {})
  where.zones.set(site, { owner: alice, cid, signedMs: 0, devices: [owner.peerId] })
  return cid
}

export async function bytesOf(file: CopyFile | 'folder' | null, range?: { start: number; end: number }): Promise<Buffer> {
  if (file === null || file === 'folder') throw new Error(`no file: ${String(file)}`)
  const chunks: Uint8Array[] = []
  for await (const chunk of file.read(range)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export async function pageOf(copy: OpenCopy, path: string): Promise<string> {
  return (await bytesOf(await copy.find(path))).toString()
}

/** Bytes that compress to nothing and are the same in each run. */
export function noiseOf(bytes: number, seed = 1): Uint8Array {
  const content = new Uint8Array(bytes)
  let state = seed >>> 0
  for (let at = 0; at < bytes; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    content[at] = state >>> 24
  }
  return content
}

/** Resolves with the copy once it is whole, or rejects with why it stopped. */
export async function whole({ copies }: Resident, name: SiteName = site): Promise<void> {
  for await (const item of copies.watch()) {
    const copy = item.kind === 'snapshot' ? item.snapshot.copies.find((one) => one.site === name) : item.event.event === 'copy-changed' && item.event.copy.site === name ? item.event.copy : undefined
    if (copy?.state.kind === 'whole') return
    if (copy?.state.kind === 'stopped') throw new Error(`stopped: ${copy.state.why}`)
  }
}
