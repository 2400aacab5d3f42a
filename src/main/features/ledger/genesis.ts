import { z } from 'zod'
import { TimeMs } from '../../../shared/ids.ts'
import { decode, encode } from '../../platform/cbor.ts'
import { digestHex, fromHex, type Hex, hexOf, KEY_BYTES } from './bytes.ts'
import {
  BITS_PER_NAME,
  CLAIM_MAX_BLOCKS,
  ENDING_MS,
  ENTRY_BITS,
  GRACE_MS,
  MAX_ENTRIES,
  MAX_ENTRIES_BYTES,
  MAX_ENTRY_BYTES,
  MAX_GENESIS_BYTES,
  MAX_LABEL_CHARS,
  MAX_NAMES,
  MAX_VALIDATORS,
  NAME_BITS,
  NEW_NAME_EVERY_MS,
  ROUND_MS,
  SLOT_MS,
  TERM_MS,
  UNTIL_AHEAD_MS,
} from './limits.ts'

const count = (max: number) => z.int().min(0).max(max)
const positive = (max: number) => z.int().min(1).max(max)
const CENTURY_MS = 100 * TERM_MS

/** What every node of a network must decide alike. */
export const Rules = z.strictObject({
  termMs: positive(CENTURY_MS),
  /** Before the end of the term, from when on strangers do not resolve the name. */
  endingMs: count(CENTURY_MS),
  graceMs: count(CENTURY_MS),
  newNameEveryMs: count(CENTURY_MS),
  untilAheadMs: positive(CENTURY_MS),
  /** Blocks that a claim must be old, and may be old, when it is opened. */
  claimMinBlocks: positive(1_000),
  claimMaxBlocks: positive(100_000),
  maxNames: positive(256),
  /** Zero bits of work: of any entry; of a first name; and more for each name held. */
  entryBits: count(64),
  nameBits: count(64),
  bitsPerName: count(8),
  maxEntries: positive(10_000),
  /** Of all entries together; any one fits. */
  maxBlockBytes: z.int().min(MAX_ENTRY_BYTES).max(MAX_ENTRIES_BYTES),
})
export type Rules = z.infer<typeof Rules>

/** One node that takes part in consensus, by its device key: the peer id follows from it. */
export const Validator = z.strictObject({ key: hexOf(KEY_BYTES), label: z.string().max(MAX_LABEL_CHARS) })
export interface Validator {
  readonly key: Hex
  readonly label: string
}

/** Who decides, in the order in which they lead, and how many of them may be faulty. */
export interface Roster {
  readonly validators: readonly Validator[]
  readonly faults: number
}

export const rosterFields = {
  validators: z.array(Validator).min(1).max(MAX_VALIDATORS),
  faults: z.int().min(0),
}

/** What is wrong with a roster that has the right form; null where nothing is. */
export function whyNoRoster({ validators, faults }: Roster): string | null {
  const needed = 2 * faults + 1
  // So that those who are not faulty can certify a block by themselves, which takes t + 1.
  if (validators.length < needed) return `of ${validators.length} validators ${faults} may not be faulty: that takes ${needed}`
  if (new Set(validators.map(({ key }) => key)).size !== validators.length) return 'a validator is listed twice'
  return null
}

/** Why this many rounds do not fit into a slot; null where they do: t + 1 of agreement and one for the commits. */
export function whyTooLong(faults: number, { roundMs, slotMs }: Pick<Genesis, 'roundMs' | 'slotMs'>): string | null {
  const neededMs = (faults + 2) * roundMs
  return neededMs <= slotMs ? null : `${faults + 2} rounds take ${neededMs} ms and do not fit into a slot of ${slotMs} ms`
}

const GenesisForm = z
  .strictObject({
    version: z.literal(1),
    tld: z.string().regex(/^[a-z]{2,16}$/),
    /** When slot 0 began. */
    startMs: TimeMs,
    slotMs: positive(3_600_000),
    /** Δ, which bounds delay and clock skew together. */
    roundMs: positive(60_000),
    ...rosterFields,
    rules: Rules,
  })
  .superRefine((genesis, context) => {
    const why = whyNoRoster(genesis) ?? whyTooLong(genesis.faults, genesis)
    if (why !== null) context.addIssue(why)
  })
  .refine(({ rules }) => rules.claimMinBlocks <= rules.claimMaxBlocks, 'no claim could be opened')
  .refine(({ rules }) => rules.endingMs <= rules.termMs, 'names would end before they begin')

/** The first word of a network, and its rules. Its digest is the network's, and the parent of block 1. */
export type Genesis = z.infer<typeof GenesisForm>

export function encodeGenesis(genesis: Genesis): Uint8Array<ArrayBuffer> {
  return encode({ ...genesis, validators: wireValidators(genesis.validators) })
}

/** *Errors*: DecodeError. */
export function decodeGenesis(bytes: Uint8Array): Genesis {
  return decode(bytes, GenesisForm, MAX_GENESIS_BYTES)
}

export function networkOf(genesis: Genesis): Hex {
  return digestHex(encodeGenesis(genesis))
}

export function wireValidators(validators: readonly Validator[]): { key: Uint8Array; label: string }[] {
  return validators.map(({ key, label }) => ({ key: fromHex(key), label }))
}

/**
 * The rules of a new network. A claim must be older than colluding leaders can hold an opening back: before one of
 * theirs, made when they read it, is ripe, an honest leader has had his turn.
 */
export function defaultRules(faults: number): Rules {
  return {
    termMs: TERM_MS,
    endingMs: ENDING_MS,
    graceMs: GRACE_MS,
    newNameEveryMs: NEW_NAME_EVERY_MS,
    untilAheadMs: UNTIL_AHEAD_MS,
    claimMinBlocks: faults + 1,
    claimMaxBlocks: CLAIM_MAX_BLOCKS,
    maxNames: MAX_NAMES,
    entryBits: ENTRY_BITS,
    nameBits: NAME_BITS,
    bitsPerName: BITS_PER_NAME,
    maxEntries: MAX_ENTRIES,
    maxBlockBytes: MAX_ENTRIES_BYTES,
  }
}

/** A network of one's own: one validator, nobody faulty, names that end in `.peer`. */
export function ownGenesis(validator: Validator, startMs: number): Genesis {
  return {
    version: 1,
    tld: 'peer',
    startMs,
    slotMs: SLOT_MS,
    roundMs: ROUND_MS,
    validators: [validator],
    faults: 0,
    rules: defaultRules(0),
  }
}

/** Validators lead in turn. */
export function leaderOf({ validators }: Roster, slot: number): Validator {
  const leader = validators[slot % validators.length]
  if (leader === undefined) throw new RangeError(`nobody leads slot ${slot}`)
  return leader
}

export function slotStartMs({ startMs, slotMs }: Genesis, slot: number): number {
  return startMs + slot * slotMs
}
