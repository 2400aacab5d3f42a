import type { PeerId } from '../../../shared/ids.ts'
import { distanceOf, type Place } from './near.ts'
import {
  ALPHA,
  AT_ONCE_CONTACTS,
  AT_ONCE_NEAR,
  AT_ONCE_OWNER,
  MAX_ASKED,
  MAX_PER_REFERRER,
  NEAREST,
} from './resolver-limits.ts'

/*
 * Whom a look-up asks next, from what is known of them. Pure: it reads no clock and asks nobody.
 */

/** `owner`: a device of the account that owns the name. `contact`: of somebody this person knows. */
export type Role = 'owner' | 'contact' | 'near'

export interface Candidate {
  readonly peerId: PeerId
  readonly role: Role
  readonly place: Place
  /** Where to dial it; empty for one that is connected. */
  readonly addresses: readonly string[]
  readonly connected: boolean
  /** How many others had to be asked to hear of it: 0 for one known before. */
  readonly hops: number
}

type State = 'known' | 'running' | 'slow' | 'answered' | 'failed'

interface Entry {
  readonly candidate: Candidate
  readonly distance: Uint8Array
  readonly referrer: PeerId | null
  state: State
}

/** One look-up's view of who could be asked, and who was. */
export class Plan {
  readonly #target: Place
  readonly #entries = new Map<PeerId, Entry>()
  readonly #asksByReferrer = new Map<PeerId, number>()
  #asked = 0
  #isFirst = true

  constructor(target: Place, known: Iterable<Candidate>) {
    this.#target = target
    for (const candidate of known) this.#add(candidate, null)
  }

  get asked(): number {
    return this.#asked
  }

  /** Whether anybody was asked who has neither answered nor failed. */
  get isWaiting(): boolean {
    return this.#of('running', 'slow').length > 0
  }

  /** Those to ask now. First everybody nearby at once; then, while somebody is asked, the nearest that are left. */
  next(): Candidate[] {
    const chosen = this.#isFirst ? this.#atOnce() : this.#nearer()
    this.#isFirst = false
    for (const entry of chosen) {
      entry.state = 'running'
      this.#asked += 1
      const { referrer } = entry
      if (referrer !== null) this.#asksByReferrer.set(referrer, (this.#asksByReferrer.get(referrer) ?? 0) + 1)
    }
    return chosen.map(({ candidate }) => candidate)
  }

  /** It has nothing, and named others. Those that it names far from the key count for as much as they are near. */
  answered(peerId: PeerId, closer: Iterable<Candidate> = []): void {
    this.#become(peerId, 'answered')
    for (const candidate of closer) this.#add(candidate, peerId)
  }

  /** It could not be reached, said nothing in time, or lied. */
  failed(peerId: PeerId): void {
    this.#become(peerId, 'failed')
  }

  /** It takes its time: another one takes its place, and it may still answer. */
  slow(peerId: PeerId): void {
    const entry = this.#entries.get(peerId)
    if (entry?.state === 'running') entry.state = 'slow'
  }

  #atOnce(): Entry[] {
    const known = this.#nearestFirst(this.#of('known'))
    const first = (role: Role, count: number): Entry[] => known.filter(({ candidate }) => candidate.role === role).slice(0, count)
    const sure = [...first('owner', AT_ONCE_OWNER), ...first('contact', AT_ONCE_CONTACTS)]
    // Connected ones answer in one round trip. Contacts are near too, and are then asked for both reasons.
    const near = known.filter(({ candidate }) => candidate.connected).slice(0, AT_ONCE_NEAR)
    const chosen = [...new Set([...sure, ...near])]
    return chosen.length > 0 ? chosen : known.slice(0, ALPHA)
  }

  #nearer(): Entry[] {
    const free = Math.min(ALPHA - this.#of('running').length, MAX_ASKED - this.#asked)
    if (free <= 0) return []
    const chosen: Entry[] = []
    const asks = new Map(this.#asksByReferrer)
    for (const entry of this.#nearestFirst([...this.#entries.values()]).slice(0, this.#window())) {
      if (entry.state !== 'known' || chosen.length >= free) continue
      if (entry.referrer !== null) {
        const count = asks.get(entry.referrer) ?? 0
        // Whoever grinds ids next to a key would else fill all places with its own.
        if (count >= MAX_PER_REFERRER) continue
        asks.set(entry.referrer, count + 1)
      }
      chosen.push(entry)
    }
    return chosen
  }

  /** The nearest who count, and as many more as were asked in vain: places that liars took are given to others. */
  #window(): number {
    return NEAREST + this.#of('slow', 'failed').length
  }

  #become(peerId: PeerId, state: State): void {
    const entry = this.#entries.get(peerId)
    if (entry !== undefined) entry.state = state
  }

  #add(candidate: Candidate, referrer: PeerId | null): void {
    if (this.#entries.has(candidate.peerId)) return
    const distance = distanceOf(this.#target, candidate.place)
    this.#entries.set(candidate.peerId, { candidate, distance, referrer, state: 'known' })
  }

  #of(...states: State[]): Entry[] {
    return [...this.#entries.values()].filter(({ state }) => states.includes(state))
  }

  #nearestFirst(entries: readonly Entry[]): Entry[] {
    return entries.toSorted((a, b) => Buffer.compare(a.distance, b.distance))
  }
}
