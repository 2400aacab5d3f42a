import { z } from 'zod'
import { Address, PeerId, TimeMs } from '../ids.ts'
import { Route, Transport } from './peers.ts'

/**
 * What stands between this device and the others, as far as STUN tells. `open`: a public address of its own.
 * `full-cone` to `port-restricted`: every destination sees one address, and more and more strictly only those that were
 * spoken to may answer there. `symmetric`: another address for each destination, which no hole leads through.
 */
export const NatKind = z.enum([
  'open',
  'full-cone',
  'address-restricted',
  'port-restricted',
  'symmetric',
  'udp-blocked',
  'unknown',
])
export type NatKind = z.infer<typeof NatKind>

export const Nat = z.object({
  kind: NatKind,
  /** `ip:port` of one UDP socket of this device as an introducer saw it. */
  seenAs: z.string().nullable(),
  /** One sentence: what was asked and what came back. */
  why: z.string(),
  checkedMs: TimeMs.nullable(),
})
export type Nat = z.infer<typeof Nat>

export const Upnp = z.object({
  state: z.enum(['off', 'looking', 'mapped', 'none']),
  /** Where the router lets others in. */
  address: Address.nullable(),
})
export type Upnp = z.infer<typeof Upnp>

/** What one circuit through an introducer may carry, until it is cut. Null: no such limit. */
export const RelayLimit = z.object({ durationMs: z.number().nullable(), dataBytes: z.number().nullable() })
export type RelayLimit = z.infer<typeof RelayLimit>

/** A place at an introducer, by which others can be connected to this device. */
export const Reservation = z.object({
  state: z.enum(['none', 'asked', 'held', 'refused']),
  untilMs: TimeMs.nullable(),
  limit: RelayLimit.nullable(),
})
export type Reservation = z.infer<typeof Reservation>

/** An introduction server, as this device sees it. */
export const Introducer = z.object({
  peerId: PeerId,
  /** What it calls itself. */
  name: z.string(),
  addresses: z.array(Address),
  /** `configuration` and `person` are chosen; `invitation` came with one; `learnt` was named by another introducer. */
  origin: z.enum(['configuration', 'person', 'invitation', 'learnt']),
  /** Which introducer named it, where it was learnt. */
  vouchedBy: PeerId.nullable(),
  enabled: z.boolean(),
  state: z.enum(['off', 'spare', 'connecting', 'waiting', 'connected', 'draining']),
  rttMs: z.number().nullable(),
  reservation: Reservation,
  /** Until when this device can be found there; null while it is not registered. */
  registeredUntilMs: TimeMs.nullable(),
  /** `host:port`. */
  stun: z.array(z.string()),
  nextTryMs: TimeMs.nullable(),
  lastError: z.string().nullable(),
})
export type Introducer = z.infer<typeof Introducer>

/** One try to reach a peer at one address. */
export const Attempt = z.object({
  peerId: PeerId,
  atMs: TimeMs,
  address: Address,
  transport: Transport,
  route: Route,
  /** `won`: the connection that was used. `late`: it answered after another had won. `given-up`: another won first. */
  outcome: z.enum(['won', 'late', 'given-up', 'failed']),
  tookMs: z.number().nonnegative(),
  why: z.string().nullable(),
})
export type Attempt = z.infer<typeof Attempt>

/** Everything that says how this device is reached and reaches others. */
export const Connectivity = z.object({
  nat: Nat,
  upnp: Upnp,
  introducers: z.array(Introducer),
  /** Newest first, at most 100. */
  attempts: z.array(Attempt),
})
export type Connectivity = z.infer<typeof Connectivity>

/** `latch://introducer/<base64url of a signed DAG-CBOR envelope>`; see docs/wire/introduction.md. */
export const IntroducerLink = z
  .string()
  .trim()
  .max(4096)
  .regex(/^latch:\/\/introducer\/[A-Za-z0-9_-]+$/, 'not a link to an introducer')

/** What such a link says, once its signature held. */
export const IntroducerCard = z.object({
  peerId: PeerId,
  name: z.string(),
  addresses: z.array(Address),
  stun: z.array(z.string()),
  issuedMs: TimeMs,
  expiresMs: TimeMs,
})
export type IntroducerCard = z.infer<typeof IntroducerCard>

/** What this device does for others as an introducer. */
export const Introduction = z.object({
  /** Whether a rule of the door lets anybody use it. */
  serving: z.boolean(),
  draining: z.boolean(),
  link: z.string().nullable(),
  registrations: z.int(),
  reservations: z.int(),
  circuits: z.int(),
  relayedBytes: z.number(),
  /** By reason, since the start. */
  refused: z.record(z.string(), z.int()),
})
export type Introduction = z.infer<typeof Introduction>
