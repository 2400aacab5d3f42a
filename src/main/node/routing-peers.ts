import type { ProofsFeature } from '../features/identity/types.ts'
import type { Network, PeersFeature } from '../features/peers/index.ts'
import type { RoutingParts } from './routing.ts'

/** Connected devices, in the words of the routing table. */
export function peersForRouting(parts: {
  readonly network: Pick<Network, 'subscribe'>
  readonly peers: Pick<PeersFeature, 'list'>
  readonly proofs: Pick<ProofsFeature, 'of' | 'subscribe'>
}): RoutingParts['peers'] {
  const { network, peers, proofs } = parts
  return {
    connected: () => peers.list().filter(({ state }) => state === 'connected'),
    accountOf: (peerId) => proofs.of(peerId)?.account ?? null,
    onChanged(listener) {
      const ends = [network.subscribe(({ event }) => (event === 'attempted' ? undefined : listener())), proofs.subscribe(listener)]
      return () => {
        for (const end of ends) end()
      }
    },
  }
}
