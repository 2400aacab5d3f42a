import type { AccountId, RuleId } from '../../../shared/ids.ts'
import {
  type About,
  type Capability,
  type DecisionFacts,
  letsIn,
  type Rule,
  type Scope,
  type Verdict,
  type Who,
} from '../../../shared/model/door.ts'
import type { Route } from '../../../shared/model/peers.ts'
import { MiB, MINUTE } from '../../../shared/units.ts'
import { isTold, isUnder } from './paths.ts'

/** A machine's clock is set by the network now and then, by less than this. */
export const CLOCK_SLACK_MS = 1 * MINUTE

/** What a contact may send without a question: a picture or a document, not a film. */
export const FILE_OF_CONTACT_BYTES = 16 * MiB

/** What is said of one thing where no rule speaks, in place of the capability's default. */
export interface Otherwise {
  readonly verdict: 'allow' | 'ask' | 'deny'
  readonly why: string
}

/** All that a decision may depend on, beside the rules and the time. */
export interface Facts {
  /** Null: nobody proved one. */
  readonly account: AccountId | null
  readonly capability: Capability
  readonly about: About
  readonly isContact: boolean
  readonly isBlocked: boolean
  readonly groups: readonly string[]
  /** Names of the ledger that are this account's now. */
  readonly names: readonly string[]
  readonly route: Route
  readonly connection: string
  readonly otherwise?: Otherwise | null
}

/**
 * The time, by two clocks: one that somebody can set, and one that nobody can. Where they differ, an allowance ends by
 * the earlier of them and a refusal by the later, so that no jump of the machine's clock lets anybody in.
 */
export interface Now {
  /** Ms since the epoch. */
  readonly wallMs: number
  /** What the monotonic clock leaves of the time of a rule that has an end. */
  leftMs(rule: Rule): number
  /** How often a rule let somebody in within the last hour of the monotonic clock. */
  usedInHour(rule: Rule): number
}

export interface Ruling {
  readonly verdict: Verdict
  readonly why: string
  /** The rule that won; null where a block, a bound or a default decided. */
  readonly rule: RuleId | null
  /** No rule can change it. */
  readonly isFirm?: true
}

/**
 * What the door says. The most specific rule wins: first by whom it is about (a named account, a ledger name, a group,
 * whether they are a contact, how they came, anyone), then a rule for this capability over one for anything, then the
 * one that asks for more of size, path and rate; among equals the higher priority, then deny over everything, ignore
 * over allow, and any answer over `ask`, which is only the question that it answers. Where no rule speaks, what is said
 * of this thing does, or else the default of the capability.
 */
export function decide(facts: Facts, rules: Iterable<Rule>, now: Now): Ruling {
  if (facts.isBlocked) return { verdict: 'ignore', why: 'the account is blocked', rule: null, isFirm: true }
  const ruling = ruledBy(facts, rules, now)
  if (!isBeyondRules(facts)) return ruling
  if (!isOutOfReach(facts, ruling.verdict)) return { ...ruling, isFirm: true }
  return { verdict: 'deny', why: 'nobody but a contact is let out', rule: null, isFirm: true }
}

/**
 * What goes out to the web through this device is taken for its person's: no rule lends that to whom they do not know.
 */
function isBeyondRules({ capability, isContact }: Pick<Facts, 'capability' | 'isContact'>): boolean {
  return capability === 'exit' && !isContact
}

/** Whether no rule can say that; nor is it worth a question then. */
export function isOutOfReach(facts: Pick<Facts, 'capability' | 'isContact'>, verdict: Verdict): boolean {
  return isBeyondRules(facts) && verdict !== 'deny' && verdict !== 'ignore'
}

function ruledBy(facts: Facts, rules: Iterable<Rule>, now: Now): Ruling {
  let winner: Rule | undefined
  for (const rule of rules) {
    if (applies(rule, facts, now) && (winner === undefined || outranks(rule, winner))) winner = rule
  }
  if (winner === undefined) {
    if (facts.otherwise) return { ...facts.otherwise, rule: null }
    return { verdict: defaultVerdict(facts), why: `the default for ${facts.capability}`, rule: null }
  }
  return { verdict: winner.verdict, why: `a rule for ${whom(winner.who)}`, rule: winner.id }
}

export function defaultVerdict({
  capability,
  isContact,
  about,
}: Pick<Facts, 'capability' | 'isContact' | 'about'>): Verdict {
  switch (capability) {
    // Looking up a name tells what the network tells anybody.
    case 'lookup':
      return 'allow'
    // A few letters of somebody one knows: worth a question, and of strangers not even that.
    case 'hold-mail':
      return isContact ? 'ask' : 'deny'
    // These spend this machine's line on others: off until somebody switches them on.
    case 'relay':
    case 'exit':
      return 'deny'
    case 'file':
      return isContact && about.bytes !== null && about.bytes <= FILE_OF_CONTACT_BYTES ? 'allow' : 'ask'
    default:
      return 'ask'
  }
}

export function isInForce(rule: Rule, now: Pick<Now, 'wallMs' | 'leftMs'>): boolean {
  if (rule.until.kind !== 'time') return true
  const isLeft = [now.wallMs < rule.until.untilMs, now.leftMs(rule) > 0]
  return letsIn(rule.verdict) ? !isLeft.includes(false) : isLeft.includes(true)
}

