import type { AccountId, PeerId } from '../../../shared/ids.ts'
import { nothingMore, type About, type Capability } from '../../../shared/model/door.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Admission, Guard, Offence, RemotePeer } from '../../platform/streams.ts'
import { Buckets, subnetOf } from './buckets.ts'
import type { Journal } from './journal.ts'
import {
  BLOCKED_DEVICES_LAST_MS,
  MAX_ADMITTED,
  OVERRUN_POINTS,
  PEER_BURST,
  PEER_PER_SECOND,
  SUBNET_BURST,
  SUBNET_PER_SECOND,
  THROTTLED_COST,
} from './limits.ts'
import { letsIn } from './policy.ts'
import type { ProvenDevice } from './received-knocks.ts'
import type { RuleBook } from './rule-book.ts'
import type { Standings } from './standings.ts'
import { visitorFrom, type Visitor } from './visitor.ts'

interface Parts {
  readonly clock: Clock
  readonly rules: RuleBook
  readonly journal: Journal
  readonly standings: Standings
  readonly offence: Offence
  readonly isContact: (account: AccountId) => boolean
  readonly provenNow: (peerId: PeerId) => ProvenDevice | null
  readonly prove: (peerId: PeerId, signal: AbortSignal) => Promise<ProvenDevice | null>
  readonly devicesOf: (account: AccountId) => readonly PeerId[]
  /** Closes the connections of a peer, after what is on its way to it. */
  readonly shut: (peerId: PeerId, why: string) => void
}

/** The devices of blocked accounts, as of a time on the monotonic clock. */
const nothingKnown: { atMs: number; devices: ReadonlySet<PeerId> } = { atMs: -Infinity, devices: new Set() }

/**
 * Who may open a stream, or connect at all: standing and rates first, then the rules. Nothing here waits for a person.
 */
export class Admissions {
  readonly #parts: Parts
  /** What was let in on each open connection, to be taken back when a rule changes. */
  readonly #admitted = new Map<string, Map<Capability, Visitor>>()
  /** Connections of which a guard waits for a proof; true once they are gone. */
  readonly #waiting = new Map<string, { count: number; isGone: boolean }>()

  #known = nothingKnown

  constructor(parts: Parts) {
    this.#parts = parts
  }

  guard(capability: Capability): Guard {
    const isWithinRate = this.#rates()
    return async (peer, signal) => this.#refusalOf(peer) ?? isWithinRate(peer) ?? (await this.admits(capability, peer, nothingMore, signal))
  }

  /** What a guard says, but for the rate: the stream in which this is asked was counted when it was opened. */
  async admits(capability: Capability, peer: RemotePeer, about: About, signal: AbortSignal): Promise<Admission> {
    const refusal = this.#refusalOf(peer)
    if (refusal !== null) return refusal
    const device = await this.#proven(peer, signal)
    if (device === 'gone') return { verdict: 'refuse', code: 'silent', why: 'the connection closed meanwhile' }
    if (device === null) return this.#unproven(peer, capability, about)
    return this.#rule(visitorFrom(peer, device.account, capability, about))
  }

  now(capability: Capability, peer: RemotePeer): Admission {
    const refusal = this.#refusalOf(peer)
    if (refusal !== null) return refusal
    const device = this.#parts.provenNow(peer.peerId)
    if (device === null) return this.#unproven(peer, capability, nothingMore)
    return this.#rule(visitorFrom(peer, device.account, capability, nothingMore))
  }

  openToStrangers(why: string): Guard {
    const isWithinRate = this.#rates()
    return (peer) => this.#refusalOf(peer) ?? isWithinRate(peer) ?? { verdict: 'allow', why }
  }

  admitsConnection(peerId: PeerId): boolean {
    if (this.#parts.standings.of(peerId).standing === 'banned') return false
    const { rules, provenNow } = this.#parts
    const account = provenNow(peerId)?.account
    if (account !== undefined) return !rules.isBlocked(account)
    return !this.#blockedDevices().has(peerId)
  }

  /** Each account's list is read from the disk and decoded: too much for every stream of everybody. */
  #blockedDevices(): ReadonlySet<PeerId> {
    const { clock, devicesOf, rules } = this.#parts
    const nowMs = clock.monotonicMs()
    if (nowMs - this.#known.atMs >= BLOCKED_DEVICES_LAST_MS) {
      this.#known = { atMs: nowMs, devices: new Set(rules.blocked().flatMap((account) => devicesOf(account))) }
    }
    return this.#known.devices
  }

