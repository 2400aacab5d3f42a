import type { PeerId } from '../../../shared/ids.ts'
import type { Attempt, NatKind } from '../../../shared/model/reach.ts'
import { dialable } from '../../platform/addresses.ts'
import type { Cancel } from '../../platform/clock.ts'
import * as limits from './limits.ts'
import type { ReachParts } from './parts.ts'
import { race, type Race } from './race.ts'
import { upgradeWaitMs } from './schedule.ts'
import type { ReachNetworkEvent } from './types.ts'
import { planDirect, planTry, relayedOnly, type Relayed } from './upgrade-plan.ts'

/** Where the tries for one peer stand. */
interface Course {
  /** Tries that failed since there was last a reason for hope. */
  round: number
  state: 'due' | 'trying' | 'waiting'
  /** There was news while it tried, of a kind that the try could not take in. */
  again: boolean
  race: Race | null
  /** Addresses known at the last try. */
  known: string
  /** When it was last tried; null: never. */
  triedAtMs: number | null
  cancel: Cancel
  readonly ending: AbortController
}

const GONE = new Error('a direct connection is there, or none is wanted')

/**
 * Tries to get away from the relay: for each peer that is only relayed and wanted, at once, again after growing waits,
 * and whenever there is news; until there is a direct connection. What to dial is decided in upgrade-plan.ts.
 */
export class Upgrades {
  readonly #parts: ReachParts
  readonly #nat: () => NatKind
  readonly #note: (attempt: Attempt) => void
  readonly #courses = new Map<PeerId, Course>()
  /** Peers for which a try is under way. */
  readonly #trying = new Set<PeerId>()
  /** When each peer was last tried, on the monotonic clock. */
  readonly #triedAtMs = new Map<PeerId, number>()
  #running = false
  #lookAgain: Cancel = () => {}

  constructor(parts: ReachParts, told: { nat: () => NatKind; note: (attempt: Attempt) => void }) {
    this.#parts = parts
    this.#nat = told.nat
    this.#note = told.note
  }

  start(): void {
    this.#running = true
    this.look()
  }

  stop(): void {
    this.#running = false
    this.#lookAgain()
    for (const [peerId, course] of this.#courses) {
      this.#drop(peerId)
      course.ending.abort(GONE)
    }
  }

  onNetwork(event: ReachNetworkEvent): void {
    if (event.event === 'connected' || event.event === 'disconnected') this.look()
    else if (event.event === 'addresses-changed') this.#onAddresses(event.peerId).catch(() => {})
  }

