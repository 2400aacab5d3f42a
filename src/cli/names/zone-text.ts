import type { Publication, Zone, ZoneRecord } from '../../shared/model/names.ts'
import { duration, plural, table, time } from '../layout.ts'
import { nameOfAccount, type Named } from '../resolve.ts'
import { short } from '../short-id.ts'
import { wordsOf } from './record-words.ts'

/** Records as rows; addresses of a device below it, so that narrow terminals show them whole. */
export function recordTable(records: readonly ZoneRecord[], people: readonly Named[]): string[] {
  return table(['LABEL', 'KIND', 'POINTS TO'], records.flatMap((record) => rowsOf(record, people)))
}

function rowsOf(record: ZoneRecord, people: readonly Named[]): string[][] {
  const { label, kind } = record
  switch (record.kind) {
    case 'peer':
      return [[label, kind, short(record.peerId)], ...record.addresses.map((address) => ['', '', address])]
    case 'delegate':
      return [[label, kind, `${short(record.account)}${knownAs(record.account, people)}`]]
    case 'site':
      return [[label, kind, record.cid ?? 'live, from the devices of its owner']]
    case 'service':
      return [[label, kind, `${record.service} at port ${record.port} of ${record.target === '@' ? 'the name itself' : record.target}`]]
    case 'address':
    case 'text':
      return [[label, kind, wordsOf(record).join(' ')]]
  }
}

function knownAs(account: Zone['owner'], people: readonly Named[]): string {
  return people.some((one) => one.account === account) ? ` ${nameOfAccount(people, account)}` : ''
}

export function zoneLine({ seq, issuedAtMs, expiresAtMs, ttlMs }: Zone, nowMs: number): string {
  const kept = `others keep it ${duration(ttlMs)} without asking again`
  return `Zone ${seq}, signed ${time(issuedAtMs, nowMs)}, holds until ${time(expiresAtMs, nowMs)}; ${kept}.`
}

/** Where it is held. */
export function publicationText({ held, asked, againMs }: Pick<Publication, 'held' | 'asked' | 'againMs'>, nowMs: number): string {
  const again = againMs > nowMs ? ` It is told again in ${duration(againMs - nowMs)}.` : ''
  if (asked === 0) return `Nobody is connected who could hold it.${again}`
  return `Held by ${held} of ${plural(asked, 'device')} asked.${again}`
}
