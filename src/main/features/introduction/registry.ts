import type { PeerId } from '../../../shared/ids.ts'
import { Groups } from './groups.ts'
import { SWEEP_EVERY_MS } from './limits.ts'
import type { IntroductionLimits } from './types.ts'

/** From where a registration came. */
export interface Origin {
  readonly peerId: PeerId
  /** The IP address, or null where the connection has none. */
  readonly host: string | null
  /** The network it is in; null for this machine, which may bring as many as it likes. */
  readonly subnet: string | null
}

/** A registration as it is kept. */
export interface Registered extends Origin {
  /** As the device signed it. */
  readonly envelope: Uint8Array
  readonly topics: readonly Uint8Array[]
  readonly issuedMs: number
  readonly expiresMs: number
}

interface Kept extends Registered {
  /** Rises with each registration, so that a page can go on where the last one ended. */
  readonly seq: number
  readonly topicNames: readonly string[]
}

export type Room = { verdict: 'room' } | { verdict: 'full'; why: string }
export type Page = { registrations: Uint8Array[]; more: number | null }

type Limits = Pick<
  IntroductionLimits,
  'registrations' | 'registrationsPerAddress' | 'registrationsPerSubnet' | 'registrationsPerTopic'
>

/**
 * Who said where they can be found, as much as is allowed and no longer than is allowed. An address or a network that
 * used up its own places gets no more, and loses none. Where a topic or the whole is full, the newest is taken and the
 * network that holds most loses its oldest, so that whoever floods it floods itself.
 * *Units*: `nowMs` is of the wall clock, as the registrations are.
 */
export class Registry {
  readonly #limits: Limits
  readonly #byPeer = new Map<PeerId, Kept>()
  readonly #byHost = new Map<string, number>()
  readonly #bySubnet = new Groups<Kept>()
  /** In the order in which they came. */
  readonly #byTopic = new Map<string, Set<Kept>>()
  #seq = 0
  #sweptMs = -Infinity

  constructor(limits: Limits) {
    this.#limits = limits
  }

  count(nowMs: number): number {
    this.#sweep(nowMs)
    return this.#byPeer.size
  }

  find(peerId: PeerId, nowMs: number): Registered | null {
    const kept = this.#byPeer.get(peerId)
    return kept === undefined || kept.expiresMs <= nowMs ? null : kept
  }

  /** Whether its address and its network have a place for it, or it has one already. */
  roomFor(origin: Origin, nowMs: number): Room {
    this.#sweep(nowMs)
    const { registrationsPerAddress, registrationsPerSubnet } = this.#limits
    const { host, subnet } = origin
    // This machine has shorter ways to do harm, and laboratories live on it.
    if (subnet === null) return { verdict: 'room' }
    const own = this.#byPeer.get(origin.peerId)
    const ofHost = host === null ? 0 : (this.#byHost.get(host) ?? 0) - (own?.host === host ? 1 : 0)
    if (ofHost >= registrationsPerAddress) return { verdict: 'full', why: 'its address has all its registrations' }
    const ofSubnet = this.#bySubnet.countOf(groupOf(subnet)) - (own?.subnet === subnet ? 1 : 0)
    if (ofSubnet >= registrationsPerSubnet) return { verdict: 'full', why: 'its network has all its registrations' }
    return { verdict: 'room' }
  }

  /** Takes it in place of the last one of its device, or leaves all as it was where there is no room. */
  put(registered: Registered, nowMs: number): Room {
    const room = this.roomFor(registered, nowMs)
    if (room.verdict === 'full') return room
    this.remove(registered.peerId)
    const topicNames = [...new Set(registered.topics.map(nameOf))]
    this.#insert({ ...registered, seq: ++this.#seq, topicNames })
    if (this.#byPeer.size > this.#limits.registrations) {
      const victim = this.#bySubnet.oldestOfLargest()
      if (victim !== null) this.remove(victim.peerId)
    }
    return room
  }

  remove(peerId: PeerId): void {
    const kept = this.#byPeer.get(peerId)
    if (kept === undefined) return
    this.#byPeer.delete(peerId)
    this.#bySubnet.delete(groupOf(kept.subnet), kept)
    if (kept.host !== null) {
      const left = (this.#byHost.get(kept.host) ?? 0) - 1
      if (left > 0) this.#byHost.set(kept.host, left)
      else this.#byHost.delete(kept.host)
    }
    for (const name of kept.topicNames) this.#leaveTopic(name, kept)
  }

  clear(): void {
    for (const peerId of this.#byPeer.keys()) this.remove(peerId)
  }

  /** Those of a topic after `after`, oldest first, at most `limit` and `maxBytes`; `more` is the next `after`. */
  page(topic: Uint8Array, bounds: { after: number; limit: number; maxBytes: number }, nowMs: number): Page {
    const registrations: Uint8Array[] = []
    let [sizeBytes, last] = [0, bounds.after]
    for (const { seq, envelope, expiresMs } of this.#byTopic.get(nameOf(topic)) ?? []) {
      if (seq <= bounds.after || expiresMs <= nowMs) continue
      sizeBytes += envelope.byteLength
      if (registrations.length === bounds.limit || sizeBytes > bounds.maxBytes) return { registrations, more: last }
      registrations.push(envelope)
      last = seq
    }
    return { registrations, more: null }
  }

  #insert(kept: Kept): void {
    this.#byPeer.set(kept.peerId, kept)
    this.#bySubnet.add(groupOf(kept.subnet), kept)
    if (kept.host !== null) this.#byHost.set(kept.host, (this.#byHost.get(kept.host) ?? 0) + 1)
    for (const name of kept.topicNames) {
      const inTopic = (this.#byTopic.get(name) ?? new Set()).add(kept)
      this.#byTopic.set(name, inTopic)
      if (inTopic.size > this.#limits.registrationsPerTopic) this.#leaveTopic(name, mostCommon(inTopic))
    }
  }

  /** It loses this topic alone: it can still be located, and found under its others. */
  #leaveTopic(name: string, kept: Kept | null): void {
    const inTopic = this.#byTopic.get(name)
    if (inTopic === undefined || kept === null) return
    inTopic.delete(kept)
    if (inTopic.size === 0) this.#byTopic.delete(name)
  }

  #sweep(nowMs: number): void {
    // A clock that was set back must not put this off for as long as it was ahead.
    const sinceMs = nowMs - this.#sweptMs
    if (sinceMs >= 0 && sinceMs < SWEEP_EVERY_MS) return
    this.#sweptMs = nowMs
    for (const { peerId, expiresMs } of this.#byPeer.values()) if (expiresMs <= nowMs) this.remove(peerId)
  }
}

/** The oldest of the network that has most of them, in a set that is small. */
function mostCommon(inTopic: ReadonlySet<Kept>): Kept | null {
  const groups = [...Map.groupBy(inTopic, ({ subnet }) => groupOf(subnet)).values()]
  return groups.toSorted((a, b) => b.length - a.length)[0]?.[0] ?? null
}

function groupOf(subnet: string | null): string {
  return subnet ?? 'this machine'
}

function nameOf(topic: Uint8Array): string {
  return Buffer.from(topic).toString('base64url')
}
