import type { PeerId } from '../../../../shared/ids.ts'
import type { Clock } from '../../../platform/clock.ts'
import { type Closer, type Id, MAX_CLOSER, type PutAnswer } from '../../../protocols/names/index.ts'
import type { Lines } from '../lines.ts'
import { nearest, type Place, placeOfPeer } from '../near.ts'
import type { KnownPeer } from '../resolver-types.ts'
import type { NamesPeers } from '../types.ts'
import { MAX_MET, NEIGHBOURS_LOOKED_AT, NEIGHBOURS_MS } from './limits.ts'

export interface AroundParts {
  readonly me: PeerId
  readonly peers: NamesPeers
  readonly lines: Lines
  readonly clock: Clock
}

/** Other devices, as names see them: those connected, those known, and those that Kademlia's walks met. */
export class Around {
  readonly #parts: AroundParts
  /** With the addresses by which they were heard of; the one met longest ago first. */
  readonly #met = new Map<PeerId, readonly string[]>()
  /** As of a moment ago, with where each lies. */
  #here: ReadonlyMap<PeerId, Place> = new Map()
  #hereMs = -Infinity

  constructor(parts: AroundParts) {
    this.#parts = parts
  }

  isConnected(peerId: PeerId): boolean {
    return this.#parts.peers.connection(peerId) !== null
  }

  /** Each once, those connected first. */
  all(): Set<PeerId> {
    const { peers, me } = this.#parts
    const all = new Set([...peers.connected(), ...peers.known(), ...this.#met.keys()])
    all.delete(me)
    return all
  }

  connected(): PeerId[] {
    return this.#parts.peers.connected().filter((peerId) => peerId !== this.#parts.me)
  }

  /** Whether it was not met, known or connected before. */
  meet(peerId: PeerId, addresses: readonly string[]): boolean {
    if (peerId === this.#parts.me) return false
    const isNew = !this.all().has(peerId)
    this.#met.delete(peerId)
    this.#met.set(peerId, addresses)
    const [oldest] = this.#met.keys()
    if (oldest !== undefined && this.#met.size > MAX_MET) this.#met.delete(oldest)
    return isNew
  }

  asKnown(peerId: PeerId, role: KnownPeer['role']): KnownPeer {
    const connected = this.isConnected(peerId)
    return { peerId, role, connected, addresses: connected ? [] : this.addressesOf(peerId) }
  }

  addressesOf(peerId: PeerId): readonly string[] {
    return [...new Set([...this.#parts.peers.addressesOf(peerId), ...(this.#met.get(peerId) ?? [])])]
  }

  /** Resolves when there is a connection; at once where there is one. */
  async connect(peerId: PeerId, addresses: readonly string[], signal: AbortSignal): Promise<void> {
    if (!this.isConnected(peerId)) await this.#parts.peers.connect(peerId, addresses, signal)
  }

  /** Hands a zone over, after a dial where there is no connection. */
  async put(peerId: PeerId, network: Id, zone: Uint8Array, signal: AbortSignal): Promise<PutAnswer> {
    if (!this.isConnected(peerId)) await this.#parts.peers.connect(peerId, this.addressesOf(peerId), signal)
    return this.#parts.lines.put(peerId, network, zone, signal)
  }

  /**
   * Whom `asker` may be sent on to, of those nearest to a place. Who has no address that it may know is left out. Addresses
   * are looked at of a few alone: reading one takes 50 µs, and strangers ask for this as often as they like.
   */
  neighbours(asker: PeerId, near: Place): readonly Closer[] {
    const { clock, peers } = this.#parts
    const nowMs = clock.monotonicMs()
    if (nowMs - this.#hereMs >= NEIGHBOURS_MS) {
      this.#here = new Map(Array.from(this.all(), (peerId) => [peerId, this.#here.get(peerId) ?? placeOfPeer(peerId)]))
      this.#hereMs = nowMs
    }
    const told: Closer[] = []
    for (const [peerId] of nearest(near, this.#here, ([, place]) => place, NEIGHBOURS_LOOKED_AT)) {
      const addresses = this.addressesOf(peerId).filter((address) => peers.mayTell(peerId, address, asker))
      if (addresses.length > 0 && peerId !== asker) told.push({ peerId, addresses })
      if (told.length === MAX_CLOSER) break
    }
    return told
  }
}
