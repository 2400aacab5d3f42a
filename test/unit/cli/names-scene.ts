import { NameLabel, type NameOnLedger } from '../../../src/shared/model/ledger.ts'
import type { Lookup, LookupStep, MyName, Publication, Zone, ZoneRecord } from '../../../src/shared/model/names.ts'
import { ZoneLabel } from '../../../src/shared/model/names.ts'
import { DAY, MINUTE } from '../../../src/shared/units.ts'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { me } from '../../gallery/people.ts'
import { blockIdOf, networkIdOf, noon } from './ledger-scene.ts'

export const label = (text: string): ZoneLabel => ZoneLabel.parse(text)
export const at = label('@')

/** One of each kind. */
export const records: readonly ZoneRecord[] = [
  { label: at, kind: 'peer', peerId: peerIdOf('Bea'), addresses: ['/ip4/192.0.2.7/tcp/4001', '/ip6/2001:db8::7/tcp/4001'] },
  { label: at, kind: 'site', cid: null },
  { label: at, kind: 'address', ip: '192.0.2.7', port: 8_080 },
  { label: label('www'), kind: 'address', ip: '2001:db8::7', port: null },
  { label: at, kind: 'text', text: 'Open on Sundays' },
  { label: at, kind: 'service', service: '_http._tcp', port: 80, target: '@' },
  { label: label('team'), kind: 'delegate', account: accountOf('Bea') },
]

export const zone = (changes: Partial<Zone> = {}): Zone => ({
  network: networkIdOf('Home'),
  name: NameLabel.parse('alice'),
  owner: me.account,
  seq: 7,
  issuedAtMs: noon - 2 * MINUTE,
  expiresAtMs: noon + 14 * DAY,
  ttlMs: 5 * MINUTE,
  records: [...records],
  ...changes,
})

export const publication = (changes: Partial<Publication> = {}): Publication => ({
  seq: 7,
  atMs: noon - MINUTE,
  held: 5,
  asked: 7,
  againMs: noon + 60 * MINUTE,
  ...changes,
})

export const owned = (changes: Partial<NameOnLedger> = {}): NameOnLedger => ({
  name: NameLabel.parse('alice'),
  owner: me.account,
  sinceMs: noon - 10 * DAY,
  registeredMs: noon - 10 * DAY,
  expiresMs: noon + 355 * DAY,
  phase: 'living',
  offeredTo: null,
  ...changes,
})

export const mine = (changes: Partial<MyName> = {}): MyName => ({
  name: NameLabel.parse('alice'),
  fullName: 'alice.peer',
  onLedger: owned(),
  claim: null,
  zone: zone(),
  publication: publication(),
  attention: null,
  ended: false,
  ...changes,
})

export const step = (changes: Partial<LookupStep> = {}): LookupStep => ({
  atMs: 0.12,
  tookMs: 0,
  step: 'ledger',
  peerId: null,
  outcome: 'found',
  why: 'It is owned, as of block 41.',
  hops: null,
  ...changes,
})

/** A name of Bea's, found at another device. */
export const found = (changes: Partial<Lookup> = {}): Lookup => {
  const theirs = zone({ owner: accountOf('Bea') })
  const { seq, issuedAtMs, expiresAtMs } = theirs
  return {
    fullName: 'alice.peer',
    outcome: {
      outcome: 'found',
      owner: theirs.owner,
      zone: theirs,
      records: theirs.records.filter((record) => record.label === at),
      from: 'peer',
    },
    ledger: { block: blockIdOf('41'), height: 41, atMs: noon - 40_000 },
    zone: { seq, issuedAtMs, expiresAtMs, freshUntilMs: noon + 4 * MINUTE },
    connection: null,
    steps: [step()],
    tookMs: 3.2,
    ...changes,
  }
}
