import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { NetworkId } from '../../../../shared/model/ledger.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import type { Gossip } from '../../../platform/gossip.ts'
import type { Log } from '../../../platform/log.ts'
import type { Offence } from '../../../platform/streams.ts'
import type { Verifier } from '../../../platform/verify-pool.ts'
import type { Entry } from '../entry.ts'
import type { Genesis } from '../genesis.ts'
import type { Agreement, Lied, Running, Sync } from '../types.ts'

/** What the ledger is made of. */
export interface LedgerParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** So many bytes fit for keys. */
  readonly random: (bytes: number) => Uint8Array
  readonly me: {
    readonly account: AccountId
    readonly peerId: PeerId
    /** Ed25519: signs entries. */
    readonly accountKey: PrivateKey
    /** Ed25519: by which a roster knows this device. */
    readonly deviceKey: PrivateKey
  }
  /** Made once for all networks; closed by whoever made it, after `stop`. */
  readonly agreement: Agreement
  readonly gossip: Gossip
  /** Brings one network's chain up to date; begins when called. `passOn`: an entry came from somebody's pool and is new here. */
  readonly openSync: (running: Running, lied: Lied, passOn: (entry: Entry) => void) => Sync
  readonly verifier: Verifier
  readonly offence: Offence
  /** Connects to a device, or finds that it is connected. */
  readonly dial: (peerId: PeerId, addresses: readonly string[], signal: AbortSignal) => Promise<unknown>
  readonly connectedPeers: () => readonly PeerId[]
  /** Where somebody of a network may be found. */
  readonly hints: (
    network: NetworkId,
  ) => readonly { readonly peerId: PeerId; readonly addresses: readonly string[] }[]
  /** The network to follow from the start on. */
  readonly active: () => { readonly genesis: Genesis; readonly label: string }
}
