import { z } from 'zod'
import { AccountId, Address, KnockId, PeerId, RuleId, TimeMs } from '../ids.ts'
import { GroupName } from './contacts.ts'
import { Route } from './peers.ts'

/**
 * What a knock may ask for. One answer opens one capability, never the whole house. `load` is asked by pages that are open
 * here, which want something of another name than their own. `exit`: to reach addresses of the outside web through this
 * device; nobody but a contact is ever let out.
 */
export const Capability = z.union([
  z.enum(['contact', 'file', 'visit', 'relay', 'hold-mail', 'lookup', 'load', 'exit']),
  z.templateLiteral(['app:', z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/)]),
])
export type Capability = z.infer<typeof Capability>

/** What a rule is about: one capability, or everything that can be asked for. */
export const Scope = z.union([Capability, z.literal('anything')])
export type Scope = z.infer<typeof Scope>

/**
 * What exactly is asked for, as far as the one who asks says it. A file has a name and a size; a visit has the site as its
 * name, and a path; a load the name that it is of, an exit the host; a request to an app its method as the path. A stranger's words: one line, without control or direction characters.
 */
export const About = z.object({
  name: z.string().max(255).nullable(),
  bytes: z.int().nonnegative().nullable(),
  path: z.string().max(512).nullable(),
})
export type About = z.infer<typeof About>
export const nothingMore: About = { name: null, bytes: null, path: null }

/** A name on the ledger, as it is written: `alice.peer`. */
export const LedgerName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])\.[a-z]{2,16}$/, 'not a name')

export const Verdict = z.enum(['allow', 'allow-and-tell', 'ask', 'deny', 'ignore'])
export type Verdict = z.infer<typeof Verdict>

export function letsIn(verdict: Verdict): boolean {
  return verdict === 'allow' || verdict === 'allow-and-tell'
}

export const Who = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('account'), account: AccountId }),
  /** Contacts whom this person put together. */
  z.object({ kind: z.literal('group'), group: GroupName }),
  /** Whoever owns the name, as long as that is `account`, its owner when the rule was made. */
  z.object({ kind: z.literal('name'), name: LedgerName, account: AccountId }),
  z.object({ kind: z.enum(['contact', 'lan', 'relayed', 'unknown', 'anyone']) }),
])
export type Who = z.infer<typeof Who>

/**
 * What else must hold for a rule to speak; null asks for nothing. A size or a path that is not told satisfies no rule
 * that lets in, and every rule that keeps out.
 */
export const Match = z.object({
  minBytes: z.int().nonnegative().nullable(),
  maxBytes: z.int().nonnegative().nullable(),
  /** Letter by letter: of a file, or the site of a visit, the name of a load, the host of an exit. */
  name: z.string().min(1).max(255).nullable().default(null),
  /** This path, and what lies under it. */
  path: z.string().min(1).max(512).nullable(),
  /** Let in so often within an hour; after that the rule is silent. Only for rules that let in. */
  perHour: z.int().min(1).max(10_000).nullable(),
})
export type Match = z.infer<typeof Match>
export const anyMatch: Match = { name: null, minBytes: null, maxBytes: null, path: null, perHour: null }

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
  capability: Scope,
  match: Match.default(anyMatch),
  verdict: Verdict,
  until: Until,
  note: z.string().max(200),
  origin: z.enum(['prompt', 'person', 'invitation', 'import', 'default']),
  createdMs: TimeMs,
  lastHitMs: TimeMs.nullable(),
  hits: z.int().nonnegative(),
  /** It speaks no more until somebody looks at it: the name it goes by belongs to somebody else now. */
  suspended: z.object({ why: z.string(), atMs: TimeMs }).nullable().default(null),
})
export type Rule = z.infer<typeof Rule>

/** What a person says of a rule; the rest is the door's. */
export const RuleDraft = Rule.pick({ who: true, capability: true, verdict: true }).extend({
  match: Match.default(anyMatch),
  until: Until.default({ kind: 'forever' }),
  priority: Rule.shape.priority.default(0),
  note: Rule.shape.note.default(''),
})
export type RuleDraft = z.infer<typeof RuleDraft>

/** What a message of somebody's offers, where it is fetched only if this person wants it. */
export const Offering = z.object({
  kind: z.enum(['file', 'folder']),
  /** Files in a folder, as they say. */
  files: z.int().nonnegative().nullable(),
  /** The folder of this machine that it goes into, by its own name: `Downloads`. */
  into: z.string().min(1).max(255),
})
export type Offering = z.infer<typeof Offering>

/** What is here already and asks for itself, so that nobody elsewhere waits: a page of somebody's, or a message. */
export const AskingPage = z.object({
  /** The site that it belongs to, where that is known. */
  site: z.string().max(253).nullable(),
  /** It is a message that offers this, and no page. */
  offered: Offering.optional(),
})
export type AskingPage = z.infer<typeof AskingPage>

