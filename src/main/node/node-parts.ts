import type { Datastore } from 'interface-datastore'
import type { Keyring, OwnIdentity } from '../features/identity/types.ts'
import type { AccountId } from '../../shared/ids.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Log } from '../platform/log.ts'
import type { NoiseCrypto } from '../platform/noise-crypto.ts'
import type { Libp2pNode } from './libp2p-node.ts'
import type { Reaching } from './reaching.ts'
import type { Household, NodeConfig } from './types.ts'

export interface NodeParts {
  readonly config: Pick<NodeConfig, 'dataFolder' | 'downloads' | 'crowd' | 'listen' | 'bootstrap' | 'introducers' | 'introducer' | 'services'>
  readonly identity: OwnIdentity
  readonly keyring: Keyring
  /** Closed by whoever opened them, after `stop`. */
  readonly database: Database
  readonly datastore: Datastore
  readonly clock: Clock
  readonly log: Log
  readonly noise: NoiseCrypto
  /** So many bytes fit for keys. */
  readonly random: (bytes: number) => Uint8Array
  /** Ports at which its host listens. */
  readonly ownPorts: ReadonlySet<number>
  /** Whether this account is the demonstration peer that runs beside this node. */
  readonly isDemo: (account: AccountId) => boolean
}

/** One thing to stop; what comes first in a list is stopped first. */
export interface Closing {
  readonly what: string
  readonly stop: () => Promise<void>
}

export interface RunningNode {
  /** What a person is told of newer versions comes with the house. */
  readonly household: Omit<Household, 'updates'>
  readonly libp2p: Libp2pNode
  readonly reaching: Pick<Reaching, 'begin' | 'warnings'>
  closing(): Closing[]
}
