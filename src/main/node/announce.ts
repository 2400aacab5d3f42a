import { isLinkLocal, isLoopback, isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { Circuit, TCP, WebRTC, WebSockets, WebSocketsSecure } from '@multiformats/multiaddr-matcher'
import { relayIn } from '../platform/circuit.ts'

/** Addresses told to others: several transports on some six networks; identify's message holds 8 KiB. */
const MAX_ANNOUNCED = 32

/** Of those, by way of one introducer: one for each transport that a network may let through, and IPv6. */
const MAX_THROUGH_ONE = 4

/**
 * Of the addresses this device has, those it tells others, its own first. Loopback leads every other machine to itself, and
 * a link-local address needs an interface name that means nothing elsewhere; a device that has only such addresses tells
 * them, for programs on the same machine. How two meet over a circuit is settled there, and no address of its own.
 */
export function announced(addresses: Multiaddr[]): Multiaddr[] {
  const wanted = addresses.filter((address) => !WebRTC.matches(address))
  const elsewhere = wanted.filter((address) => !isLoopback(address) && !isLinkLocal(address))
  const told = elsewhere.length > 0 ? elsewhere : wanted
  const own = told.filter((address) => !Circuit.matches(address))
  const circuits = [...Map.groupBy(told.filter((address) => Circuit.matches(address)), relayIn).values()]
  return [...own, ...circuits.flatMap(bestOfOne)].slice(0, MAX_ANNOUNCED)
}

/** Of the addresses by way of one introducer, those that most can dial. */
function bestOfOne(circuits: readonly Multiaddr[]): Multiaddr[] {
  const rank = (address: Multiaddr): number => {
    if (isPrivate(address)) return 3
    if (WebSockets.matches(address) || WebSocketsSecure.matches(address)) return 1
    return TCP.matches(address) ? 0 : 2
  }
  return circuits.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_THROUGH_ONE)
}
