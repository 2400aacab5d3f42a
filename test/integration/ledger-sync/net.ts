import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import type { CertifiedBlock } from '../../../src/main/features/ledger/block.ts'
import type { CheckCertificate } from '../../../src/main/features/ledger/chain.ts'
import type { Entry } from '../../../src/main/features/ledger/entry.ts'
import type { Genesis } from '../../../src/main/features/ledger/genesis.ts'
import { LiveChain } from '../../../src/main/features/ledger/live/running.ts'
import { createSync, serveLedger, type SyncLimits } from '../../../src/main/features/ledger/sync/index.ts'
import type { Running, Sync } from '../../../src/main/features/ledger/types.ts'
import { type Clock, systemClock } from '../../../src/main/platform/clock.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { type Log, silentLog } from '../../../src/main/platform/log.ts'
import { verifierOfThisThread } from '../../../src/main/platform/verify-pool.ts'
import {
  createLedgerProtocol,
  type LedgerHandlers,
  type LedgerProtocol,
  type Reply,
  type Request,
} from '../../../src/main/protocols/ledger/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { certified, checkWeight } from '../../unit/ledger/chains.ts'
import { person, type Town } from '../../unit/ledger/town.ts'
import { type TestNode, wrapNode } from '../../helpers/two-nodes.ts'

/** Deadlines come ten times as soon; the time of day is the real one. */
export const hasty: Clock = { ...systemClock, after: (delayMs, run) => systemClock.after(delayMs / 10, run) }

/** How a peer answers in place of what it would: frames of its own, or null for what an honest one says. */
export type Twist = (request: Request, honest: () => AsyncIterable<Reply>) => AsyncIterable<Reply> | null

export interface PlaceOptions {
  readonly clock?: Clock
  readonly database?: Database
  readonly limits?: Partial<SyncLimits>
  readonly twist?: Twist
  readonly checkCertificate?: CheckCertificate
  readonly alone?: boolean
  /** Memory, unless it is for another process. */
  readonly transport?: 'tcp'
  readonly log?: Log
}

/** One node of a network: real streams, a real chain in a database, and its sync. */
export interface Place {
  readonly node: TestNode
  readonly peerId: PeerId
  readonly running: LiveChain
  readonly protocol: LedgerProtocol
  readonly sync: Sync
  readonly lied: { readonly peerId: PeerId; readonly why: string; readonly points: number }[]
  readonly passedOn: Entry[]
  /** Requests that came, by kind. */
  readonly asked: Record<string, number>
  /** Who dials says so; both greet. */
  meet(other: Place): Promise<void>
  close(): Promise<void>
}

let made = 0

export async function openPlace(genesis: Genesis, options: PlaceOptions = {}): Promise<Place> {
  const { clock = systemClock, log = silentLog, twist = () => null } = options
  const memoryAddress = `/memory/ledger-sync-${process.pid}-${made++}`
  const libp2p = await createLibp2p({
    addresses: { listen: [options.transport === 'tcp' ? '/ip4/127.0.0.1/tcp/0' : memoryAddress] },
    transports: [options.transport === 'tcp' ? tcp() : memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    services: { identify: identify() },
  })
  const node = wrapNode(libp2p, { clock })
  const checkCertificate = options.checkCertificate ?? checkWeight
  const agreement = { checkCertificate, whyNoEvidence: () => 'nobody believes it here' }
  const database = options.database ?? openMemoryDatabase()
  const running = new LiveChain({ database, clock, log, genesis, agreement })
  const protocol = createLedgerProtocol({
    streams: node.streams,
    clock,
    offence: (peerId, why, points) => node.offences.push({ peerId, why, points }),
  })
  const lied: Place['lied'] = []
  const passedOn: Entry[] = []
  const asked: Place['asked'] = {}
  const sync = createSync({
    running,
    protocol,
    clock,
    log,
    verifier: verifierOfThisThread,
    lied: (peerId, why, points) => lied.push({ peerId, why, points }),
    random: () => 0.5,
    decidesAlone: () => options.alone === true,
    passOn: (entry) => passedOn.push(entry),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  })
  const twisted = (handlers: LedgerHandlers): LedgerHandlers => ({
    answer(peer, request, signal) {
      asked[request.kind] = (asked[request.kind] ?? 0) + 1
      const honest = (): AsyncIterable<Reply> => handlers.answer(peer, request, signal)
      return twist(request, honest) ?? honest()
    },
  })
  await serveLedger({
    protocol: { serve: (handlers) => protocol.serve(twisted(handlers)) },
    runningOf: (network): Running | null => (network === running.network ? running : null),
    heard: (_network, peerId, head) => sync.heard(peerId, head),
    clock,
    log,
  })
  libp2p.addEventListener('peer:disconnect', ({ detail }) => sync.gone(PeerId.parse(detail.toString())))
  const place: Place = {
    node,
    peerId: node.peerId,
    running,
    protocol,
    sync,
    lied,
    passedOn,
    asked,
    async meet(other) {
      await libp2p.dial(other.node.libp2p.getMultiaddrs())
      sync.greet(other.peerId)
      other.sync.greet(place.peerId)
    },
    async close() {
      await sync.close()
      await node.close()
    },
  }
  return place
}

/** Opens many, and closes them when the test is over, one after another. */
export class Places {
  readonly #open: Place[] = []

  async open(genesis: Genesis, options: PlaceOptions = {}): Promise<Place> {
    const place = await openPlace(genesis, options)
    this.#open.push(place)
    return place
  }

  /** One that has these blocks. */
  async with(town: Town, blocks: readonly CertifiedBlock[], options: PlaceOptions = {}): Promise<Place> {
    const place = await this.open(town.genesis, options)
    give(place, blocks)
    return place
  }

  async close(): Promise<void> {
    for (const place of this.#open.splice(0)) await place.close()
  }
}

export function give({ running }: Place, blocks: readonly CertifiedBlock[]): void {
  const refused = running.take(blocks).find(({ outcome }) => outcome === 'refused' || outcome === 'orphan')
  if (refused !== undefined) throw new Error(JSON.stringify(refused))
}

/** So many blocks more, each with the claim of somebody who was not there before. */
export function grow(town: Town, count: number, weight = 1, label = 'p'): CertifiedBlock[] {
  return Array.from({ length: count }, () => {
    const who = person(`${label}${town.parent.height}`)
    return certified(town.grow([town.entry(who, town.claim(who, 'some-name'))]), weight)
  })
}
