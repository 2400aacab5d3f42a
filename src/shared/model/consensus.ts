import { z } from 'zod'
import { PeerId, TimeMs } from '../ids.ts'
import { BlockLine, ValidatorRef } from './blocks.ts'
import { BlockId, EntryId, NameChange, NetworkId } from './ledger.ts'

/** One validator against Δ. */
export const ValidatorState = ValidatorRef.extend({
  connected: z.boolean(),
  /** Delay and difference of clocks together, the worse of both ways, over the last ten minutes; null: not heard. */
  worstMs: z.number().nullable(),
  /** When the last block that it led was made; null: none that is here. */
  ledMs: TimeMs.nullable(),
  /** Proven to have signed two values. */
  accused: z.boolean(),
})
export type ValidatorState = z.infer<typeof ValidatorState>

/** Whether blocks can be decided now, for the lamp. */
export const Quorum = z.object({
  /**
   * `alone`: this device decides by itself. `decides`: enough are heard. `unsure`: some are, who go on with blocks that may
   * be taken back, as the others may do the same. `waits`: too few are, or they are too slow. `follows`: others decide.
   */
  lamp: z.enum(['alone', 'decides', 'unsure', 'waits', 'follows']),
  /** Validators heard of late, this device included, and how many an early decision takes; of all. */
  heard: z.int().nonnegative(),
  needed: z.int().positive(),
  validators: z.int().positive(),
  faults: z.int().nonnegative(),
  why: z.string(),
})
export type Quorum = z.infer<typeof Quorum>

/** How far this chain is behind the best that was shown. */
export const SyncState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready'), sinceMs: TimeMs }),
  /** Nobody of this network was heard yet since the start, and this device cannot decide alone. */
  z.object({ state: z.literal('looking') }),
  z.object({
    state: z.literal('catching-up'),
    /** What of it runs now. */
    step: z.enum(['headers', 'blocks', 'snapshot']),
    height: z.int().nonnegative(),
    target: z.int().positive(),
    from: z.array(PeerId),
  }),
])
export type SyncState = z.infer<typeof SyncState>

/** The ledger of the active network, now. */
export const LedgerStatus = z.object({
  network: NetworkId,
  label: z.string(),
  tld: z.string(),
  role: z.enum(['validator', 'follower']),
  head: BlockLine.nullable(),
  /** 0 before the first block. */
  height: z.int().nonnegative(),
  /** Blocks below have only their state here. */
  base: z.int().nonnegative(),
  stateRoot: z.string(),
  names: z.int().nonnegative(),
  slot: z.int(),
  slotMs: z.int().positive(),
  /** Δ. */
  roundMs: z.int().positive(),
  startMs: TimeMs,
  pool: z.object({ entries: z.int(), waiting: z.int(), bytes: z.int() }),
  sync: SyncState,
  quorum: Quorum,
  /** Whether this device proposes in its turns, and if not, why. Null: no validator. */
  leading: z.object({ verdict: z.enum(['lead', 'stay-silent']), why: z.string(), worstMs: z.number().nullable() }).nullable(),
  validators: z.array(ValidatorState),
  /** Devices of this network that are connected. */
  peers: z.int().nonnegative(),
})
export type LedgerStatus = z.infer<typeof LedgerStatus>

/** One signature that was seen in a slot: a mark in the grid. */
export const SignatureMark = z.object({
  /** The validator's place in the roster of the slot. */
  by: z.int().nonnegative(),
  saying: z.enum(['first', 'second', 'commit']),
  /** 1 … t + 1, and beyond for what came late. */
  round: z.int().positive(),
  value: BlockId,
  /** From the slot's start, on this device's clock. */
  offsetMs: z.number(),
})
export type SignatureMark = z.infer<typeof SignatureMark>

