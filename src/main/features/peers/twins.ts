import type { PeerId } from '../../../shared/ids.ts'
import type { RemotePeer } from '../../platform/streams.ts'

/** Of two transports the one that carries more for less; the same order at both ends. */
const WEIGHT = { memory: 0, tcp: 1, ws: 2, webrtc: 3, 'webrtc-direct': 3, relay: 4 } as const

/**
 * Two peers that dial each other in the same moment end up with two connections. Both sides choose alike: the lighter
 * transport stays, and of two alike, by peer id, the one that the lower id dialled. Gives those that this side is to close,
 * which are always ones it dialled, so that nobody closes what the other still counts on. A relayed connection is no twin
 * of a direct one.
 */
export function superfluous(me: PeerId, connections: readonly RemotePeer[]): RemotePeer[] {
  const direct = connections.filter((one) => one.route !== 'relayed')
  const lightest = Math.min(...direct.map(({ transport }) => WEIGHT[transport]))
  const stays = direct.find(
    (one) => WEIGHT[one.transport] === lightest && one.direction === 'inbound' && one.peerId < me,
  )
  return direct.filter(
    (one) => one.direction === 'outbound' && (WEIGHT[one.transport] > lightest || stays !== undefined),
  )
}
