import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { createLibp2p, type Libp2p } from 'libp2p'
import { LiveChain } from '../../../src/main/features/ledger/live/running.ts'
import { createSignedStore } from '../../../src/main/features/consensus/index.ts'
import { createAgreement } from '../../../src/main/node/agreement.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { type Database, openDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { createConsensusProtocol } from '../../../src/main/protocols/consensus/index.ts'
import { createLedgerProtocol, type LedgerProtocol } from '../../../src/main/protocols/ledger/index.ts'
import { wrapNode } from '../../helpers/two-nodes.ts'
import { person } from '../../unit/ledger/town.ts'
import { DATABASE_KEY, GENESIS } from './long-chain.ts'

export interface ChainNode {
  readonly libp2p: Libp2p
  readonly running: LiveChain
  readonly protocol: LedgerProtocol
  close(): Promise<void>
}

/** A node of the long chain's network over TCP, with its database in a file, and certificates checked as ever. */
export async function chainNode(path: string): Promise<ChainNode> {
  const libp2p = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    services: { identify: identify() },
  })
  const { streams } = wrapNode(libp2p)
  const clock = systemClock
  const offence = (): void => {}
  const database: Database = openDatabase(path, DATABASE_KEY)
  const consensus = createConsensusProtocol({ streams, clock, offence })
  const { key } = person('follower')
  const store = createSignedStore(database)
  const agreement = await createAgreement({ protocol: consensus, clock, log: silentLog, store, offence, key })
  const running = new LiveChain({ database, clock, log: silentLog, genesis: GENESIS, agreement })
  return {
    libp2p,
    running,
    protocol: createLedgerProtocol({ streams, clock, offence }),
    async close() {
      agreement.close()
      await libp2p.stop()
      database.close()
    },
  }
}
