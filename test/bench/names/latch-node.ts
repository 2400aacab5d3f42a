import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import type { PrivateKey } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p, type Libp2p } from 'libp2p'
import { ResourceMap } from '../../../src/main/features/names/cache.ts'
import { Holder } from '../../../src/main/features/names/holder.ts'
import { Lines } from '../../../src/main/features/names/lines.ts'
import type { LedgerView } from '../../../src/main/features/names/resolver-types.ts'
import { nextZone, signZone, type SignedZone } from '../../../src/main/features/names/zone.ts'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { sendingInOneWrite } from '../../../src/main/platform/few-packets.ts'
import { createPeerStreams } from '../../../src/main/platform/guarded-streams.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { loadNoiseCrypto } from '../../../src/main/platform/noise-crypto.ts'
import { type Closer, createNamesProtocol } from '../../../src/main/protocols/names/index.ts'
import { type AccountId, PeerId } from '../../../src/shared/ids.ts'
import type { NameLabel, NetworkId } from '../../../src/shared/model/ledger.ts'
import { ZoneRecord } from '../../../src/shared/model/names.ts'
import { DAY, MiB } from '../../../src/shared/units.ts'

/*
 * The names of Latch over real libp2p nodes, set up as ours are, without the house around them: what is measured is the
 * protocol, the streams that are kept and the resolver. The ledger says what the village says.
 */

export const TLD = 'peer'

/** Whose names they all are; nothing of a ledger is asked but this. */
export function ledgerOf(owner: AccountId, nowMs: number): LedgerView {
  const term = { sinceMs: nowMs - DAY, registeredMs: nowMs - DAY, expiresMs: nowMs + 364 * DAY }
  return {
    head: () => ({ block: null, height: 1_000, atMs: nowMs - 1_000 }),
    behind: () => null,
    name: (name) => ({ name, owner, phase: 'living', offeredTo: null, ...term }),
    namesOf: () => [],
  }
}

export type { Libp2p }

export async function libp2pOf(listen: boolean): Promise<Libp2p> {
  const { crypto } = await loadNoiseCrypto(silentLog)
  return createLibp2p({
    addresses: { listen: listen ? ['/ip4/127.0.0.1/tcp/0'] : [] },
    transports: [(components) => sendingInOneWrite(tcp()(components))],
    connectionEncrypters: [noise(crypto === null ? {} : { crypto })],
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: MiB, maxReadBufferLength: 4 * MiB } })],
    connectionMonitor: { enabled: false },
    // Everybody here comes from one address, and often.
    connectionManager: { inboundConnectionThreshold: 10_000, maxIncomingPendingConnections: 1_000, reconnectRetries: 0 },
    services: { identify: identify(), ping: ping() },
  })
}

export interface NodeFacts {
  readonly network: NetworkId
  readonly owner: AccountId
  readonly listen: boolean
}

export async function latchNode({ network, owner, listen }: NodeFacts) {
  const libp2p = await libp2pOf(listen)
  const peerId = PeerId.parse(libp2p.peerId.toString())
  const offence = (_: PeerId, why: string): void => console.error(`an offence: ${why}`)
  const streams = createPeerStreams({
    libp2p,
    clock: systemClock,
    log: silentLog,
    guards: () => () => ({ verdict: 'allow', why: 'a benchmark' }),
    offence,
  })
  const database = openMemoryDatabase()
  const store = new ZoneStore(database, peerId)
  const ledger = ledgerOf(owner, Date.now())
  const around: { neighbours: readonly Closer[] } = { neighbours: [] }
  const holder = new Holder({
    network,
    me: peerId,
    store,
    ledger,
    clock: systemClock,
    log: silentLog,
    offence,
    neighbours: () => around.neighbours,
    isWatched: () => false,
    heard: () => {},
  })
  const protocol = createNamesProtocol({ streams, clock: systemClock, offence })
  await protocol.serve(holder)
  const lines = new Lines({ protocol, clock: systemClock, log: silentLog, offence })
  const connected = new Set<PeerId>()
  libp2p.addEventListener('peer:connect', ({ detail }) => connected.add(PeerId.parse(detail.toString())))
  libp2p.addEventListener('peer:disconnect', ({ detail }) => connected.delete(PeerId.parse(detail.toString())))
  const cache = new ResourceMap({ database, clock: systemClock, network, tld: TLD })
  return {
    libp2p,
    peerId,
    streams,
    database,
    store,
    ledger,
    around,
    holder,
    lines,
    cache,
    connected,
    offence,
    async close() {
      lines.close()
      cache.flush()
      await libp2p.stop()
      database.close()
    },
  }
}
export type LatchNode = Awaited<ReturnType<typeof latchNode>>

export async function zoneOf(
  { network, owner, name, device }: { network: NetworkId; owner: AccountId; name: NameLabel; device: PeerId },
  key: PrivateKey,
  previous: SignedZone | null = null,
): Promise<SignedZone> {
  const records = [
    { label: '@', kind: 'peer', peerId: device, addresses: ['/ip4/127.0.0.1/tcp/4001', '/ip4/192.0.2.7/tcp/4001'] },
  ].map((record) => ZoneRecord.parse(record))
  const built = await signZone(nextZone(previous?.zone ?? null, { network, name, owner, records }, Date.now()), key)
  if (built.outcome === 'refused') throw new Error(built.why)
  return built.signed
}
