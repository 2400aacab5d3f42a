import type { PeersEvent, PeersSnapshot } from '../../../shared/contract/peers.ts'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Peer, Reachability } from '../../../shared/model/peers.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

export interface PeersState {
  peers: ReadonlyMap<PeerId, Peer>
  reachability: Reachability
}

export const noPeers: PeersState = { peers: new Map(), reachability: { lamp: 'offline', why: [], listening: [] } }

export function resetPeers(_: PeersState, snapshot: PeersSnapshot): PeersState {
  return {
    peers: new Map(snapshot.peers.map((peer) => [peer.peerId, peer])),
    reachability: snapshot.reachability,
  }
}

export function applyPeersEvent(state: PeersState, event: PeersEvent): PeersState {
  if (event.event === 'reachability-changed') return { ...state, reachability: event.reachability }
  const peers = new Map(state.peers)
  if (event.event === 'peer-changed') peers.set(event.peer.peerId, event.peer)
  else peers.delete(event.peerId)
  return { ...state, peers }
}

/** The device of an account to speak of: a connected one, the quickest of several; else one being dialled, else any. */
export function peerOf(peers: ReadonlyMap<PeerId, Peer>, account: AccountId): Peer | null {
  let best: Peer | null = null
  for (const peer of peers.values()) {
    if (peer.account === account && (best === null || rank(peer) < rank(best))) best = peer
  }
  return best
}

const order = { connected: 0, connecting: 1, waiting: 2, away: 3 } as const

function rank(peer: Peer): number {
  return order[peer.state] * 1e6 + Math.min(peer.rttMs ?? 1e5, 1e5)
}

export const peersStore = createFedStore<PeersState, PeersSnapshot, PeersEvent>({
  initial: noPeers,
  reset: resetPeers,
  apply: applyPeersEvent,
})

export function usePeerOf(account: AccountId | null): Peer | null {
  return peersStore.use(({ state }) => (account === null ? null : peerOf(state.peers, account)))
}

/** Whether this device is connected to anybody at all. */
export function isOnline({ peers }: PeersState): boolean {
  for (const { state } of peers.values()) if (state === 'connected') return true
  return false
}
