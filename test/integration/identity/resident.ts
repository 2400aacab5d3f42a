import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { createIdentity, createProofs } from '../../../src/main/features/identity/index.ts'
import type { OwnIdentity, ProofEvent, ProofsFeature } from '../../../src/main/features/identity/types.ts'
import { systemClock, type Clock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { Guard } from '../../../src/main/platform/streams.ts'
import type { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { wrapNode, type TestNode } from '../../helpers/two-nodes.ts'
import { seededRandom, testVault } from '../../unit/identity/parts.ts'

/** Somebody on the network: a node with the device key of an account, and proofs on top. */
export interface Resident {
  readonly name: string
  readonly peerId: PeerId
  readonly node: TestNode
  readonly identity: OwnIdentity
  readonly database: Database
  readonly proofs: ProofsFeature
  /** Everything that was proven and disproven here, in order. */
  readonly events: ProofEvent[]
  dial(other: Resident): Promise<void>
  close(): Promise<void>
}

export interface ResidentOptions {
  /** The account of another resident, restored from its phrase. */
  readonly of?: Resident
  /** What a former life of this resident left. */
  readonly database?: Database
  readonly clock?: Clock
  readonly guards?: (protocol: string) => Guard | null
  readonly isContact?: (account: AccountId) => boolean
  /** Whether hello is served and said; true unless said otherwise. */
  readonly started?: boolean
}

let made = 0

export async function resident(name: string, options: ResidentOptions = {}): Promise<Resident> {
  const clock = options.clock ?? systemClock
  const folder = await mkdtemp(join(tmpdir(), 'latch-resident-'))
  made += 1
  const identity = await createIdentity({
    files: { keys: join(folder, 'keys.json'), database: join(folder, 'latch.db') },
    vault: testVault(),
    clock,
    log: silentLog,
    random: seededRandom(`${name} ${made}`),
    deviceLabel: `${name}'s device`,
  })
  if (options.of === undefined) await identity.create(name)
  else await identity.restore(name, options.of.identity.phrase().join(' '))

  const privateKey = identity.keyring()?.deviceKey
  if (privateKey === undefined) throw new Error('there is no device key')
  const libp2p = await createLibp2p({
    privateKey,
    addresses: { listen: [`/memory/resident-${process.pid}-${made}`] },
    transports: [memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    services: { identify: identify() },
  })
  const node = wrapNode(libp2p, { clock, ...(options.guards === undefined ? {} : { guards: options.guards }) })
  const database = options.database ?? openMemoryDatabase()
  const proofs = createProofs({
    streams: node.streams,
    database,
    identity,
    clock,
    log: silentLog,
    offence: (peerId, why, points) => node.offences.push({ peerId, why, points }),
    isContact: options.isContact ?? (() => false),
    agent: 'latch/test',
  })
  const events: ProofEvent[] = []
  proofs.subscribe((event) => events.push(event))
  if (options.started !== false) await proofs.start()
  return {
    name,
    peerId: node.peerId,
    node,
    identity,
    database,
    proofs,
    events,
    async dial(other) {
      await libp2p.dial(other.node.libp2p.getMultiaddrs())
    },
    async close() {
      await proofs.stop()
      await node.close()
      await rm(folder, { recursive: true })
    },
  }
}
