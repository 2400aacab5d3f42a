import { RecordEnvelope } from '@libp2p/peer-record'
import { z } from 'zod'
import { TimeMs } from '../../shared/ids.ts'
import { KiB } from '../../shared/units.ts'
import { decode } from '../platform/cbor.ts'

/** As long as a list may be at all: docs/wire/device-list.md. */
const MAX_BYTES = 8 * KiB
/** Of a revocation: no list comes after it. */
export const LAST_SEQ = Number.MAX_SAFE_INTEGER

/** The place of the one with the highest number. */
export function newestOf(envelopes: readonly Uint8Array[]): number {
  return envelopes.reduce((best, envelope, at) => (seqOf(envelope) > seqOf(envelopes[best] ?? null) ? at : best), 0)
}

const Numbered = z.union([z.object({ kind: z.literal('revoked') }), z.object({ seq: TimeMs })])

/** The number that an envelope claims, unjudged; -1 where there is none, and the last of all of a revocation. */
export function seqOf(envelope: Uint8Array | null): number {
  try {
    if (envelope === null) return -1
    const numbered = decode(RecordEnvelope.createFromProtobuf(envelope).payload, Numbered, MAX_BYTES)
    return 'kind' in numbered ? LAST_SEQ : numbered.seq
  } catch {
    return -1
  }
}
