import { z } from 'zod'
import { KiB } from '../../../shared/units.ts'
import { decode, encode } from '../../platform/cbor.ts'
import {
  KEY_BYTES,
  MAX_VALIDATORS,
  SIGNATURE_BYTES,
  VALUE_BYTES,
  VALUE_PREFIX,
} from '../../protocols/consensus/index.ts'
import type { Certificate } from './certificate.ts'
import type { Evidence } from './evidence.ts'

/** 64 keys, and less than 600 bytes of everything else. */
const MAX_EVIDENCE_BYTES = 4 * KiB
/** 64 commits of some 90 bytes. */
const MAX_CERTIFICATE_BYTES = 8 * KiB
/** Longer than any CID in text. */
const MAX_NETWORK_LENGTH = 128

const bytes = (holds: (value: Uint8Array) => boolean) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && holds(value), 'not bytes of the right form')
const Value = bytes(
  (value) => value.byteLength === VALUE_BYTES && VALUE_PREFIX.every((byte, index) => value[index] === byte),
)
const Signature = bytes((value) => value.byteLength === SIGNATURE_BYTES)
const Index = z.int().min(0).max(MAX_VALIDATORS - 1)

// Strict, unlike what goes between peers: a field that is passed over would give one proof many forms, and many hashes.
const EvidenceRecord = z.strictObject({
  saying: z.enum(['first', 'commit']),
  facts: z.strictObject({
    network: z.string().max(MAX_NETWORK_LENGTH),
    validators: z.array(bytes((key) => key.byteLength === KEY_BYTES)).min(1).max(MAX_VALIDATORS),
    leader: Index,
    slot: z.int().nonnegative(),
    parent: Value,
  }),
  by: Index,
  values: z.tuple([Value, Value]),
  signatures: z.tuple([Signature, Signature]),
})

const CertificateRecord = z.strictObject({
  value: Value,
  commits: z.array(z.strictObject({ by: Index, signature: Signature })).min(1).max(MAX_VALIDATORS),
})

/** How evidence is kept, gossiped and entered on the ledger: DAG-CBOR, one form for one proof. */
export function encodeEvidence(evidence: Evidence): Uint8Array<ArrayBuffer> {
  return encode(evidence)
}

/** Its form alone; `checkEvidence` says whether it proves anything. Errors: DecodeError. */
export function decodeEvidence(record: Uint8Array): Evidence {
  return decode(record, EvidenceRecord, MAX_EVIDENCE_BYTES)
}

/** How a certificate goes beside its block: DAG-CBOR, the commits by their validators' index. */
export function encodeCertificate({ value, commits }: Certificate): Uint8Array<ArrayBuffer> {
  return encode({ value, commits: commits.toSorted((one, other) => one.by - other.by) })
}

/** Its form alone; `checkCertificate` says whether it holds. Errors: DecodeError. */
export function decodeCertificate(record: Uint8Array): Certificate {
  return decode(record, CertificateRecord, MAX_CERTIFICATE_BYTES)
}
