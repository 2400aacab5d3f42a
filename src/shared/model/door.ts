import { z } from 'zod'
import { AccountId, Address, KnockId, PeerId, RuleId, TimeMs } from '../ids.ts'
import { Route } from './peers.ts'

/** What a knock may ask for. One answer opens one capability, never the whole house. */
export const Capability = z.union([
  z.enum(['contact', 'file', 'visit', 'relay', 'hold-mail', 'lookup']),
  z.templateLiteral(['app:', z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/)]),
])
export type Capability = z.infer<typeof Capability>

export const Verdict = z.enum(['allow', 'allow-and-tell', 'ask', 'deny', 'ignore'])
export type Verdict = z.infer<typeof Verdict>

export const Who = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('account'), account: AccountId }),
  z.object({ kind: z.enum(['contact', 'lan', 'relayed', 'unknown', 'anyone']) }),
])
export type Who = z.infer<typeof Who>

/** `once`: the next admission uses it up, and it lasts as long as that connection. `quit`: until this node stops. */
export const Until = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['once', 'quit', 'forever']) }),
  z.object({ kind: z.literal('connection'), connection: z.string() }),
  z.object({ kind: z.literal('time'), untilMs: TimeMs }),
])
export type Until = z.infer<typeof Until>

export const Rule = z.object({
  id: RuleId,
  enabled: z.boolean(),
  priority: z.int().min(-100).max(100),
  who: Who,
  capability: Capability,
  verdict: Verdict,
  until: Until,
  note: z.string().max(200),
  origin: z.enum(['prompt', 'person', 'invitation', 'import', 'default']),
  createdMs: TimeMs,
  lastHitMs: TimeMs.nullable(),
  hits: z.int().nonnegative(),
})
export type Rule = z.infer<typeof Rule>

/** Somebody at this door. The greeting is quoted text of a stranger: short, unformatted, links dead. */
export const Knock = z.object({
  id: KnockId,
  account: AccountId,
  peerId: PeerId,
  /** What they call themselves; the petname, if any, comes from contacts. */
  claimedName: z.string(),
  capability: Capability,
  greeting: z.string(),
  route: Route,
  address: Address,
  receivedMs: TimeMs,
  /** Unanswered at this time it is denied once and kept under missed. */
  untilMs: TimeMs,
  /** How many requests of this account this one question stands for. */
  requests: z.int().positive(),
  /** Knocks of this account seen before this one. */
  before: z.int().nonnegative(),
  state: z.enum(['pending', 'queued', 'allowed', 'denied', 'ignored', 'missed', 'withdrawn']),
  answeredMs: TimeMs.nullable(),
  /** The answer can be taken back until then. */
  undoUntilMs: TimeMs.nullable(),
})
export type Knock = z.infer<typeof Knock>

/** A knock of ours at somebody else's door: the truth, as far as they disclose it. */
export const SentKnock = z.object({
  id: KnockId,
  peerId: PeerId,
  account: AccountId.nullable(),
  capability: Capability,
  greeting: z.string(),
  sentMs: TimeMs,
  state: z.enum(['sending', 'asked', 'working', 'allowed', 'denied', 'unanswered', 'busy', 'unreachable', 'silent', 'cancelled']),
  /** While `asked`: a person is being asked until then. */
  untilMs: TimeMs.nullable(),
  why: z.string(),
})
export type SentKnock = z.infer<typeof SentKnock>

export const Answer = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.literal('allow'), until: z.enum(['once', 'quit', 'forever']) }),
  z.object({ verdict: z.literal('deny'), until: z.enum(['once', 'forever']) }),
  z.object({ verdict: z.literal('ignore') }),
  z.object({ verdict: z.literal('block') }),
])
export type Answer = z.infer<typeof Answer>

/** One line of the append-only log; `hash` chains it to the line before. */
export const Decision = z.object({
  seq: z.int().positive(),
  atMs: TimeMs,
  account: AccountId.nullable(),
  peerId: PeerId,
  capability: Capability,
  verdict: Verdict,
  why: z.string(),
  rule: RuleId.nullable(),
  by: z.enum(['rule', 'person', 'timeout', 'limit', 'default', 'token']),
  hash: z.string(),
})
export type Decision = z.infer<typeof Decision>
