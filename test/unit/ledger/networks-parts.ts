import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createNetworks, encodeGenesis, type Genesis, type NetworksParts } from '../../../src/main/features/ledger/index.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { NetworkDraft } from '../../../src/shared/model/networks.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { person } from './town.ts'

export const NOW_MS = Date.UTC(2027, 0, 5)

export function deviceOf(name: string): NetworksParts['me'] {
  const { key } = person(name)
  return { deviceKey: key, peerId: PeerId.parse(peerIdFromPrivateKey(key).toString()) }
}

export interface Desk {
  readonly networks: ReturnType<typeof createNetworks>
  readonly clock: FakeClock
  readonly database: Database
  /** The networks that its ledger was told to follow, in their order. */
  readonly used: { genesis: Genesis; label: string }[]
  readonly me: NetworksParts['me']
}

/** The networks of one device. Its ledger is a list of what it was told; the genesis of others comes from their desk. */
export function desk(name: string, over: Partial<NetworksParts> = {}): Desk {
  const clock = new FakeClock(NOW_MS)
  const database = over.database ?? openMemoryDatabase()
  const used: Desk['used'] = []
  const me = deviceOf(name)
  const networks = createNetworks({
    database,
    clock,
    log: silentLog,
    me,
    name: () => name,
    addresses: () => ['/ip4/192.168.1.2/tcp/4001', '/ip4/8.8.8.8/tcp/4001', '/ip4/127.0.0.1/tcp/4001'],
    fetchGenesis: () => Promise.reject(new LatchError('UNREACHABLE')),
    use: async (genesis, label) => void used.push({ genesis, label }),
    isEmptyOfMine: () => true,
    ...over,
  })
  return { networks, clock, database, used, me }
}

export function draft(over: Partial<NetworkDraft> = {}): NetworkDraft {
  return { label: 'River street', tld: 'peer', cards: [], ...over }
}

/** What a device answers that is asked for the genesis of the network it follows. */
export function tellsGenesis(of: Desk): NetworksParts['fetchGenesis'] {
  return async () => encodeGenesis(of.networks.active().genesis)
}
