import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Settings } from '../../../shared/model/settings.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Log } from '../../platform/log.ts'
import type { PeerStreams } from '../../platform/streams.ts'
import type { Proofs } from './proving.ts'
import type { KnockTarget } from './sent-knocks.ts'
import type { Audience, LedgerNames } from './types.ts'

export type DoorSettings = Pick<Settings, 'doNotDisturb' | 'tellKnockers'>

export interface DoorParts {
  readonly streams: PeerStreams
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Cryptographically random bytes, so many. */
  readonly random: (bytes: number) => Uint8Array
  /** The libp2p key of this device: it signs verdicts. */
  readonly deviceKey: PrivateKey
  readonly proofs: Proofs
  readonly isContact: (account: AccountId) => boolean
  /** Which groups this person put a contact in. Without it, rules for groups are about nobody. */
  readonly groupsOf?: (account: AccountId) => readonly string[]
  /** Without it nobody owns a name, and no rule can go by one. */
  readonly names?: LedgerNames
  /**
   * Whom a site of this device is for, so that a knock for it is answered as a visit is. Null: nothing is said of it.
   * Call `reconsider` when it changes. Without it, whoever knocks for a visit is asked about.
   */
  readonly siteDefault?: (site: string | null) => Audience | null
  /** Asked at each knock. Call `reconsider` when they change. Without it: may be disturbed, and tells everything. */
  readonly settings?: () => DoorSettings
  /** Whose device this is, as far as anybody proved it before; asked at each stream. Without it: who is connected. */
  readonly accountOf?: (peerId: PeerId) => AccountId | null
  /** The account of this device. */
  readonly me?: () => AccountId | null
  /** Makes sure that this peer, or a device of this account, is connected. *Errors*: LatchError UNREACHABLE. */
  readonly connect: (to: KnockTarget) => Promise<PeerId>
  /** Without it, who is banned, blocked or shut out again keeps what is open until the connection ends. */
  readonly closeConnections?: (peerId: PeerId) => void
}

/** Where there is no ledger, or none was handed over. */
export const noNames: LedgerNames = { of: () => [], ownerOf: () => 'unknown' }
