import type { PrivateKey } from '@libp2p/interface'
import { base36 } from 'multiformats/bases/base36'
import { z } from 'zod'
import type { AccountId } from '../../../shared/ids.ts'
import type { NameLabel, NetworkId } from '../../../shared/model/ledger.ts'
import { Zone, ZoneLabel, ZoneRecord } from '../../../shared/model/names.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { EnvelopeError, open, seal, type EnvelopeKind } from '../../platform/envelope.ts'
import { MAX_ZONE_BYTES } from '../../protocols/names/index.ts'
import { MAX_ZONE_LASTS_MS, ZONE_LASTS_MS, ZONE_TTL_MS } from './limits.ts'
import { zoneKey, type ZoneKey } from './near.ts'

/*
 * What the owner of a name says it points to, drawn in docs/wire/zone.md. Everything here is pure: it signs, reads and
 * makes zones, keeps none, and does not know who owns what; judge.ts asks that.
 */

/** Nothing else is signed under it. */
export const ZONE: EnvelopeKind = { domain: 'latch-zone', type: '/latch/zone/1' }

/** What a zone is judged and compared by. */
export type Stamp = Pick<Zone, 'network' | 'name' | 'owner' | 'seq' | 'issuedAtMs' | 'expiresAtMs'>

/** A zone whose signature was checked, as far as it is judged: what is held for others is not read again. */
export interface StampedZone {
  readonly zone: Stamp
  readonly key: ZoneKey
  readonly bytes: Uint8Array
}

/** A zone whose signature is its owner's own, with the bytes that prove it. */
export interface SignedZone extends StampedZone {
  readonly zone: Zone
  /** Records of kinds that this version does not know: passed over, and passed on with the bytes. */
  readonly unknownRecords: number
}

export type OpenedZone =
  | { readonly outcome: 'opened'; readonly signed: SignedZone }
  /** `malformed`: not a zone of ours. `forged`: a zone, signed by another key than its owner's. */
  | { readonly outcome: 'too-large' | 'malformed' | 'forged'; readonly why: string }

/** `record`: the place, from 0, of the one that is wrong; null where it is none of them. */
export interface WrongZone {
  readonly outcome: 'refused'
  readonly why: string
  readonly record: number | null
}

export type CheckedZone = { readonly outcome: 'valid'; readonly zone: Zone } | WrongZone

/** The records one by one are read by hand, so that one of an unknown kind is passed over, and a wrong one is named. */
const Payload = Zone.extend({ v: z.literal(1), records: z.array(z.unknown()) })
const AnyRecord = z.object({ label: ZoneLabel, kind: z.string().regex(/^[a-z][a-z-]{0,15}$/) })
/** As the model has it; here those of unknown kinds count too. */
const MAX_RECORDS = 128
const KINDS: ReadonlySet<string> = new Set(ZoneRecord.options.map(({ shape }) => shape.kind.value))

/** Size, then signature, then meaning; each thing that can be wrong in one sentence. */
export async function openZone(bytes: Uint8Array): Promise<OpenedZone> {
  if (bytes.byteLength > MAX_ZONE_BYTES) return { outcome: 'too-large', why: tooLarge(bytes.byteLength) }
  try {
    const { publicKey, payload } = await open(ZONE, bytes)
    const { v: _, records, ...head } = decode(payload, Payload, MAX_ZONE_BYTES)
    if (records.length > MAX_RECORDS) return { outcome: 'malformed', why: `A zone has at most ${MAX_RECORDS} records.` }
    const known = records.filter((record) => !isOfUnknownKind(record))
    const checked = checkZone({ ...head, records: known })
    if (checked.outcome === 'refused') return { outcome: 'malformed', why: checked.why }
    const { zone } = checked
    if (publicKey.type !== 'Ed25519' || publicKey.toCID().toString(base36) !== zone.owner) {
      return { outcome: 'forged', why: 'This zone is signed by another key than the one of the owner it names.' }
    }
    const key = zoneKey(zone.network, zone.name)
    return { outcome: 'opened', signed: { zone, key, bytes, unknownRecords: records.length - known.length } }
  } catch (error) {
    if (error instanceof EnvelopeError) return { outcome: 'malformed', why: 'This is not a zone with a signature that holds.' }
    if (error instanceof DecodeError) return { outcome: 'malformed', why: `This zone cannot be read: ${error.message.replace(/\.$/, '')}.` }
    throw error
  }
}

