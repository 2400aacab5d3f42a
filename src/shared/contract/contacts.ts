import { z } from 'zod'
import { AccountId } from '../ids.ts'
import { GroupName, Person } from '../model/contacts.ts'
import { DisplayName } from '../model/identity.ts'
import { base, watched } from './base.ts'

export const ContactsEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('person-changed'), person: Person }),
  z.object({ event: z.literal('person-forgotten'), account: AccountId }),
])
export type ContactsEvent = z.infer<typeof ContactsEvent>

const tags = ['contacts']
const one = z.object({ account: AccountId })

export const contacts = {
  list: base.route({ method: 'GET', path: '/contacts', tags, summary: 'Everybody this device has met' }).output(z.array(Person)),
  rename: base
    .route({ method: 'PUT', path: '/contacts/{account}/petname', tags, summary: 'Name somebody; makes them a contact' })
    .input(one.extend({ petname: DisplayName }))
    .output(Person),
  verify: base
    .route({ method: 'PUT', path: '/contacts/{account}/verified', tags, summary: 'Say that the safety words were compared' })
    .input(one.extend({ verified: z.boolean() }))
    .output(Person),
  setGroups: base
    .route({ method: 'PUT', path: '/contacts/{account}/groups', tags, summary: 'Say which groups a contact is in; at most 16' })
    .input(one.extend({ groups: z.array(GroupName).max(16) }))
    .output(Person),
  forget: base
    .route({ method: 'DELETE', path: '/contacts/{account}', tags, summary: 'Remove a contact; messages stay' })
    .input(one)
    .output(z.object({ account: AccountId })),
  watch: base
    .route({ method: 'GET', path: '/contacts/events', tags, summary: 'People met, named, verified, seen' })
    .output(watched(z.array(Person), ContactsEvent)),
}
