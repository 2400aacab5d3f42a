import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Log } from '../../platform/log.ts'
import type { Guard, Offence, PeerStreams } from '../../platform/streams.ts'
import { Chat } from './chat.ts'
import type { Owner } from './pin.ts'
import type { ChatFeature, ChatFiles, ChatMail } from './types.ts'

/** Names by which conversations are opened: what the ledger says of them. */
export interface PinNames {
  /** The active network, by its id; names of others are not looked at. */
  network(): string
  /** Whose a full name (`alice.peer`) is; `unknown` while the ledger is behind. */
  ownerOf(fullName: string): Owner
  /** Safety words of this account with another one. */
  wordsWith(account: AccountId): string[]
}

/** What chat needs of the rest of the house. */
export interface ChatParts {
  readonly streams: PeerStreams
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** This device. Only its own logs are written, with its key. */
  readonly me: { readonly account: AccountId; readonly peerId: PeerId; readonly deviceKey: PrivateKey }
  readonly proofs: {
    /** What is proven about a connected peer; null for a stranger. */
    of(peerId: PeerId): { readonly account: AccountId } | null
    /** Devices of an account, by its newest list known here. */
    devicesOf(account: AccountId): readonly PeerId[]
    /** Devices that it gave up: taken from, where it is history that one of its own devices, or of ours, brings. */
    formerDevicesOf?(account: AccountId): readonly PeerId[]
    /** That list in its envelope, for own devices and members of groups who may never have met that account; null where there is none. */
    listOf?(account: AccountId): Uint8Array | null
    /** What an account said last of all: null while it counts. Call `ended` when one is revoked. */
    readonly revocations?: { of(account: AccountId): Uint8Array | null }
  }
  /** Without them no conversation is opened by a name. Call `namesChanged` when they change. */
  readonly names?: PinNames
  /** A number from 0 to below 1, for the jitter of retries. */
  random(): number
  /** So many random bytes. */
  bytes(count: number): Uint8Array
  /**
   * The door, asked about streams that this device opens: the guard was only asked about those that others open, and
   * what they write comes on both. Without it everything is taken that comes on a stream of our own.
   */
  readonly admits?: Guard
  /** Connected devices of an account, dialled if need be. Errors: LatchError UNREACHABLE. */
  connect(account: AccountId): Promise<PeerId[]>
  /** Whether others are told what was read here. */
  readReceipts(): boolean
  /** Whether others see that something is being typed. */
  typing?(): boolean
  /** The signed list of this account's devices, for members of groups who never met them. */
  ownDevices?(): Uint8Array | null
  /** Such a list of somebody else, still in its envelope: to be checked, and to count where it is theirs and newer. */
  readonly learnDevices?: (envelope: Uint8Array, account: AccountId) => Promise<void>
  /** Without it nothing is left in mailboxes for those who are away, and letters are refused. */
  readonly mail?: ChatMail
  /** Without them no files are offered. */
  readonly files?: ChatFiles
  readonly offence: Offence
  /** A device of this account said something in its notes to itself that is not of chat; this device among them. */
  readonly onState?: (key: string, value: unknown) => void
  /** A device left something unanswered for 10 s: connections to it that are dead are to be cut, so that others are used. */
  readonly unanswered?: (peerId: PeerId) => void
}

/**
 * Conversations of two accounts: each device of either writes a log of its own, and every two devices that meet bring
 * each other's logs up to date. Nothing goes out before it is stored here, nothing is acknowledged before it is stored
 * there. `start` after the node listens; `wake` for every connection that is proven, and when a door opened.
 */
export function createChat(parts: ChatParts): ChatFeature {
  return new Chat(parts)
}

export type { GroupDraft, GroupsFace, GroupSettings } from './groups/commands.ts'
export type { ArrivedLetter, ArrivedOffer, ChatEvent, ChatFeature, ChatFiles, ChatMail, Draft, MailDelivery } from './types.ts'
