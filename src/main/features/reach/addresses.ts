import { PeerId } from '../../../shared/ids.ts'
import type { Route, Transport } from '../../../shared/model/peers.ts'
import { placesFrom, readAddress, type ReadAddress } from '../../platform/addresses.ts'

/*
 * Ways to a peer, as addresses. Pure.
 */

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

/** The address of the introducer that a circuit leads through, without its id; null for what is no circuit. */
export function relayAddressIn(circuit: string): ReadAddress | null {
  const [, base] = /^(.+?)\/p2p\/[^/]+\/p2p-circuit(?:\/|$)/.exec(circuit) ?? []
  return base === undefined ? null : readAddress(base)
}

/**
 * Those of a peer's addresses that may lead straight to it, with its id at their end, best first: public ones, then
 * those on a network that this device is on too, as `placesFrom` says.
 */
export function directOf(
  peerId: PeerId,
  addresses: readonly string[],
  { networks, max }: { networks: readonly string[]; max: number },
): string[] {
  const placeOf = placesFrom(networks)
  const read = addresses.map(readAddress).filter((one) => one !== null)
  const near = read.filter((one) => placeOf(one) === 'near')
  const far = read.filter((one) => placeOf(one) === 'far')
  const rank = ({ transport }: ReadAddress): number => ['tcp', 'memory', 'ws', 'webrtc-direct'].indexOf(transport)
  const best = [...near, ...far].toSorted((a, b) => rank(a) - rank(b)).map(({ address }) => `${address}/p2p/${peerId}`)
  return [...new Set(best)].slice(0, max)
}
