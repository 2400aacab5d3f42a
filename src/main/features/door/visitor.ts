import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { About, Capability } from '../../../shared/model/door.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import type { Facts } from './policy.ts'

/** Who asks for what, and how they come; what this person thinks of them is for others. */
export interface Visitor extends Pick<Facts, 'account' | 'capability' | 'about' | 'route' | 'connection'> {
  readonly peerId: PeerId
  /** The introducer that carries the connection, while it is relayed. */
  readonly through: PeerId | null
}

export function visitorFrom(peer: RemotePeer, account: AccountId, capability: Capability, about: About): Visitor {
  const { peerId, route, connection, circuit } = peer
  return { account, peerId, capability, about, route, through: circuit?.through ?? null, connection }
}
