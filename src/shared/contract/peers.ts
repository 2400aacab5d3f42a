import { z } from 'zod'
import { PeerId } from '../ids.ts'
import { Invitation, MadeInvitation, Peer, PendingInvitation, Reachability } from '../model/peers.ts'
import { DAY, MINUTE } from '../units.ts'
import { base, watched } from './base.ts'

export const PeersSnapshot = z.object({ peers: z.array(Peer), reachability: Reachability })
export type PeersSnapshot = z.infer<typeof PeersSnapshot>

export const PeersEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('peer-changed'), peer: Peer }),
  z.object({ event: z.literal('peer-forgotten'), peerId: PeerId }),
  z.object({ event: z.literal('reachability-changed'), reachability: Reachability }),
])
export type PeersEvent = z.infer<typeof PeersEvent>

const tags = ['peers']
const one = z.object({ peerId: PeerId })

export const peers = {
  list: base.route({ method: 'GET', path: '/peers', tags, summary: 'Peers known to this device' }).output(z.array(Peer)),
  connect: base
    .route({ method: 'POST', path: '/peers', tags, summary: 'Connect to an address, an invitation link or a known peer id' })
    .input(z.object({ to: z.string().trim().min(1).max(4096) }))
    .output(Peer),
  disconnect: base
    .route({ method: 'POST', path: '/peers/{peerId}/disconnect', tags, summary: 'Close the connection and stop re-dialling' })
    .input(one)
    .output(Peer),
  forget: base
    .route({ method: 'DELETE', path: '/peers/{peerId}', tags, summary: 'Forget a peer and its addresses' })
    .input(one)
    .output(one),
  invite: base
    .route({ method: 'POST', path: '/invitations', tags, summary: 'Make an invitation link with a one-time token' })
    .input(z.object({ lastsMs: z.int().min(MINUTE).max(30 * DAY).default(7 * DAY) }))
    .output(MadeInvitation),
  invitations: base
    .route({ method: 'GET', path: '/invitations', tags, summary: 'Invitations that were not used yet, newest first' })
    .output(z.array(PendingInvitation)),
  revokeInvitation: base
    .route({ method: 'DELETE', path: '/invitations/{id}', tags, summary: 'Take an invitation back: its token opens nothing' })
    .input(PendingInvitation.pick({ id: true }))
    .output(z.array(PendingInvitation)),
  readInvitation: base
    .route({ method: 'POST', path: '/invitations/read', tags, summary: 'What an invitation says, before it is used' })
    .input(z.object({ link: z.string().trim().max(4096) }))
    .output(Invitation),
  reachability: base
    .route({ method: 'GET', path: '/reachability', tags, summary: 'How this device can be reached, and why' })
    .output(Reachability),
  watch: base
    .route({ method: 'GET', path: '/peers/events', tags, summary: 'Peers found, connected, lost' })
    .output(watched(PeersSnapshot, PeersEvent)),
}
