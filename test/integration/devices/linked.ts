import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import type { PrivateKey } from '@libp2p/interface'
import { createLibp2p, type Libp2p } from 'libp2p'
import {
  createDevices, createJoining, type Carried, type DevicesFeature, type JoiningFeature, type JoiningParts,
} from '../../../src/main/features/devices/index.ts'
import { createIdentity, keyringFrom, randomSeeds } from '../../../src/main/features/identity/index.ts'
import type { IdentityFeature } from '../../../src/main/features/identity/types.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { wrapNode, type TestNode } from '../../helpers/two-nodes.ts'
import { seededRandom, testVault } from '../../unit/identity/parts.ts'
import { resident, type Resident } from '../identity/resident.ts'

/** A device that has an account and may show codes. Its own hands of the clock move only when told to. */
export interface OldDevice {
  readonly resident: Resident
  readonly devices: DevicesFeature
  readonly clock: FakeClock
  close(): Promise<void>
}

export async function oldDevice(carried: readonly Carried[] = []): Promise<OldDevice> {
  const host = await resident('ada')
  const clock = new FakeClock()
  const devices = devicesOf(host, clock, host.database, carried)
  await devices.start()
  return {
    resident: host,
    devices,
    clock,
    async close() {
      await devices.stop()
      await host.close()
    },
  }
}

export function devicesOf(host: Resident, clock: FakeClock, database: Database, carried: readonly Carried[]): DevicesFeature {
  const { identity, node, proofs } = host
  return createDevices({
    streams: node.streams,
    database,
    clock,
    log: silentLog,
    random: seededRandom(`codes of ${host.peerId}`),
    offence: node.offence,
    me: identity.me(),
    account: () => ({ ...identity.me(), entropy: identity.keyring()?.entropy ?? new Uint8Array() }),
    own: {
      current: () => proofs.ownDevices(),
      rename: (peerId, label) => proofs.renameDevice(peerId, label),
      revoke: (peerId) => proofs.revokeDevice(peerId),
      with: async (device) => {
        const signed = await proofs.listWith(device)
        return { envelope: signed.envelope, keep: () => proofs.learn(signed) }
      },
      onChanged: (listener) => proofs.onOwnList(listener),
    },
    carried,
    addresses: () => [],
    isConnected: (peerId) => node.libp2p.getPeers().some((peer) => peer.toString() === peerId),
    onConnections: () => () => {},
    behind: () => null,
    keepConnected: () => {},
  })
}

/** A folder without an account, and what links it. */
export interface FreshDevice {
  readonly joining: JoiningFeature
  readonly identity: IdentityFeature
  readonly folder: string
  /** All that lies in its folder. */
  files(): Promise<string[]>
  database(): Database
  close(): Promise<void>
}

let made = 0

export async function freshDevice(host: OldDevice, more: Partial<JoiningParts> = {}): Promise<FreshDevice> {
  const folder = await mkdtemp(join(tmpdir(), 'latch-fresh-'))
  const random = seededRandom(`fresh ${made++}`)
  const files = { keys: join(folder, 'keys.json'), database: join(folder, 'latch.db') }
  const identity = await createIdentity({ files, vault: testVault(), clock: systemClock, log: silentLog, random, deviceLabel: 'phone' })
  const joining = createJoining({
    clock: systemClock,
    log: silentLog,
    random,
    isFresh: () => identity.current().state === 'none',
    arrive: (arrival) => identity.arrive(arrival),
    async newDevice() {
      const seeds = randomSeeds(random)
      const { deviceKey, mailKey } = await keyringFrom(seeds)
      return {
        seeds,
        mailKey: mailKey.publicKey,
        async open() {
          const node = await nodeWith(deviceKey)
          return {
            peerId: node.peerId,
            streams: node.streams,
            connect: async () => void (await node.libp2p.dial(host.resident.node.libp2p.getMultiaddrs())),
            stop: () => node.close(),
          }
        },
      }
    },
    ...more,
  })
  return {
    joining,
    identity,
    folder,
    files: async () => (await readdir(folder)).toSorted(),
    database: () => openDatabase(files.database, identity.keyring()?.databaseKey ?? new Uint8Array(32), { mustExist: true }),
    async close() {
      await joining.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A node that serves nothing. */
export async function nodeWith(privateKey?: PrivateKey): Promise<TestNode> {
  const libp2p: Libp2p = await createLibp2p({
    ...(privateKey === undefined ? {} : { privateKey }),
    transports: [memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    services: { identify: identify() },
  })
  return wrapNode(libp2p)
}
