import type { PeerId } from '../../../shared/ids.ts'
import { ZoneRecord, type Zone } from '../../../shared/model/names.ts'

export type RecordKind = ZoneRecord['kind']
export const recordKinds = ['peer', 'site', 'address', 'text', 'service', 'delegate'] as const satisfies readonly RecordKind[]

/** A record as it is typed: every field a text. */
export interface RecordDraft {
  /** Of the row, for as long as it is edited. */
  id: number
  label: string
  kind: RecordKind
  fields: Readonly<Record<string, string>>
}

/** A zone as it is edited. */
export interface ZoneDraft {
  /** The number of the zone that was edited; 0: there was none. */
  after: number
  /** What it said then, to see whether anything was changed. */
  before: string
  ttlMs: number
  rows: readonly RecordDraft[]
  nextId: number
}

/** How long an answer is kept where nobody says anything else; the feature's own number. */
const TTL_MS = 300_000
export const MAX_RECORDS = 128

/** Live, or a kept copy. */
export const LIVE = 'live'

const blank: Readonly<Record<RecordKind, Readonly<Record<string, string>>>> = {
  peer: { peerId: '', addresses: '' },
  site: { source: LIVE, cid: '' },
  address: { ip: '', port: '' },
  text: { text: '' },
  service: { service: '_http._tcp', port: '', target: '@' },
  delegate: { account: '' },
}

export function draftOf(zone: Zone | null): ZoneDraft {
  const rows = (zone?.records ?? []).map((record, id) => rowOf(record, id))
  const ttlMs = zone?.ttlMs ?? TTL_MS
  return { after: zone?.seq ?? 0, before: content(rows, ttlMs), ttlMs, rows, nextId: rows.length }
}

function rowOf(record: ZoneRecord, id: number): RecordDraft {
  const { label, kind } = record
  return { id, label, kind, fields: fieldsOf(record) }
}

function fieldsOf(record: ZoneRecord): Record<string, string> {
  switch (record.kind) {
    case 'peer':
      return { peerId: record.peerId, addresses: record.addresses.join('\n') }
    case 'site':
      return { source: record.cid === null ? LIVE : 'copy', cid: record.cid ?? '' }
    case 'address':
      return { ip: record.ip, port: record.port === null ? '' : String(record.port) }
    case 'text':
      return { text: record.text }
    case 'service':
      return { service: record.service, port: String(record.port), target: record.target }
    case 'delegate':
      return { account: record.account }
  }
}

/** Whether what is written differs from what was there when the edit began. */
export function isChanged(draft: ZoneDraft): boolean {
  return content(draft.rows, draft.ttlMs) !== draft.before
}

/** How many records were added, taken away or changed, and whether the rest was. */
export function changesOf(draft: ZoneDraft): number {
  const [before, ttlMs] = JSON.parse(draft.before) as [unknown[], number]
  const was = before.map((one) => JSON.stringify(one))
  const is = draft.rows.map((row) => JSON.stringify(written(row)))
  const gone = was.filter((one) => !is.includes(one)).length
  const come = is.filter((one) => !was.includes(one)).length
  const moved = gone === 0 && come === 0 && was.join() !== is.join() ? 1 : 0
  return Math.max(gone, come) + moved + (ttlMs === draft.ttlMs ? 0 : 1)
}

function content(rows: readonly RecordDraft[], ttlMs: number): string {
  return JSON.stringify([rows.map(written), ttlMs])
}

/** How a field is filled in (`by`) is no part of what it says. */
const written = ({ label, kind, fields }: RecordDraft): unknown => [label, kind, { ...fields, by: undefined }]

export function addRow(draft: ZoneDraft, kind: RecordKind, about: { device: PeerId | null; addresses: readonly string[] }): ZoneDraft {
  const { nextId: id, rows } = draft
  const known = kind === 'peer' && about.device !== null ? { peerId: about.device, addresses: about.addresses.join('\n') } : {}
  const row: RecordDraft = { id, label: kind === 'delegate' ? '' : '@', kind, fields: { ...blank[kind], ...known } }
  return { ...draft, nextId: id + 1, rows: [...rows, row] }
}

export function changeRow(draft: ZoneDraft, id: number, change: { label?: string; fields?: Record<string, string> }): ZoneDraft {
  const put = (row: RecordDraft): RecordDraft =>
    row.id === id ? { ...row, label: change.label ?? row.label, fields: { ...row.fields, ...change.fields } } : row
  return { ...draft, rows: draft.rows.map(put) }
}

export function removeRow(draft: ZoneDraft, id: number): ZoneDraft {
  return { ...draft, rows: draft.rows.filter((row) => row.id !== id) }
}

/** Puts one that was taken away back where it was. */
export function putBack(draft: ZoneDraft, row: RecordDraft, place: number): ZoneDraft {
  if (draft.rows.some(({ id }) => id === row.id)) return draft
  return { ...draft, rows: draft.rows.toSpliced(place, 0, row) }
}

/** The record that a row stands for, not yet looked at. */
export function recordOf({ label, kind, fields }: RecordDraft): unknown {
  const text = (name: string): string => (fields[name] ?? '').trim()
  // Left empty it is no port where there need be none; what is no number is said to be none.
  const number = (name: string): number => (/^\d{1,6}$/.test(text(name)) ? Number(text(name)) : Number.NaN)
  const at = { label: label.trim(), kind }
  switch (kind) {
    case 'peer':
      return { ...at, peerId: text('peerId'), addresses: lines(fields['addresses'] ?? '') }
    case 'site':
      return { ...at, cid: fields['source'] === LIVE ? null : text('cid') }
    case 'address':
      return { ...at, ip: text('ip'), port: text('port') === '' ? null : number('port') }
    case 'text':
      return { ...at, text: fields['text'] ?? '' }
    case 'service':
      return { ...at, service: text('service'), port: number('port'), target: text('target') }
    case 'delegate':
      return { ...at, account: text('account') }
  }
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** What is wrong with a row, by its field: the model's own sentences, and keys for those that have none for a person. */
export type RowFaults = Readonly<Record<string, string>>

export function faultsOf(row: RecordDraft): RowFaults {
  const read = ZoneRecord.safeParse(recordOf(row))
  if (read.success) return {}
  const faults: Record<string, string> = {}
  for (const { path, message } of read.error.issues) {
    const field = String(path[0] ?? 'label')
    faults[field] ??= message
  }
  return faults
}
