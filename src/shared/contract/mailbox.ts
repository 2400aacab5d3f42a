import { z } from 'zod'
import { AccountId, PeerId } from '../ids.ts'
import { Mailbox } from '../model/mailbox.ts'
import { base, watched } from './base.ts'

const tags = ['mailbox']

export const mailbox = {
  status: base.route({ method: 'GET', path: '/mailbox', tags, summary: 'Who holds mail for you, and for whom you hold it' }).output(Mailbox),
  ask: base
    .route({ method: 'POST', path: '/mailbox/holders', tags, summary: 'Ask a contact or an introducer to hold your mail' })
    .input(z.object({ to: z.union([AccountId, PeerId]) }))
    .output(Mailbox),
  leave: base
    .route({ method: 'DELETE', path: '/mailbox/holders/{peerId}', tags, summary: 'Do not use a holder any more' })
    .input(z.object({ peerId: PeerId }))
    .output(Mailbox),
  collect: base.route({ method: 'POST', path: '/mailbox/collect', tags, summary: 'Fetch what is held, now' }).output(z.object({ letters: z.int().nonnegative() })),
  drop: base
    .route({ method: 'DELETE', path: '/mailbox/held/{account}', tags, summary: 'Throw away what this device holds for somebody' })
    .input(z.object({ account: AccountId }))
    .output(Mailbox),
  watch: base
    .route({ method: 'GET', path: '/mailbox/events', tags, summary: 'The mailbox as it changes' })
    .output(watched(Mailbox, z.object({ event: z.literal('mailbox-changed'), mailbox: Mailbox }))),
}
