import type { Connection, Libp2p } from '@libp2p/interface'
import { peerIdFromCID, peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { Datastore } from 'interface-datastore'
import { base32 } from 'multiformats/bases/base32'
import { CID } from 'multiformats/cid'
import { PeerId } from '../../shared/ids.ts'
import type { FoundBy } from '../../shared/model/peers.ts'
import { SECOND } from '../../shared/units.ts'
import type { Network, NetworkEvent } from '../features/peers/index.ts'
import { deadline, type Clock } from '../platform/clock.ts'
import { describeConnection } from '../platform/describe-connection.ts'
import { Feed } from '../platform/feed.ts'
import type { Log } from '../platform/log.ts'
import type { Circuit } from '../platform/streams.ts'
import type { Connections } from './connections.ts'
import { dialOne, type DialOneParts } from './dial-one.ts'
import { roundTrip } from './round-trip.ts'
import { weed } from './weed.ts'

/** How long a connection has to say goodbye before it is cut. */
const HANG_UP_TIMEOUT_MS = SECOND

export interface NetworkParts extends DialOneParts {
  readonly libp2p: Libp2p
  readonly datastore: Pick<Datastore, 'queryKeys'>
  readonly clock: Clock
  readonly log: Log
  /** Made here, and asked by whoever opens streams. */
  readonly connections: Connections
}

/** libp2p in the plain words of the peers feature. */
export interface Libp2pNetwork extends Network {
  /** A way of discovery found a peer. */
  found(peerId: string, addresses: readonly string[], by: FoundBy): void
  /** What an open circuit may still carry as of now, by its connection's id; null: gone, or no circuit. */
  circuit(connection: string): Circuit | null
  /** Closes one connection by its id, after what is on its way. */
  close(connection: string): Promise<void>
}

export function createNetwork(parts: NetworkParts): Libp2pNetwork {
  const { libp2p, datastore, clock, log, connections } = parts
  const feed = new Feed<NetworkEvent>((error) => log.error({ error }, 'a listener of the network failed'))

  connections.follow(libp2p, (event) => feed.publish(event), closeInTime)
  libp2p.addEventListener('peer:identify', ({ detail }) => {
    feed.publish({ event: 'identified', peerId: PeerId.parse(detail.peerId.toString()) })
  })
  libp2p.addEventListener('self:peer:update', () => feed.publish({ event: 'listening-changed' }))

  return {
    async dial(address, signal) {
      const connection = await libp2p.dial(multiaddr(address), { signal })
      await connections.standings.proven(connection)
      return describeConnection(connection)
    },

    async dialOnly(peerId, address, signal) {
      const connection = await dialOne(parts, peerId, address, signal)
      await connections.standings.proven(connection)
      return describeConnection(connection)
    },

    async find(peerId, signal) {
      const { multiaddrs } = await libp2p.peerRouting.findPeer(peerIdFromString(peerId), { signal })
      return multiaddrs.map(String)
    },

    attempted: (attempt) => feed.publish({ event: 'attempted', attempt }),

    weed(peerId, withinMs) {
      const meant = connections.open().filter((one) => peerId === null || one.remotePeer.toString() === peerId)
      return weed(meant, withinMs, clock, log)
    },

    async hangUp(peerId) {
      await within('hanging up', (signal) => libp2p.hangUp(peerIdFromString(peerId), { signal }))
    },

    async close(connection) {
      const open = libp2p.getConnections().find(({ id }) => id === connection)
      if (open !== undefined) await closeInTime(open)
    },

    async forget(peerId) {
      await libp2p.peerStore.delete(peerIdFromString(peerId))
    },

    async *stored() {
      // Keys only: a stranger's record may be large, and there may be many.
      for await (const key of datastore.queryKeys({ prefix: '/peers/' })) {
        const peerId = peerIdFromCID(CID.parse(key.baseNamespace(), base32))
        if (!peerId.equals(libp2p.peerId)) yield PeerId.parse(peerId.toString())
      }
    },

    async addAddresses(peerId, addresses) {
      if (addresses.length === 0) return
      const multiaddrs = addresses.map((address) => multiaddr(address))
      await libp2p.peerStore.merge(peerIdFromString(peerId), { multiaddrs })
    },

    async about(peerId) {
      const { addresses, metadata, protocols } = await libp2p.peerStore.get(peerIdFromString(peerId))
      const agent = metadata.get('AgentVersion')
      return {
        addresses: addresses.map((one) => one.multiaddr.toString()),
        agent: agent === undefined ? null : new TextDecoder().decode(agent),
        protocols,
      }
    },

    async ping(peerId, signal) {
      const connection = connections.best(peerId)
      if (connection === undefined) throw new Error('not connected')
      return roundTrip(connection, clock, signal)
    },

    connections: () => connections.open().map((connection) => describeConnection(connection)),
    isRetiring: (connection) => connections.isRetiring(connection),
    circuit(connection) {
      const open = connections.open().find(({ id }) => id === connection)
      return open === undefined ? null : describeConnection(open).circuit
    },
    retire: (connection) => connections.retire(connection, (event) => feed.publish(event)),
    listening: () => libp2p.getMultiaddrs().map((address) => address.toString()),
    subscribe: (listener) => feed.subscribe(listener),

    found(peerId, addresses, by) {
      const parsed = PeerId.safeParse(peerId)
      if (parsed.success) feed.publish({ event: 'found', peerId: parsed.data, addresses: [...addresses], by })
    },
  }

  function closeInTime(connection: Connection): Promise<void> {
    return within('closing a connection', (signal) => closeOrCut(connection, signal))
  }

  async function within(what: string, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal, release } = deadline(clock, HANG_UP_TIMEOUT_MS, what)
    try {
      await run(signal)
    } finally {
      release()
    }
  }
}

async function closeOrCut(connection: Connection, signal: AbortSignal): Promise<void> {
  try {
    await connection.close({ signal })
  } catch (error) {
    connection.abort(error instanceof Error ? error : new Error('could not be closed', { cause: error }))
  }
}
