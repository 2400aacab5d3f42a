import { z } from 'zod'
import { AccountId, PeerId, TimeMs } from '../ids.ts'
import { BlockId, EntryId, NameLabel, NetworkId, OpKind } from './ledger.ts'

/** One of those who decide, as its network's roster names it. `mine`: this device. */
export const ValidatorRef = z.object({ peerId: PeerId, label: z.string(), mine: z.boolean() })
export type ValidatorRef = z.infer<typeof ValidatorRef>

/** A block in one line. */
export const BlockLine = z.object({
  id: BlockId,
  height: z.int().positive(),
  slot: z.int().nonnegative(),
  timestampMs: TimeMs,
  leader: ValidatorRef,
  entries: z.int().nonnegative(),
  /** Whole, as it is sent; 0 where only its header is here. */
  bytes: z.int().nonnegative(),
  /** Distinct validators that signed its certificate, of how many. */
  signers: z.int().nonnegative(),
  validators: z.int().positive(),
  /** `beside`: on a branch that does not count. */
  place: z.enum(['chain', 'beside']),
})
export type BlockLine = z.infer<typeof BlockLine>

/** Where an entry is: in the pool, in a block of the chain, or gone with the reason. */
export const EntryPlace = z.discriminatedUnion('at', [
  /** `early`: something must come before it (`why`). */
  z.object({ at: z.literal('pool'), early: z.boolean(), why: z.string().nullable() }),
  z.object({ at: z.literal('block'), block: BlockId, height: z.int().positive() }),
  z.object({ at: z.literal('gone'), why: z.string() }),
])
export type EntryPlace = z.infer<typeof EntryPlace>

/** An entry as a person reads it. What its kind does not have is null. */
export const LedgerEntry = z.object({
  id: EntryId,
  kind: OpKind,
  account: AccountId,
  mine: z.boolean(),
  nonce: z.int().nonnegative(),
  /** Null: a revocation, which does not end. */
  untilMs: TimeMs.nullable(),
  name: z.string().nullable(),
  to: AccountId.nullable(),
  /** Of evidence: who signed two values. */
  validator: PeerId.nullable(),
  bytes: z.int().positive(),
  /** Zero bits of work that it earned. */
  workBits: z.int().nonnegative(),
  place: EntryPlace,
})
export type LedgerEntry = z.infer<typeof LedgerEntry>

/** What bytes that somebody has say, as an entry: nothing is judged of it, and nothing handed in. */
export const EntryRead = LedgerEntry.pick({ id: true, kind: true, account: true, mine: true, name: true, to: true }).extend({
  network: NetworkId,
})
export type EntryRead = z.infer<typeof EntryRead>

/** A block with all that is known of it. */
export const BlockFacts = z.object({
  line: BlockLine,
  network: NetworkId,
  parent: z.union([BlockId, NetworkId]),
  /** Hex, 32 bytes each. */
  entriesRoot: z.string(),
  stateRoot: z.string(),
  /** Who signed the certificate. */
  signedBy: z.array(ValidatorRef),
  /** Null: only its header is here, as this chain began with a snapshot. */
  entries: z.array(LedgerEntry).nullable(),
})
export type BlockFacts = z.infer<typeof BlockFacts>

/** That an entry lies in a certified block: enough for whoever has nothing but the genesis. Bytes are base64. */
export const InclusionProof = z.object({
  network: NetworkId,
  block: BlockId,
  height: z.int().positive(),
  header: z.string(),
  certificate: z.string(),
  entry: z.string(),
  index: z.int().nonnegative(),
  size: z.int().positive(),
  /** Hex, from the leaf up. */
  path: z.array(z.string()),
})
export type InclusionProof = z.infer<typeof InclusionProof>

/** Whose a name is, or that it is nobody's, below a certified header. Bytes are base64, hashes hex. */
export const NameProof = z.object({
  network: NetworkId,
  block: BlockId,
  height: z.int().positive(),
  header: z.string(),
  certificate: z.string(),
  name: NameLabel,
  held: z.boolean(),
  /** DAG-CBOR of `{siblings, end}` of docs/wire/ledger.md. */
  proof: z.string(),
})
export type NameProof = z.infer<typeof NameProof>

/** What a person asks the ledger for; the node numbers, signs and works for it. */
export const OpDraft = z.discriminatedUnion('kind', [
  /** A commitment to a name. The salt stays on this device. */
  z.object({ kind: z.literal('claim'), name: NameLabel }),
  /** Opens the claim made here before. */
  z.object({ kind: z.literal('register'), name: NameLabel }),
  z.object({ kind: z.literal('renew'), name: NameLabel }),
  z.object({ kind: z.literal('release'), name: NameLabel }),
  /** To another account: offers. To yourself: takes what was offered to you, or takes your offer back. */
  z.object({ kind: z.literal('transfer'), name: NameLabel, to: AccountId }),
  /** By its id in `ledger.evidence`. */
  z.object({ kind: z.literal('evidence'), id: z.string().regex(/^[0-9a-f]{64}$/) }),
])
export type OpDraft = z.infer<typeof OpDraft>

/** What became of an entry that was submitted. */
export const Submitted = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('taken'), entry: LedgerEntry, peers: z.int().nonnegative() }),
  z.object({ outcome: z.literal('refused'), code: z.string(), why: z.string() }),
])
export type Submitted = z.infer<typeof Submitted>