  /** Another network, a sleep, another NAT: what failed may work now. */
  wake(): void {
    for (const [peerId, course] of this.#courses) this.#hope(peerId, course)
    this.look()
  }

  /** Who is relayed and wanted now; begins with those who are new, and stops where there is no reason any more. */
  look(): void {
    if (!this.#running) return
    const { clock, isWanted, network } = this.#parts
    const relayed = relayedOnly(network.connections(), isWanted)
    const peers = new Set(relayed.map(({ peerId }) => peerId))
    for (const peerId of this.#courses.keys()) if (!peers.has(peerId)) this.#drop(peerId)
    for (const peerId of peers) {
      if (!this.#courses.has(peerId)) this.#begin(peerId)
    }
    this.#pump(relayed)
    this.#lookAgain()
    if (network.connections().some(({ route }) => route === 'relayed')) {
      this.#lookAgain = clock.after(limits.LOOK_EVERY_MS, () => this.look())
    }
  }

  /** At once; but whoever takes every connection and drops it has it made anew no sooner than UPGRADE_LEAST_MS later. */
  #begin(peerId: PeerId): void {
    const course: Course = {
      round: 0,
      state: 'due',
      again: false,
      race: null,
      known: '',
      triedAtMs: null,
      cancel: () => {},
      ending: new AbortController(),
    }
    this.#courses.set(peerId, course)
    const againAtMs = (this.#triedAtMs.get(peerId) ?? Number.NEGATIVE_INFINITY) + limits.UPGRADE_LEAST_MS
    const waitMs = againAtMs - this.#parts.clock.monotonicMs()
    if (waitMs > 0) this.#wait(course, waitMs)
  }

  #pump(relayed: readonly Relayed[]): void {
    for (const one of relayed) {
      const course = this.#courses.get(one.peerId)
      if (this.#trying.size >= limits.MAX_UPGRADES) return
      if (course?.state === 'due' && !this.#trying.has(one.peerId)) void this.#try(one, course)
    }
  }

  async #try(relayed: Relayed, course: Course): Promise<void> {
    const { clock, log, network, networks, random } = this.#parts
    const { peerId } = relayed
    course.state = 'trying'
    course.again = false
    this.#trying.add(peerId)
    this.#noteTried(peerId)
    try {
      const addresses = await this.#addressesOf(peerId)
      course.known = fingerprint(addresses)
      const dials = planTry({ relayed, addresses, networks: networks(), nat: this.#nat() })
      course.race = race(peerId, dials, { network, clock, log, note: this.#note }, course.ending.signal)
      // The first one mostly comes before the peer has said where it listens; the news of that is not to wait.
      const isTaste = course.triedAtMs === null && planDirect(peerId, addresses, networks()).length === 0
      course.triedAtMs = isTaste ? Number.NEGATIVE_INFINITY : clock.monotonicMs()
      const won = await course.race.winner
      if (won !== null) log.info({ peerId, transport: won.transport }, 'reached without the relay')
    } catch (error) {
      log.warn({ peerId, error }, 'could not try to reach a peer without the relay')
    }
    this.#trying.delete(peerId)
    course.race = null
    if (this.#courses.get(peerId) === course) {
      const waitMs = course.again ? limits.UPGRADE_LEAST_MS : upgradeWaitMs(course.round, random())
      course.round = course.again ? 0 : course.round + 1
      this.#wait(course, waitMs)
    }
    this.look()
  }

  #noteTried(peerId: PeerId): void {
    const nowMs = this.#parts.clock.monotonicMs()
    for (const [other, atMs] of this.#triedAtMs) {
      if (atMs + limits.UPGRADE_LEAST_MS <= nowMs) this.#triedAtMs.delete(other)
    }
    this.#triedAtMs.set(peerId, nowMs)
  }

  #wait(course: Course, waitMs: number): void {
    course.cancel()
    course.state = 'waiting'
    course.cancel = this.#parts.clock.after(waitMs, () => {
      course.state = 'due'
      this.look()
    })
  }

  async #onAddresses(peerId: PeerId): Promise<void> {
    const course = this.#courses.get(peerId)
    if (course === undefined) return
    const addresses = await this.#addressesOf(peerId)
    const known = fingerprint(addresses)
    // For a try that has not looked at addresses yet it is no news.
    if (known === course.known || course.known === '') return
    course.known = known
    // A try that is under way takes them in: a circuit is open before its other end has said where it listens.
    if (course.race !== null) course.race.add(planDirect(peerId, addresses, this.#parts.networks()))
    else this.#hope(peerId, course)
  }

  #hope(peerId: PeerId, course: Course): void {
    if (course.state === 'trying') course.again = true
    if (course.state !== 'waiting' || this.#courses.get(peerId) !== course) return
    course.round = 0
    const agoMs = this.#parts.clock.monotonicMs() - (course.triedAtMs ?? Number.NEGATIVE_INFINITY)
    this.#wait(course, Math.max(0, limits.UPGRADE_LEAST_MS - agoMs))
  }

  async #addressesOf(peerId: PeerId): Promise<string[]> {
    return this.#parts.network.addressesOf(peerId).catch(() => [])
  }

  #drop(peerId: PeerId): void {
    const course = this.#courses.get(peerId)
    if (course === undefined) return
    course.cancel()
    this.#courses.delete(peerId)
    // The direct connection that ended it is heard of before the dial that made it has said so.
    this.#parts.clock.after(limits.RACE_GRACE_MS, () => course.ending.abort(GONE))
  }
}

/** The addresses that count, as one text, whatever their order; never empty. */
function fingerprint(addresses: readonly string[]): string {
  const direct = dialable(addresses).filter((address) => !address.includes('/p2p-circuit'))
  return `${direct.toSorted().join(' ')}.`
}
