import type { PeerId } from '../../shared/ids.ts'

/** Of which records: the first part of a key, `/latch-zone/…`. */
export type RecordKind = 'latch-zone' | 'latch-devices'

/** A device that Kademlia's iteration met on its way. */
export interface NearPeer {
  readonly peerId: PeerId
  readonly addresses: readonly string[]
  /** How many had to be asked to hear of it: 0 for one in the routing table. */
  readonly hops: number
}

/** A record that somebody gave. Nothing of it was judged but its size. */
export interface FoundRecord {
  readonly bytes: Uint8Array
  readonly peerId: PeerId | null
  readonly hops: number | null
}

/**
 * Where records of one kind lie and how they are judged: the DHT keeps none itself, so that what was refused by one way
 * does not come in by the other, and an older one never takes a newer one's place.
 */
export interface RecordKeeper {
  /** The most bytes that one may have. */
  readonly maxBytes: number
  /** What is given to whoever asks; null: none here. `id`: what follows the kind in the key. */
  get(id: string): Uint8Array | null
  /** Somebody hands one over. Judged whole, against what is kept too. */
  put(id: string, value: Uint8Array, from: PeerId | null): Promise<{ readonly outcome: 'held' | 'refused'; readonly why: string }>
  /** Whether it may be of use to whoever asked for it: signature, owner, expiry; not against what is kept. */
  judge(id: string, value: Uint8Array): Promise<{ readonly outcome: 'valid' | 'refused'; readonly why: string }>
  /** Which of several valid ones counts: its place in the list. */
  select(id: string, values: readonly Uint8Array[]): number
  /** Records held for others. */
  count(): number
}

/** The network's Kademlia, as features see it. Before it has joined, and where it is off, nothing is found. */
export interface Dht {
  /** Whoever keeps records of a kind; one for each. */
  keep(kind: RecordKind, keeper: RecordKeeper): void
  /** Devices nearer and nearer to a key, as they are met. Ends when nobody nearer is left; never waits for stragglers. */
  closest(key: Uint8Array, signal: AbortSignal): AsyncIterable<NearPeer>
  /** Records under a key, as they come, from whoever has one. */
  find(key: Uint8Array, signal: AbortSignal): AsyncIterable<FoundRecord>
  /** Hands a record to those nearest to its key; resolves when they were asked. Never rejects for what a peer did. */
  put(key: Uint8Array, value: Uint8Array, signal: AbortSignal): Promise<{ readonly held: number; readonly asked: number }>
  /** Devices in the routing table. */
  known(): readonly PeerId[]
  /** The routing table, the mode or what is held changed. */
  onChanged(listener: () => void): () => void
}
