import type { AccountId, PeerId } from '../../../shared/ids.ts'
import { type About, type Capability, letsIn, nothingMore } from '../../../shared/model/door.ts'
import type { Standing } from '../../../shared/model/peers.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Admission, Guard, Offence, RemotePeer } from '../../platform/streams.ts'
import { Buckets, subnetOf } from './buckets.ts'
import type { EndedConnections } from './connections.ts'
import { disclosedRefusal, type Disclosure } from './disclosure.ts'
import type { Journal } from './journal.ts'
import {
  ADMITTED_CONTACT_RESERVE,
  BLOCKED_DEVICES_LAST_MS,
  MAX_ADMITTED,
  MAX_ADMITTED_OF_CONNECTION,
  OVERRUN_POINTS,
  PEER_BURST,
  PEER_PER_SECOND,
  SUBNET_BURST,
  SUBNET_PER_SECOND,
  THROTTLED_COST,
} from './limits.ts'
import type { ProvenDevice } from './proving.ts'
import type { Blocked } from './blocked.ts'
import type { RuleBook } from './rule-book.ts'
import type { Standings } from './standings.ts'
import { inPlainText } from './stranger-words.ts'
import type { Audience } from './types.ts'
import { visitorFrom, type Guest } from './visitor.ts'

interface Parts {
  readonly clock: Clock
  readonly rules: RuleBook
  readonly blocked: Blocked
  readonly journal: Journal
  readonly standings: Standings
  readonly ended: EndedConnections
  readonly offence: Offence
  readonly disclosure: () => Disclosure
  readonly isContact: (account: AccountId) => boolean
  /** This account. */
  readonly me: () => AccountId | null
  readonly provenNow: (peerId: PeerId) => ProvenDevice | null
  readonly prove: (peerId: PeerId, signal: AbortSignal) => Promise<ProvenDevice | null>
  readonly devicesOf: (account: AccountId) => readonly PeerId[]
  /** Whose device this was when it was last seen: enough for a rate, and for nothing else. */
  readonly accountOf: (peerId: PeerId) => AccountId | null
  /** Closes the connections of a peer, after what is on its way to it. */
  readonly shut: (peerId: PeerId, why: string) => void
}

/** What other devices of this account may without a rule: they have its key. What spends this machine's line stays behind rules. */
const OF_OWN: ReadonlySet<Capability> = new Set(['contact', 'file', 'lookup'])

/** The devices of blocked accounts, as of a time on the monotonic clock. */
const nothingKnown: { atMs: number; devices: ReadonlySet<PeerId> } = { atMs: -Infinity, devices: new Set() }

/**
 * Who may open a stream, or connect at all: standing and rates first, then the rules. Nothing here waits for a person.
 */
export class Admissions {
  readonly #parts: Parts
  /** What was let in on each open connection, by what it is, to be taken back when a rule changes. */
  readonly #admitted = new Map<string, Map<string, Guest>>()
  /** The buckets of peers, by protocol: those of the guard that was made last. */
  readonly #perPeer = new Map<string, Buckets>()
  /** Connections of which a guard waits for a proof; true once they are gone. */
  readonly #waiting = new Map<string, { count: number; isGone: boolean }>()

  #known = nothingKnown

  constructor(parts: Parts) {
    this.#parts = parts
  }

  guard(capability: Capability, protocol: string = capability): Guard {
    const isWithinRate = this.#rates(protocol)
    return async (peer, signal) => {
      return this.#refusalOf(peer) ?? isWithinRate(peer) ?? (await this.admits(capability, peer, nothingMore, signal))
    }
  }

