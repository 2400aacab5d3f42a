import type { KadDHT } from '@libp2p/kad-dht'
import type { PeerId } from '../../shared/ids.ts'
import type { Routing } from '../../shared/model/routing.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Dht, FoundRecord, NearPeer, RecordKeeper, RecordKind } from '../platform/dht.ts'
import type { Log } from '../platform/log.ts'
import type { Offence } from '../platform/streams.ts'
import type { Components } from './annex.ts'
import { DhtJoined } from './dht-joined.ts'
import type { DhtLibrary } from './dht-library.ts'
import { KeptTable } from './dht-persist.ts'
import { networksNow } from './interfaces.ts'

export interface DhtParts {
  readonly clock: Clock
  readonly log: Log
  readonly database: Database
  readonly me: PeerId
  /** What somebody who asks did wrong, for the door. */
  readonly offence: Offence
  /** `ip/bits` of those that this device is on, loopback aside; of this machine, where none are given. */
  readonly networks?: () => readonly string[]
}

/** The DHT of this node: features enter whom they keep records with at any time; it joins libp2p when that has begun. */
export interface DhtRoom extends Dht {
  /** The library, in its bounds, and not started yet. Errors: Error, where it is another version, or has joined already. */
  make(library: DhtLibrary, components: Components): KadDHT
  /** It has started: the mode is decided, the table of the last time is offered to it. */
  begin(): void
  mode(): Pick<Routing, 'mode' | 'why'>
  /** Records held for others. */
  held(kind: RecordKind): number
  /** Nothing is found or kept any more; the table is on the disk. Before libp2p stops. */
  stop(): Promise<void>
}

/** Kademlia of our own network: docs/wire/kad.md. */
export function createDht(parts: DhtParts): DhtRoom {
  return new KademliaRoom(parts)
}

const OFF = { mode: 'off', why: 'The DHT was not joined.' } as const

class KademliaRoom implements DhtRoom {
  readonly #parts: DhtParts
  readonly #keepers = new Map<RecordKind, RecordKeeper>()
  readonly #listeners = new Set<() => void>()
  readonly #table: KeptTable
  #joined: DhtJoined | null = null
  #isStopped = false

  constructor(parts: DhtParts) {
    this.#parts = parts
    this.#table = new KeptTable(parts.database)
  }

  keep(kind: RecordKind, keeper: RecordKeeper): void {
    if (this.#keepers.has(kind)) throw new Error(`somebody keeps ${kind} already`)
    this.#keepers.set(kind, keeper)
  }

  make(library: DhtLibrary, components: Components): KadDHT {
    if (this.#joined !== null || this.#isStopped) throw new Error('the DHT joins once')
    this.#joined = new DhtJoined({
      ...this.#parts,
      networks: this.#parts.networks ?? networksNow,
      library,
      components,
      table: this.#table,
      keeper: (kind) => (this.#isStopped ? null : (this.#keepers.get(kind) ?? null)),
      changed: () => this.#changed(),
    })
    return this.#joined.kad
  }

  begin(): void {
    this.#joined?.begin()
  }

  async *closest(key: Uint8Array, signal: AbortSignal): AsyncGenerator<NearPeer, void, void> {
    for await (const step of this.#walk('FIND_NODE', key, signal)) {
      if (step.event === 'met') yield { peerId: step.peer.peerId, addresses: step.peer.addresses, hops: step.hops }
    }
  }

  async *find(key: Uint8Array, signal: AbortSignal): AsyncGenerator<FoundRecord, void, void> {
    for await (const step of this.#walk('GET_VALUE', key, signal)) {
      if (step.event === 'answered' && step.record !== null) yield { bytes: step.record, peerId: step.peerId, hops: step.hops }
    }
  }

  async put(key: Uint8Array, value: Uint8Array, signal: AbortSignal): Promise<{ held: number; asked: number }> {
    return (await this.#joined?.put(key, value, signal)) ?? { held: 0, asked: 0 }
  }

  known(): readonly PeerId[] {
    return this.#joined?.known() ?? []
  }

  mode(): Pick<Routing, 'mode' | 'why'> {
    return this.#isStopped ? OFF : (this.#joined?.mode ?? OFF)
  }

  held(kind: RecordKind): number {
    return this.#keepers.get(kind)?.count() ?? 0
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    await this.#joined?.stop()
    this.#listeners.clear()
  }

  async *#walk(type: 'FIND_NODE' | 'GET_VALUE', key: Uint8Array, signal: AbortSignal) {
    if (this.#joined !== null && !this.#isStopped) yield* this.#joined.walk(type, key, signal)
  }

  #changed(): void {
    for (const listener of this.#listeners) {
      try {
        listener()
      } catch (error) {
        this.#parts.log.error({ error }, 'a listener of the DHT failed')
      }
    }
  }
}
