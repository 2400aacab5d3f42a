import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { About, Capability } from '../../../shared/model/door.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import type { Facts } from './policy.ts'
import type { Audience } from './types.ts'

/** Who asks for what, and how they come; what this person thinks of them is for others. */
export interface Guest extends Pick<Facts, 'account' | 'capability' | 'about' | 'route' | 'connection'> {
  readonly peerId: PeerId
  /** The introducer that carries the connection, while it is relayed. */
  readonly through: PeerId | null
  /** What is said of just this where no rule speaks; asked again whenever it is decided again. */
  readonly audience?: Audience | undefined
}

/** Somebody who proved an account. */
export interface Visitor extends Guest {
  readonly account: AccountId
}

export function visitorFrom(peer: RemotePeer, account: AccountId, capability: Capability, about: About): Visitor
export function visitorFrom(peer: RemotePeer, account: AccountId | null, capability: Capability, about: About): Guest
export function visitorFrom(peer: RemotePeer, account: AccountId | null, capability: Capability, about: About): Guest {
  const { peerId, route, connection, circuit } = peer
  return { account, peerId, capability, about, route, through: circuit?.through ?? null, connection }
}
