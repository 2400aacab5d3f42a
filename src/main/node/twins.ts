import type { PeerId } from '../../shared/ids.ts'
import { SECOND } from '../../shared/units.ts'
import type { RemotePeer } from '../platform/streams.ts'

/** Of two transports the one that carries more for less; the same order at both ends. */
const WEIGHT = { memory: 0, tcp: 1, ws: 2, webrtc: 3, 'webrtc-direct': 3, relay: 4 } as const

/**
 * Two dials of one side belong together if they opened within the longest that one takes. One that came later was wanted:
 * by then the first may be dead without a word.
 */
export const SAME_DIAL_MS = 15 * SECOND

/** A connection as far as it may be another's twin. */
export interface MaybeTwin {
  readonly peer: Pick<RemotePeer, 'direction' | 'peerId' | 'route' | 'transport'>
  /** *Units*: ms of the wall clock. */
  readonly openedMs: number
}

/**
 * Two devices that dial each other in the same moment, or one that dials at two addresses, end up with several connections.
 * Gives those that work is to leave. Both sides choose alike: the lighter transport stays, and of two alike, by peer id,
 * the one that the lower id dialled. Which of two that one side dialled, that side alone decides: the other may have seen
 * them come in another order. A relayed connection is no twin of a direct one.
 *
 * *Shape*: `connections` of one peer, the oldest first.
 */
export function superfluous<One extends MaybeTwin>(me: PeerId, connections: readonly One[]): One[] {
  const direct = connections.filter(({ peer }) => peer.route !== 'relayed')
  const lightest = Math.min(...direct.map(({ peer }) => WEIGHT[peer.transport]))
  const isLight = ({ peer }: One): boolean => WEIGHT[peer.transport] === lightest
  const isOfLower = ({ peer }: One): boolean => (peer.direction === 'outbound') === me < peer.peerId
  const stay = direct.filter(isLight)
  const best = stay.some(isOfLower) ? stay.filter(isOfLower) : stay
  const [first, ...rest] = best
  const again = rest.filter(({ peer, openedMs }) => {
    return peer.direction === 'outbound' && first !== undefined && openedMs - first.openedMs < SAME_DIAL_MS
  })
  return direct.filter((one) => !best.includes(one) || again.includes(one))
}
