import { z } from 'zod'
import { Address, PeerId, TimeMs } from '../ids.ts'
import { ValidatorRef } from './blocks.ts'
import { NetworkId } from './ledger.ts'

/** What this person calls a network; it is in no genesis, as others call theirs otherwise. */
export const NetworkLabel = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, 'the name of a network holds no control or direction characters')

/** A network that this device knows. One of them is active: its ledger is followed, its topics are heard. */
export const KnownNetwork = z.object({
  id: NetworkId,
  label: z.string(),
  active: z.boolean(),
  /** How it came here. `own`: made by itself at the first start, with this device as its only validator. */
  origin: z.enum(['own', 'made', 'link', 'invitation']),
  tld: z.string(),
  /** By the genesis; a later entry may have changed them. */
  validators: z.array(ValidatorRef),
  faults: z.int().nonnegative(),
  slotMs: z.int().positive(),
  roundMs: z.int().positive(),
  startMs: TimeMs,
  knownMs: TimeMs,
  /** Of the chain that is kept here, when this was said; the ledger's status says it of the active one as it grows. */
  height: z.int().nonnegative(),
  headMs: TimeMs.nullable(),
})
export type KnownNetwork = z.infer<typeof KnownNetwork>

/** `latch://validator/<base64url of a signed envelope>`: a device offers to be a validator. See docs/wire/network.md. */
export const ValidatorLink = z
  .string()
  .trim()
  .max(2048)
  .regex(/^latch:\/\/validator\/[A-Za-z0-9_-]+$/, 'not the card of a validator')

/** `latch://network/<base64url>`: a genesis, and where somebody of the network may be found. See docs/wire/network.md. */
export const NetworkLink = z
  .string()
  .trim()
  .max(32_768)
  .regex(/^latch:\/\/network\/[A-Za-z0-9_-]+$/, 'not a link to a network')

/** What the card of a validator says. */
export const ValidatorCard = z.object({
  peerId: PeerId,
  label: z.string(),
  addresses: z.array(Address),
  madeMs: TimeMs,
  mine: z.boolean(),
})
export type ValidatorCard = z.infer<typeof ValidatorCard>

/** A network to be made. This device is a validator of it, beside those whose cards are given. */
export const NetworkDraft = z.object({
  label: NetworkLabel,
  tld: z.string().regex(/^[a-z]{2,16}$/).default('peer'),
  cards: z.array(ValidatorLink).max(63).default([]),
  /** t; without it, as many as leave an honest majority. */
  faults: z.int().min(0).max(63).optional(),
  /** Δ; without it 500 ms. */
  roundMs: z.int().min(50).max(60_000).optional(),
})
export type NetworkDraft = z.infer<typeof NetworkDraft>

/** What a link says of a network, before it is joined. */
export const NetworkPreview = z.object({
  id: NetworkId,
  /** What whoever made the link calls it. */
  label: z.string(),
  tld: z.string(),
  validators: z.array(ValidatorRef),
  faults: z.int().nonnegative(),
  slotMs: z.int().positive(),
  roundMs: z.int().positive(),
  startMs: TimeMs,
  known: z.boolean(),
})
export type NetworkPreview = z.infer<typeof NetworkPreview>
