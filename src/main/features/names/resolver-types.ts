import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { BlockId, NameLabel, NameOnLedger, NetworkId } from '../../../shared/model/ledger.ts'
import type { Lookup, LookupStep } from '../../../shared/model/names.ts'
import type { Clock } from '../../platform/clock.ts'
import type { ResourceMap } from './cache.ts'
import type { RefusedZone } from './judge.ts'
import type { ZoneKey } from './near.ts'
import type { NameRules } from './read-name.ts'
import type { Role } from './resolver-plan.ts'
import type { SignedZone } from './zone.ts'

/** What a look-up asks the ledger; each in constant time. */
export interface LedgerView {
  head(): { readonly block: BlockId | null; readonly height: number; readonly atMs: number }
  /** Null: up to date. `blocksLeft` null: behind, and nobody said yet how far. */
  behind(): { readonly blocksLeft: number | null } | null
  /** In every phase but `free`. */
  name(name: NameLabel): NameOnLedger | null
  /** For delegation. */
  namesOf(account: AccountId): readonly NameOnLedger[]
}

/** A peer that might know, as the node sees it now. */
export interface KnownPeer {
  readonly peerId: PeerId
  readonly role: Role
  readonly connected: boolean
  readonly addresses: readonly string[]
}

export interface CloserPeer {
  readonly peerId: PeerId
  readonly addresses: readonly string[]
}

export type Answer =
  | { readonly answer: 'zone'; readonly bytes: Uint8Array }
  | { readonly answer: 'nothing'; readonly closer: readonly CloserPeer[] }
  /** Another network, busy, behind: no fault, and no help. */
  | { readonly answer: 'refused'; readonly why: string }

/** What somebody found in another way (Kademlia's own iteration). */
export interface FarZone {
  readonly bytes: Uint8Array
  /** Null where that way does not say. */
  readonly peerId: PeerId | null
  readonly hops: number | null
}

/** Where answers come from. What they throw is a failure of that peer and of nothing else. */
export interface Sources {
  /** Those connected, those of the owner, those of contacts; the one that is in several roles, in the first of these. */
  known(owner: AccountId, key: ZoneKey): Iterable<KnownPeer>
  /** Dials where it is not connected. May be late, silent or lie; is never waited for beyond `signal`. */
  ask(peer: { readonly peerId: PeerId; readonly addresses: readonly string[] }, key: ZoneKey, signal: AbortSignal): Promise<Answer>
  /** Beside the others, and waited for only where they have nothing. */
  readonly far?: (key: ZoneKey, signal: AbortSignal) => AsyncIterable<FarZone>
}

/** Where an answer came from. */
export interface Found {
  readonly signed: SignedZone
  readonly from: 'peer' | 'dht'
  readonly peerId: PeerId | null
}

/** What came of asking around. */
export interface Hunted {
  readonly found: Found | null
  readonly asked: number
  /** Whether somebody had one that holds and is older than what was kept here before. */
  readonly older: boolean
  /** Said that they have nothing. `owner`: a device of the owner was among them. */
  readonly nothing: { readonly count: number; readonly owner: boolean }
  /** Of zones that were refused, the word for why, each once. */
  readonly refused: ReadonlySet<RefusedZone>
  /** Well signed, by whom the ledger cannot say. */
  readonly unknown: boolean
  /** Why a zone counts no more, or not yet, in a sentence: the one thing about which a person may do something. */
  readonly outOfTime: string | null
}

export interface ResolverParts {
  readonly network: NetworkId
  readonly rules: NameRules
  readonly clock: Clock
  readonly ledger: LedgerView
  readonly me: AccountId
  readonly isContact: (account: AccountId) => boolean
  /** This account's own zone of a name, as it was signed last. */
  readonly own: (name: NameLabel) => SignedZone | null
  readonly cache: ResourceMap
  readonly sources: Sources
  /** What came to be known of a peer by its fault; 1 weighs little, 25 is a forgery. */
  readonly lied: (peerId: PeerId, why: string, points: number) => void
}

export interface ResolveOptions {
  readonly signal?: AbortSignal | undefined
  /** `ask`: also where what is kept is fresh. */
  readonly cached?: 'use' | 'ask' | undefined
  /** What is kept and may be old is the answer where no other comes; otherwise it never is. */
  readonly orKept?: boolean | undefined
  /** Each step, when it begins and when it ends. */
  readonly onStep?: ((step: LookupStep) => void) | undefined
  /** What is kept and may be old, while others are asked: to be shown as such, and never as an answer. */
  readonly onStale?: ((signed: SignedZone) => void) | undefined
  /** The first valid answer, at once, and each newer one until a second after the result; the result is the newest in time. */
  readonly onAnswer?: ((lookup: Lookup) => void) | undefined
}
