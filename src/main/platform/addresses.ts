import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { isLoopback, isPrivate } from '@libp2p/utils'
import { CODE_P2P, multiaddr, type Component, type Multiaddr } from '@multiformats/multiaddr'
import { PeerId } from '../../shared/ids.ts'
import type { Route, Transport } from '../../shared/model/peers.ts'
import { routeOf, transportOf } from './describe-connection.ts'

/*
 * Addresses as text, and what can be told from them. Pure.
 */

/** The longest address taken: a relayed one with two peer ids and a certificate hash has some 300 characters. */
export const MAX_ADDRESS_CHARACTERS = 512

/** Where an address leads, for choosing and for the lamp. */
export type Reach = 'public' | 'private' | 'loopback' | 'relayed'

export interface ReadAddress {
  /** Without the peer id at its end. */
  readonly address: string
  /** The peer it names at its end, if it does. */
  readonly peerId: PeerId | null
  readonly reach: Reach
  readonly transport: Transport
  readonly route: Route
  /** Where it begins with one. */
  readonly ip: string | null
  /** Of the DNS, where it begins with one. */
  readonly name: string | null
  readonly tcpPort: number | null
}

/** What a text says as a multiaddr, or null where it is none to dial: too long, nonsense, only a peer id. */
export function readAddress(text: string): ReadAddress | null {
  if (text.length > MAX_ADDRESS_CHARACTERS || !text.startsWith('/')) return null
  let whole: Multiaddr
  try {
    whole = multiaddr(text)
  } catch {
    return null
  }
  const last = whole.getComponents().at(-1)
  const named = last?.code === CODE_P2P ? PeerId.safeParse(last.value) : null
  if (named?.success === false) return null
  const address = named === null ? whole : whole.decapsulateCode(CODE_P2P)
  const parts = address.getComponents()
  const [first, second] = parts
  if (first === undefined || parts.some((_part, at) => isStrayPeer(parts, at))) return null
  const isWebRtc = whole.getComponents().some(({ name }) => name === 'webrtc')
  const transport = isWebRtc ? 'webrtc' : transportOf(whole)
  const relayed = transport === 'relay' || transport === 'webrtc'
  return {
    address: address.toString(),
    peerId: named?.data ?? null,
    reach: relayed ? 'relayed' : isLoopback(address) ? 'loopback' : isPrivate(address) ? 'private' : 'public',
    transport,
    route: transport === 'relay' ? 'relayed' : routeOf(address, transport),
    ip: first.name === 'ip4' || first.name === 'ip6' ? (first.value ?? null) : null,
    name: first.name.startsWith('dns') ? (first.value ?? null) : null,
    tcpPort: second?.name === 'tcp' ? Number(second.value) : null,
  }
}

/** Before its end, an address names only peers that a circuit leads through: with others it would be one of two peers. */
function isStrayPeer(parts: readonly Component[], at: number): boolean {
  const part = parts[at]
  return part?.code === CODE_P2P && (parts[at + 1]?.name !== 'p2p-circuit' || !PeerId.safeParse(part.value).success)
}

/** Without the peer id at their end; what is none to dial is left out. */
export function dialable(addresses: readonly string[]): string[] {
  return addresses.map(readAddress).filter((read) => read !== null).map((read) => read.address)
}

/**
 * The addresses worth telling somebody elsewhere: public ones first, then relayed, then private ones of our own
 * networks; loopback only where there is nothing else. At most `max`.
 */
export function worthTelling(addresses: readonly string[], max: number): string[] {
  const read = addresses.map(readAddress).filter((one) => one !== null)
  const of = (reach: Reach): string[] => read.filter((one) => one.reach === reach).map((one) => one.address)
  const elsewhere = [...of('public'), ...of('relayed'), ...of('private')]
  return [...new Set(elsewhere.length > 0 ? elsewhere : of('loopback'))].slice(0, max)
}

/** Addresses by which a relayed connection turns into a direct one: it does so by itself once it is there. */
const UPGRADE = /\/p2p-circuit\/webrtc(\/|$)/

/**
 * Those of `addresses` to write into a link, as `worthTelling` orders them, without the peer id at their end. What goes
 * beyond `max` is as `fewOfEach` says.
 */
export function forLinks(addresses: readonly string[], max: number): string[] {
  return fewOfEach(worthTelling(addresses.filter((address) => !UPGRADE.test(address)), Infinity), max)
}

/**
 * At most `max` of `addresses`, in their order. What goes first is the last of the kind that has the most, so that one
 * way of each kind stays longest: which of them leads there, whoever dials finds out.
 */
