import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdFromString } from '@libp2p/peer-id'
import { AccountId, type PeerId } from '../../../src/shared/ids.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { OpenStep } from '../../../src/shared/model/browse.ts'
import { BlockId, type NameLabel, NetworkId } from '../../../src/shared/model/ledger.ts'
import { type Lookup, type LookupProgress, ZoneLabel, type ZoneRecord } from '../../../src/shared/model/names.ts'
import { SiteCid, SiteName, type SiteDraft } from '../../../src/shared/model/sites.ts'
import { createOpening, OpenError } from '../../../src/main/features/browse/opening/index.ts'
import type { BrowseCopies, BrowseCopyFile, BrowseNames, BrowsePeers, Opening, OpenOptions, PageAnswer } from '../../../src/main/features/browse/types.ts'
import { createSites, refusalOf } from '../../../src/main/features/sites/index.ts'
import type { SitesFeature } from '../../../src/main/features/sites/types.ts'
import { type Clock, systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { describeConnection } from '../../../src/main/platform/describe-connection.ts'
import type { HttpRequest } from '../../../src/main/platform/http-message.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { Admission } from '../../../src/main/platform/streams.ts'
import { twoNodes, type TestNode } from '../../helpers/two-nodes.ts'
import { folderOf } from '../sites/two-sites.ts'
import { OneZone } from '../sites/one-zone.ts'

export const site = SiteName.parse('alice.peer')
export const alice = AccountId.parse(`k51${'a'.repeat(59)}`)
export const bea = AccountId.parse(`k51${'b'.repeat(59)}`)
export const cid = SiteCid.parse(`b${'a'.repeat(58)}`)

type Outcome = Lookup['outcome']

/** Names that are what a test says; each look-up is counted, and may be held. */
export class StandInNames implements BrowseNames {
  readonly #said = new Map<string, Outcome>()
  readonly #listeners = new Set<(site: string | null) => void>()
  readonly #clock: Clock
  lookups: { readonly text: string; readonly again: boolean }[] = []
  /** Look-ups wait for it. */
  held: Promise<void> = Promise.resolve()
  /** How long an answer may be kept. */
  freshMs = 60_000
  /** What is heard first, before what it comes to in the end. */
  first: Outcome | null = null
  #seq = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  network(): ReturnType<BrowseNames['network']> {
    return { id: NetworkId.parse(`bafyrei${'a'.repeat(52)}`), tld: 'peer' }
  }

  say(name: string, outcome: Outcome): void {
    this.#said.set(name, outcome)
  }

  /** Its zone has these records. */
  point(name: string, records: readonly ZoneRecord[], owner = alice): void {
    this.say(name, this.found(name, records, owner))
  }

  found(name: string, records: readonly ZoneRecord[], owner = alice): Outcome {
    const nowMs = this.#clock.nowMs()
    // As the name has it: tests have shorter ones than ledgers.
    const ofLedger = (name.split('.').at(-2) ?? name) as NameLabel
    const zone = { network: this.network().id, name: ofLedger, owner, seq: ++this.#seq, issuedAtMs: nowMs, expiresAtMs: nowMs + 86_400_000, ttlMs: 60_000, records: [...records] }
    return { outcome: 'found', owner, zone, records: records.filter(({ label }) => label === labelOf(name)), from: 'peer' }
  }

  change(name: string | null): void {
    for (const listener of this.#listeners) listener(name)
  }

  onChanged(listener: (site: string | null) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async *lookup(text: string, { again, signal }: Parameters<BrowseNames['lookup']>[1]): AsyncGenerator<LookupProgress, void, void> {
    this.lookups.push({ text, again: again === true })
    const step = (which: 'ledger' | 'ask'): LookupProgress => ({
      kind: 'step',
      step: { atMs: 0, tookMs: null, step: which, peerId: null, outcome: 'running', why: '', hops: null },
    })
    yield step('ledger')
    if (this.first !== null) yield { kind: 'answer', lookup: this.#lookupOf(text, this.first) }
    await this.held
    signal?.throwIfAborted()
    const outcome: Outcome = this.#said.get(text) ?? { outcome: 'nobody', why: `Nobody has ${text}.` }
    if (outcome.outcome === 'found') yield step('ask')
    yield { kind: 'done', lookup: this.#lookupOf(text, outcome) }
  }

  #lookupOf(fullName: string, outcome: Outcome): Lookup {
    const nowMs = this.#clock.nowMs()
    const { seq = 0, issuedAtMs = 0, expiresAtMs = 0 } = outcome.outcome === 'found' ? outcome.zone : {}
    const zone = outcome.outcome === 'found' ? { seq, issuedAtMs, expiresAtMs, freshUntilMs: nowMs + this.freshMs } : null
    return { fullName, outcome, ledger: { block: BlockId.nullable().parse(null), height: 7, atMs: nowMs }, zone, connection: null, steps: [], tookMs: 0 }
  }
}

function labelOf(name: string): ZoneLabel {
  return ZoneLabel.parse(name.split('.').slice(0, -2).join('.') || '@')
}

/** A copy that lies in memory, as whoever keeps copies would give it. */
export class HeldCopy implements BrowseCopies {
  readonly files = new Map<string, Uint8Array>()
  opened = 0
  /** Nobody has it: the error of whoever asks. */
  failing: LatchError | null = null
  /** What alone can be had is another version than the zone names. */
  older: { readonly cid: SiteCid; readonly keptMs: number } | null = null
  /** A file that ends after so many bytes, with an error. */
  cutAfter = Infinity

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, bytes] of Object.entries(files)) this.files.set(path, Buffer.from(bytes))
  }

  open(): ReturnType<BrowseCopies['open']> {
    this.opened += 1
    if (this.failing !== null) return Promise.reject(this.failing)
    return Promise.resolve({ ...this.older, keptHere: false, holders: 2, find: (path) => Promise.resolve(this.#find(path)) })
  }

  #find(path: string): BrowseCopyFile | 'folder' | null {
    const plain = path.replace(/^\//, '')
    const at = plain === '' || plain.endsWith('/') ? `${plain}index.html` : plain
    const bytes = this.files.get(at)
    if (bytes === undefined) return [...this.files.keys()].some((name) => name.startsWith(`${at}/`)) ? 'folder' : null
    const cutAfter = this.cutAfter
    return {
      path: `/${at}`,
      bytes: bytes.byteLength,
      cid: `bafy${at.replaceAll(/[^a-z0-9]/g, '')}${bytes.byteLength}`,
      async *read(range = { start: 0, end: bytes.byteLength }) {
        for (let from = range.start; from < range.end; from += 65_536) {
          if (from >= cutAfter) throw new LatchError('UNREACHABLE', 'Nobody has this part.')
          yield await Promise.resolve(bytes.subarray(from, Math.min(range.end, from + 65_536)))
        }
      },
    }
  }
}

export interface SceneDevice {
  readonly node: TestNode
  readonly sites: SitesFeature
  /** As the zone names it. */
  readonly record: Extract<ZoneRecord, { kind: 'peer' }>
  /** Answers of its door, while set. */
  door: ((about: { site: string; path: string | null }) => Admission | Promise<Admission> | null) | null
  readonly asked: { site: string; path: string | null }[]
  publish(files: Readonly<Record<string, string | Uint8Array>>, name?: SiteName): Promise<void>
  publishDraft(draft: SiteDraft): Promise<void>
}

export interface Scene {
  readonly me: SceneDevice
  /** Alice's. */
  readonly devices: readonly SceneDevice[]
  readonly names: StandInNames
  readonly copy: HeldCopy
  readonly opening: Opening & { stop(): void }
  /** Devices that were dialled, in their order. */
  readonly dialled: PeerId[]
  /** Before a dial goes out. */
  onDial: (peerId: PeerId, signal: AbortSignal) => Promise<void>
  get(path: string, more?: Partial<HttpRequest>, options?: OpenOptions): Promise<PageAnswer>
  close(): Promise<void>
}

/** One device that reads, and so many of Alice's that may have a site; nobody is connected yet. */
export async function openingScene(options: { devices?: number; clock?: Clock; owner?: AccountId } = {}): Promise<Scene> {
  const clock = options.clock ?? systemClock
  const count = (options.devices ?? 1) + 1
  const pairs = await Promise.all(Array.from({ length: Math.ceil(count / 2) }, () => twoNodes({ connected: false, clock })))
  const folders: string[] = []
  const made = await Promise.all(pairs.flatMap(({ a, b }) => [a, b]).slice(0, count).map((node) => device(node, clock, folders)))
  const [me, ...devices] = made
  if (me === undefined) throw new Error('a scene has a device that reads')
  const names = new StandInNames(clock)
  names.point(site, [siteRecord(), ...devices.map(({ record }) => record)])
  const copy = new HeldCopy()
  const dialled: PeerId[] = []
  const scene = { onDial: () => Promise.resolve() } as { onDial: Scene['onDial'] }
  const connection: BrowsePeers['connection'] = (peerId) => {
    const [first] = me.node.libp2p.getConnections(peerIdFromString(peerId)).filter(({ status }) => status === 'open')
    return first === undefined ? null : { peer: describeConnection(first), rttMs: null }
  }
  const opening = createOpening({
    clock,
    log: silentLog,
    names,
    copies: copy,
    sites: {
      fetchFrom: (...asked) => me.sites.fetchFrom(...asked),
      connectTo: (...asked) => me.sites.connectTo(...asked),
      isHere: (name) => me.sites.isHere(name),
      fetchHere: (...asked) => me.sites.fetchHere(...asked),
      connectHere: (...asked) => me.sites.connectHere(...asked),
      refusalOf: (error) => {
        const refusal = refusalOf(error)
        return refusal === 'version' ? 'unsupported' : refusal
      },
    },
    peers: {
      me: me.node.peerId,
      devicesOf: () => [],
      async connect(peerId, addresses, signal) {
        dialled.push(peerId)
        await scene.onDial(peerId, signal)
        await me.node.libp2p.dial(addresses.map((address) => multiaddr(address)), { signal }).catch((cause: unknown) => {
          throw new LatchError('UNREACHABLE', 'That peer cannot be reached now.', { cause })
        })
      },
      connection,
    },
    people: { me: options.owner ?? bea, isContact: () => false, called: () => null, names: () => [] },
  })
  return Object.assign(scene, {
    me,
    devices,
    names,
    copy,
    opening,
    dialled,
    get: (path: string, more: Partial<HttpRequest> = {}, how: OpenOptions = {}) => opening.fetch(site, { method: 'GET', path, headers: [], ...more }, how),
    async close() {
      opening.stop()
      for (const { sites } of made) await sites.stop()
      for (const pair of pairs) await pair.close()
      for (const folder of folders) await rm(folder, { recursive: true, force: true })
    },
  })
}

async function device(node: TestNode, clock: Clock, folders: string[]): Promise<SceneDevice> {
  const asked: SceneDevice['asked'] = []
  const scene: Pick<SceneDevice, 'door'> = { door: null }
  const sites = createSites({
    database: openMemoryDatabase(),
    clock,
    log: silentLog,
    streams: node.streams,
    offence: node.offence,
    platform: process.platform,
    admits: (_peer, about, otherwise) => {
      asked.push(about)
      const ruled = scene.door?.(about)
      if (ruled != null) return Promise.resolve(ruled)
      const verdict = otherwise({ isContact: true })
      if (verdict === 'allow') return Promise.resolve({ verdict, why: 'the site says so' })
      return Promise.resolve({ verdict: 'refuse', code: verdict === 'ask' ? 'knock-first' : 'denied', why: 'the site says so' })
    },
    who: () => null,
    zones: new OneZone(),
    maker: { make: () => Promise.reject(new Error('no copies here')), unmake: () => Promise.resolve() },
    me: { peerId: node.peerId, account: alice },
    network: () => NetworkId.parse(`bafyrei${'a'.repeat(52)}`),
    refusesName: () => null,
    ownFolder: '/nowhere/at/all',
    ownPorts: () => [],
  })
  await sites.start()
  const addresses = node.libp2p.getMultiaddrs().map(String)
  return Object.assign(scene, {
    node,
    sites,
    asked,
    record: { label: ZoneLabel.parse('@'), kind: 'peer' as const, peerId: node.peerId, addresses },
    async publish(files: Readonly<Record<string, string | Uint8Array>>, name = site) {
      const { path } = await folderOf(files)
      folders.push(path)
      await sites.publish({ name, source: { kind: 'folder', path, fallback: false }, audience: 'anyone', copies: false })
    },
    async publishDraft(draft: SiteDraft) {
      await sites.publish(draft)
    },
  })
}

export function siteRecord(of: SiteCid | null = null, label = '@'): ZoneRecord {
  return { label: ZoneLabel.parse(label), kind: 'site', cid: of }
}

/** What it fails with, in the words of opening. */
export async function failureOf(opening: Promise<unknown>): Promise<OpenError['facts']> {
  const error: unknown = await opening.then(
    () => new Error('it opened'),
    (why: unknown) => why,
  )
  if (error instanceof OpenError) return error.facts
  throw error
}

/** The steps that were told, each run of the same once. */
export function told(): { readonly steps: OpenStep[]; readonly onStep: (step: OpenStep) => void } {
  const steps: OpenStep[] = []
  return { steps, onStep: (step) => void (steps.at(-1) === step || steps.push(step)) }
}

export async function text({ body }: { body: Readable }): Promise<string> {
  let all = ''
  for await (const chunk of body) all += String(chunk)
  return all
}
