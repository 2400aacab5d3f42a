import { z } from 'zod'
import { AccountId, TimeMs } from '../ids.ts'

// The last of 58 characters holds 3 bits of 5: the others are 0, or it is no base32.
const dagCborCid = z.string().regex(/^bafyrei[a-z2-7]{51}[aeimquy4]$/, 'not the id of a network or block')

/** A network: the CID (v1, dag-cbor, SHA-256) of its genesis. */
export const NetworkId = dagCborCid.brand('NetworkId')
export type NetworkId = z.infer<typeof NetworkId>

/** A block: the CID (v1, dag-cbor, SHA-256) of its header. The parent of the first one is the network itself. */
export const BlockId = dagCborCid.brand('BlockId')
export type BlockId = z.infer<typeof BlockId>

/** An entry: the CID (v1, raw, SHA-256) of all its bytes, signature included. */
export const EntryId = z
  .string()
  .regex(/^bafkrei[a-z2-7]{51}[aeimquy4]$/, 'not the id of an entry')
  .brand('EntryId')
export type EntryId = z.infer<typeof EntryId>

/** What stands before the dot: `alice` of `alice.peer`. */
export const NameLabel = z
  .string()
  .regex(/^(?!..--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'not a name')
  .brand('NameLabel')
export type NameLabel = z.infer<typeof NameLabel>

/**
 * Where a name is in its term. `living`: resolves for everybody. `ending`, the last tenth: for its owner's contacts
 * alone. `grace`: over, and only its owner may renew it. `free`: anybody may claim it.
 */
export const NamePhase = z.enum(['living', 'ending', 'grace', 'free'])
export type NamePhase = z.infer<typeof NamePhase>

export const NameOnLedger = z.object({
  name: NameLabel,
  owner: AccountId,
  /** Since when it is this owner's; a rule of the door that names it holds from then on. */
  sinceMs: TimeMs,
  registeredMs: TimeMs,
  expiresMs: TimeMs,
  phase: NamePhase,
  /** Whom its owner gives it to, until that account takes it. */
  offeredTo: AccountId.nullable(),
})
export type NameOnLedger = z.infer<typeof NameOnLedger>

export const OpKind = z.enum([
  'claim',
  'register',
  'renew',
  'transfer',
  'release',
  'revoke',
  'evidence',
  'validators',
])
export type OpKind = z.infer<typeof OpKind>

/** Why an entry is not taken, in one word for programs; the sentence for the person comes beside it. */
export const EntryCode = z.enum([
  'malformed',
  'network',
  'until',
  'work',
  'signature',
  'nonce',
  'revoked',
  'name',
  'taken',
  'look-alike',
  'claim',
  'not-owner',
  'term',
  'too-many-names',
  'one-a-day',
  'offer',
  'account',
  'evidence',
  'validators',
])
export type EntryCode = z.infer<typeof EntryCode>

/** What happened to a name when blocks were added, or taken back after a cut. `owner` null: it belongs to nobody. */
export const NameChange = z.object({
  name: NameLabel,
  before: AccountId.nullable(),
  owner: AccountId.nullable(),
})
export type NameChange = z.infer<typeof NameChange>
