import { z } from 'zod'
import { AccountId, Address, PeerId, TimeMs } from '../ids.ts'
import { BlockId, EntryId, NameLabel, NameOnLedger, NetworkId } from './ledger.ts'
import { Route } from './peers.ts'

/** A name with its top level, as a person writes it: `alice.peer`. */
export const FullName = z.string().min(1).max(255)

/** Below a name: `www`, `mail.office`, or `@` for the name itself. Each rule has its sentence for whoever types one. */
export const ZoneLabel = z
  .string()
  .min(1, 'A label has at least one character; @ stands for the name itself.')
  .max(128, 'A label has at most 128 characters.')
  .regex(/^[^A-Z]*$/, 'Labels are written in small letters.')
  .regex(/^(@|[a-z0-9._-]*)$/, 'A label is made of the letters a to z, digits, hyphens and underscores, or it is @.')
  .regex(/^(?!\.)(?!.*\.\.)(?!.*\.$)/, 'A label neither begins nor ends with a dot, and has no two in a row.')
  .regex(/^[^.]{0,63}(\.[^.]{0,63})*$/, 'Each part of a label has at most 63 characters.')
  .regex(/^[^.]*(\.[^.]*){0,3}$/, 'A label has at most four parts.')
  .regex(/^(?!-)(?!.*-\.)(?!.*\.-)(?!.*-$)/, 'No part of a label begins or ends with a hyphen.')
  // "xn--" is how DNS writes other alphabets: a browser would show something else than what stands here.
  .regex(/^(?!(.*\.)?[^.]{2}--)/, 'No part of a label has two hyphens as its third and fourth characters.')
  .brand('ZoneLabel')
export type ZoneLabel = z.infer<typeof ZoneLabel>

const port = z.int('A port is a whole number.').min(1, 'A port is at least 1.').max(65_535, 'A port is at most 65,535.')

/** Printable, one line, and nothing that turns the direction of what stands around it. */
const plain = /^(?:(?![\u202a-\u202e\u2066-\u2069])[^\p{Cc}\p{Cs}\u2028\u2029])*$/u

/** Multiaddrs have no other characters, and what is shown beside a key must not look like another. */
const ZoneAddress = Address.regex(/^[!-~]*$/, 'An address of a device is made of printable ASCII without spaces.')

const at = { label: ZoneLabel }

const copyCid = z
  .string()
  .regex(/^b[a-z2-7]{58,127}$/, 'A copy of a site is named by its CID, version 1 in base32.')
  .nullable()

