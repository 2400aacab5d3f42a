import { createHash } from 'node:crypto'
import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import { createLibp2p } from 'libp2p'
import { Holder } from '../../src/main/features/names/holder.ts'
import { zoneKeeper } from '../../src/main/features/names/live/record-keeper.ts'
import { Running } from '../../src/main/features/names/live/running.ts'
import type { LedgerView } from '../../src/main/features/names/resolver-types.ts'
import { ZoneStore } from '../../src/main/features/names/zone-store.ts'
import type { Annex } from '../../src/main/node/annex.ts'
import { CROWD_LIMITS, type CrowdLimits } from '../../src/main/node/crowd.ts'
import { createDht, type DhtRoom } from '../../src/main/node/dht-room.ts'
import { createGossip, type GossipRoom } from '../../src/main/node/gossip.ts'
import { Handshakes } from '../../src/main/node/handshakes.ts'
import { coreOptions } from '../../src/main/node/libp2p-options.ts'
import { libp2pServes } from '../../src/main/node/page.ts'
import { joinDht, joinGossip } from '../../src/main/node/services.ts'
import { systemClock } from '../../src/main/platform/clock.ts'
import { openMemoryDatabase, type Database } from '../../src/main/platform/database.ts'
import type { RecordKeeper } from '../../src/main/platform/dht.ts'
import { silentLog } from '../../src/main/platform/log.ts'
import { loadNoiseCrypto } from '../../src/main/platform/noise-crypto.ts'
import { NETWORK } from '../integration/names/crowd.ts'
import { wrapNode, type TestNode } from '../helpers/two-nodes.ts'
import { joinLaid, type Neighbour } from './laid.ts'
import { NETWORKS, type Station, type Wire } from './wire.ts'

/*
 * One device of the simulation: the app's own options of libp2p (Noise, Yamux, identify, ping, the bounds on handshakes, streams
 * and connections), and of the rest what is asked for. Not there: the window, chat, files, TCP, WebSocket, WebRTC, and the watch
 * over each connection (a ping every 10 s of each of them: thousands a second in one process).
 */
export interface SimNode extends TestNode {
  readonly station: Station
  readonly annex: Annex
  readonly database: Database
  readonly key: PrivateKey
  readonly dht: DhtRoom | null
  readonly keeper: RecordKeeper | null
  readonly store: ZoneStore
  readonly gossip: GossipRoom | null
}

export interface SimNodeOptions {
  readonly wire: Wire
  readonly number: number
  readonly tag: string
  /** Whose names are whose; with it, the device takes part in the DHT and holds zones. */
  readonly ledger?: LedgerView
  /** Whom it knows from the beginning; without it, its table grows by what it hears. */
  readonly table?: readonly Neighbour[]
  readonly gossip?: boolean
  readonly isBehindNat?: boolean
  readonly crowd?: Partial<CrowdLimits>
}

/** Of the device with that number: the same for the same seed. */
export function keyOf(tag: string, number: number): Promise<PrivateKey> {
  return generateKeyPairFromSeed('Ed25519', createHash('sha256').update(`${tag} ${number}`).digest())
}

export async function simNode({ wire, number, tag, ledger, table, gossip = false, isBehindNat = false, crowd }: SimNodeOptions): Promise<SimNode> {
  const key = await keyOf(tag, number)
  const station = wire.station(number, peerIdFromPrivateKey(key).toString(), isBehindNat)
  const { crypto } = await loadNoiseCrypto(silentLog)
  const limits: CrowdLimits = { ...CROWD_LIMITS, maxArrivalsOfOne: 100_000, maxHandshakesOfOne: CROWD_LIMITS.maxHandshakes, ...crowd }
  const options = coreOptions({
    deviceKey: key,
    datastore: new MemoryDatastore(),
    log: silentLog,
    version: '0.0.0',
    listen: isBehindNat ? [] : [station.address],
    announce: [],
    noiseCrypto: crypto,
    admits: () => true,
    mayDial: () => true,
    handshakes: new Handshakes(() => null, limits),
    rates: { clock: systemClock, isUnguarded: (protocol) => libp2pServes.some((own) => own.protocol === protocol), overran: () => {} },
    crowd: limits,
  })
  const libp2p = await createLibp2p({
    ...options,
    transports: [wire.transport(station)],
    connectionEncrypters: [noise(crypto === null ? {} : { crypto })],
    connectionMonitor: { enabled: false },
  })
  const { annex } = libp2p.services
  const database = openMemoryDatabase()
  const wrapped = wrapNode(libp2p)
  const { offence, peerId } = wrapped
  const store = new ZoneStore(database, peerId)
  let [dht, keeper, room]: [DhtRoom | null, RecordKeeper | null, GossipRoom | null] = [null, null, null]
  if (ledger !== undefined) {
    const nothing = { neighbours: () => [], isWatched: () => false, heard: () => {} }
    const holder = new Holder({ network: NETWORK, me: peerId, store, ledger, clock: systemClock, log: silentLog, offence, ...nothing })
    keeper = zoneKeeper({ holder: () => holder, running: new Running(), count: () => store.size().zones })
    dht = createDht({ clock: systemClock, log: silentLog, database, me: peerId, offence, networks: () => NETWORKS })
    dht.keep('latch-zone', keeper)
    await (table === undefined ? joinDht(annex, dht) : joinLaid(annex, dht, database, table))
  }
  if (gossip) {
    room = createGossip({ database, clock: systemClock, log: silentLog, offence })
    await joinGossip(annex, room)
  }
  return {
    ...wrapped,
    station,
    annex,
    database,
    key,
    dht,
    keeper,
    store,
    gossip: room,
    async close() {
      await dht?.stop()
      await room?.stop()
      await libp2p.stop()
      database.close()
    },
  }
}