/** What was seen of one slot, by a validator. */
export const SlotRounds = z.object({
  slot: z.int().nonnegative(),
  startMs: TimeMs,
  roundMs: z.int().positive(),
  faults: z.int().nonnegative(),
  roster: z.array(ValidatorRef),
  leader: z.int().nonnegative(),
  parent: z.union([BlockId, NetworkId]),
  marks: z.array(SignatureMark),
  /** Null while it is open. */
  outcome: z
    .discriminatedUnion('decision', [
      z.object({
        decision: z.literal('block'),
        block: BlockId,
        by: z.enum(['quorum', 'rounds', 'certificate']),
        offsetMs: z.number(),
      }),
      z.object({ decision: z.literal('nothing'), why: z.string(), offsetMs: z.number() }),
    ])
    .nullable(),
  /** When it could be shown to anybody, and how many had signed by then. */
  certified: z.object({ block: BlockId, signers: z.int(), offsetMs: z.number() }).nullable(),
  /** Why this device only watched, or stayed silent as leader. */
  abstained: z.string().nullable(),
})
export type SlotRounds = z.infer<typeof SlotRounds>

/** A network was cut in two and healed: what was left, for what, and what changed. */
export const Fork = z.object({
  id: z.int().positive(),
  atMs: TimeMs,
  /** The last block that both have; the network itself at height 0. */
  parent: z.union([BlockId, NetworkId]),
  parentHeight: z.int().nonnegative(),
  why: z.enum(['more certified weight', 'the lower hash', 'the same block']),
  /** `stood`: the other branch came, and did not count. `left`: this node went over to it. */
  outcome: z.enum(['stood', 'left']),
  chain: z.object({ head: BlockId, blocks: z.array(BlockLine), weight: z.int() }),
  other: z.object({ head: BlockId, blocks: z.array(BlockLine), weight: z.int() }),
  names: z.array(NameChange),
  /** Entries that went back to the pool. */
  returned: z.array(EntryId),
})
export type Fork = z.infer<typeof Fork>

/** A validator signed two values where one may be signed. All that anybody needs to check it. */
export const EvidenceOfTwo = z.object({
  /** SHA-256 of its bytes, hex. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  network: NetworkId,
  validator: ValidatorRef,
  slot: z.int().nonnegative(),
  leader: z.int().nonnegative(),
  saying: z.enum(['first', 'commit']),
  why: z.string(),
  blocks: z.tuple([BlockId, BlockId]),
  /** Ed25519 public key of the validator, what it signed, and the signatures: hex. */
  key: z.string(),
  messages: z.tuple([z.string(), z.string()]),
  signatures: z.tuple([z.string(), z.string()]),
  /** The record of docs/wire/consensus.md, base64. */
  record: z.string(),
  seenMs: TimeMs,
  /** The height at which it was entered; null: not yet. */
  height: z.int().positive().nullable(),
})
export type EvidenceOfTwo = z.infer<typeof EvidenceOfTwo>

export const EvidenceCheck = z.object({
  outcome: z.enum(['proven', 'refused']),
  why: z.string(),
  /** Whether each of the two signatures holds; null where the record could not be read so far. */
  holds: z.tuple([z.boolean(), z.boolean()]).nullable(),
})
export type EvidenceCheck = z.infer<typeof EvidenceCheck>

/** What a peer answered to "check your chain from there to your head", or this device about its own. */
export const ValidationReport = z.object({
  peerId: PeerId.nullable(),
  fromHeight: z.int().positive(),
  tookMs: z.number(),
  result: z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('whole'),
      head: BlockId,
      height: z.int(),
      /** Against our own chain. `differs`: another branch. */
      standing: z.enum(['same', 'ahead', 'behind', 'differs']),
    }),
    z.object({ outcome: z.literal('broken'), firstBadHeight: z.int().positive(), why: z.string() }),
    z.object({ outcome: z.literal('refused'), why: z.string() }),
  ]),
})
export type ValidationReport = z.infer<typeof ValidationReport>
