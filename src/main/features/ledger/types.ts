import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { BlockFacts, BlockLine, EntryRead, InclusionProof, LedgerEntry, NameProof, OpDraft, Submitted } from '../../../shared/model/blocks.ts'
import type {
  EvidenceCheck,
  EvidenceOfTwo,
  Fork,
  LedgerStatus,
  SlotRounds,
  SyncState,
  ValidationReport,
  ValidatorState,
} from '../../../shared/model/consensus.ts'
import type { BlockId, EntryId, NameChange, NameLabel, NameOnLedger, NetworkId } from '../../../shared/model/ledger.ts'
import type { KnownNetwork, NetworkDraft, NetworkPreview, ValidatorCard } from '../../../shared/model/networks.ts'
import type { Watched } from '../../platform/feed.ts'
import type { CertifiedBlock, Parent, SealedHeader } from './block.ts'
import type { Hex } from './bytes.ts'
import type { AddVerdict, Chain, Changed, CheckCertificate } from './chain.ts'
import type { Entry, Op } from './entry.ts'
import type { Genesis, Roster } from './genesis.ts'
import type { Pool, PoolVerdict } from './pool.ts'
import type { LedgerState } from './state.ts'
import type { ChainStore } from './store.ts'

// What others see

export interface LedgerSnapshot {
  status: LedgerStatus
  blocks: BlockLine[]
  waiting: LedgerEntry[]
  rounds: SlotRounds[]
  forks: Fork[]
  evidence: EvidenceOfTwo[]
}

export type LedgerEvent =
  | { event: 'status-changed'; status: LedgerStatus }
  | { event: 'block-added'; block: BlockLine }
  | { event: 'entry-changed'; entry: LedgerEntry }
  | { event: 'slot-changed'; rounds: SlotRounds }
  | { event: 'forked'; fork: Fork }
  | { event: 'evidence'; evidence: EvidenceOfTwo }
  | { event: 'names-changed'; names: NameChange[] }
  | { event: 'network-changed'; snapshot: LedgerSnapshot }

/** The last block, and whether it may be believed to be the newest. `block` null, height 0: there is none yet. */
export interface LedgerTip {
  readonly block: BlockId | null
  readonly height: number
  readonly atMs: number
  readonly sync: SyncState
}

/** The ledger of the active network. Errors of the calls: LatchError NOT_FOUND, BAD_INPUT, BUSY, UNREACHABLE. */
export interface LedgerFeature {
  start(): Promise<void>
  stop(): Promise<void>
  head(): LedgerStatus
  /** In constant time, also while the ledger is being opened (`looking`). */
  tip(): LedgerTip
  blocks(before: number | undefined, limit: number): BlockLine[]
  block(block: BlockId | number): BlockFacts
  entries(filter: { readonly account?: AccountId | undefined; readonly waiting: boolean; readonly limit: number }): LedgerEntry[]
  entry(id: EntryId): LedgerEntry
  prove(id: EntryId): InclusionProof
  /** Numbers, signs and works for it (a name costs seconds), pools it and tells the network. Errors: the signal's reason. */
  submit(what: { readonly op: OpDraft } | { readonly entry: Uint8Array }, signal?: AbortSignal): Promise<Submitted>
  /** What an entry that was signed elsewhere says; nothing of it is judged. Errors: LatchError BAD_INPUT. */
  read(entry: Uint8Array): EntryRead
  /** Of this account, where none is given. */
  names(account?: AccountId): NameOnLedger[]
  name(name: NameLabel): NameOnLedger | null
  /** Offered to this account by others, by name. */
  offers(): NameOnLedger[]
  /** Whether this account was revoked on the ledger: its names are over, and it gets none. */
  isEnded(): boolean
  /** Signs the entry that ends this account, and hands it to nobody. */
  revocation(): Promise<Uint8Array>
  proveName(name: NameLabel): NameProof
  validators(): ValidatorState[]
  rounds(): SlotRounds[]
  forks(): Fork[]
  evidence(): EvidenceOfTwo[]
  checkEvidence(record: Uint8Array): EvidenceCheck
  validate(fromHeight: number, peers: readonly PeerId[] | 'all', signal?: AbortSignal): Promise<ValidationReport[]>
  watch(signal?: AbortSignal): AsyncIterable<Watched<LedgerSnapshot, LedgerEvent>>

