import type { PrivateKey } from '@libp2p/interface'
import { z } from 'zod'
import { TimeMs } from '../../../shared/ids.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { isSigned, type Signed, signBytes } from '../../platform/signatures.ts'
import {
  bytesOf,
  bytesUpTo,
  DIGEST_BYTES,
  digestHex,
  fromHex,
  type Hex,
  hexOf,
  KEY_BYTES,
  sha256,
  SIGNATURE_BYTES,
  toHex,
} from './bytes.ts'
import { type Roster, rosterFields, whyNoRoster, wireValidators } from './genesis.ts'
import { MAX_ENTRY_BYTES, MAX_PROOF_BYTES, MAX_VALIDATORS, SALT_BYTES } from './limits.ts'
import { WORK_BYTES } from './work.ts'

/** Names are judged by `checkName`, which says what is wrong with them; here they are only kept short. */
const NameText = z.string().max(255)

/*
 * Strict objects, unlike in other protocols: a field that one version passes over and the next obeys would give two nodes
 * two states. What is new comes as a new kind, which every node refuses until its network has agreed on it.
 */

const Approval = z.strictObject({ validator: hexOf(KEY_BYTES), signature: bytesOf(SIGNATURE_BYTES) })

export const Op = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('claim'), commitment: hexOf(DIGEST_BYTES) }),
  z.strictObject({ kind: z.literal('register'), name: NameText, salt: hexOf(SALT_BYTES) }),
  z.strictObject({ kind: z.literal('renew'), name: NameText }),
  /** To another account: offered. To one's own: taken, where it was offered; taken back, by its owner. */
  z.strictObject({ kind: z.literal('transfer'), name: NameText, to: hexOf(KEY_BYTES) }),
  z.strictObject({ kind: z.literal('release'), name: NameText }),
  z.strictObject({ kind: z.literal('revoke') }),
  z.strictObject({
    kind: z.literal('evidence'),
    validator: hexOf(KEY_BYTES),
    slot: z.int().nonnegative(),
    /** Consensus knows what is in there. */
    proof: bytesUpTo(MAX_PROOF_BYTES),
  }),
  z
    .strictObject({
      kind: z.literal('validators'),
      seq: z.int().positive(),
      ...rosterFields,
      approvals: z.array(Approval).max(MAX_VALIDATORS),
    })
    .superRefine((op, context) => {
      const why = whyNoRoster(op)
      if (why !== null) context.addIssue(why)
    }),
])
export type Op = z.infer<typeof Op>

const Body = z.strictObject({
  network: hexOf(DIGEST_BYTES),
  account: hexOf(KEY_BYTES),
  /** 1, 2, … for each account; 0 for a revocation, which is signed in advance. */
  nonce: z.int().nonnegative(),
  untilMs: TimeMs,
  op: Op,
})
export type EntryBody = z.infer<typeof Body>

/** What somebody asks of the ledger, as it lies in blocks. */
export interface Entry extends EntryBody {
  readonly bytes: Uint8Array
  /** SHA-256 of `bytes`. */
  readonly id: Hex
  readonly work: Uint8Array
  /** What the work is done for: the body as it was written. */
  readonly body: Uint8Array
}

/** A revocation ends with nothing. */
export const NO_END_MS = 0
const ENTRY_DOMAIN = Buffer.from('latch-ledger-entry\n')
const HEAD_BYTES = SIGNATURE_BYTES + WORK_BYTES

export function encodeBody({ network, account, nonce, untilMs, op }: EntryBody): Uint8Array<ArrayBuffer> {
  return encode({ network: fromHex(network), account: fromHex(account), nonce, untilMs, op: wireOp(op) })
}

/** Signature (64 bytes), work (8), body (DAG-CBOR). The signature covers the work, so nobody else can exchange it. */
export function signEntry(body: Uint8Array, work: Uint8Array, key: PrivateKey): Uint8Array<ArrayBuffer> {
  const signature = signBytes(Buffer.concat([ENTRY_DOMAIN, work, body]), key.raw)
  return new Uint8Array(Buffer.concat([signature, work, body]))
}

/** Size and form, and nothing else. *Errors*: DecodeError. */
export function decodeEntry(bytes: Uint8Array): Entry {
  const { byteLength } = bytes
  if (byteLength > MAX_ENTRY_BYTES) throw new DecodeError(`${byteLength} bytes where at most ${MAX_ENTRY_BYTES} are taken`)
  if (byteLength <= HEAD_BYTES) throw new DecodeError(`${byteLength} bytes are no entry`)
  const body = bytes.subarray(HEAD_BYTES)
  const work = bytes.subarray(SIGNATURE_BYTES, HEAD_BYTES)
  return { ...decode(body, Body, MAX_ENTRY_BYTES), bytes, id: digestHex(bytes), work, body }
}

/** What has to be verified for this entry, by whoever verifies. */
export function signatureOf({ bytes, account }: Pick<Entry, 'bytes' | 'account'>): Signed {
  return {
    key: fromHex(account),
    message: Buffer.concat([ENTRY_DOMAIN, bytes.subarray(SIGNATURE_BYTES)]),
    signature: bytes.subarray(0, SIGNATURE_BYTES),
  }
}

export function isEntrySigned(entry: Entry): boolean {
  return isSigned(signatureOf(entry))
}

/** What is claimed before it is named: nobody can tell the name from it, and nobody else can open it. */
export function commitmentOf(network: Hex, account: Hex, name: string, salt: Hex): Hex {
  const text = Buffer.from(`latch-ledger-claim\n${name}\n`)
  return toHex(sha256(text, fromHex(network), fromHex(account), fromHex(salt)))
}

/** What present validators sign to hand over to the next roster. */
export function rosterMessage(network: Hex, seq: number, { validators, faults }: Roster): Uint8Array {
  const body = encode({ network: fromHex(network), seq, validators: wireValidators(validators), faults })
  return Buffer.concat([Buffer.from('latch-ledger-validators\n'), body])
}

/** Only what the kind has: the schema passes over more, and what is written is written once. */
function wireOp(op: Op): unknown {
  switch (op.kind) {
    case 'claim':
      return { kind: op.kind, commitment: fromHex(op.commitment) }
    case 'register':
      return { kind: op.kind, name: op.name, salt: fromHex(op.salt) }
    case 'transfer':
      return { kind: op.kind, name: op.name, to: fromHex(op.to) }
    case 'renew':
    case 'release':
      return { kind: op.kind, name: op.name }
    case 'revoke':
      return { kind: op.kind }
    case 'evidence':
      return { kind: op.kind, validator: fromHex(op.validator), slot: op.slot, proof: op.proof }
    case 'validators': {
      const { kind, seq, faults, validators, approvals } = op
      const approved = approvals.map(({ validator, signature }) => ({ validator: fromHex(validator), signature }))
      return { kind, seq, faults, validators: wireValidators(validators), approvals: approved }
    }
  }
}
