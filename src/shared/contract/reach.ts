import { z } from 'zod'
import { PeerId } from '../ids.ts'
import { Attempt, Connectivity, Introducer, IntroducerCard, IntroducerLink, Introduction, Nat, Upnp } from '../model/reach.ts'
import { base, watched } from './base.ts'

export const ReachEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('nat-changed'), nat: Nat }),
  z.object({ event: z.literal('upnp-changed'), upnp: Upnp }),
  z.object({ event: z.literal('introducer-changed'), introducer: Introducer }),
  z.object({ event: z.literal('introducer-forgotten'), peerId: PeerId }),
  z.object({ event: z.literal('attempted'), attempt: Attempt }),
])
export type ReachEvent = z.infer<typeof ReachEvent>

const tags = ['reach']
const one = z.object({ peerId: PeerId })

export const reach = {
  connectivity: base
    .route({ method: 'GET', path: '/reach', tags, summary: 'How this device is reached and reaches others' })
    .output(Connectivity),
  report: base
    .route({ method: 'GET', path: '/reach/report', tags, summary: 'The same as text, to be copied for support' })
    .output(z.object({ text: z.string() })),
  check: base
    .route({ method: 'POST', path: '/reach/check', tags, summary: 'Look at the network again: NAT, addresses, introducers' })
    .output(Connectivity),
  readIntroducer: base
    .route({ method: 'POST', path: '/introducers/read', tags, summary: 'What a link to an introducer says, before it is used' })
    .input(z.object({ link: z.string().trim().max(4096) }))
    .output(IntroducerCard),
  addIntroducer: base
    .route({ method: 'POST', path: '/introducers', tags, summary: 'Use an introducer, by its link or its address' })
    .input(z.object({ to: z.union([IntroducerLink, z.string().trim().min(1).max(4096)]) }))
    .output(Introducer),
  enableIntroducer: base
    .route({ method: 'PUT', path: '/introducers/{peerId}/enabled', tags, summary: 'Use an introducer, or leave it alone' })
    .input(one.extend({ enabled: z.boolean() }))
    .output(Introducer),
  forgetIntroducer: base
    .route({ method: 'DELETE', path: '/introducers/{peerId}', tags, summary: 'Forget an introducer' })
    .input(one)
    .output(one),
  introduction: base
    .route({ method: 'GET', path: '/introduction', tags, summary: 'What this device does for others as an introducer' })
    .output(Introduction),
  watch: base
    .route({ method: 'GET', path: '/reach/events', tags, summary: 'NAT, introducers and attempts as they change' })
    .output(watched(Connectivity, ReachEvent)),
}