  /** For the door: whose a full name (`alice.peer`) is; `unknown` while the ledger is behind. Constant time. */
  ownerOf(fullName: string): AccountId | null | 'unknown'
  /** For the door: the full names of an account. Constant time but for their number. */
  namesOf(account: AccountId): readonly { readonly name: string; readonly sinceMs: number }[]
  /** Which network this follows now. */
  network(): NetworkId
  /** Its first word: top level, rules. */
  genesis(): Genesis
  /** Whether this device id is a validator of the active network as of its head: whose consensus streams are served. */
  isValidator(peerId: PeerId): boolean
  /** Another network from now on; resolves when it runs. */
  use(genesis: Genesis, label: string): Promise<void>
  /** A peer connected or said what it speaks; one went away. */
  connected(peerId: PeerId): void
  disconnected(peerId: PeerId): void
  subscribe(listener: (event: LedgerEvent) => void): () => void
}

export type NetworksEvent =
  | { event: 'network-changed'; network: KnownNetwork }
  | { event: 'network-forgotten'; id: NetworkId }

/** The networks that this device knows, one of which is active. Errors: LatchError BAD_INPUT, NOT_FOUND, CONFLICT. */
export interface NetworksFeature {
  list(): KnownNetwork[]
  active(): { readonly genesis: Genesis; readonly label: string; readonly network: NetworkId }
  card(): Promise<{ link: string; card: ValidatorCard }>
  readCard(link: string): Promise<ValidatorCard>
  make(draft: NetworkDraft): Promise<KnownNetwork>
  link(id: NetworkId): Promise<{ link: string }>
  read(link: string): Promise<NetworkPreview>
  join(link: string, use: boolean): Promise<KnownNetwork>
  use(id: NetworkId): Promise<KnownNetwork>
  rename(id: NetworkId, label: string): KnownNetwork
  forget(id: NetworkId): void
  /**
   * An invitation was used whose maker follows this network. Its genesis is asked of that device; then it is known, and
   * active where the network before was one's own and nothing of one's own stands in it. Errors: LatchError UNREACHABLE.
   */
  invited(id: NetworkId, label: string, by: PeerId): Promise<KnownNetwork>
  /** Where somebody of a network may be found, from the links and cards by which it came. */
  hints(id: NetworkId): readonly { readonly peerId: PeerId; readonly addresses: readonly string[] }[]
  subscribe(listener: (event: NetworksEvent) => void): () => void
  watch(signal?: AbortSignal): AsyncIterable<Watched<KnownNetwork[], NetworksEvent>>
}

// What its parts hold together by

/** One network that runs here: its chain, its pool, and the one way by which blocks and entries get into them. */
export interface Running {
  readonly network: Hex
  readonly genesis: Genesis
  readonly store: ChainStore
  readonly chain: Chain
  readonly pool: Pool
  readonly checkCertificate: CheckCertificate
  /**
   * Adds blocks in their order, as one durable step, and tells what changed. Stops at the first that is refused or an
   * orphan; the verdicts are as many as were looked at. `verified`: entries whose signatures hold, by id.
   */
  take(blocks: readonly CertifiedBlock[], verified?: ReadonlySet<Hex>): AddVerdict[]
  /** Begins anew at a checked snapshot. */
  begin(header: SealedHeader, certificate: Uint8Array, weight: number, state: LedgerState): void
  /** Judges an entry for the pool. Tells of it; whoever calls passes it on, where it was `taken`. */
  offer(entry: Entry): PoolVerdict
  onChanged(listener: (changed: Changed) => void): () => void
}

/** The last block of a chain, as one node says it to another. */
export interface Head {
  readonly id: Hex
  readonly height: number
  /** What all certificates up to it weigh together. */
  readonly weight: number
}

/** What of a peer's chain came to be known by its fault; the feature takes its points from it and leaves it. */
export type Lied = (peerId: PeerId, why: string, points: number) => void

