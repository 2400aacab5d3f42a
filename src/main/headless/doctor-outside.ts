import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { FaultTolerance, type Libp2p, type PrivateKey } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { PeerId } from '../../shared/ids.ts'
import { SECOND } from '../../shared/units.ts'
import { createIdentity, createProofs } from '../features/identity/index.ts'
import { version } from '../node/version.ts'
import { deadline, systemClock } from '../platform/clock.ts'
import { openMemoryDatabase } from '../platform/database.ts'
import { createPeerStreams } from '../platform/guarded-streams.ts'
import { createKeyFileVault } from '../platform/key-file-vault.ts'
import { silentLog } from '../platform/log.ts'
import { HELLO_TERMS } from '../protocols/hello/index.ts'
import {
  createIntroductionProtocol,
  MAX_PROBE_PORTS,
  looksLikeIntroducerLink,
  readIntroducerLink,
  type IntroductionProtocol,
} from '../protocols/introduction/index.ts'

/** What another introducer says about this machine. */
export type Outside =
  | {
      outcome: 'answered'
      who: string
      /** How far its clock is ahead of this one. */
      aheadMs: number
      /** Empty where nothing could be tried. */
      ports: readonly { port: number; reached: boolean }[]
    }
  | { outcome: 'silent'; who: string; why: string }

/** For one introducer: dialling, hello, two questions. */
const ASK_TIMEOUT_MS = 20 * SECOND

/**
 * Asks other introducers what time they have, and to dial this machine back at `ports`, where a stranger of ours
 * listens meanwhile: an introducer proves by Noise whom it reaches, so it cannot test ports that somebody else holds.
 */
export async function askOutside(
  introducers: readonly string[],
  ports: readonly number[],
  random: (bytes: number) => Uint8Array,
): Promise<Outside[]> {
  const folder = await mkdtemp(join(tmpdir(), 'latch-doctor-'))
  const stranger = await comeAsStranger(folder, ports, random)
  try {
    const answers: Outside[] = []
    for (const introducer of introducers) answers.push(await askOne(stranger, introducer, ports))
    return answers
  } finally {
    await stranger.close()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Stranger {
  readonly libp2p: Libp2p
  readonly protocol: IntroductionProtocol
  close(): Promise<void>
}

/** An account of nobody, as an introducer answers those who prove one. */
async function comeAsStranger(
  folder: string,
  ports: readonly number[],
  random: (bytes: number) => Uint8Array,
): Promise<Stranger> {
  const parts = { clock: systemClock, log: silentLog, random, offence: () => {} }
  const files = { keys: join(folder, 'keys.json'), database: join(folder, 'latch.db') }
  const vault = createKeyFileVault(join(folder, 'key'))
  const identity = await createIdentity({ ...parts, files, vault, deviceLabel: 'doctor' })
  await identity.create('Doctor')
  const privateKey = identity.keyring()?.deviceKey
  if (privateKey === undefined) throw new Error('there is no device key')
  const libp2p = await libp2pWith(privateKey, ports)
  const streams = createPeerStreams({
    ...parts,
    libp2p,
    guards: (protocol) =>
      protocol === HELLO_TERMS.protocol ? () => ({ verdict: 'allow', why: 'who asks says who it is' }) : null,
  })
  const database = openMemoryDatabase()
  const agent = `latch/${version}`
  const proofs = createProofs({ ...parts, streams, database, identity, isContact: () => false, agent })
  await proofs.start()
  return {
    libp2p,
    protocol: createIntroductionProtocol({ ...parts, streams }),
    async close() {
      await proofs.stop()
      await libp2p.stop()
      database.close()
    },
  }
}

function libp2pWith(privateKey: PrivateKey, ports: readonly number[]): Promise<Libp2p> {
  return createLibp2p({
    privateKey,
    addresses: { listen: ports.flatMap((port) => [`/ip4/0.0.0.0/tcp/${port}`, `/ip6/::/tcp/${port}`]) },
    transports: [tcp(), webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    transportManager: { faultTolerance: FaultTolerance.NO_FATAL },
    connectionManager: { reconnectRetries: 0 },
    services: { identify: identify(), ping: ping() },
  })
}

async function askOne({ libp2p, protocol }: Stranger, link: string, ports: readonly number[]): Promise<Outside> {
  const { signal, release } = deadline(systemClock, ASK_TIMEOUT_MS, 'asking another introducer')
  let who = link.slice(0, 60)
  try {
    const me = PeerId.parse(libp2p.peerId.toString())
    const found = await addressesIn(link, me)
    who = found.name
    const connection = await libp2p.dial(found.addresses.map((address) => multiaddr(address)), { signal })
    const introducer = PeerId.parse(connection.remotePeer.toString())
    const askedMs = systemClock.nowMs()
    const { nowMs } = await protocol.describe(introducer, signal)
    // The answer was under way for about half of the time.
    const aheadMs = nowMs - (askedMs + systemClock.nowMs()) / 2
    const wanted = ports.slice(0, MAX_PROBE_PORTS)
    const reached = wanted.length === 0 ? [] : await protocol.probe(introducer, wanted, signal).catch(() => [])
    return { outcome: 'answered', who, aheadMs, ports: reached }
  } catch (error) {
    return { outcome: 'silent', who, why: error instanceof Error ? error.message : String(error) }
  } finally {
    release()
  }
}

async function addressesIn(link: string, me: PeerId): Promise<{ name: string; addresses: string[] }> {
  if (!looksLikeIntroducerLink(link)) return { name: link, addresses: [link] }
  const { record } = await readIntroducerLink(link, { nowMs: systemClock.nowMs(), me })
  return { name: record.name, addresses: record.addresses.map((address) => `${address}/p2p/${record.peerId}`) }
}
