import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { isPublicHost, readAddress, type ReadAddress } from '../platform/addresses.ts'
import type { Route } from '../../shared/model/peers.ts'

/*
 * Which addresses pass between this device and another one by way of the DHT. Pure.
 */

/** Of one device: several transports on some networks. Whoever has more is reached at these. */
export const MAX_ADDRESSES_OF_ONE = 8

/** What was read of an address, kept for so many: the same few hundred come with every answer, and reading takes 50 µs. */
const MAX_READ = 2_000

/** What decides whether an address may pass, or be dialled. */
export interface Leading {
  readonly to: 'public' | 'private' | 'loopback' | 'memory' | 'nowhere'
  /** Where it begins with one: of a circuit, its relay's. */
  readonly ip: string | null
}

const read = new Map<string, Leading>()

/** Where an address leads; of a circuit, where its relay is. */
export function leading(address: string): Leading {
  const known = read.get(address)
  if (known !== undefined) return known
  const led = leadingOf(readAddress(address))
  const [oldest] = read.keys()
  if (read.size >= MAX_READ && oldest !== undefined) read.delete(oldest)
  read.set(address, led)
  return led
}

function leadingOf(address: ReadAddress | null): Leading {
  if (address === null) return { to: 'nowhere', ip: null }
  const { ip, name, transport } = address
  if (transport === 'memory') return { to: 'memory', ip: null }
  if (isPublicHost(ip ?? name ?? '')) return { to: 'public', ip }
  if (ip === null) return { to: 'nowhere', ip }
  return { to: isLocal(ip) ? 'loopback' : 'private', ip }
}

/** The other end of a connection: how it is reached, and where from, if that is an IP address. */
export interface Other {
  readonly route: Route
  readonly ip: string | null
}

/**
 * Those of `addresses` that may be told to `other`, or be believed when it tells them: public ones always. Private ones
 * mean something only within one network: to whoever is in the same one, of those that this device is on (`networks`,
 * each `ip/bits`). Loopback only between programs of one machine. So a stranger elsewhere neither learns what a house looks
 * like inside, nor has this device knock at machines there; and a private network still finds its own.
 */
export function passable(addresses: readonly string[], other: Other, networks: readonly string[]): string[] {
  const theirs = other.route === 'local' ? networks : networks.filter((network) => other.ip !== null && isWithin(other.ip, network))
  const passes = (address: string): boolean => {
    const { to, ip } = leading(address)
    if (to === 'public') return true
    if (to === 'memory' || to === 'loopback') return other.route === 'local'
    if (to === 'nowhere' || ip === null || (other.route !== 'local' && other.route !== 'lan')) return false
    return theirs.some((network) => isWithin(ip, network))
  }
  return [...new Set(addresses)].filter(passes).slice(0, MAX_ADDRESSES_OF_ONE)
}

/**
 * Whether an address that was kept is worth a dial from here: public, in a network that this device is on, or of this
 * machine, where all that this device tells of itself (`announced`) is there too.
 */
export function leads(address: string, announced: readonly string[], networks: readonly string[]): boolean {
  const { to, ip } = leading(address)
  if (to === 'loopback' || to === 'memory') return announced.every((own) => ['loopback', 'memory'].includes(leading(own).to))
  return to === 'public' || (to === 'private' && ip !== null && networks.some((network) => isWithin(ip, network)))
}

/** Whether an IP address lies in a network, `ip/bits`. */
function isWithin(ip: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/')
  const family = familyOf(ip)
  if (family === null || familyOf(base) !== family || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (family === 'ipv4' ? 32 : 128)) return false
  const list = lists.get(network) ?? new BlockList()
  if (!lists.has(network)) list.addSubnet(base, Number(bits), family)
  lists.set(network, list)
  return list.check(ip, family)
}

/** Of the networks that this machine was on since it started. */
const lists = new Map<string, BlockList>()

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

function isLocal(ip: string): boolean {
  const family = familyOf(ip)
  return family !== null && loopback.check(ip, family)
}

function familyOf(ip: string): 'ipv4' | 'ipv6' | null {
  if (isIPv4(ip)) return 'ipv4'
  return isIPv6(ip) ? 'ipv6' : null
}
