import type { AccountId } from '../../shared/ids.ts'
import type { NameOnLedger } from '../../shared/model/ledger.ts'
import type { MyName } from '../../shared/model/names.ts'
import { duration, fields, table, time } from '../layout.ts'
import { phaseText } from '../ledger/words.ts'
import { oneLine } from '../plain.ts'
import { nameOfAccount, type Named } from '../resolve.ts'
import { claimText, claimWord } from './claim-words.ts'
import { publicationText, recordTable, zoneLine } from './zone-text.ts'

/** Names of yours, those on their way and those offered to you, and under them what is to be done. */
export function listNames(mine: readonly MyName[], me: AccountId | null, people: readonly Named[], nowMs: number): string[] {
  const rows = mine.map((one) => [
    one.fullName,
    stateText(one, me, people),
    one.onLedger === null ? '-' : `until ${time(one.onLedger.expiresMs, nowMs)}`,
    one.onLedger === null || one.onLedger.owner !== me ? '-' : publishedText(one, nowMs),
  ])
  return [...table(['NAME', 'STATE', 'TERM', 'PUBLISHED'], rows), ...whatToDo(mine)]
}

function whatToDo(mine: readonly MyName[]): string[] {
  const lines = mine.flatMap((one) => {
    const refused = one.claim?.step === 'refused' ? `${one.fullName}: ${oneLine(one.claim.why)}` : null
    return [refused, one.attention === null ? null : oneLine(one.attention)].filter((line) => line !== null)
  })
  return lines.length === 0 ? [] : ['', ...lines]
}

const phases = { living: 'yours', ending: 'yours, ending', grace: 'term is over', free: 'free again' } as const

function stateText({ onLedger, claim }: MyName, me: AccountId | null, people: readonly Named[]): string {
  if (onLedger === null) return claim === null ? 'not yours yet' : claimWord(claim)
  if (onLedger.owner !== me) return `offered to you by ${nameOfAccount(people, onLedger.owner)}`
  const offered = onLedger.offeredTo === null || onLedger.offeredTo === me ? '' : `, offered to ${nameOfAccount(people, onLedger.offeredTo)}`
  return `${phases[onLedger.phase]}${offered}`
}

function publishedText({ zone, publication }: MyName, nowMs: number): string {
  if (zone === null) return 'points nowhere'
  if (publication === null || publication.seq !== zone.seq) return 'not yet'
  const where = publication.asked === 0 ? 'here alone' : `held by ${publication.held} of ${publication.asked}`
  return `${where}, ${duration(nowMs - publication.atMs)} ago`
}

/** One of them, whole. */
export function describeMine(one: MyName, people: readonly Named[], nowMs: number): string[] {
  const { onLedger, claim, zone, publication, attention } = one
  const facts = fields([
    ['Name', one.fullName],
    ...(onLedger === null ? [] : ledgerFields(onLedger, people, nowMs)),
    ...(claim === null ? [] : [['Claim', claimText(claim, one.fullName)] as const]),
    ...(zone === null ? [] : [['Points', zoneLine(zone, nowMs)] as const]),
    ...(publication === null ? [] : [['Published', `${time(publication.atMs, nowMs)}. ${publicationText(publication, nowMs)}`] as const]),
    ...(attention === null ? [] : [['To do', attention] as const]),
  ])
  return [...facts, ...(zone === null || zone.records.length === 0 ? [] : ['', ...recordTable(zone.records, people)])]
}

/** A name of somebody else. */
export function describeOther(onLedger: NameOnLedger, fullName: string, people: readonly Named[], nowMs: number): string[] {
  return fields([['Name', fullName], ...ledgerFields(onLedger, people, nowMs)])
}

function ledgerFields(name: NameOnLedger, people: readonly Named[], nowMs: number): (readonly [string, string])[] {
  return [
    ['Owner', `${nameOfAccount(people, name.owner)} (${name.owner})`],
    ['State', phaseText(name, nowMs)],
    ['Since', time(name.sinceMs, nowMs)],
    ['Until', time(name.expiresMs, nowMs)],
    ...(name.offeredTo === null ? [] : [['Offered to', nameOfAccount(people, name.offeredTo)] as const]),
  ]
}
