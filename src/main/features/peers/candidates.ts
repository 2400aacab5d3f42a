import { isPrivate } from '@libp2p/utils'
import { CODE_DNSADDR, CODE_IP4, CODE_IP6, multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { Circuit, Memory, TCP, WebRTC, WebRTCDirect, WebSockets, WebSocketsSecure } from '@multiformats/multiaddr-matcher'
import type { PeerId } from '../../../shared/ids.ts'
import type { Route, Transport } from '../../../shared/model/peers.ts'
import { isHere, readAddress } from '../../platform/addresses.ts'
import { relayIn } from '../../platform/circuit.ts'
import { routeOf, transportOf } from '../../platform/describe-connection.ts'

/** An address worth a try, and how soon. */
export interface Candidate {
  /** Without the peer id at its end. */
  readonly address: string
  readonly transport: Transport
  readonly route: Route
  /** The introducer that it leads through. */
  readonly relay: PeerId | null
  /** Lower is tried earlier. */
  readonly rank: number
}

/** What this device knows of where it is itself. */
export interface Here {
  readonly me: PeerId
  /** The addresses it listens at. */
  readonly listening: readonly string[]
  /** Introducers that are connected: a circuit through them takes one round trip less. */
  readonly connected: (peerId: PeerId) => boolean
  /** Whether somebody here gave this very address. */
  readonly isChosen: (address: string) => boolean
}

/** Bits that two addresses of one private network have in common, by the kind of the network. */
const SAME_NETWORK: readonly { kind: RegExp; hex: number }[] = [
  { kind: /^c0a8/, hex: 6 }, // 192.168/16: a home has one /24 of it
  { kind: /^ac1[0-9a-f]/, hex: 5 }, // 172.16/12: /20
  { kind: /^0a/, hex: 4 }, // 10/8: /16
  { kind: /^a9fe/, hex: 4 }, // 169.254/16, link-local
  { kind: /^6[4-7]/, hex: 4 }, // 100.64/10, a carrier's or a virtual network
  { kind: /^f[cd]/, hex: 12 }, // fc00::/7: /48
  { kind: /^fe80/, hex: 16 }, // link-local
]

const TRANSPORT_RANK: Readonly<Record<Transport, number>> = { memory: 0, tcp: 0, ws: 1, 'webrtc-direct': 2, webrtc: 2, relay: 0 }
const [NEAR, OUTSIDE, UNLIKELY, RELAYED] = [0, 10, 20, 30]

/**
 * The candidates among addresses that were heard of, each once, with all that can never be dialled left out: another
 * peer's, of a transport that is not here, of this machine's where there is nothing to say that the peer is on it too, or
 * the introducer.
 */
export function candidatesOf(peerId: PeerId, addresses: readonly string[], here: Here): Candidate[] {
  const parsed = addresses.map(readAddress).filter((one) => one !== null)
  const texts = new Set(parsed.filter((one) => (one.peerId ?? peerId) === peerId).map(({ address }) => address))
  const known = [...texts].map((text) => multiaddr(text)).filter(canBeDialled)
  const direct = known.filter((address) => relayIn(address) === null)
  const own = here.listening.map((text) => multiaddr(text)).filter((address) => relayIn(address) === null)
  const isAlone = own.every(isHere)
  const isOnThisMachine = isAlone || direct.every(isHere)

  const rankOf = (address: Multiaddr, transport: Transport): number => {
    const isNear = isHere(address) || own.some((one) => inOneNetwork(one, address))
    return (isNear ? NEAR : isPrivate(address) ? UNLIKELY : OUTSIDE) + TRANSPORT_RANK[transport]
  }
  return known.flatMap((address) => {
    const transport = transportOf(address)
    const relay = relayIn(address)
    const one = { address: address.toString(), transport, relay }
    // Whoever has a place at this device is connected to it, or away.
    if (relay === here.me) return []
    // Anybody can say that they are reached through a relay on our machine, which we would then knock at.
    const mayBeOurs = isAlone || (relay !== null && here.connected(relay)) || here.isChosen(one.address)
    if (relay !== null && isHere(address) && !mayBeOurs) return []
    if (relay !== null) return [{ ...one, route: 'relayed' as const, rank: RELAYED + (here.connected(relay) ? 0 : 1) }]
    if (isHere(address) && !isOnThisMachine) return []
    return [{ ...one, route: routeOf(address, transport), rank: rankOf(address, transport) }]
  })
}

/** Best first; of one rank those of IPv6 and IPv4 in turn, as either may be broken, and else as they were given. */
export function inOrder(candidates: readonly Candidate[]): Candidate[] {
  const ranks = [...Map.groupBy(candidates, ({ rank }) => rank)].toSorted(([a], [b]) => a - b)
  return ranks.flatMap(([, ofRank]) => {
    const six = ofRank.filter(({ address }) => address.startsWith('/ip6/'))
    const others = ofRank.filter(({ address }) => !address.startsWith('/ip6/'))
    const turns = Math.max(six.length, others.length)
    return Array.from({ length: turns }, (_, turn) => [six[turn], others[turn]]).flat().filter((one) => one !== undefined)
  })
}

function canBeDialled(address: Multiaddr): boolean {
  // A meeting over a circuit: made once there is one.
  if (WebRTC.matches(address)) return false
  // Its host is this machine's, in a form that only tests have.
  if (Memory.matches(address)) return true
  const kinds = [Circuit, TCP, WebSockets, WebSocketsSecure, WebRTCDirect]
  return kinds.some((kind) => kind.exactMatch(address)) || address.getComponents().some(({ code }) => code === CODE_DNSADDR)
}

function inOneNetwork(own: Multiaddr, other: Multiaddr): boolean {
  const [mine, theirs] = [hostIn(own), hostIn(other)]
  if (mine === null || theirs === null) return false
  const network = SAME_NETWORK.find(({ kind }) => kind.test(theirs))
  return network !== undefined && mine.length === theirs.length && mine.slice(0, network.hex) === theirs.slice(0, network.hex)
}

/** The host of an address, in hexadecimal digits. */
function hostIn(address: Multiaddr): string | null {
  const host = address.getComponents()[0]
  if (host?.value === undefined || (host.code !== CODE_IP4 && host.code !== CODE_IP6)) return null
  const bytes = multiaddr(`/${host.name}/${host.value}`).bytes
  return Buffer.from(bytes.subarray(host.code === CODE_IP4 ? -4 : -16)).toString('hex')
}