export function fewOfEach(addresses: readonly string[], max: number): string[] {
  const left = addresses.map((address) => ({ address, reach: readAddress(address)?.reach }))
  while (left.length > max) {
    const counts = Map.groupBy(left, ({ reach }) => reach)
    const most = Math.max(...[...counts.values()].map((of) => of.length))
    left.splice(left.findLastIndex(({ reach }) => counts.get(reach)?.length === most), 1)
  }
  return left.map(({ address }) => address)
}

/** `near`: on a network that this device is on too. `nowhere`: no business of whoever only heard of it from others. */
export type Place = 'near' | 'far' | 'nowhere'

/**
 * Where an address that a stranger gave leads, as seen from these networks, each `ip/bits`. Whoever says that something
 * is on our loopback, or in a network that we are not on, would have us knock at machines of somebody else's. Loopback
 * counts where it is the only network. A circuit leads nowhere by itself.
 */
export function placesFrom(networks: readonly string[]): (read: ReadAddress) => Place {
  const elsewhere = networks.filter((network) => !isLoopbackNetwork(network))
  const isOurs = within(elsewhere.length > 0 ? elsewhere : networks)
  return ({ reach, ip, name, transport }) => {
    if (reach === 'relayed') return 'nowhere'
    if (transport === 'memory') return 'far'
    const host = ip ?? name
    if (host === null) return 'nowhere'
    if (isPublicHost(host)) return 'far'
    return ip !== null && !isNobodys(ip) && isOurs(ip) ? 'near' : 'nowhere'
  }
}

/**
 * Whether a host, an IP address or a name, is one on the internet: not this machine, a network of somebody's own, a
 * whole group. A name tells no more than that it is one of the DNS; what it resolves to, only who resolves it knows.
 */
export function isPublicHost(host: string): boolean {
  const family = familyOf(host)
  if (family === null) return isPublicName(host)
  const address = multiaddr(`/${family === 'ipv4' ? 'ip4' : 'ip6'}/${host}`)
  return !isNobodys(host) && !isHere(address) && !isPrivate(address)
}

/**
 * Whether a dial of this address, or of the relay that it begins with, ends at this machine: loopback, also within IPv6,
 * by name, and 0.0.0.0, which Linux takes for it.
 */
export function isHere(address: Multiaddr): boolean {
  const [first] = address.getComponents()
  const value = first?.value ?? ''
  if (first?.name.startsWith('dns') === true) return /(^|\.)localhost\.?$/i.test(value)
  const family = familyOf(value)
  return isLoopback(address) || (family !== null && thisMachine.check(value, family))
}

// A rule for IPv4 holds for the same address within IPv6, ::ffff:0:0/96, too.
const thisMachine = new BlockList()
thisMachine.addSubnet('127.0.0.0', 8, 'ipv4')
thisMachine.addSubnet('0.0.0.0', 8, 'ipv4')
thisMachine.addAddress('::1', 'ipv6')
thisMachine.addAddress('::', 'ipv6')

/** Link-local, where a stranger's word cannot mean our link; multicast; IPv4 within IPv6 for a NAT64. */
const nobodys = new BlockList()
nobodys.addSubnet('0.0.0.0', 8, 'ipv4')
nobodys.addSubnet('169.254.0.0', 16, 'ipv4')
nobodys.addSubnet('224.0.0.0', 3, 'ipv4')
nobodys.addAddress('::', 'ipv6')
nobodys.addSubnet('64:ff9b::', 96, 'ipv6')
nobodys.addSubnet('fe80::', 10, 'ipv6')
nobodys.addSubnet('ff00::', 8, 'ipv6')

function isNobodys(ip: string): boolean {
  const family = familyOf(ip)
  return family !== null && nobodys.check(ip, family)
}

/** RFC 6761, 6762, 8375, and what routers call a house; a name without a dot is looked for in one's own domain. */
const OWN_DOMAIN = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|home\.arpa)$/i

function isPublicName(text: string): boolean {
  const name = text.replace(/\.$/, '')
  // One that ends in a number is an IPv4 address in a form that only resolvers know: 127.1.
  return /\.[a-z][a-z0-9-]*$/i.test(name) && !OWN_DOMAIN.test(name)
}

/** Whether an IP address lies in one of these networks, each `ip/bits`. */
function within(networks: readonly string[]): (ip: string) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [ip = '', bits = ''] = network.split('/')
    const family = familyOf(ip)
    if (family !== null && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 'ipv4' ? 32 : 128)) {
      list.addSubnet(ip, Number(bits), family)
    }
  }
  return (ip) => {
    const family = familyOf(ip)
    return family !== null && list.check(ip, family)
  }
}

function isLoopbackNetwork(network: string): boolean {
  return network.startsWith('127.') || network.startsWith('::1/')
}

function familyOf(ip: string): 'ipv4' | 'ipv6' | null {
  if (isIPv4(ip)) return 'ipv4'
  return isIPv6(ip) ? 'ipv6' : null
}
