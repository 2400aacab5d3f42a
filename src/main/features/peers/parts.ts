import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { SentKnock } from '../../../shared/model/door.ts'
import type { Invitation, PendingInvitation, Standing } from '../../../shared/model/peers.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Log } from '../../platform/log.ts'
import type { Inviter, ReadDeviceList } from './invitation.ts'
import type { Network } from './types.ts'

/** What the peers feature is made of: the network, and functions of the other features, handed over by `node/`. */
export interface PeersParts {
  readonly network: Network
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1), for jitter. */
  readonly random: () => number
  /** Who invites, with the keys to sign it and the newest device list envelope of this account. */
  readonly me: () => Inviter
  readonly people: {
    /** The account that this connected peer proved, or null. */
    accountOf(peerId: PeerId): AccountId | null
    devicesOf(account: AccountId): readonly PeerId[]
    /** Devices of an account by what others hold of it, asked for where none that is known answers. Never rejects. */
    find(account: AccountId): Promise<readonly PeerId[]>
    prove(peerId: PeerId, signal: AbortSignal): Promise<{ account: AccountId } | null>
    readonly readDeviceList: ReadDeviceList
    /** Runs `listener` when a peer proved an account; with null when what it proved does not hold any more. */
    onProof(listener: (peerId: PeerId, account: AccountId | null) => void): () => void
  }
  readonly door: {
    standing(peerId: PeerId): Standing
    mintToken(expiresMs: number): { token: Uint8Array; id: string }
    /** Those not used yet, newest first. */
    tokens(): PendingInvitation[]
    /** Errors: LatchError NOT_FOUND. */
    revokeToken(id: string): void
    knockWithToken(peerId: PeerId, token: Uint8Array): Promise<SentKnock>
  }
  readonly introducers: {
    /** Signed records of introducers in use, at most `max`, to hand on in an invitation. */
    records(max: number): Uint8Array[]
    /** Records that came with an invitation. Those that do not hold are left out. */
    learn(records: readonly Uint8Array[]): Promise<void>
    /** Names of those at which this device holds a place now. */
    places(): readonly string[]
    /** Where these devices are, each address as soon as an introducer tells it. */
    locate?(peerIds: readonly PeerId[], signal: AbortSignal): AsyncIterable<{ peerId: PeerId; addresses: readonly string[] }>
  }
  /** The network whose ledger this device follows, to say it in invitations. */
  readonly follows?: () => Invitation['network']
  /** An invitation that names a network opened the door of its maker, who is connected. */
  readonly invited?: (network: NonNullable<Invitation['network']>, by: PeerId) => void
  /** The machine slept, or its networks changed: whoever else keeps connections hears of it. */
  readonly surroundingsChanged?: (why: 'the machine slept' | 'the network changed') => void
  /** The addresses of this machine's network interfaces, as one text that changes when they do. */
  readonly interfaces: () => string
  /** What came of each way to be reachable from outside, a sentence each. */
  readonly tried: () => readonly string[]
  /** Addresses dialled at start, and kept. */
  readonly bootstrap: readonly string[]
}
