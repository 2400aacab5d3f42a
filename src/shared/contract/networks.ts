import { z } from 'zod'
import { NetworkId } from '../model/ledger.ts'
import { KnownNetwork, NetworkDraft, NetworkLabel, NetworkLink, NetworkPreview, ValidatorCard, ValidatorLink } from '../model/networks.ts'
import { base, watched } from './base.ts'

export const NetworksEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('network-changed'), network: KnownNetwork }),
  z.object({ event: z.literal('network-forgotten'), id: NetworkId }),
])
export type NetworksEvent = z.infer<typeof NetworksEvent>

const tags = ['networks']
const one = z.object({ id: NetworkId })

export const networks = {
  list: base.route({ method: 'GET', path: '/networks', tags, summary: 'The networks that this device knows' }).output(z.array(KnownNetwork)),
  card: base
    .route({ method: 'POST', path: '/networks/card', tags, summary: 'A link that offers this device as a validator, for whoever makes a network' })
    .output(z.object({ link: ValidatorLink, card: ValidatorCard })),
  readCard: base
    .route({ method: 'POST', path: '/networks/card/read', tags, summary: 'What the card of a validator says' })
    .input(z.object({ link: ValidatorLink }))
    .output(ValidatorCard),
  make: base
    .route({ method: 'POST', path: '/networks', tags, summary: 'Make a network, of this device and of those whose cards are given' })
    .input(NetworkDraft)
    .output(KnownNetwork),
  link: base
    .route({ method: 'GET', path: '/networks/{id}/link', tags, summary: 'A link by which others join a network' })
    .input(one)
    .output(z.object({ link: NetworkLink })),
  read: base
    .route({ method: 'POST', path: '/networks/read', tags, summary: 'What a link to a network says, before it is joined' })
    .input(z.object({ link: NetworkLink }))
    .output(NetworkPreview),
  join: base
    .route({ method: 'POST', path: '/networks/join', tags, summary: 'Know a network by its link, and make it the active one' })
    .input(z.object({ link: NetworkLink, use: z.boolean().default(true) }))
    .output(KnownNetwork),
  use: base
    .route({ method: 'PUT', path: '/networks/{id}/active', tags, summary: 'Make a known network the active one' })
    .input(one)
    .output(KnownNetwork),
  rename: base
    .route({ method: 'PUT', path: '/networks/{id}/label', tags, summary: 'Call a network something else' })
    .input(one.extend({ label: NetworkLabel }))
    .output(KnownNetwork),
  forget: base
    .route({ method: 'DELETE', path: '/networks/{id}', tags, summary: 'Forget a network that is not active, with its chain' })
    .input(one)
    .output(one),
  watch: base
    .route({ method: 'GET', path: '/networks/events', tags, summary: 'Networks as they change' })
    .output(watched(z.array(KnownNetwork), NetworksEvent)),
}
