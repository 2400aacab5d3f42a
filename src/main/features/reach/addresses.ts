import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { isLoopback, isPrivate } from '@libp2p/utils'
import { CODE_P2P, multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { Circuit, Memory, WebRTC, WebRTCDirect, WebSockets, WebSocketsSecure } from '@multiformats/multiaddr-matcher'
import { PeerId } from '../../../shared/ids.ts'
import type { Route, Transport } from '../../../shared/model/peers.ts'
import { MAX_ADDRESS_CHARACTERS } from './limits.ts'

/*
 * Addresses as text, and what can be told from them. Pure.
 */

export interface ReadAddress {
  /** Without the peer id at its end. */
  readonly address: string
  /** The peer it names at its end, if it does. */
  readonly peerId: PeerId | null
  readonly reach: 'public' | 'private' | 'loopback' | 'relayed'
  readonly transport: Transport
  readonly route: Route
  /** Where it begins with one. */
  readonly ip: string | null
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
  const [first, second] = address.getComponents()
  if (first === undefined) return null
  const transport = transportOf(whole)
  const relayed = transport === 'relay' || transport === 'webrtc'
  return {
    address: address.toString(),
    peerId: named?.data ?? null,
    reach: relayed ? 'relayed' : isLoopback(address) ? 'loopback' : isPrivate(address) ? 'private' : 'public',
    transport,
    route: routeOf(address, transport),
    ip: first.name === 'ip4' || first.name === 'ip6' ? (first.value ?? null) : null,
    tcpPort: second?.name === 'tcp' ? Number(second.value) : null,
  }
}

/** Without the peer id at their end; what is none to dial is left out. */
export function dialable(addresses: readonly string[]): string[] {
  return addresses.map(readAddress).filter((read) => read !== null).map((read) => read.address)
}

/** How a dial of this address would go, as far as the address says. */
export function wayOf(address: string): { transport: Transport; route: Route } {
  const { transport, route } = readAddress(address) ?? { transport: 'tcp', route: 'direct' }
  return { transport, route }
}

/** The circuit to a peer through an introducer, whose own address is the first argument. */
export function circuitThrough(introducerAddress: string, introducer: PeerId, peerId: PeerId): string {
  const base = readAddress(introducerAddress)?.address ?? introducerAddress
  return `${base}/p2p/${introducer}/p2p-circuit/p2p/${peerId}`
}

/** Which introducer a relayed address leads through; null if it is no relayed one. */
export function throughOf(address: string): PeerId | null {
  const through = /\/p2p\/([^/]+)\/p2p-circuit(\/|$)/.exec(address)?.[1]
  return PeerId.safeParse(through).data ?? null
}

/** The address of WebRTC over an open circuit, made of the circuit's; null if that is no circuit. */
export function webrtcOver(relayed: string, peerId: PeerId): string | null {
  const [before, after] = relayed.split('/p2p-circuit')
  return before === undefined || after === undefined ? null : `${before}/p2p-circuit/webrtc/p2p/${peerId}`
}

/**
 * The addresses worth telling somebody elsewhere: public ones first, then relayed, then private ones of our own
 * networks; loopback only where there is nothing else. At most `max`.
 */
export function worthTelling(addresses: readonly string[], max: number): string[] {
  const read = addresses.map(readAddress).filter((one) => one !== null)
  const of = (reach: ReadAddress['reach']): string[] =>
    read.filter((one) => one.reach === reach).map((one) => one.address)
  const elsewhere = [...of('public'), ...of('relayed'), ...of('private')]
  return [...new Set(elsewhere.length > 0 ? elsewhere : of('loopback'))].slice(0, max)
}

/**
 * Those of a peer's addresses that may lead straight to it, with its id at their end, best first: public ones, then
 * those on a network that this device is on too. Whoever says that they listen on our loopback, or in a network that
 * we are not on, would have us knock at machines of somebody else's. Loopback counts where it is the only one.
 */
export function directOf(
  peerId: PeerId,
  addresses: readonly string[],
  { networks, max }: { networks: readonly string[]; max: number },
): string[] {
  const read = addresses.map(readAddress).filter((one) => one !== null)
  const elsewhere = networks.filter((network) => !isLoopbackNetwork(network))
  const isOurs = within(elsewhere.length > 0 ? elsewhere : networks)
  const isNear = ({ reach, ip }: ReadAddress): boolean => (reach === 'private' || reach === 'loopback') && isOurs(ip)
  const near = read.filter(isNear)
  const far = read.filter(({ reach }) => reach === 'public')
  const rank = ({ transport }: ReadAddress): number => ['tcp', 'memory', 'ws', 'webrtc-direct'].indexOf(transport)
  const best = [...near, ...far].toSorted((a, b) => rank(a) - rank(b)).map(({ address }) => `${address}/p2p/${peerId}`)
  return [...new Set(best)].slice(0, max)
}

/** Whether an IP address lies in one of these networks, each `ip/bits`. */
function within(networks: readonly string[]): (ip: string | null) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [ip = '', bits = ''] = network.split('/')
    const family = familyOf(ip)
    if (family !== null && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 'ipv4' ? 32 : 128)) {
      list.addSubnet(ip, Number(bits), family)
    }
  }
  return (ip) => {
    const family = ip === null ? null : familyOf(ip)
    return ip !== null && family !== null && list.check(ip, family)
  }
}

function isLoopbackNetwork(network: string): boolean {
  return network.startsWith('127.') || network.startsWith('::1/')
}

function familyOf(ip: string): 'ipv4' | 'ipv6' | null {
  if (isIPv4(ip)) return 'ipv4'
  return isIPv6(ip) ? 'ipv6' : null
}

function transportOf(address: Multiaddr): Transport {
  // First, as such an address names the relay that introduces the two.
  if (WebRTC.matches(address) || address.getComponents().some(({ name }) => name === 'webrtc')) return 'webrtc'
  if (Circuit.matches(address)) return 'relay'
  if (WebRTCDirect.matches(address)) return 'webrtc-direct'
  if (WebSockets.matches(address) || WebSocketsSecure.matches(address)) return 'ws'
  return Memory.matches(address) ? 'memory' : 'tcp'
}

function routeOf(address: Multiaddr, transport: Transport): Route {
  if (transport === 'relay') return 'relayed'
  if (transport === 'webrtc') return 'direct'
  if (transport === 'memory' || isLoopback(address)) return 'local'
  return isPrivate(address) ? 'lan' : 'direct'
}