/** Whether a zone may be signed as it is, and the sentence for the person who wrote it where it may not. */
export function checkZone(unchecked: { readonly records: readonly unknown[] } & object): CheckedZone {
  const refused = (why: string, record: number | null = null): WrongZone => ({ outcome: 'refused', why, record })
  const parsed = Zone.safeParse(unchecked)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const [field, index] = issue?.path ?? []
    if (field !== 'records' || typeof index !== 'number') return refused(sentence(issue, 'This zone'))
    return refused(`Record ${index + 1}: ${sentence(issue, 'This record')}`, index)
  }
  const zone = parsed.data
  const lastsMs = zone.expiresAtMs - zone.issuedAtMs
  if (lastsMs <= 0) return refused('A zone expires after it was issued.')
  if (lastsMs > MAX_ZONE_LASTS_MS) return refused('A zone expires within 31 days of its issue.')
  return clashIn(zone.records) ?? { outcome: 'valid', zone }
}

export type BuiltZone = { readonly outcome: 'signed'; readonly signed: SignedZone } | WrongZone

/** Signs with the account's key. The same zone gives the same bytes, as Ed25519 draws no random number. */
export async function signZone(zone: Zone, accountKey: PrivateKey): Promise<BuiltZone> {
  const checked = checkZone(zone)
  if (checked.outcome === 'refused') return checked
  const bytes = await seal(ZONE, encode({ v: 1, ...checked.zone }), accountKey)
  if (bytes.byteLength > MAX_ZONE_BYTES) return { outcome: 'refused', why: tooLarge(bytes.byteLength), record: null }
  const key = zoneKey(zone.network, zone.name)
  return { outcome: 'signed', signed: { zone: checked.zone, key, bytes, unknownRecords: 0 } }
}

export interface ZoneDraft {
  readonly network: NetworkId
  readonly name: NameLabel
  readonly owner: AccountId
  readonly records: readonly ZoneRecord[]
  readonly ttlMs?: number | undefined
}

/** The zone that follows `previous`, the newest that is known of this owner; not signed yet. */
export function nextZone(previous: Zone | null, { ttlMs, records, ...draft }: ZoneDraft, nowMs: number): Zone {
  const issuedAtMs = Math.round(nowMs)
  return {
    ...draft,
    // Numbers are times, so that a device that knows no earlier zone still makes a later one; and they only grow.
    seq: Math.max(issuedAtMs, (previous?.seq ?? 0) + 1),
    issuedAtMs,
    expiresAtMs: issuedAtMs + ZONE_LASTS_MS,
    ttlMs: ttlMs ?? previous?.ttlMs ?? ZONE_TTL_MS,
    records: [...records],
  }
}

/** What each record may be by itself, and not beside the others. */
function clashIn(records: readonly ZoneRecord[]): WrongZone | null {
  const wrong = (index: number, why: string): WrongZone => ({ outcome: 'refused', why: `Record ${index + 1}: ${why}`, record: index })
  const seen = new Set<string>()
  for (const [index, record] of records.entries()) {
    const { label, kind } = record
    // Of these a label has one; of the others none twice.
    const isSingle = kind === 'site' || kind === 'delegate'
    const what = isSingle ? `${kind} ${label}` : sameness(record)
    if (seen.has(what)) {
      return wrong(index, isSingle ? `A label has one record of the kind ${kind}.` : 'This record is there already.')
    }
    seen.add(what)
    if (kind !== 'delegate') continue
    if (label === '@') return wrong(index, 'A whole name is transferred on the ledger, and not delegated.')
    const other = records.findIndex((one) => one !== record && isAtOrBelow(one.label, label))
    if (other !== -1) return wrong(other, 'Another account answers for this label, so nothing else stands at it or below it.')
  }
  return null
}

function sameness(record: ZoneRecord): string {
  // A device has its addresses in one record.
  return Buffer.from(encode(record.kind === 'peer' ? { ...record, addresses: [] } : record)).toString('latin1')
}

function isAtOrBelow(label: string, above: string): boolean {
  return label === above || label.endsWith(`.${above}`)
}

function isOfUnknownKind(record: unknown): boolean {
  // Those of a known kind are read once, which is what most of the time of reading a zone goes into.
  if (typeof record !== 'object' || record === null || !('kind' in record)) return false
  if (typeof record.kind === 'string' && KINDS.has(record.kind)) return false
  return AnyRecord.safeParse(record).success
}

/** The rules of the model are sentences; what has the wrong shape altogether is not for a person to mend. */
function sentence(issue: z.core.$ZodIssue | undefined, what: string): string {
  if (issue?.message.endsWith('.') === true) return issue.message
  const field = issue?.path.findLast((part) => typeof part === 'string')
  return field === undefined || field === 'records' ? `${what} has not the form of one.` : `${what} has no ${field} of the right form.`
}

function tooLarge(sizeBytes: number): string {
  return `A zone has at most 10 KiB with its signature, and this one has ${(sizeBytes / 1_024).toFixed(1)} KiB.`
}
