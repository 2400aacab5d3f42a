import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { BlockId, EntryId, NameLabel, NameOnLedger, NetworkId } from '../../../shared/model/ledger.ts'
import type {
  CacheLine,
  ClaimStep,
  DnsState,
  Lookup,
  LookupProgress,
  MyName,
  Publication,
  Zone,
  ZoneSet,
} from '../../../shared/model/names.ts'
import type { LedgerEntry, OpDraft, Submitted } from '../../../shared/model/blocks.ts'
import type { SyncState } from '../../../shared/model/consensus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Dht } from '../../platform/dht.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Gossip } from '../../platform/gossip.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'
import type { ClaimRules } from './claim-plan.ts'
import type { NameRules } from './read-name.ts'
import type { TermRules } from './reminders.ts'

export type { LookupProgress, ZoneSet }

// What it is made of

/** The network that is followed now, in the words of names. */
export interface NamesNetwork {
  readonly id: NetworkId
  readonly tld: string
  readonly rules: ClaimRules & TermRules
}

/** What names ask the ledger for; the ledger's feature has it, but for `active` and `checkName`. */
export interface NamesLedger {
  /** In constant time: asked at each look-up. */
  active(): NamesNetwork
  /** Whether it can be a name, in one sentence for the person who typed it. */
  readonly checkName: NameRules['checkName']
  head(): { readonly block: BlockId | null; readonly height: number; readonly atMs: number; readonly sync: SyncState }
  name(name: NameLabel): NameOnLedger | null
  /** Of this account, where none is given. */
  names(account?: AccountId): NameOnLedger[]
  /** Offered to this account by others. */
  offers(): NameOnLedger[]
  /** Whether this account was revoked: its names are over, and it gets none. */
  isEnded(): boolean
  submit(what: { readonly op: OpDraft }, signal?: AbortSignal): Promise<Submitted>
  entry(id: EntryId): LedgerEntry
  entries(filter: { readonly account?: AccountId | undefined; readonly waiting: boolean; readonly limit: number }): LedgerEntry[]
  /** A block, an entry of one's own, how far it is behind, names, another network. */
  onChanged(listener: (what: 'block' | 'names' | 'entry' | 'sync' | 'network') => void): () => void
}

/** Other devices, as the node sees them now. */
export interface NamesPeers {
  connected(): readonly PeerId[]
  /** Of those that are known and may be dialled: from earlier connections, the DHT and introducers. Bounded. */
  known(): readonly PeerId[]
  /** Of this device itself: those that anybody may be told, as a first zone says them. */
  addressesOf(peerId: PeerId): readonly string[]
  /** Whether `asker` may be told where this device is: not of private networks that it is not in itself. */
  mayTell(peerId: PeerId, address: string, asker: PeerId): boolean
  devicesOf(account: AccountId): readonly PeerId[]
  /** Resolves when there is a connection. Refuses addresses that nobody should be made to dial. */
  connect(peerId: PeerId, addresses: readonly string[], signal: AbortSignal): Promise<void>
  /** The connection that counts, and its last round trip; null: none. */
  connection(peerId: PeerId): { readonly peer: RemotePeer; readonly rttMs: number | null } | null
  /** A round trip now. */
  ping(peerId: PeerId, signal: AbortSignal): Promise<number>
}

export interface NamesPeople {
  isContact(account: AccountId): boolean
  contacts(): readonly AccountId[]
}

export interface NamesParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1). */
  readonly random: () => number
  readonly offence: Offence
  readonly streams: PeerStreams
  readonly gossip: Gossip
  readonly dht: Dht
  readonly ledger: NamesLedger
  readonly peers: NamesPeers
  readonly people: NamesPeople
  readonly settings: {
    get(): { readonly dns: boolean; readonly dnsPort: number }
    subscribe(listener: (settings: { readonly dns: boolean; readonly dnsPort: number }) => void): () => void
  }
  readonly me: { readonly account: AccountId; readonly peerId: PeerId; readonly accountKey: PrivateKey }
}

// What others see

export interface NamesSnapshot {
  network: NetworkId
  tld: string
  /** Names of this account, those on their way to it and those offered to it, by name. */
  mine: MyName[]
  /** Zones held for others. */
  held: { zones: number; bytes: number }
  dns: DnsState
}

