import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { isPublicHost, readAddress } from '../platform/addresses.ts'
import type { Route } from '../../shared/model/peers.ts'

/*
 * Which addresses pass between this device and another one by way of the DHT. Pure.
 */

/** Of one device: several transports on some networks. Whoever has more is reached at these. */
export const MAX_ADDRESSES_OF_ONE = 8

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
  const shared = networks.filter((network) => other.ip !== null && isWithin(other.ip, network))
  const passes = (text: string): boolean => {
    const read = readAddress(text)
    if (read === null) return false
    if (read.transport === 'memory') return other.route === 'local'
    // Of a circuit, the host is its relay's.
    const host = read.ip ?? read.name
    if (host === null) return false
    if (isPublicHost(host)) return true
    if (read.ip === null) return false
    if (other.route === 'local') return isLocal(read.ip) || networks.some((network) => isWithin(read.ip ?? '', network))
    return other.route === 'lan' && !isLocal(read.ip) && shared.some((network) => isWithin(read.ip ?? '', network))
  }
  return [...new Set(addresses)].filter(passes).slice(0, MAX_ADDRESSES_OF_ONE)
}

/** Whether an IP address lies in a network, `ip/bits`. */
function isWithin(ip: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/')
  const family = familyOf(ip)
  if (family === null || familyOf(base) !== family || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (family === 'ipv4' ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(base, Number(bits), family)
  return list.check(ip, family)
}

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
