import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'
import type { IntroductionLimits, IntroductionLists, RelayService } from './types.ts'

/** What the introduction feature is made of: the network, and functions of the other features, handed over by `node/`. */
export interface IntroductionParts {
  readonly streams: PeerStreams
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  /** In [0, 1): which of the other introducers are named. */
  readonly random: () => number
  readonly deviceKey: PrivateKey
  readonly me: { readonly peerId: PeerId }
  /** What this introducer calls itself. */
  readonly name: () => string
  /** Where it can be reached, the most useful first. */
  readonly addresses: () => readonly string[]
  /** `host:port` of its STUN responder, as others reach it. */
  readonly stun: () => readonly string[]
  /** Null where it carries no circuits. */
  readonly relay: RelayService | null
  readonly limits: IntroductionLimits
  readonly lists: IntroductionLists
  /** Whether a peer is a contact's device. */
  readonly isKnown: (peerId: PeerId) => boolean
  /** The account that this connected peer proved, or null. */
  readonly accountOf: (peerId: PeerId) => AccountId | null
  /** Whether a rule of the door lets anybody use this introducer; the door asks about each one itself. */
  readonly isServing: () => boolean
  /** Signed records of other introducers that this device uses and knows to work. */
  readonly others: () => readonly Uint8Array[]
  /**
   * Dials one address anew, with no connection that is open already, and says whether Noise proved `peerId` there. The
   * connection is closed again. A rejection is a no.
   */
  readonly dialBack: (address: string, peerId: PeerId, signal: AbortSignal) => Promise<boolean>
  readonly connections: () => readonly RemotePeer[]
  /** Which addresses share what one network may have; null for this machine. */
  readonly subnetOf: (address: string) => string | null
}