  /** What a guard says, but for the rate: the stream in which this is asked was counted when it was opened. */
  async admits(
    capability: Capability,
    peer: RemotePeer,
    asked: About,
    signal: AbortSignal,
    audience?: Audience,
  ): Promise<Admission> {
    const about = inPlainText(asked)
    const refusal = this.#refusalOf(peer)
    if (refusal !== null) return refusal
    const device = await this.#proven(peer, signal)
    if (device === 'gone') return gone
    if (device !== null && device.account === this.#parts.me() && OF_OWN.has(capability)) return { verdict: 'allow', why: 'a device of this account' }
    const guest: Guest = { ...visitorFrom(peer, device?.account ?? null, capability, about), audience }
    // Who could make up an account for the asking need not have one.
    if (device === null && audience?.({ isContact: false }) !== 'allow') return this.#unproven(peer, capability, about)
    return this.#rule(peer, guest)
  }

  now(capability: Capability, peer: RemotePeer): Admission {
    const refusal = this.#refusalOf(peer)
    if (refusal !== null) return refusal
    const device = this.#parts.provenNow(peer.peerId)
    if (device === null) return this.#unproven(peer, capability, nothingMore)
    return this.#rule(peer, visitorFrom(peer, device.account, capability, nothingMore))
  }

  stays(capability: Capability, peer: RemotePeer, asked: About): Admission {
    const account = this.#parts.provenNow(peer.peerId)?.account
    if (account === undefined) return { verdict: 'refuse', code: 'unproven', why: 'no account was proven' }
    const { verdict, why } = this.#parts.rules.decideInside(visitorFrom(peer, account, capability, inPlainText(asked)))
    return letsIn(verdict) ? { verdict: 'allow', why } : { verdict: 'refuse', code: 'denied', why }
  }

  openToStrangers(why: string, protocol: string = why): Guard {
    const isWithinRate = this.#rates(protocol)
    return (peer) => this.#refusalOf(peer) ?? isWithinRate(peer) ?? { verdict: 'allow', why }
  }

  admitsConnection(peerId: PeerId): boolean {
    if (this.#parts.standings.of(peerId).standing === 'banned') return false
    const { blocked, provenNow, accountOf } = this.#parts
    const account = provenNow(peerId)?.account
    if (account !== undefined) return !blocked.has(account)
    if (!this.#blockedDevices().has(peerId)) return true
    // A list names what its maker likes: of a device that somebody else's list names too, the hello tells whose it is.
    const other = accountOf(peerId)
    return other !== null && !blocked.has(other)
  }

  /** Each account's list is read from the disk and decoded: too much for every stream of everybody. */
  #blockedDevices(): ReadonlySet<PeerId> {
    const { clock, devicesOf, blocked } = this.#parts
    const nowMs = clock.monotonicMs()
    if (nowMs - this.#known.atMs >= BLOCKED_DEVICES_LAST_MS) {
      this.#known = { atMs: nowMs, devices: new Set(blocked.list().flatMap((account) => devicesOf(account))) }
    }
    return this.#known.devices
  }

  /** A rule changed: whoever is inside without being let in any more goes. */
  review(): void {
    this.#known = nothingKnown
    for (const visitors of this.#admitted.values()) {
      for (const [key, visitor] of visitors) {
        const ruling = this.#parts.rules.decideInside(visitor)
        if (letsIn(ruling.verdict)) continue
        visitors.delete(key)
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
    if (!this.admitsConnection(peerId)) {
      // A device of a blocked account that nobody knew connected before it said whose it is.
      this.#parts.shut(peerId, 'banned or blocked')
      return { verdict: 'refuse', code: 'silent', why: 'banned or blocked' }
    }
    const { standing, score } = this.#parts.standings.of(peerId)
    return standing === 'disconnected' ? { verdict: 'refuse', code: 'busy', why: `a standing of ${score}` } : null
  }

  /** What a peer may still open of each protocol that it used lately. A throttled one pays more for each stream. */
  ratesOf(peerId: PeerId): Standing['rates'] {
    const { clock, standings } = this.#parts
    const cost = costFor(standings.of(peerId))
    return [...this.#perPeer].flatMap(([protocol, buckets]) => {
      const left = buckets.left(peerId, clock.monotonicMs())
      if (left === null) return []
      return { protocol, left: Math.floor(left / cost), burst: PEER_BURST / cost, perSecond: PEER_PER_SECOND / cost }
    })
  }

  /** Buckets of one protocol: for each peer, and for each subnet of strangers. */
  #rates(protocol: string): (peer: RemotePeer) => Admission | null {
    const perPeer = new Buckets({ burst: PEER_BURST, perSecond: PEER_PER_SECOND })
    this.#perPeer.set(protocol, perPeer)
    const perSubnet = new Buckets({ burst: SUBNET_BURST, perSecond: SUBNET_PER_SECOND })
    const { clock, standings, offence, accountOf, isContact } = this.#parts
    return ({ peerId, address }) => {
      const nowMs = clock.monotonicMs()
      if (perPeer.take(peerId, nowMs, costFor(standings.of(peerId))) === 'empty') {
        offence(peerId, 'more streams than its rate', OVERRUN_POINTS)
        return { verdict: 'refuse', code: 'busy', why: 'above the rate of one peer' }
      }
      const subnet = subnetOf(address)
      const account = accountOf(peerId)
      // A contact does not pay for what strangers behind the same address do, also before this connection proves it.
      if (subnet === null || (account !== null && isContact(account))) return null
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
    this.#parts.journal.unproven(peer, capability, about)
    return { verdict: 'refuse', code: 'unproven', why: 'no account was proven' }
  }

  #rule(peer: RemotePeer, visitor: Guest): Admission {
    const { rules, journal, disclosure, ended } = this.#parts
    const ruling = rules.decide(visitor)
    const isIn = letsIn(ruling.verdict)
    // Rules keep out everybody like this; who they are could change it.
    if (!isIn && visitor.account === null) return this.#unproven(peer, visitor.capability, visitor.about)
    // Who is inside is forgotten when the connection ends, and an allowance for once is over then: not before they come.
    if (isIn && ended.has(visitor.connection)) return gone
    if (isIn && !this.#hasRoom(visitor)) {
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
        return { verdict: 'refuse', code: disclosedRefusal('denied', disclosure()), why: ruling.why }
      case 'ignore':
        return { verdict: 'refuse', code: disclosedRefusal('silent', disclosure()), why: ruling.why }
    }
  }

  #hasRoom({ account, connection }: Guest): boolean {
    const reserve = account !== null && this.#parts.isContact(account) ? ADMITTED_CONTACT_RESERVE : 0
    return this.#admitted.has(connection) || this.#admitted.size < MAX_ADMITTED + reserve
  }

  #remember(visitor: Guest): void {
    const { capability, about, connection } = visitor
    const visitors = this.#admitted.get(connection) ?? new Map<string, Guest>()
    const key = JSON.stringify([capability, about.name, about.bytes, about.path])
    visitors.delete(key)
    visitors.set(key, visitor)
    if (visitors.size > MAX_ADMITTED_OF_CONNECTION) visitors.delete(leastOf(visitors))
    this.#admitted.set(connection, visitors)
  }
}

const gone: Admission = { verdict: 'refuse', code: 'silent', why: 'the connection closed meanwhile' }

/**
 * Which of them is forgotten first: the oldest request for something that was named, an exchange of seconds. A stream
 * that stays as long as its connection, as that of a conversation, names nothing, and has to be found when a rule changes.
 */
function leastOf(visitors: ReadonlyMap<string, Guest>): string {
  const oldestFirst = [...visitors]
  const named = oldestFirst.find(([, { about }]) => about.name !== null || about.bytes !== null || about.path !== null)
  return (named ?? oldestFirst[0])?.[0] ?? ''
}

function costFor({ standing }: Pick<Standing, 'standing'>): number {
  return standing === 'good' ? 1 : THROTTLED_COST
}
