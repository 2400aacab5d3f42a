import { NameLabel, type NameOnLedger } from '../../src/shared/model/ledger.ts'
import {
  ZoneLabel,
  type CacheLine,
  type Lookup,
  type LookupProgress,
  type LookupStep,
  type MyName,
  type Publication,
  type Zone,
  type ZoneRecord,
} from '../../src/shared/model/names.ts'
import { DAY, HOUR, MINUTE } from '../../src/shared/units.ts'
import { accountOf, networkIdOf, peerIdOf } from './ids.ts'
import { blockIdOf } from './ledger-parts.ts'
import { me, now } from './people.ts'

export const nameLabel = (name: string): NameLabel => NameLabel.parse(name)
export const at = ZoneLabel.parse('@')
export const label = (text: string): ZoneLabel => ZoneLabel.parse(text)

/** Terms of a year, of which so many days are left. */
export function onLedger(name: string, who = 'me', daysLeft = 331, changes: Partial<NameOnLedger> = {}): NameOnLedger {
  return {
    name: nameLabel(name),
    owner: who === 'me' ? me.account : accountOf(who),
    sinceMs: now() - (365 - daysLeft) * DAY,
    registeredMs: now() - (365 - daysLeft) * DAY,
    expiresMs: now() + daysLeft * DAY - HOUR,
    phase: daysLeft < 0 ? 'grace' : daysLeft < 36 ? 'ending' : 'living',
    offeredTo: null,
    ...changes,
  }
}

export const peerRecord = (who: string, addresses = ['/ip4/198.51.100.7/tcp/4001']): ZoneRecord => ({
  label: at,
  kind: 'peer',
  peerId: who === 'me' ? me.peerId : peerIdOf(who),
  addresses,
})

export function zoneOf(name: string, records: ZoneRecord[], changes: Partial<Zone> = {}, who = 'me'): Zone {
  return {
    network: networkIdOf('home'),
    name: nameLabel(name),
    owner: who === 'me' ? me.account : accountOf(who),
    seq: 7,
    issuedAtMs: now() - 26 * MINUTE,
    expiresAtMs: now() + 14 * DAY,
    ttlMs: 5 * MINUTE,
    records,
    ...changes,
  }
}

export function published(changes: Partial<Publication> = {}): Publication {
  return { seq: 7, atMs: now() - 26 * MINUTE, held: 14, asked: 16, againMs: now() + 34 * MINUTE, ...changes }
}

/** A name of this account, with a zone that is held by others. */
export function myName(name: string, changes: Partial<MyName> = {}): MyName {
  return {
    name: nameLabel(name),
    fullName: `${name}.peer`,
    onLedger: onLedger(name),
    claim: null,
    zone: zoneOf(name, [peerRecord('me')]),
    publication: published(),
    attention: null,
    ended: false,
    ...changes,
  }
}

export function step(
  atMs: number,
  tookMs: number | null,
  step: LookupStep['step'],
  outcome: LookupStep['outcome'],
  why: string,
  who: string | null = null,
  hops: number | null = null,
): LookupStep {
  return { atMs, tookMs, step, peerId: who === null ? null : peerIdOf(who), outcome, why, hops }
}

/** A look-up of a name of Bea's that found its zone. */
export function found(zone: Zone, records: ZoneRecord[], changes: Partial<Lookup> = {}): Lookup {
  return {
    fullName: `${zone.name}.peer`,
    outcome: { outcome: 'found', owner: zone.owner, zone, records, from: 'peer' },
    ledger: { block: blockIdOf(1_204), height: 1_204, atMs: now() - 40_000 },
    zone: {
      seq: zone.seq,
      issuedAtMs: zone.issuedAtMs,
      expiresAtMs: zone.expiresAtMs,
      freshUntilMs: now() + zone.ttlMs,
    },
    connection: null,
    steps: [],
    tookMs: 0,
    ...changes,
  }
}

/** Its steps one after another, then how it ended. */
export function told(lookup: Lookup): LookupProgress[] {
  return [...lookup.steps.map((step): LookupProgress => ({ kind: 'step', step })), { kind: 'done', lookup }]
}

export function cacheLine(fullName: string, who: string | null, changes: Partial<CacheLine> = {}): CacheLine {
  return {
    fullName,
    state: who === null ? 'nothing' : 'fresh',
    seq: who === null ? null : 7,
    owner: who === null ? null : accountOf(who),
    bytes: who === null ? 64 : 867,
    keptMs: now() - 2 * MINUTE,
    freshUntilMs: now() + 3 * MINUTE,
    hits: 4,
    watched: false,
    ...changes,
  }
}