  /** A rule changed: whoever is inside without being let in any more goes. */
  review(): void {
    this.#known = nothingKnown
    for (const capabilities of this.#admitted.values()) {
      for (const visitor of capabilities.values()) {
        const ruling = this.#parts.rules.decide(visitor)
        if (letsIn(ruling.verdict)) continue
        capabilities.delete(visitor.capability)
        this.#parts.shut(visitor.peerId, ruling.why)
      }
    }
  }

  disconnected({ connection }: RemotePeer): void {
    this.#admitted.delete(connection)
    const waiting = this.#waiting.get(connection)
    if (waiting !== undefined) waiting.isGone = true
  }

  #refusalOf({ peerId }: RemotePeer): Admission | null {
    if (!this.admitsConnection(peerId)) return { verdict: 'refuse', code: 'silent', why: 'banned or blocked' }
    const { standing, score } = this.#parts.standings.of(peerId)
    return standing === 'disconnected' ? { verdict: 'refuse', code: 'busy', why: `a standing of ${score}` } : null
  }

  /** Buckets of one protocol: for each peer, and for each subnet of strangers. */
  #rates(): (peer: RemotePeer) => Admission | null {
    const perPeer = new Buckets({ burst: PEER_BURST, perSecond: PEER_PER_SECOND })
    const perSubnet = new Buckets({ burst: SUBNET_BURST, perSecond: SUBNET_PER_SECOND })
    const { clock, standings, offence, provenNow, isContact } = this.#parts
    return ({ peerId, address }) => {
      const nowMs = clock.monotonicMs()
      const cost = standings.of(peerId).standing === 'good' ? 1 : THROTTLED_COST
      if (perPeer.take(peerId, nowMs, cost) === 'empty') {
        offence(peerId, 'more streams than its rate', OVERRUN_POINTS)
        return { verdict: 'refuse', code: 'busy', why: 'above the rate of one peer' }
      }
      const account = provenNow(peerId)?.account
      const subnet = subnetOf(address)
      // A contact does not pay for what strangers behind the same address do.
      if (subnet === null || (account !== undefined && isContact(account))) return null
      return perSubnet.take(subnet, nowMs) === 'empty'
        ? { verdict: 'refuse', code: 'busy', why: 'above the rate of one subnet' }
        : null
    }
  }

  async #proven({ peerId, connection }: RemotePeer, signal: AbortSignal): Promise<ProvenDevice | 'gone' | null> {
    const known = this.#parts.provenNow(peerId)
    if (known !== null) return known
    const waiting = this.#waiting.get(connection) ?? { count: 0, isGone: false }
    this.#waiting.set(connection, waiting)
    waiting.count++
    try {
      const device = await this.#parts.prove(peerId, signal)
      return waiting.isGone || signal.aborted ? 'gone' : device
    } finally {
      waiting.count--
      if (waiting.count === 0) this.#waiting.delete(connection)
    }
  }

  #unproven(peer: RemotePeer, capability: Capability, about: About): Admission {
    const why = 'no account was proven'
    this.#parts.journal.unproven(peer, capability, why, about)
    return { verdict: 'refuse', code: 'unproven', why }
  }

  #rule(visitor: Visitor): Admission {
    const { rules, journal } = this.#parts
    const ruling = rules.decide(visitor)
    const isIn = letsIn(ruling.verdict)
    if (isIn && !this.#admitted.has(visitor.connection) && this.#admitted.size >= MAX_ADMITTED) {
      return { verdict: 'refuse', code: 'busy', why: 'too many connections are let in' }
    }
    journal.ruled(visitor, ruling, isIn)
    switch (ruling.verdict) {
      case 'allow':
      case 'allow-and-tell':
        this.#remember(visitor)
        return { verdict: 'allow', why: ruling.why }
      case 'ask':
        return { verdict: 'refuse', code: 'knock-first', why: ruling.why }
      case 'deny':
        return { verdict: 'refuse', code: 'denied', why: ruling.why }
      case 'ignore':
        return { verdict: 'refuse', code: 'silent', why: ruling.why }
    }
  }

  #remember(visitor: Visitor): void {
    const capabilities = this.#admitted.get(visitor.connection) ?? new Map<Capability, Visitor>()
    capabilities.set(visitor.capability, visitor)
    this.#admitted.set(visitor.connection, capabilities)
  }
}
