import { isLinkLocal, isLoopback } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Addresses told to others: several transports on some six networks; identify's message holds 8 KiB. */
const MAX_ANNOUNCED = 32

/**
 * Of the addresses this device has, those it tells others. Loopback leads every other machine to itself, and a
 * link-local address needs an interface name that means nothing elsewhere; a device that has only such addresses tells
 * them, for programs on the same machine.
 */
export function announced(addresses: Multiaddr[]): Multiaddr[] {
  const elsewhere = addresses.filter((address) => !isLoopback(address) && !isLinkLocal(address))
  return (elsewhere.length > 0 ? elsewhere : addresses).slice(0, MAX_ANNOUNCED)
}
