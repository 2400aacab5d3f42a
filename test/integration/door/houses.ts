import { randomBytes } from 'node:crypto'
import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p, PrivateKey } from '@libp2p/interface'
import { memory } from '@libp2p/memory'
import { peerIdFromString } from '@libp2p/peer-id'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { createDoor, type DoorFeature, type DoorParts } from '../../../src/main/features/door/index.ts'
import type { Clock } from '../../../src/main/platform/clock.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { describeConnection } from '../../../src/main/platform/describe-connection.ts'
import { createPeerStreams } from '../../../src/main/platform/guarded-streams.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { Guard, PeerStreams, ProtocolTerms } from '../../../src/main/platform/streams.ts'
import { KNOCK_PROTOCOL } from '../../../src/main/protocols/knock/index.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'

/** A protocol behind the door, as small as one can be: says "in" to whoever the guard of `contact` let in. */
export const PARLOUR: ProtocolTerms = {
  protocol: '/test/parlour/1.0.0',
  maxInboundStreams: 4,
  maxFrameBytes: 16,
  exchangeTimeoutMs: 5_000,
  onRelay: true,
}

/** Who proves which account: what hello would know. */
export type Registry = Map<PeerId, AccountId>

export interface House {
  readonly libp2p: Libp2p
  readonly peerId: PeerId
  readonly account: AccountId
  readonly key: PrivateKey
  readonly streams: PeerStreams
  readonly door: DoorFeature
  readonly database: Database
  connectTo(other: House): Promise<void>
  /** What the other side's parlour says: `in`, or the code of the refusal. */
  visit(other: House): Promise<string>
  close(): Promise<void>
}

let made = 0

/**
 * A real libp2p node over the memory transport with a door, guarded streams and connections that the door may refuse.
 */
export async function house(
  registry: Registry,
  clock: Clock,
  again?: Pick<House, 'key' | 'database' | 'account'>,
  choices: Pick<DoorParts, 'settings' | 'closeConnections'> = {},
): Promise<House> {
  const key = again?.key ?? (await generateKeyPair('Ed25519'))
  const account = again?.account ?? AccountId.parse(`k51${(made++).toString(36).padStart(59, '0')}`)
  const database = again?.database ?? openMemoryDatabase()
  const libp2p = await createLibp2p({
    privateKey: key,
    addresses: { listen: [`/memory/door-${process.pid}-${made++}`] },
    transports: [memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionGater: {
      denyInboundEncryptedConnection: (peerId) => !door.admitsConnection(PeerId.parse(peerId.toString())),
    },
    services: { identify: identify() },
  })
  const peerId = PeerId.parse(libp2p.peerId.toString())
  registry.set(peerId, account)

  const guards: Record<string, () => Guard> = {
    [KNOCK_PROTOCOL]: () => door.openToStrangers('it is the door'),
    [PARLOUR.protocol]: () => door.guard('contact'),
  }
  const streams = createPeerStreams({
    libp2p,
    clock,
    log: silentLog,
    guards: (protocol) => guards[protocol]?.() ?? null,
    offence: (...about) => door.offence(...about),
  })
  const proofOf = (peer: PeerId): { account: AccountId; claimedName: string } | null => {
    const proven = registry.get(peer)
    return proven === undefined ? null : { account: proven, claimedName: 'somebody' }
  }
  const door: DoorFeature = createDoor({
    streams,
    database,
    clock,
    log: silentLog,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
    deviceKey: key,
    proofs: {
      of: proofOf,
      prove: async (peer) => proofOf(peer),
      devicesOf: (wanted) => [...registry].filter(([, proven]) => proven === wanted).map(([peer]) => peer),
    },
    isContact: () => false,
    connect: async (to) => {
      const [wanted] = 'peerId' in to ? [to.peerId] : ([...registry].find(([, proven]) => proven === to.account) ?? [])
      const isConnected = wanted !== undefined && libp2p.getConnections(peerIdFromString(wanted)).length > 0
      if (!isConnected) throw new LatchError('UNREACHABLE')
      return wanted
    },
    closeConnections: (peer) => void libp2p.hangUp(peerIdFromString(peer)),
    ...choices,
  })
  const tell = (what: 'connected' | 'disconnected') => (event: CustomEvent<Connection>) =>
    door[what](describeConnection(event.detail))
  libp2p.addEventListener('connection:open', tell('connected'))
  libp2p.addEventListener('connection:close', tell('disconnected'))
  await door.start()
  await streams.serve(PARLOUR, async (stream) => {
    await stream.read()
    await stream.write(new TextEncoder().encode('in'))
  })

  return {
    libp2p,
    peerId,
    account,
    key,
    streams,
    door,
    database,
    connectTo: async (other) => {
      await libp2p.dial(other.libp2p.getMultiaddrs())
    },
    async visit(other) {
      const stream = await streams.open(other.peerId, PARLOUR)
      try {
        await stream.write(new TextEncoder().encode('hello'))
        const said = await stream.read()
        await stream.end()
        return new TextDecoder().decode(said ?? new Uint8Array())
      } catch (error) {
        return error instanceof Error && 'code' in error ? String(error.code) : 'cut'
      }
    },
    async close() {
      await door.stop()
      await libp2p.stop()
    },
  }
}