/**
 * Whether this allowance with an end was made or used at a time that the clock, after a restart, has not reached: it
 * was set back meanwhile, and when the rule ends can no longer be told.
 */
export function isFromTheFuture(rule: Rule, wallMs: number): boolean {
  if (rule.until.kind !== 'time' || !letsIn(rule.verdict)) return false
  return wallMs < Math.max(rule.createdMs, rule.lastHitMs ?? 0) - CLOCK_SLACK_MS
}

export function factsOf(facts: Facts, through: DecisionFacts['through']): DecisionFacts {
  const { isContact: contact, groups, names, route, about } = facts
  return { contact, groups: [...groups], names: [...names], route, through, about }
}

/** An account's own rules are the most specific there are: an answer to a prompt makes one of these. */
export function isAbout(rule: Rule, account: AccountId, capability: Capability): boolean {
  return rule.who.kind === 'account' && rule.who.account === account && rule.capability === capability
}

/**
 * Whether a rule of this scope is about a capability at all. `anything` is all that concerns this device; what goes out
 * through it to the web is taken for its person's, so that only a rule that names it opens it. Any rule closes it.
 */
export function isFor({ capability, verdict }: Pick<Rule, 'capability' | 'verdict'>, asked: Scope): boolean {
  if (capability === asked) return true
  return capability === 'anything' && (asked !== 'exit' || !letsIn(verdict))
}

/** Whether a rule speaks about these facts now. */
export function applies(rule: Rule, facts: Facts, now: Now): boolean {
  if (!rule.enabled || !isFor(rule, facts.capability)) return false
  return fits(rule, facts.about) && isAboutThem(rule, facts) && isInForce(rule, now) && isLeft(rule, now)
}

function isAboutThem({ who, until, suspended, verdict }: Rule, facts: Facts): boolean {
  if (until.kind === 'connection' && until.connection !== facts.connection) return false
  // What keeps out goes on keeping out: the account it was made for is known.
  if (suspended !== null && letsIn(verdict)) return false
  switch (who.kind) {
    case 'account':
      return who.account === facts.account
    case 'name':
      return who.account === facts.account && (facts.names.includes(who.name) || !letsIn(verdict))
    case 'group':
      return facts.groups.includes(who.group)
    case 'contact':
      return facts.isContact
    case 'unknown':
      return !facts.isContact
    // This machine is part of the network it stands in.
    case 'lan':
      return facts.route === 'lan' || facts.route === 'local'
    case 'relayed':
      return facts.route === 'relayed'
    case 'anyone':
      return true
  }
}

/** What is not told satisfies whoever keeps out, and nobody who lets in. */
function fits(rule: Rule, { name: called, bytes, path: asked }: About): boolean {
  const { name, minBytes, maxBytes, path } = rule.match
  if (name !== null && !(called === null ? !letsIn(rule.verdict) : called === name)) return false
  if (minBytes !== null && !(bytes === null ? !letsIn(rule.verdict) : bytes >= minBytes)) return false
  if (maxBytes !== null && !(bytes === null ? !letsIn(rule.verdict) : bytes <= maxBytes)) return false
  return path === null || (isTold(asked) ? isUnder(asked, path) : !letsIn(rule.verdict))
}

function isLeft(rule: Rule, now: Now): boolean {
  const { perHour } = rule.match
  return perHour === null || now.usedInHour(rule) < perHour
}

const specificity: Record<Who['kind'], number> = {
  account: 5,
  name: 4,
  group: 3,
  contact: 2,
  unknown: 2,
  lan: 1,
  relayed: 1,
  anyone: 0,
}
const strictness: Record<Verdict, number> = { deny: 4, ignore: 3, 'allow-and-tell': 2, allow: 1, ask: 0 }

/** A total order, so that the same rules give the same ruling in whatever order they lie. */
export function outranks(a: Rule, b: Rule): boolean {
  const by = rank(a, b) || a.createdMs - b.createdMs
  return by === 0 ? a.id < b.id : by > 0
}

type Ranked = Pick<Rule, 'who' | 'capability' | 'match' | 'priority' | 'verdict'>

/** Above 0 where `a` comes before `b` for what it says, whatever their ages. */
export function rank(a: Ranked, b: Ranked): number {
  return (
    specificity[a.who.kind] - specificity[b.who.kind] ||
    Number(a.capability !== 'anything') - Number(b.capability !== 'anything') ||
    conditions(a) - conditions(b) ||
    a.priority - b.priority ||
    strictness[a.verdict] - strictness[b.verdict]
  )
}

function conditions({ match }: Ranked): number {
  const { name, minBytes, maxBytes, path, perHour } = match
  let asked = 0
  for (const condition of [name, minBytes, maxBytes, path, perHour]) if (condition !== null) asked++
  return asked
}

/** In the words of the log. */
export function whom(who: Who): string {
  switch (who.kind) {
    case 'account':
      return 'this account'
    case 'name':
      return who.name
    case 'group':
      return `the group ${who.group}`
    case 'contact':
      return 'contacts'
    case 'unknown':
      return 'strangers'
    case 'lan':
      return 'this network'
    case 'relayed':
      return 'relayed connections'
    case 'anyone':
      return 'anyone'
  }
}