export type NamesEvent =
  /** A name of this account, its claim, its zone or what became of publishing it. */
  | { event: 'name-changed'; name: MyName }
  /** It is not this account's any more, nor on its way. */
  | { event: 'name-gone'; name: NameLabel }
  /** The owner is to be told now, by a notice: once for each of the days before the end. */
  | { event: 'reminder'; name: NameLabel; fullName: string; sentence: string; daysLeft: number }
  /** Of a name that somebody here watches or looked up: a newer zone came, by whatever way. */
  | { event: 'zone-heard'; fullName: string; owner: AccountId; seq: number }
  | { event: 'dns-changed'; dns: DnsState }
  | { event: 'held-changed'; held: { zones: number; bytes: number } }
  /** Another network is active: everything shown before is of the former. */
  | { event: 'network-changed'; snapshot: NamesSnapshot }

export interface LookupOptions {
  /** Ends with a direct connection to a device of the zone. */
  readonly connect?: boolean | undefined
  /** Asks also where what is kept is fresh. */
  readonly again?: boolean | undefined
  /** Where nobody who could know answers, what is kept and has not ended counts: for whoever then says of when it is. */
  readonly orKept?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Names of the active network. What was typed by a person (`text`) is read here and nowhere else. Errors of the calls:
 * LatchError BAD_INPUT, NOT_FOUND (not this account's name), BUSY (the ledger is behind, or being opened), the signal's reason.
 */
export interface NamesFeature {
  start(): Promise<void>
  stop(): Promise<void>

  // One's own

  mine(): MyName[]
  /** Each step until it is yours or was refused; the signal ends the telling, not the claim, which survives a restart. */
  claim(name: NameLabel, signal?: AbortSignal): AsyncIterable<ClaimStep>
  /** A claim that was refused, or is given up as far as this device goes. */
  dropClaim(name: NameLabel): void
  /** What the ledger says at once: that it is taken means that it waits for a block. */
  renew(name: NameLabel, signal?: AbortSignal): Promise<Submitted>
  /** Offers it; it is theirs when they take it. To oneself: takes the offer back. */
  transfer(name: NameLabel, to: AccountId, signal?: AbortSignal): Promise<Submitted>
  /** Takes what was offered to this account. */
  take(name: NameLabel, signal?: AbortSignal): Promise<Submitted>
  release(name: NameLabel, signal?: AbortSignal): Promise<Submitted>
  /** The zone as this account signed it last; null: none yet. */
  zone(name: NameLabel): Promise<Zone | null>
  /** Signs the next zone of the name and publishes it; resolves after the first round. `after`: the number that was edited. */
  setZone(
    name: NameLabel,
    zone: { readonly records: readonly unknown[]; readonly ttlMs?: number | undefined; readonly after?: number | undefined },
  ): Promise<ZoneSet>
  /** Asks all holders again. */
  publish(name: NameLabel): Promise<Publication>

  // Others'

  lookup(text: string, options?: LookupOptions): AsyncIterable<LookupProgress>
  /** The same, at its end. */
  query(text: string, options?: LookupOptions): Promise<Lookup>
  /** Each look-up that this person or a program of theirs made, when it ended. */
  onLookup(listener: (lookup: Lookup) => void): () => void
  /** This name is refreshed before what is kept of it ends, and its news is told, until the returned function is called. */
  keep(name: NameLabel): () => void
  cache(): CacheLine[]
  /** One line, or all; gives how many went. */
  clearCache(fullName?: string): number
  dns(): DnsState

  watch(signal?: AbortSignal): AsyncIterable<Watched<NamesSnapshot, NamesEvent>>
  subscribe(listener: (event: NamesEvent) => void): () => void
  /** A peer connected or said what it speaks. */
  connected(peerId: PeerId): void
  /** One went away, or a better connection took over: then `connected` follows. */
  disconnected(peerId: PeerId): void
  /** Contacts, or their devices, changed: whose names are kept fresh. */
  reconsider(): void
  /** Nothing is left of a network that is not followed: not of what was looked up, held, claimed or signed there. */
  forget(network: NetworkId): void
}
