import type { PeerId } from '../../../shared/ids.ts'
import { distanceOf, type Place } from './near.ts'
import {
  ALPHA,
  AT_ONCE_CONTACTS,
  AT_ONCE_NEAR,
  AT_ONCE_OWNER,
  FIRST_OF_WAY,
  MAX_ADDRESSES,
  MAX_ASKED,
  MAX_ELSEWHERE,
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

type State = 'known' | 'running' | 'slow' | 'answered' | 'failed' | 'unreached'

/** On which way one was come upon: the peer known before from which others led there. */
export type Way = PeerId | 'known before'

interface Entry {
  candidate: Candidate
  readonly distance: Uint8Array
  /** Who named it. */
  readonly referrers: PeerId[]
  readonly ways: Set<Way>
  state: State
  /** So often it may be tried once more, where somebody else says that it is elsewhere. */
  triesLeft: number
  /** Where others say that it is, not tried yet. */
  elsewhere: readonly string[]
}

/** One look-up's view of who could be asked, and who was. */
export class Plan {
  readonly #target: Place
  readonly #entries = new Map<PeerId, Entry>()
  /** All of them, the nearest first but for those that came since they were sorted: a thousand of them take a millisecond. */
  readonly #sorted: Entry[] = []
  #isSorted = true
  readonly #asksByReferrer = new Map<PeerId, number>()
  readonly #asksByWay = new Map<Way, number>()
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
    }
    return chosen.map(({ candidate }) => candidate)
  }

  /** It has nothing, and named others. Those that it names far from the key count for as much as they are near. */
  answered(peerId: PeerId, closer: Iterable<Candidate> = []): void {
    this.#become(peerId, 'answered')
    for (const candidate of closer) this.#add(candidate, peerId)
  }

  /** It lied, or is of no help. */
  failed(peerId: PeerId): void {
    this.#become(peerId, 'failed')
  }

  /** It could not be reached where it was said to be, or was silent: tried again where somebody else says that it is. */
  unreached(peerId: PeerId): void {
    const entry = this.#entries.get(peerId)
    if (entry === undefined) return
    entry.state = 'unreached'
    this.#tryElsewhere(entry)
  }

  /** On how many ways somebody is asked: as many may agree without having been sent there by one alone. */
  get ways(): number {
    return this.#of('running', 'answered').filter(({ candidate }) => candidate.hops === 0).length
  }

  /** One that was known before is a way of its own. */
  waysTo(peerId: PeerId): readonly Way[] {
    const entry = this.#entries.get(peerId)
    if (entry === undefined) return []
    return entry.candidate.hops === 0 ? [peerId] : [...entry.ways]
  }

  /** It takes its time: another one takes its place, and it may still answer. */
  slow(peerId: PeerId): void {
    const entry = this.#entries.get(peerId)
    if (entry?.state === 'running') entry.state = 'slow'
  }

  #atOnce(): Entry[] {
    const known = this.#nearestFirst().filter(({ state }) => state === 'known')
    const first = (role: Role, count: number): Entry[] => known.filter(({ candidate }) => candidate.role === role).slice(0, count)
    const sure = [...first('owner', AT_ONCE_OWNER), ...first('contact', AT_ONCE_CONTACTS)]
    // Connected ones answer in one round trip. Contacts are near too, and are then asked for both reasons.
    const near = known.filter(({ candidate }) => candidate.connected).slice(0, AT_ONCE_NEAR)
    const chosen = [...new Set([...sure, ...near])]
    return chosen.length > 0 ? chosen : known.slice(0, ALPHA)
  }

  #nearer(): Entry[] {
    const chosen: Entry[] = []
    const free = Math.min(ALPHA - this.#of('running').length, MAX_ASKED - this.#asked)
    while (chosen.length < free) {
      const next = this.#nextOne(chosen, MAX_PER_REFERRER) ?? (this.#isStuck(chosen) ? this.#nextOne(chosen, MAX_ASKED) : null)
      if (next === null) break
      chosen.push(next)
    }
    return chosen
  }

  /**
   * The nearest on the way that was gone least: whoever grinds ids next to a key would else fill all places with its own. The
   * first few of each way are asked however near others say that theirs are.
   */
  #nextOne(chosen: readonly Entry[], mostOfOne: number): Entry | null {
    let best: { readonly entry: Entry; readonly way: Way; readonly gone: number; readonly referrer: PeerId | null } | null = null
    const window = this.#window()
    for (const [place, entry] of this.#nearestFirst().entries()) {
      if (entry.state !== 'known' || chosen.includes(entry)) continue
      const referrer = least(entry.referrers, this.#asksByReferrer)
      if (referrer !== null && (this.#asksByReferrer.get(referrer) ?? 0) >= mostOfOne) continue
      const way = least([...entry.ways], this.#asksByWay) ?? KNOWN_BEFORE
      const gone = this.#asksByWay.get(way) ?? 0
      if (place >= window && gone >= FIRST_OF_WAY) continue
      if (best === null || gone < best.gone) best = { entry, way, gone, referrer }
    }
    if (best === null) return null
    const { entry, way, gone, referrer } = best
    this.#asksByWay.set(way, gone + 1)
    if (referrer !== null) this.#asksByReferrer.set(referrer, (this.#asksByReferrer.get(referrer) ?? 0) + 1)
    return entry
  }

  /** Nobody is asked any more, and nobody had it: one who knew a single address is not left with the three that it named. */
  #isStuck(chosen: readonly Entry[]): boolean {
    return chosen.length === 0 && !this.isWaiting
  }

  /** The nearest who count, and as many more as were asked in vain: places that liars took are given to others. */
  #window(): number {
    return NEAREST + this.#of('slow', 'failed', 'unreached').length
  }

  #become(peerId: PeerId, state: State): void {
    const entry = this.#entries.get(peerId)
    if (entry !== undefined) entry.state = state
  }

  #add(candidate: Candidate, referrer: PeerId | null): void {
    const ways: readonly Way[] = referrer === null ? [KNOWN_BEFORE] : this.waysTo(referrer)
    const before = this.#entries.get(candidate.peerId)
    if (before === undefined) {
      const distance = distanceOf(this.#target, candidate.place)
      const referrers = referrer === null ? [] : [referrer]
      const fresh = { state: 'known', triesLeft: MAX_ELSEWHERE, elsewhere: [] } as const
      const entry: Entry = { candidate, distance, referrers, ways: new Set(ways), ...fresh }
      this.#entries.set(candidate.peerId, entry)
      this.#sorted.push(entry)
      this.#isSorted = false
      return
    }
    if (before.candidate.hops === 0 || referrer === null) return
    before.referrers.push(referrer)
    for (const way of ways) before.ways.add(way)
    const said = [...before.candidate.addresses, ...before.elsewhere]
    const elsewhere = [...before.elsewhere, ...candidate.addresses.filter((address) => !said.includes(address))]
    before.elsewhere = elsewhere.slice(0, MAX_ADDRESSES)
    if (before.state === 'unreached') this.#tryElsewhere(before)
  }

  /** A liar may name an honest peer at a place where it is not. */
  #tryElsewhere(entry: Entry): void {
    if (entry.elsewhere.length === 0 || entry.triesLeft === 0) return
    entry.candidate = { ...entry.candidate, addresses: entry.elsewhere }
    entry.elsewhere = []
    entry.triesLeft -= 1
    entry.state = 'known'
  }

  #of(...states: State[]): Entry[] {
    return [...this.#entries.values()].filter(({ state }) => states.includes(state))
  }

  #nearestFirst(): readonly Entry[] {
    if (!this.#isSorted) this.#sorted.sort((a, b) => Buffer.compare(a.distance, b.distance))
    this.#isSorted = true
    return this.#sorted
  }
}

const KNOWN_BEFORE: Way = 'known before'

/** Of several the one that was counted least; null of none. */
function least<T>(of: readonly T[], counts: ReadonlyMap<T, number>): T | null {
  let best: T | null = null
  for (const one of of) if (best === null || (counts.get(one) ?? 0) < (counts.get(best) ?? 0)) best = one
  return best
}