/** Where a name points. One label may have several records, but one `site`; a `delegate` stands alone. */
export const ZoneRecord = z.discriminatedUnion('kind', [
  /** A device of the owner, and where it may be reached; what is asked first when somebody connects. */
  z.object({
    ...at,
    kind: z.literal('peer'),
    peerId: PeerId,
    addresses: z.array(ZoneAddress).max(8, 'A device has at most 8 addresses.'),
  }),
  /** `cid` null: served live by the owner's devices. Otherwise the CID (v1, base32) of a kept copy. */
  z.object({
    ...at,
    kind: z.literal('site'),
    cid: copyCid,
    /** Which of the owner's devices show it, and the copy that each made; the latest first. Without it, any of them may. */
    devices: z
      .array(z.object({ peerId: PeerId, cid: copyCid }))
      .min(1, 'A site that names its devices names at least one.')
      .max(8, 'A site is shown by at most 8 devices.')
      .optional(),
  }),
  z.object({
    ...at,
    kind: z.literal('address'),
    ip: z.union([z.ipv4(), z.ipv6()], 'An address is one of IPv4 or IPv6.'),
    port: port.nullable(),
  }),
  z.object({
    ...at,
    kind: z.literal('text'),
    text: z
      .string()
      .max(1_024, 'A text has at most 1,024 characters.')
      .regex(plain, 'A text is one line, without control characters and marks that turn its direction.'),
  }),
  /** As a DNS SRV record: `_http._tcp` of this label, at a port of another label (`www`, `@`) or host (`host.example`). */
  z.object({
    ...at,
    kind: z.literal('service'),
    service: z
      .string()
      .regex(/^_[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?\._(tcp|udp)$/, 'A service is written as _http._tcp is, its name at most 15 characters long.'),
    port,
    target: z
      .string()
      .max(253, 'A host has at most 253 characters.')
      .regex(
        /^(@|[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*)$/,
        'A service points at a label of this name or at a host, in small letters and without a dot at its end.',
      ),
  }),
  /** Another account answers for this label and for what is below it. */
  z.object({ ...at, kind: z.literal('delegate'), account: AccountId }),
])
export type ZoneRecord = z.infer<typeof ZoneRecord>

/** What the owner of a name says it points to; signed, at most 10 KiB. */
export const Zone = z.object({
  network: NetworkId,
  name: NameLabel,
  owner: AccountId,
  /** Counts up; the higher one is the newer one. */
  seq: z.int().positive(),
  issuedAtMs: TimeMs,
  expiresAtMs: TimeMs,
  /** How long an answer may be kept without asking again. */
  ttlMs: z
    .int()
    .min(1_000, 'An answer may be kept for at least a second.')
    .max(86_400_000, 'An answer may be kept for at most a day.'),
  records: z.array(ZoneRecord).max(128, 'A zone has at most 128 records.'),
})
export type Zone = z.infer<typeof Zone>

/** What became of publishing a zone. */
export const Publication = z.object({
  seq: z.int().positive(),
  atMs: TimeMs,
  /** Devices that said they hold it, of those asked. */
  held: z.int().nonnegative(),
  asked: z.int().nonnegative(),
  /** When it is told again. */
  againMs: TimeMs,
})
export type Publication = z.infer<typeof Publication>

/** How far getting a name has come. */
export const ClaimStep = z.discriminatedUnion('step', [
  z.object({ step: z.literal('working'), what: z.enum(['commitment', 'registration']), bits: z.int() }),
  z.object({ step: z.literal('waiting'), what: z.enum(['commitment', 'registration']), entry: EntryId }),
  /** The commitment is in a block; it opens `blocks` later. */
  z.object({ step: z.literal('ripening'), blocks: z.int().nonnegative() }),
  z.object({ step: z.literal('yours'), height: z.int().positive() }),
  z.object({ step: z.literal('refused'), why: z.string() }),
])
export type ClaimStep = z.infer<typeof ClaimStep>

/** A name of this account, or one that is on its way to be. */
export const MyName = z.object({
  name: NameLabel,
  fullName: z.string(),
  /** Null while it is being claimed. */
  onLedger: NameOnLedger.nullable(),
  claim: ClaimStep.nullable(),
  zone: Zone.nullable(),
  publication: Publication.nullable(),
  /** One sentence where the owner has something to do: renew, publish, answer an offer. */
  attention: z.string().nullable(),
  /** This account was ended on the ledger, and the name with it: nothing can be done about it. */
  ended: z.boolean(),
})
export type MyName = z.infer<typeof MyName>

/** One step of a look-up, with its time from the start. */
export const LookupStep = z.object({
  atMs: z.number().nonnegative(),
  tookMs: z.number().nonnegative().nullable(),
  step: z.enum(['read', 'ledger', 'cache', 'own', 'ask', 'answer', 'delegate', 'dht', 'dial', 'connected', 'done']),
  peerId: PeerId.nullable(),
  outcome: z.enum(['running', 'found', 'newer', 'older', 'nothing', 'refused', 'late', 'failed', 'skipped']),
  why: z.string(),
  hops: z.int().nonnegative().nullable(),
})
export type LookupStep = z.infer<typeof LookupStep>

/** What a look-up came to. Never a success while the ledger is behind. */
export const Lookup = z.object({
  fullName: z.string(),
  outcome: z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('found'),
      owner: AccountId,
      zone: Zone,
      /** Of the labels asked for. */
      records: z.array(ZoneRecord),
      /** Where the answer was first heard. */
      from: z.enum(['own', 'cache', 'peer', 'dht']),
    }),
    /** Owned, and nobody has a zone of it. */
    z.object({ outcome: z.literal('no-zone'), owner: AccountId }),
    z.object({ outcome: z.literal('nobody'), why: z.string() }),
    z.object({ outcome: z.literal('catching-up'), blocksLeft: z.int().positive().nullable() }),
    z.object({ outcome: z.literal('refused'), why: z.string() }),
    z.object({ outcome: z.literal('unreachable'), owner: AccountId, why: z.string() }),
  ]),
  /** The two clocks: as of which block it is owned, and when the zone was issued, expires and is asked for again. */
  ledger: z.object({ block: BlockId.nullable(), height: z.int().nonnegative(), atMs: TimeMs }).nullable(),
  zone: z.object({ seq: z.int().positive(), issuedAtMs: TimeMs, expiresAtMs: TimeMs, freshUntilMs: TimeMs }).nullable(),
  /** Of `--connect`. */
  connection: z.object({ peerId: PeerId, route: Route, address: z.string(), rttMs: z.number().nullable() }).nullable(),
  steps: z.array(LookupStep),
  tookMs: z.number().nonnegative(),
})
export type Lookup = z.infer<typeof Lookup>

/** One line of the resource map. */
export const CacheLine = z.object({
  fullName: z.string(),
  state: z.enum(['fresh', 'stale', 'nothing']),
  seq: z.int().positive().nullable(),
  owner: AccountId.nullable(),
  bytes: z.int().nonnegative(),
  keptMs: TimeMs,
  freshUntilMs: TimeMs,
  hits: z.int().nonnegative(),
  /** Why it is asked for again before it goes. */
  watched: z.boolean(),
})
export type CacheLine = z.infer<typeof CacheLine>

/** A look-up as it goes on: steps as they begin and end, answers, each newer than the one before, then the result. */
export const LookupProgress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), step: LookupStep }),
  z.object({ kind: z.literal('answer'), lookup: Lookup }),
  z.object({ kind: z.literal('done'), lookup: Lookup }),
])
export type LookupProgress = z.infer<typeof LookupProgress>

/** What came of writing a zone. */
export const ZoneSet = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('signed'), zone: Zone, publication: Publication }),
  /** `record`: the place, from 0, of the one that is wrong. Nothing was changed. */
  z.object({ outcome: z.literal('refused'), why: z.string(), record: z.int().nonnegative().nullable() }),
])
export type ZoneSet = z.infer<typeof ZoneSet>

/** The answers of DNS for programs on this machine. `failed`: switched on, and `why` it does not run. */
export const DnsState = z.object({
  state: z.enum(['off', 'on', 'failed']),
  /** On 127.0.0.1. */
  port: z.int(),
  why: z.string().nullable(),
})
export type DnsState = z.infer<typeof DnsState>

/** An entry that ends this account on the ledger, and its names with it: signed, and not handed in. To be kept safe. */
export const Revocation = z.object({
  /** Base64; `ledger.submit` takes it, from whoever has it. */
  entry: z.base64(),
  /** What would end with it now. */
  names: z.array(FullName),
})
export type Revocation = z.infer<typeof Revocation>
