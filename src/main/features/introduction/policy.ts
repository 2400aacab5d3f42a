import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { LatchError } from '../../../shared/errors.ts'
import { AccountId, PeerId } from '../../../shared/ids.ts'
import type { RefusedCode, Registration } from '../../protocols/introduction/index.ts'
import { FALSE_REGISTRATION_POINTS, REPLAYED_REGISTRATION_POINTS } from './limits.ts'
import type { IntroductionLimits, IntroductionLists, ReservationVerdict } from './types.ts'

/** Somebody who wants something of this introducer. */
export interface Visitor {
  readonly peerId: PeerId
  /** Proven by hello, or null. */
  readonly account: AccountId | null
  /** The multiaddr of its connection. */
  readonly address: string
  /** A contact's device. */
  readonly isKnown: boolean
}

export type Access =
  | { verdict: 'admit'; tier: 'known' | 'strangers'; why: string }
  | { verdict: 'refuse'; code: 'denied'; why: string }

/** Lists with their entries told apart. */
export interface ReadLists {
  readonly allow: ReadList
  readonly deny: ReadList
}

interface ReadList {
  readonly isEmpty: boolean
  readonly ids: ReadonlySet<string>
  readonly subnets: BlockList
}

/** Errors: LatchError BAD_INPUT, naming the entry that is none. */
export function readLists(lists: IntroductionLists): ReadLists {
  return { allow: readList(lists.allow), deny: readList(lists.deny) }
}

function readList(entries: readonly string[]): ReadList {
  const ids = new Set<string>()
  const subnets = new BlockList()
  for (const entry of entries.map((text) => text.trim())) {
    if (PeerId.safeParse(entry).success || AccountId.safeParse(entry).success) ids.add(entry)
    else addSubnet(subnets, entry)
  }
  return { isEmpty: entries.length === 0, ids, subnets }
}

function addSubnet(subnets: BlockList, entry: string): void {
  const [, net = '', bits] = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? []
  const family = isIPv4(net) ? 'ipv4' : isIPv6(net) ? 'ipv6' : null
  const most = family === 'ipv4' ? 32 : 128
  const prefix = bits === undefined ? most : Number(bits)
  if (family === null || prefix > most) {
    throw new LatchError('BAD_INPUT', `“${entry}” is no peer id, no account id and no network like 203.0.113.0/24.`)
  }
  subnets.addSubnet(net, prefix, family)
}

/** Whether the lists let a visitor use this introducer, and as whom. Deny wins; an empty list of allowed is everybody. */
export function judgeAccess(visitor: Visitor, lists: ReadLists): Access {
  if (isOn(lists.deny, visitor)) return { verdict: 'refuse', code: 'denied', why: 'on the list of those denied' }
  if (isOn(lists.allow, visitor)) return { verdict: 'admit', tier: 'known', why: 'on the list of those allowed' }
  if (!lists.allow.isEmpty) return { verdict: 'refuse', code: 'denied', why: 'not on the list of those allowed' }
  return visitor.isKnown
    ? { verdict: 'admit', tier: 'known', why: 'a contact' }
    : { verdict: 'admit', tier: 'strangers', why: 'everybody may' }
}

function isOn(list: ReadList, { peerId, account, address }: Visitor): boolean {
  if (list.ids.has(peerId) || (account !== null && list.ids.has(account))) return true
  const host = hostOf(address)
  return host !== null && list.subnets.check(host, isIPv4(host) ? 'ipv4' : 'ipv6')
}

/** The IP address at the other end of a connection, or null where it has none, or only one of whoever stands between. */
export function hostOf(address: string): string | null {
  const parts = address.split('/')
  if (parts.includes('p2p-circuit') || parts.includes('webrtc')) return null
  const [, family, host = ''] = parts[1] === 'ip6zone' ? ['', ...parts.slice(3)] : parts
  if (family === 'ip4') return isIPv4(host) ? host : null
  return family === 'ip6' && isIPv6(host) ? host : null
}

export type RegistrationVerdict =
  | { verdict: 'take'; expiresMs: number }
  | { verdict: 'refuse'; code: RefusedCode; why: string; points: number }

export interface RegistrationFacts {
  /** The peer that Noise proved for the connection on which it came. */
  readonly from: PeerId
  /** This introducer. */
  readonly me: PeerId
  /** When the one that is kept was issued, or null. */
  readonly lastIssuedMs: number | null
  readonly nowMs: number
  readonly ttlMs: number
}

/** Whether a registration whose signature holds is one to keep, and until when. */
export function judgeRegistration(registration: Registration, facts: RegistrationFacts): RegistrationVerdict {
  const { from, me, lastIssuedMs, nowMs, ttlMs } = facts
  const { peerId, introducer, issuedMs, expiresMs } = registration
  const refuse = (code: RefusedCode, why: string, points: number): RegistrationVerdict => ({
    verdict: 'refuse', code, why, points,
  })
  if (peerId !== from) return refuse('not-yours', 'a registration of another device', FALSE_REGISTRATION_POINTS)
  if (introducer !== me) return refuse('forged', 'it was made for another introducer', FALSE_REGISTRATION_POINTS)
  if (lastIssuedMs !== null && issuedMs <= lastIssuedMs) {
    return refuse('replayed', 'no newer than the one before', REPLAYED_REGISTRATION_POINTS)
  }
  // A clock that is wrong is no fault of conduct.
  if (expiresMs <= nowMs) return refuse('expired', 'its time is over', 0)
  return { verdict: 'take', expiresMs: Math.min(expiresMs, nowMs + ttlMs) }
}

export interface ReservationFacts {
  readonly access: Access
  readonly isServing: boolean
  readonly isDraining: boolean
  readonly peerId: PeerId
  readonly address: string
  /** Places that are taken; one of this peer itself is renewed and counts for nothing. */
  readonly held: readonly { peerId: PeerId; address: string }[]
  readonly limits: IntroductionLimits
  readonly subnetOf: (address: string) => string | null
}

/** Whether a peer gets a place on the relay, and what one circuit of its may carry. */
export function judgeReservation(facts: ReservationFacts): ReservationVerdict {
  const { access, address, limits, subnetOf } = facts
  const refuse = (code: RefusedCode, why: string): ReservationVerdict => ({ verdict: 'refuse', code, why })
  if (!facts.isServing) return refuse('denied', 'no rule of the door lets anybody use this introducer')
  if (access.verdict === 'refuse') return refuse(access.code, access.why)
  if (facts.isDraining) return refuse('draining', 'this introducer is about to go')
  const held = facts.held.filter(({ peerId }) => peerId !== facts.peerId)
  if (held.length >= limits.reservations) return refuse('too-many', 'all places are taken')
  const subnet = subnetOf(address)
  // Null: this machine, on which laboratories run.
  if (subnet !== null) {
    const host = hostOf(address)
    const ofHost = host === null ? 0 : held.filter((other) => hostOf(other.address) === host).length
    if (ofHost >= limits.reservationsPerAddress) return refuse('too-many', 'its address has all its places')
    const ofSubnet = held.filter((other) => subnetOf(other.address) === subnet).length
    if (ofSubnet >= limits.reservationsPerSubnet) return refuse('too-many', 'its network has all its places')
  }
  return { verdict: 'allow', limit: limits[access.tier] }
}
