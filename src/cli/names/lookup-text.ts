import type { Lookup } from '../../shared/model/names.ts'
import { exitCodes, type ExitCode } from '../failure.ts'
import { duration, fields, plural, time } from '../layout.ts'
import { millis } from '../ledger/words.ts'
import { oneLine } from '../plain.ts'
import { nameOfAccount, type Named } from '../resolve.ts'
import { short } from '../short-id.ts'
import { recordTable } from './zone-text.ts'

type Found = Extract<Lookup['outcome'], { outcome: 'found' }>

/** Whether what was typed is no name at all: nothing was asked then, not even the ledger. */
export function isNoName({ outcome, ledger }: Pick<Lookup, 'outcome' | 'ledger'>): boolean {
  return outcome.outcome === 'refused' && ledger === null
}

/** What the shell gets. `connect`: a connection was asked for as well. */
export function lookupCode(lookup: Lookup, connect: boolean): ExitCode {
  switch (lookup.outcome.outcome) {
    case 'found':
      return connect && lookup.connection === null ? exitCodes.unreachable : exitCodes.done
    case 'refused':
      return isNoName(lookup) ? exitCodes.wrongArguments : exitCodes.refused
    case 'nobody':
      return exitCodes.nobody
    case 'no-zone':
      return exitCodes.noZone
    case 'catching-up':
      return exitCodes.catchingUp
    case 'unreachable':
      return exitCodes.unreachable
  }
}

/** Why there is no answer, in a sentence; null where there is one. */
export function whyNot({ outcome, fullName }: Lookup, people: readonly Named[]): string | null {
  switch (outcome.outcome) {
    case 'found':
      return null
    case 'nobody':
    case 'refused':
      return oneLine(outcome.why)
    case 'no-zone':
      return `${oneLine(fullName)} belongs to ${whoText(outcome.owner, people)}, and points nowhere: nobody has a zone of it.`
    case 'catching-up': {
      if (outcome.blocksLeft === null) return 'No device of this network is connected that could say how far the ledger here is: ask again when one is.'
      return `The ledger here is catching up, ${plural(outcome.blocksLeft, 'block')} left: ask again when it is done.`
    }
    case 'unreachable':
      return `${oneLine(fullName)} belongs to ${whoText(outcome.owner, people)}. ${oneLine(outcome.why)}`
  }
}

/** What a person is told of a look-up. */
export function describeLookup(lookup: Lookup, people: readonly Named[], connect: boolean, nowMs: number): string[] {
  const why = whyNot(lookup, people)
  const { outcome, connection } = lookup
  if (outcome.outcome !== 'found') return [why ?? '']
  return [
    ...fields([
      ['Name', lookup.fullName],
      ['Owner', whoText(outcome.owner, people)],
      ...clocks(lookup, nowMs),
      ['From', sources[outcome.from]],
      ...(connection === null ? [] : [['Connected', connectionText(connection)] as const]),
      ['Took', millis(lookup.tookMs)],
    ]),
    '',
    ...describeRecords(outcome, lookup.fullName, people),
    ...(connect && connection === null ? ['', whyNotConnected(lookup)] : []),
  ]
}

/** Whose it is, by the ledger; where it points, by its owner: each as of another time. */
function clocks({ ledger, zone }: Lookup, nowMs: number): (readonly [string, string])[] {
  const owned = ledger === null ? [] : [['Owned', `as of ${blockText(ledger, nowMs)}`] as const]
  if (zone === null) return owned
  const fresh = zone.freshUntilMs > nowMs ? `asked for again in ${duration(zone.freshUntilMs - nowMs)}` : 'asked for again now'
  const signed = `signed ${time(zone.issuedAtMs, nowMs)} (${agoText(zone.issuedAtMs, nowMs)}), zone ${zone.seq}`
  return [...owned, ['Points', `${signed}\nholds until ${time(zone.expiresAtMs, nowMs)}, ${fresh}`]]
}

function blockText({ height, atMs }: NonNullable<Lookup['ledger']>, nowMs: number): string {
  if (height === 0) return 'the beginning of the network'
  return `block ${height}, made ${time(atMs, nowMs)} (${agoText(atMs, nowMs)})`
}

/** A clock that is ahead of ours is said as such. */
function agoText(ms: number, nowMs: number): string {
  return ms <= nowMs ? `${duration(nowMs - ms)} ago` : `${duration(ms - nowMs)} ahead of the clock here`
}

const sources = {
  own: 'this device, where it was signed',
  cache: 'what is kept here',
  peer: 'another device',
  dht: 'the DHT',
} as const

function describeRecords({ zone, records }: Found, fullName: string, people: readonly Named[]): string[] {
  if (records.length > 0) return recordTable(records, people)
  const labels = [...new Set(zone.records.map(({ label }) => label))]
  const others = labels.length === 0 ? 'none at any other either' : `but at ${labels.slice(0, 8).join(', ')}${labels.length > 8 ? ', …' : ''}`
  return [`There is no record at ${fullName} itself, ${others}.`]
}

function connectionText({ peerId, route, address, rttMs }: NonNullable<Lookup['connection']>): string {
  const trip = rttMs === null ? '' : `, ${millis(rttMs)} round trip`
  return `to ${short(peerId)}, ${route}${trip}\n${address}`
}

function whyNotConnected({ steps, fullName }: Lookup): string {
  const last = steps.findLast(({ step }) => step === 'dial')
  const why = last === undefined ? 'it names no device that could be asked.' : oneLine(last.why)
  return `No connection to ${oneLine(fullName)}: ${why}`
}

function whoText(account: Found['owner'], people: readonly Named[]): string {
  const isKnown = people.some((one) => one.account === account)
  return isKnown ? `${nameOfAccount(people, account)} (${account})` : account
}