/** Somebody at this door. The greeting is quoted text of a stranger: short, unformatted, links dead. */
export const Knock = z.object({
  id: KnockId,
  account: AccountId,
  peerId: PeerId,
  /** What they call themselves; the petname, if any, comes from contacts. */
  claimedName: z.string(),
  /** A name that they own on the ledger, and since when; null for most. */
  ledgerName: z.object({ name: LedgerName, sinceMs: TimeMs }).nullable().default(null),
  capability: Capability,
  about: About.default(nothingMore),
  /** Nobody knocks: a page of theirs asks, or a message. `peerId` is then the device that it comes from, or would if it were there. */
  page: AskingPage.nullable().default(null),
  greeting: z.string(),
  route: Route,
  /** The introducer that carries the connection, while it is relayed. */
  through: PeerId.nullable().default(null),
  address: Address,
  receivedMs: TimeMs,
  /** Unanswered at this time it is denied once and kept under missed. */
  untilMs: TimeMs,
  /** How many requests of this account this one question stands for. */
  requests: z.int().positive(),
  /** Knocks of this account seen before this one. */
  before: z.int().nonnegative(),
  /** It came while this person was not to be disturbed: shown at the door, and nowhere else. */
  quiet: z.boolean().default(false),
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
  about: About.default(nothingMore),
  greeting: z.string(),
  sentMs: TimeMs,
  state: z.enum(['sending', 'asked', 'working', 'allowed', 'denied', 'unanswered', 'busy', 'unreachable', 'silent', 'cancelled']),
  /** While `asked`: a person is being asked until then. While `allowed`: we are let in until then, if that is said. */
  untilMs: TimeMs.nullable(),
  /** While `asked`: they do not want to be disturbed now, and see it when they look. */
  quiet: z.boolean().default(false),
  /** While `working` or `busy`: the price of a place, in zero bits of work. */
  workBits: z.int().nullable().default(null),
  why: z.string(),
})
export type SentKnock = z.infer<typeof SentKnock>

/** How long an answer holds. `connection`: until the connection on which they knocked ends. */
export const AnswerUntil = z.union([
  z.enum(['once', 'connection', 'quit', 'forever']),
  z.object({ untilMs: TimeMs }),
])
export type AnswerUntil = z.infer<typeof AnswerUntil>

/** `this`: just what was asked for (this file, this path); `capability`: all of the kind; `everything`: from them. */
export const AnswerScope = z.enum(['this', 'capability', 'everything'])
export type AnswerScope = z.infer<typeof AnswerScope>

export const Answer = z.discriminatedUnion('verdict', [
  z.object({
    verdict: z.literal('allow'),
    until: AnswerUntil,
    scope: AnswerScope.optional(),
    /** And tell me whenever they come in by it. */
    tell: z.boolean().optional(),
  }),
  z.object({
    verdict: z.literal('deny'),
    /** `once` makes no rule. */
    until: AnswerUntil,
    scope: AnswerScope.optional(),
    /** They are not told; to them it looks as if nobody had answered. */
    silently: z.boolean().optional(),
  }),
  z.object({ verdict: z.literal('ignore') }),
  /** `note` goes into your own log, and nowhere else. */
  z.object({ verdict: z.literal('block'), note: z.string().max(200).optional() }),
])
export type Answer = z.infer<typeof Answer>

/** What a decision depended on beside the rules: enough to try another rule on it. Null in lines before version 0.3. */
export const DecisionFacts = z.object({
  contact: z.boolean(),
  groups: z.array(z.string()),
  names: z.array(z.string()),
  route: Route,
  through: PeerId.nullable(),
  about: About,
})
export type DecisionFacts = z.infer<typeof DecisionFacts>

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
  facts: DecisionFacts.nullable().default(null),
  by: z.enum(['rule', 'person', 'timeout', 'limit', 'default', 'token']),
  hash: z.string(),
})
export type Decision = z.infer<typeof Decision>

/** What of the log is wanted; null or left out asks for nothing. */
export const LogFilter = z.object({
  account: AccountId.optional(),
  capability: Capability.optional(),
  verdict: Verdict.optional(),
  by: Decision.shape.by.optional(),
  rule: RuleId.optional(),
  sinceMs: z.coerce.number().int().nonnegative().optional(),
  untilMs: z.coerce.number().int().nonnegative().optional(),
  /** Found in the reason, or at the beginning of an account or a peer id. */
  text: z.string().max(200).optional(),
})
export type LogFilter = z.infer<typeof LogFilter>

/** Something about a rule that its maker would like to know. */
export const Finding = z.object({
  rule: RuleId,
  /**
   * `redundant`: without it everything would be decided the same. `shadowed`: it never speaks, as another always comes
   * before it. `over`: its time has run out. `suspended`: its name has another owner.
   */
  kind: z.enum(['redundant', 'shadowed', 'over', 'suspended']),
  /** The rule that makes it so. */
  by: RuleId.nullable(),
  why: z.string(),
})
export type Finding = z.infer<typeof Finding>

/** A rule that would have spared this person questions. Never made by itself. */
export const Suggestion = z.object({
  /** The same answers suggest the same id, so that what was declined stays so. */
  id: z.string(),
  draft: RuleDraft,
  /** How often they gave this answer, and when last. */
  count: z.int().positive(),
  lastMs: TimeMs,
})
export type Suggestion = z.infer<typeof Suggestion>

/** What a rule would have done to the last decisions. */
export const Rehearsal = z.object({
  /** Decisions looked at, newest first. */
  looked: z.int().nonnegative(),
  /** Those of which the log does not hold enough to try them again. */
  unknown: z.int().nonnegative(),
  /** Those that the rule would have made. */
  decides: z.int().nonnegative(),
  /** Those that would have come out another way, newest first, at most 100. */
  changes: z.array(z.object({ decision: Decision, would: Verdict })),
  changed: z.int().nonnegative(),
})
export type Rehearsal = z.infer<typeof Rehearsal>

/** A file of rules, read and checked, before anything of it is taken. */
export const RulesRead = z.object({
  signedBy: z.object({ peerId: PeerId, account: AccountId.nullable(), who: z.enum(['you', 'contact', 'stranger']) }),
  madeMs: TimeMs,
  /** `present`: there is a rule here that says the same. */
  rules: z.array(z.object({ draft: RuleDraft, state: z.enum(['new', 'present']) })),
})
export type RulesRead = z.infer<typeof RulesRead>
