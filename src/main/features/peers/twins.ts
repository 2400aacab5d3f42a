import type { PeerId } from '../../../shared/ids.ts'
import type { RemotePeer } from '../../platform/streams.ts'

/**
 * Two peers that dial each other in the same moment end up with two connections. Both sides choose alike, by peer id:
 * the one that the lower id dialled stays. Gives those that this side is to close, which are always ones it dialled,
 * so that nobody closes what the other still counts on. A relayed connection is no twin of a direct one.
 */
export function superfluous(me: PeerId, connections: readonly RemotePeer[]): RemotePeer[] {
  const direct = connections.filter((one) => one.route !== 'relayed')
  const stays = direct.find((one) => one.direction === 'inbound' && one.peerId < me)
  return stays === undefined ? [] : direct.filter((one) => one.direction === 'outbound')
}
