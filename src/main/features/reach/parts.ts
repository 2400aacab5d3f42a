import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Log } from '../../platform/log.ts'
import type { IntroductionProtocol } from '../../protocols/introduction/index.ts'
import type { ProbeNat } from '../../protocols/stun/index.ts'
import type { ReachNetwork } from './types.ts'

/** What the reach feature is made of: the network, and functions of others, handed over by `node/`. */
export interface ReachParts {
  readonly network: ReachNetwork
  readonly protocol: Omit<IntroductionProtocol, 'serve'>
  readonly probeNat: ProbeNat
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1), for jitter. */
  readonly random: () => number
  readonly me: { readonly peerId: PeerId; readonly account: AccountId; readonly deviceKey: PrivateKey }
  /** Of this program, for the report. */
  readonly version: string
  /** Links or addresses of introducers that the configuration names. */
  readonly introducers: readonly string[]
  /**
   * Connects to an introducer at any of these addresses (without its id at their end), or at others that are known.
   * Resolves with a connection that is not relayed; rejects with LatchError UNREACHABLE.
   */
  readonly connect: (peerId: PeerId, addresses: readonly string[], signal: AbortSignal) => Promise<unknown>
  /** From now on this connection is not closed to make room for others. */
  readonly keep: (peerId: PeerId) => void
  readonly release: (peerId: PeerId) => void
  /** Whether a better connection with this peer is worth making: a contact, kept, or with a live stream. */
  readonly isWanted: (peerId: PeerId) => boolean
  /** The networks this machine is on, each `ip/bits`, as the operating system tells. */
  readonly networks: () => readonly string[]
}
