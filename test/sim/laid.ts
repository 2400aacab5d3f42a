import type { PeerId as Libp2pPeerId } from '@libp2p/interface'
import { kadDHT } from '@libp2p/kad-dht'
import { Libp2pRecord } from '@libp2p/record'
import type { Annex } from '../../src/main/node/annex.ts'
import { facesOf } from '../../src/main/node/dht-library.ts'
import { KeptTable } from '../../src/main/node/dht-persist.ts'
import type { DhtRoom } from '../../src/main/node/dht-room.ts'
import type { Database } from '../../src/main/platform/database.ts'
import { PeerId } from '../../src/shared/ids.ts'

/** Somebody of a table that is laid. */
export interface Neighbour {
  readonly id: Libp2pPeerId
  readonly address: string
}

/** What the library has besides, and what it begins by itself: pinned to one version, as all of dht-library.ts. */
interface Inside {
  readonly querySelf: { stop(): void }
  readonly routingTableRefresh: { stop(): Promise<void> | void }
}
interface Buckets {
  add(peerId: Libp2pPeerId): Promise<void>
  verify: () => Promise<boolean>
  onAdd?: unknown
}

/**
 * Joins the DHT as a device does that comes back with the table it wrote down, but that nobody of it is asked first whether
 * it is there, and that the table is not kept up by questions: a thousand devices that do so at once are 60,000 handshakes,
 * ten minutes of one thread. What is asked for from then on goes the app's own ways.
 */
export async function joinLaid(annex: Annex, room: DhtRoom, database: Database, table: readonly Neighbour[]): Promise<void> {
  const kept = table.map(({ id, address }) => ({ peerId: PeerId.parse(id.toString()), addresses: [address] }))
  new KeptTable(database).save(kept, Date.now())
  const service = await annex.add('dht', (components) => room.make({ kadDHT, Libp2pRecord }, components))
  const inside = service as unknown as Inside
  inside.querySelf.stop()
  await inside.routingTableRefresh.stop()
  const { routingTable } = facesOf(service)
  const offer = routingTable.queueRoutingTableUpdate.bind(routingTable)
  routingTable.queueRoutingTableUpdate = () => {}
  room.begin()
  routingTable.queueRoutingTableUpdate = offer
  const buckets = routingTable.kb as unknown as Buckets
  const { verify, onAdd } = buckets
  Object.assign(buckets, { verify: async () => true, onAdd: undefined })
  for (const { id } of table) await buckets.add(id)
  Object.assign(buckets, { verify, onAdd })
}
