import type { ZoneLabel, ZoneRecord } from '../../shared/model/names.ts'
import { saysIt, wordsOf, type RecordKind } from './record-words.ts'

/**
 * The records with one more. Where there can be one alone (a site, a delegate, the record of a device), it takes the place
 * of the former; with `alone`, of all of its kind at its label.
 */
export function withRecord(records: readonly ZoneRecord[], record: ZoneRecord, alone: boolean): ZoneRecord[] {
  const isInPlaceOf = (one: ZoneRecord): boolean => one.label === record.label && one.kind === record.kind && (alone || isSame(one, record))
  const at = records.findIndex(isInPlaceOf)
  const others = records.filter((one) => !isInPlaceOf(one))
  return others.toSpliced(at === -1 ? others.length : records.slice(0, at).filter((one) => !isInPlaceOf(one)).length, 0, record)
}

function isSame(one: ZoneRecord, other: ZoneRecord): boolean {
  if (one.kind === 'site' || one.kind === 'delegate') return true
  if (one.kind === 'peer' && other.kind === 'peer') return one.peerId === other.peerId
  return wordsOf(one).join('\n') === wordsOf(other).join('\n')
}

/** Those at a label, of a kind, with these words, as far as they are said; and the others. */
export function parted(
  records: readonly ZoneRecord[],
  label: ZoneLabel,
  kind: RecordKind | null,
  words: readonly string[],
): { readonly gone: ZoneRecord[]; readonly left: ZoneRecord[] } {
  const isMeant = (one: ZoneRecord): boolean => one.label === label && (kind === null || one.kind === kind) && saysIt(one, words)
  return { gone: records.filter(isMeant), left: records.filter((one) => !isMeant(one)) }
}
