import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { NameLabel, NetworkId } from '../../../shared/model/ledger.ts'
import type { CacheLine, ClaimStep, Lookup, LookupStep, MyName, Publication, Zone, ZoneRecord } from '../../../shared/model/names.ts'
import type { Submitted } from '../../../shared/model/blocks.ts'
import type { Watched } from '../../platform/feed.ts'

// What others see

export interface NamesSnapshot {
  network: NetworkId
  /** Names of this account and those on their way, by name. */
  mine: MyName[]
  /** Zones held for others. */
  held: { zones: number; bytes: number }
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
  /** A contact's or looked-up name has another owner than before: conversations by that name freeze. */
  | { event: 'owner-changed'; fullName: string; before: AccountId | null; owner: AccountId | null }
  | { event: 'held-changed'; held: { zones: number; bytes: number } }
  /** Another network is active: everything shown before is of the former. */
  | { event: 'network-changed'; snapshot: NamesSnapshot }

export interface LookupOptions {
  /** Ends with a direct connection to a device of the zone. */
  readonly connect?: boolean | undefined
  /** Asks also where what is kept is fresh. */
  readonly again?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** A look-up as it goes on: steps as they begin and end, answers, each newer than the one before, then the result. */
export type LookupProgress =
  | { readonly kind: 'step'; readonly step: LookupStep }
  | { readonly kind: 'answer'; readonly lookup: Lookup }
  | { readonly kind: 'done'; readonly lookup: Lookup }

export type ZoneSet =
  | { readonly outcome: 'signed'; readonly zone: Zone; readonly publication: Publication }
  /** `record`: the place, from 0, of the one that is wrong. Nothing was changed. */
  | { readonly outcome: 'refused'; readonly why: string; readonly record: number | null }

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
    zone: { readonly records: readonly ZoneRecord[]; readonly ttlMs?: number | undefined; readonly after?: number | undefined },
  ): Promise<ZoneSet>
  /** Asks all holders again. */
  publish(name: NameLabel): Promise<Publication>

  // Others'

  lookup(text: string, options?: LookupOptions): AsyncIterable<LookupProgress>
  /** This name is refreshed before what is kept of it ends, and its news is told, until the returned function is called. */
  keep(name: NameLabel): () => void
  cache(): CacheLine[]
  /** One line, or all; gives how many went. */
  clearCache(fullName?: string): number

  watch(signal?: AbortSignal): AsyncIterable<Watched<NamesSnapshot, NamesEvent>>
  subscribe(listener: (event: NamesEvent) => void): () => void
  /** A peer connected or said what it speaks; one went away. */
  connected(peerId: PeerId): void
  disconnected(peerId: PeerId): void
}
