import { BlockList, isIPv4, isIPv6 } from 'node:net'

/*
 * Which addresses are on the outside web. Pure. Stricter than what is dialled for peers: whoever asks chooses the address,
 * and the connection comes from this device, which its own network trusts. Source: the IANA registries of special-purpose
 * addresses, of October 2025: all that they hold is special here, also the few blocks that
 * they call globally reachable, as those are answered by whoever is nearest (AS112, AMT, PCP) and not by a site.
 */

const special4 = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  // AS112: names of private networks are answered there, by a server of one's own provider or network.
  ['192.31.196.0', 24],
  ['192.175.48.0', 24],
  // Relays of multicast (AMT), the nearest of them.
  ['192.52.193.0', 24],
  // Relays from IPv6 to IPv4, of which nobody knows whose they are.
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Groups, and what was never given out, with the broadcast at its end.
  ['224.0.0.0', 3],
] as const) {
  special4.addSubnet(network, bits, 'ipv4')
}

/** All that was given out for use on the internet. */
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')

const special6 = new BlockList()
// Protocols of the IETF: Teredo, which carries an IPv4 address and a port; AMT, AS112, benchmarks, ORCHID and others.
special6.addSubnet('2001::', 23, 'ipv6')
special6.addSubnet('2001:db8::', 32, 'ipv6')
special6.addSubnet('2620:4f:8000::', 48, 'ipv6')
special6.addSubnet('3fff::', 20, 'ipv6')

/** Whether an IP address is one that anybody on the internet reaches; text that is none is not. */
export function isPublicAddress(ip: string): boolean {
  if (isIPv4(ip)) return !special4.check(ip, 'ipv4')
  if (!isIPv6(ip) || ip.includes('%')) return false
  const within = ipv4Within(ip)
  if (within !== null) return isPublicAddress(within)
  return global6.check(ip, 'ipv6') && !special6.check(ip, 'ipv6')
}

/** Whether an address is on a network that this machine is on, each `ip/bits`: those need no private address to be near. */
export function isOn(networks: readonly string[]): (ip: string) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [ip = '', bits = ''] = network.split('/')
    const family = isIPv4(ip) ? 'ipv4' : isIPv6(ip) ? 'ipv6' : null
    const most = family === 'ipv4' ? 32 : 128
    if (family !== null && /^\d{1,3}$/.test(bits) && Number(bits) <= most) list.addSubnet(ip, Number(bits), family)
  }
  return (ip) => {
    const plain = isIPv4(ip) ? ip : (ipv4Within(ip) ?? ip)
    return list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6')
  }
}

/** As networks of one address each. */
export function eachByItself(addresses: readonly string[]): string[] {
  return addresses.flatMap((ip) => (isIPv4(ip) ? `${ip}/32` : isIPv6(ip) ? `${ip}/128` : []))
}

/** The IPv4 address that an IPv6 address stands for: mapped, through a NAT64 of everybody's, through 6to4 or ISATAP. */
function ipv4Within(ip: string): string | null {
  const groups = groupsOf(ip)
  const [first, second, third] = groups
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  const isNat64 = first === 0x64 && second === 0xff9b && groups.slice(2, 6).every((group) => group === 0)
  // Of any prefix: the router at its end takes it out of its tunnel on the network inside.
  const isIsatap = (groups[4] === 0 || groups[4] === 0x200) && groups[5] === 0x5efe
  if (isMapped || isNat64 || isIsatap) return dotted(groups[6] ?? 0, groups[7] ?? 0)
  return first === 0x2002 ? dotted(second ?? 0, third ?? 0) : null
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
}

/** Its eight numbers. */
function groupsOf(ip: string): number[] {
  // The one form that URLs have: letters small, no dots, the longest row of zeros left out.
  const text = new URL(`http://[${ip}]`).hostname.slice(1, -1)
  const [head = '', tail] = text.split('::')
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')))
  const left = tail === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0)
  return [...(before ?? []), ...Array.from({ length: left }, () => '0'), ...(after ?? [])].map((group) => parseInt(group, 16))
}
