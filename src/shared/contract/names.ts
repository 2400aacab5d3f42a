import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { AccountId } from '../ids.ts'
import { Submitted } from '../model/blocks.ts'
import { NameLabel, NetworkId } from '../model/ledger.ts'
import {
  CacheLine,
  ClaimStep,
  DnsState,
  FullName,
  Lookup,
  LookupProgress,
  MyName,
  Publication,
  Revocation,
  Zone,
  ZoneSet,
} from '../model/names.ts'
import { base, watched } from './base.ts'

export const NamesSnapshot = z.object({
  network: NetworkId,
  /** What stands after the dot. */
  tld: z.string(),
  /** Names of this account, those on their way to it, and those offered to it, by name. */
  mine: z.array(MyName),
  /** Zones held for others. */
  held: z.object({ zones: z.int().nonnegative(), bytes: z.int().nonnegative() }),
  dns: DnsState,
})
export type NamesSnapshot = z.infer<typeof NamesSnapshot>

export const NamesEvent = z.discriminatedUnion('event', [
  /** A name of this account, its claim, its zone or what became of publishing it. */
  z.object({ event: z.literal('name-changed'), name: MyName }),
  /** It is not this account's any more, nor on its way. */
  z.object({ event: z.literal('name-gone'), name: NameLabel }),
  /** The owner is to be told now, by a notice: once for each of the days before the end. */
  z.object({ event: z.literal('reminder'), name: NameLabel, fullName: FullName, sentence: z.string(), daysLeft: z.int() }),
  /** A newer zone came of a name that somebody here watches or looked up. */
  z.object({ event: z.literal('zone-heard'), fullName: FullName, owner: AccountId, seq: z.int().positive() }),
  z.object({ event: z.literal('held-changed'), held: NamesSnapshot.shape.held }),
  z.object({ event: z.literal('dns-changed'), dns: DnsState }),
  /** Another network is active: everything shown before is of the former. */
  z.object({ event: z.literal('network-changed'), snapshot: NamesSnapshot }),
])
export type NamesEvent = z.infer<typeof NamesEvent>

const tags = ['names']
const one = z.object({ name: NameLabel })
/** As a person writes it; what is wrong with it is part of the answer. */
const asked = z.object({
  text: z.string().max(1_024),
  /** Ends with a direct connection to a device of the name. */
  connect: z.stringbool().or(z.boolean()).default(false),
  /** Asks also where what is kept is fresh. */
  again: z.stringbool().or(z.boolean()).default(false),
})

export const names = {
  mine: base.route({ method: 'GET', path: '/names', tags, summary: 'Names of yours, on their way to you, or offered to you' }).output(z.array(MyName)),
  claim: base
    .route({ method: 'POST', path: '/names/{name}/claim', tags, summary: 'Claim a name: each step until it is yours or was refused' })
    .input(one)
    .output(eventIterator(ClaimStep)),
  dropClaim: base
    .route({ method: 'DELETE', path: '/names/{name}/claim', tags, summary: 'Give up a claim; what lies on the ledger stays there' })
    .input(one)
    .output(one),
  renew: base.route({ method: 'POST', path: '/names/{name}/renew', tags, summary: 'Begin its term anew' }).input(one).output(Submitted),
  transfer: base
    .route({ method: 'POST', path: '/names/{name}/transfer', tags, summary: 'Offer a name to another account; to yourself: take the offer back' })
    .input(one.extend({ to: AccountId }))
    .output(Submitted),
  take: base.route({ method: 'POST', path: '/names/{name}/take', tags, summary: 'Take a name that is offered to you' }).input(one).output(Submitted),
  release: base.route({ method: 'POST', path: '/names/{name}/release', tags, summary: 'Give a name back: anybody may claim it' }).input(one).output(Submitted),
  revocation: base
    .route({ method: 'POST', path: '/names/revocation', tags, summary: 'An entry that ends this account on the ledger and its names with it; signed, not handed in' })
    .output(Revocation),
  zone: base
    .route({ method: 'GET', path: '/names/{name}/zone', tags, summary: 'Where a name of yours points, as it was signed last' })
    .input(one)
    .output(Zone.nullable()),
  setZone: base
    .route({ method: 'PUT', path: '/names/{name}/zone', tags, summary: 'Sign where a name of yours points, and publish it' })
    .input(
      one.extend({
        // Read by the feature, which says which record is wrong and why.
        records: z.array(z.unknown()).max(256),
        ttlMs: z.int().positive().optional(),
        /** The number of the zone that was edited: where a later one is here by now, nothing is changed. */
        after: z.int().nonnegative().optional(),
      }),
    )
    .output(ZoneSet),
  publish: base
    .route({ method: 'POST', path: '/names/{name}/publish', tags, summary: 'Tell the zone of a name of yours to all who are to hold it, now' })
    .input(one)
    .output(Publication),
  query: base
    .route({ method: 'GET', path: '/names/query', tags, summary: 'Look a name up: whose it is, and where it points' })
    .input(asked)
    .output(Lookup),
  lookup: base
    .route({ method: 'GET', path: '/names/lookup', tags, summary: 'Look a name up, step by step as it goes on' })
    .input(asked)
    .output(eventIterator(LookupProgress)),
  cache: base.route({ method: 'GET', path: '/names/cache', tags, summary: 'The resource map: what is kept of names that were looked up' }).output(z.array(CacheLine)),
  clearCache: base
    .route({ method: 'DELETE', path: '/names/cache', tags, summary: 'Forget what is kept of one name, or of all' })
    .input(z.object({ fullName: FullName.optional() }))
    .output(z.object({ cleared: z.int().nonnegative() })),
  dns: base.route({ method: 'GET', path: '/names/dns', tags, summary: 'The DNS answers for programs on this machine' }).output(DnsState),
  watch: base
    .route({ method: 'GET', path: '/names/events', tags, summary: 'Names of yours, zones heard, reminders' })
    .output(watched(NamesSnapshot, NamesEvent)),
}
