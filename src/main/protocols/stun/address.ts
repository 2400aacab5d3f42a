import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import { isPrivate } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { MAGIC_COOKIE } from './constants.ts'
import type { StunSocket } from './types.ts'

const IPV4 = 1
const IPV6 = 2
/** The first part of IPv4 addresses that are nobody's own. */
const FIRST_MULTICAST = 224

/** A length or a family that no address has. */
export class AddressError extends Error {}

/** MAPPED-ADDRESS and those like it: a zero, the family, the port, 4 or 16 bytes. Errors: AddressError. */
export function readAddress(value: Uint8Array): StunSocket {
  const bytes = value.subarray(4)
  const length = value[1] === IPV4 ? 4 : value[1] === IPV6 ? 16 : null
  if (length === null || bytes.byteLength !== length) throw new AddressError('an address of no family')
  return { address: textOf(bytes), port: ((value[2] ?? 0) << 8) | (value[3] ?? 0) }
}

export function plainAddress({ address, port }: StunSocket): Buffer {
  const bytes = bytesOf(address)
  return Buffer.from([0, bytes.length === 4 ? IPV4 : IPV6, port >> 8, port & 255, ...bytes])
}

/** XOR-MAPPED-ADDRESS: hidden from routers that rewrite whatever looks like an address. Errors: AddressError. */
export function readXorAddress(value: Uint8Array, transaction: Uint8Array): StunSocket {
  return readAddress(xored(value, transaction))
}

export function xorAddress(socket: StunSocket, transaction: Uint8Array): Buffer {
  return xored(plainAddress(socket), transaction)
}

/** Who is counted as one: an IPv4 address, and of IPv6 the /64 that a network hands out whole. Errors: RangeError. */
export function sourceOf(address: string): string {
  return isIPv4(address) ? address : bytesOf(address).slice(0, 8).join(':')
}

/**
 * Whether a server may send those who ask it on to this socket: one that can be asked from where it was, and on a network
 * like its own, so that nobody on the internet has us knock at machines in our own house.
 */
export function leadsOn(server: StunSocket, other: StunSocket): boolean {
  const isOfOneFamily = isIPv4(server.address) === isIPv4(other.address)
  const isMany = Number(/^\d+/.exec(other.address)?.[0]) >= FIRST_MULTICAST && isIPv4(other.address)
  return other.port > 0 && isOfOneFamily && !isMany && (isWithin(server) || !isWithin(other))
}

function isWithin({ address }: StunSocket): boolean {
  return isPrivate(multiaddr(`/${isIPv4(address) ? 'ip4' : 'ip6'}/${address}`))
}

/** The port with the head of the magic cookie, the address with the cookie and what follows it in the header. */
function xored(value: Uint8Array, transaction: Uint8Array): Buffer {
  const cookie = Buffer.alloc(4)
  cookie.writeUInt32BE(MAGIC_COOKIE)
  const key = [0, 0, cookie[0] ?? 0, cookie[1] ?? 0, ...cookie, ...transaction]
  return Buffer.from(value.map((byte, at) => byte ^ (key[at] ?? 0)))
}

/** Errors: RangeError for what is no IP address. */
function bytesOf(address: string): readonly number[] {
  if (isIPv4(address)) return address.split('.').map(Number)
  const [plain = ''] = address.split('%')
  if (!isIPv6(plain)) throw new RangeError('not an IP address')
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain)
  const tail = (dotted?.slice(1) ?? []).map(Number)
  const groups = dotted === null ? plain : plain.slice(0, dotted.index).replace(/([^:]):$/, '$1')
  const [head = '', rest] = groups.split('::')
  const [before, after] = [pairsOf(head), [...pairsOf(rest ?? ''), ...tail]]
  return [...before, ...Array<number>(16 - before.length - after.length).fill(0), ...after]
}

function pairsOf(groups: string): number[] {
  const numbers = groups.split(':').filter((group) => group !== '')
  return numbers.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
}

/** As the system writes it, so that texts can be compared. */
function textOf(bytes: Uint8Array): string {
  if (bytes.byteLength === 4) return bytes.join('.')
  const group = (at: number): string => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16)
  const groups = [0, 2, 4, 6, 8, 10, 12, 14].map(group)
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address
}
