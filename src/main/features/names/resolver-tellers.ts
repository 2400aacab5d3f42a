import type { PeerId } from '../../../shared/ids.ts'
import { CONFIRMED_BY } from './resolver-limits.ts'
import type { Role, Way } from './resolver-plan.ts'

/** Who gave the zone that counts so far. One alone may have held back a newer one; the owner's own device has what there is. */
export class Tellers {
  #peers: PeerId[] = []
  #ways = new Set<Way>()
  #isTheOwners = false

  add(peerId: PeerId, role: Role, ways: readonly Way[]): void {
    this.#peers.push(peerId)
    for (const way of ways) this.#ways.add(way)
    if (role === 'owner') this.#isTheOwners = true
  }

  /** There is a newer one; gives those who had the older. */
  replaced(): readonly PeerId[] {
    const before = this.#peers
    this.#peers = []
    this.#ways = new Set()
    return before
  }

  /** `ways`: on how many somebody is asked at all. */
  isEnough(ways: number): boolean {
    return this.#isTheOwners || Math.min(this.#peers.length, this.#ways.size) >= Math.min(CONFIRMED_BY, Math.max(1, ways))
  }
}