/** Brings the chain of one running network up to the best that its peers show. */
export interface Sync {
  /** A peer of this network is there, or said that its head is another. */
  heard(peerId: PeerId, head: Head): void
  /** Asks a peer whether it is of this network, and for its head. */
  greet(peerId: PeerId): void
  gone(peerId: PeerId): void
  /** A block came by gossip whose parent is not here. */
  orphan(peerId: PeerId, parent: Hex): void
  /** Of this network, connected, by what they said last. */
  peers(): ReadonlyMap<PeerId, Head>
  state(): SyncState
  /** Called at each change of `state` or `peers`. */
  onChanged(listener: () => void): () => void
  /** Asks a peer to check its chain. Errors: LatchError UNREACHABLE, BUSY, the signal's reason. */
  validate(peerId: PeerId, fromHeight: number, signal?: AbortSignal): Promise<ValidationReport>
  /** Resolves when nothing of it runs any more. */
  close(): Promise<void>
}

/** One slot as the ledger gives it to whoever decides. */
export interface SlotToDecide {
  readonly network: Hex
  readonly roster: Roster
  readonly roundMs: number
  readonly slot: number
  readonly startMs: number
  readonly parent: Parent
  /** Why a proposed block (`encodeBlock` with an empty certificate) does not stand; null where it does. Pure. */
  readonly whyNot: (payload: Uint8Array, id: Hex) => string | null
}

/** `parent`: what the slot's block would follow. One slot may be decided on two branches, and in two networks. */
export type AgreementEvent = { readonly slot: number; readonly parent: Hex; readonly offsetMs: number } & (
  | { readonly event: 'signed'; readonly by: number; readonly saying: 'first' | 'second' | 'commit'; readonly id: Hex; readonly round: number }
  | {
      readonly event: 'decided'
      readonly outcome:
        | { readonly decision: 'block'; readonly id: Hex; readonly payload: Uint8Array | null; readonly by: 'quorum' | 'rounds' | 'certificate' }
        | { readonly decision: 'nothing'; readonly why: string }
    }
  /** `certificate` as it lies beside its block. */
  | { readonly event: 'certified'; readonly id: Hex; readonly certificate: Uint8Array; readonly signers: number; readonly standing: 'agrees' | 'against' }
  | { readonly event: 'evidence'; readonly record: Uint8Array }
  | { readonly event: 'abstained'; readonly why: string }
)

/** What evidence says, once it was read and its signatures hold. */
export type EvidenceRead =
  | {
      readonly outcome: 'proven'
      readonly network: string
      readonly key: Hex
      readonly slot: number
      readonly leader: number
      readonly saying: 'first' | 'commit'
      readonly why: string
      readonly roster: readonly Hex[]
      readonly blocks: readonly [Hex, Hex]
      readonly messages: readonly [Hex, Hex]
      readonly signatures: readonly [Hex, Hex]
    }
  | { readonly outcome: 'refused'; readonly why: string; readonly holds: readonly [boolean, boolean] | null }

/** Consensus, in the words of the ledger; made in `node/`, of features/consensus. */
export interface Agreement {
  /** Takes part in a slot, or watches it. */
  observe(slot: SlotToDecide): { readonly verdict: 'taken' | 'refused'; readonly why: string }
  propose(slot: SlotToDecide, payload: Uint8Array): { readonly verdict: 'taken' | 'refused'; readonly why: string }
  subscribe(listener: (event: AgreementEvent) => void): () => void
  timing(roster: Roster, roundMs: number): {
    readonly figures: readonly { readonly by: PeerId; readonly worstMs: number }[]
    readonly leading: { readonly verdict: 'lead' | 'stay-silent'; readonly why: string; readonly worstMs: number | null }
  }
  /** This device is connected (again): its channel is opened at once, and not when its next try is due, up to 16 s later. */
  connected(peerId: PeerId): void
  forget(network: Hex, beforeSlot: number): void
  /** For chains: whether a certificate holds; its weight is how many validators signed it. */
  readonly checkCertificate: CheckCertificate
  /** Who signed a certificate, by their places in the roster. */
  signersOf(certificate: Uint8Array): number[]
  readEvidence(record: Uint8Array): EvidenceRead
  /** For entries of kind `evidence`. */
  readonly whyNoEvidence: (op: Extract<Op, { kind: 'evidence' }>, network: Hex, roster: Roster) => string | null
}
