import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, Address, PeerId } from '../../../shared/ids.ts'
import type { Mailbox } from '../../../shared/model/mailbox.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { Admission, Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'

// What it is made of

/** An introducer in use, as one who may hold mail. */
export interface MailIntroducer {
  readonly peerId: PeerId
  readonly name: string
}

/** What became of a knock of ours for `hold-mail`. */
export type AskedDoor = 'allowed' | 'pending' | 'denied'

/** Streams of a node that has a peer id of its own, made for one letter and dropped after it. */
export interface Stranger {
  readonly streams: PeerStreams
  close(): Promise<void>
}

export interface MailboxParts {
  readonly streams: PeerStreams
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  /** In [0, 1): the jitter of timers. */
  readonly random: () => number
  /** This device; it signs its cards, its keys and its letters. */
  readonly me: { readonly account: AccountId; readonly peerId: PeerId; readonly deviceKey: PrivateKey }
  readonly proofs: {
    /** What is proven about a connected peer; null for a stranger. */
    of(peerId: PeerId): { readonly account: AccountId } | null
    /** Waits for a hello under way, or makes one; null where there is none, or it is false. */
    prove(peerId: PeerId, signal?: AbortSignal): Promise<{ readonly account: AccountId } | null>
    devicesOf(account: AccountId): readonly PeerId[]
  }
  /**
   * Whether keys are exchanged with this proven device: one of a contact, of this account, or of somebody in a group with us.
   * Asked when it connects, and when it asks for keys.
   */
  readonly corresponds: (peerId: PeerId, account: AccountId) => boolean
  /** The door, for `hold-mail`, of somebody who wants mail held here. Waits for a proof, never for a person. */
  readonly admits: (peer: RemotePeer, signal: AbortSignal) => Promise<Admission>
  /** The same while they are away, at each letter that comes for them: what they may no longer, ends. */
  readonly mayHold: (account: AccountId, device: PeerId) => boolean
  /** Knocks at the door of another for `hold-mail`. Errors: LatchError UNREACHABLE. */
  readonly knock: (peerId: PeerId) => Promise<AskedDoor>
  /** Introducers in use: they are asked by themselves. */
  readonly introducers: () => readonly MailIntroducer[]
  /** A connected device of an account, dialled if need be. Errors: LatchError UNREACHABLE. */
  readonly reach: (account: AccountId) => Promise<PeerId>
  /** Resolves when there is a connection; `addresses` are tried beside what is known. Errors: LatchError UNREACHABLE. */
  readonly connect: (peerId: PeerId, addresses: readonly Address[], signal: AbortSignal) => Promise<void>
  readonly isConnected: (peerId: PeerId) => boolean
  /** Where a holder can be dialled, without the peer id at the end: it goes into our card, for those who write to us. */
  readonly addressesOf: (peerId: PeerId) => Promise<readonly Address[]>
  /** What a holder is called, for a trace: petname, claimed name, name of the introducer. */
  readonly nameOf: (peerId: PeerId) => string | undefined
  /**
   * With it, letters are handed in under a peer id made for each, so that the holder does not learn whose they are from the
   * connection, and in no other way; without it, by this device.
   */
  readonly stranger?: (holder: PeerId, addresses: readonly Address[], signal: AbortSignal) => Promise<Stranger>
  /** Of all that is held for others here, in bytes; `CAPACITY_BYTES` without it, an introducer gives more. */
  readonly capacityBytes?: number
}

// What others see

export type Delivery =
  | { readonly outcome: 'held'; readonly by: { readonly peerId: PeerId; readonly name?: string }; readonly untilMs: number }
  /**
   * `no-card`: that device never said who holds its mail, or too long ago. `no-holder`: nobody does. `full`: those who do have
   * no room. `unreachable`: none of them answers. `why` is a sentence for the person.
   */
  | { readonly outcome: 'no-card' | 'no-holder' | 'full' | 'unreachable'; readonly why: string }

/** A letter as it was opened. */
export interface OpenedLetter {
  /**
   * `device` signed it. That it is one of `account` is only what it says: whoever takes the letter looks, as with everything
   * that comes over a stream.
   */
  readonly from: { readonly device: PeerId; readonly account: AccountId }
  readonly sentAtMs: number
  readonly bytes: Uint8Array
  /** Sealed to a key that was used once and is destroyed now. */
  readonly secrecy: 'once' | 'weekly'
}

/**
 * Resolves once the letter is stored for good (`taken`), or will never be wanted (`refused`): only then is its key destroyed
 * and its holder told. Where it rejects, the letter comes again later. The same letter may come twice: after a crash, or of two
 * holders.
 */
export type LetterHandler = (letter: OpenedLetter) => Promise<'taken' | 'refused'>

export type MailboxEvent = { event: 'mailbox-changed'; mailbox: Mailbox }

export interface MailboxFeature {
  start(): Promise<void>
  stop(): Promise<void>

  // For chat

  /**
   * Seals a letter of at most `MAX_LETTER_BYTES` to one device of somebody who is away, and leaves it with one of its holders.
   * Errors: RangeError where it is larger; the signal's reason.
   */
  deliver(device: PeerId, letter: Uint8Array, signal?: AbortSignal): Promise<Delivery>
  /** Whether anything could be delivered to this device now: it gave a card, and that names somebody. Asks nobody. */
  canDeliver(device: PeerId): boolean
  /** One handler at a time; without one, letters stay where they are. Gives a way to end it. */
  onLetter(handler: LetterHandler): () => void

  // For the person. Errors: LatchError NOT_FOUND, UNREACHABLE, NOT_ALLOWED, BAD_INPUT.

  status(): Mailbox
  ask(to: AccountId | PeerId): Promise<Mailbox>
  leave(peerId: PeerId): Promise<Mailbox>
  /** Fetches now what is held; gives how many letters came. */
  collect(): Promise<{ letters: number }>
  drop(account: AccountId): Mailbox
  watch(signal?: AbortSignal): AsyncIterable<Watched<Mailbox, MailboxEvent>>

  // What the rest of the house tells it

  /** Somebody proved who they are, on a connection that is open. */
  proven(peerId: PeerId): void
  /** A connection that needs no proof to be of use here: an introducer's. */
  connected(peerId: PeerId): void
  /** A door opened to us for `hold-mail`. */
  opened(peerId: PeerId): void
  introducersChanged(): void
  /** Who corresponds has changed: somebody became a contact, or is in a group with us now. */
  reconsider(): void
  /** They are to hear nothing more of this device: what they were given is of no use any more. After a block. */
  forget(account: AccountId): void
}
