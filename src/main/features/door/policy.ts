import type { AccountId, RuleId } from '../../../shared/ids.ts'
import type { Capability, Rule, Verdict, Who } from '../../../shared/model/door.ts'
import type { Route } from '../../../shared/model/peers.ts'
import { MINUTE } from '../../../shared/units.ts'

/** A machine's clock is set by the network now and then, by less than this. */
export const CLOCK_SLACK_MS = 1 * MINUTE

/** All that a decision may depend on, beside the rules and the time. */
export interface Facts {
  readonly account: AccountId
  readonly capability: Capability
  readonly isContact: boolean
  readonly isBlocked: boolean
  readonly route: Route
  readonly connection: string
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
}

export interface Ruling {
  readonly verdict: Verdict
  readonly why: string
  /** The rule that won; null where a block or the default of the capability decided. */
  readonly rule: RuleId | null
}

/**
 * What the door says. The most specific rule wins: a named account, then whether they are a contact, then how they
 * came, then anyone; among equals the higher priority, then deny over everything, ignore over allow, and any answer
 * over `ask`, which is only the question that it answers. Where no rule speaks, the default of the capability does.
 */
export function decide(facts: Facts, rules: readonly Rule[], now: Now): Ruling {
  if (facts.isBlocked) return { verdict: 'ignore', why: 'the account is blocked', rule: null }
  let winner: Rule | undefined
  for (const rule of rules) {
    if (applies(rule, facts, now) && (winner === undefined || outranks(rule, winner))) winner = rule
  }
  if (winner === undefined) {
    return { verdict: defaultVerdict(facts.capability), why: `the default for ${facts.capability}`, rule: null }
  }
  return { verdict: winner.verdict, why: `a rule for ${whom(winner.who)}`, rule: winner.id }
}

export function letsIn(verdict: Verdict): boolean {
  return verdict === 'allow' || verdict === 'allow-and-tell'
}

export function defaultVerdict(capability: Capability): Verdict {
  switch (capability) {
    // Looking up a name tells what the network tells anybody.
    case 'lookup':
      return 'allow'
    // These spend this machine's line and disk on others: off until somebody switches them on.
    case 'relay':
    case 'hold-mail':
      return 'deny'
    default:
      return 'ask'
  }
}

export function isInForce(rule: Rule, now: Now): boolean {
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

/** An account's own rules are the most specific there are: an answer to a prompt makes one of these. */
export function isAbout(rule: Rule, account: AccountId, capability: Capability): boolean {
  return rule.who.kind === 'account' && rule.who.account === account && rule.capability === capability
}

function applies(rule: Rule, facts: Facts, now: Now): boolean {
  if (!rule.enabled || rule.capability !== facts.capability || !isInForce(rule, now)) return false
  if (rule.until.kind === 'connection' && rule.until.connection !== facts.connection) return false
  switch (rule.who.kind) {
    case 'account':
      return rule.who.account === facts.account
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

const specificity: Record<Who['kind'], number> = { account: 3, contact: 2, unknown: 2, lan: 1, relayed: 1, anyone: 0 }
const strictness: Record<Verdict, number> = { deny: 4, ignore: 3, 'allow-and-tell': 2, allow: 1, ask: 0 }

/** A total order, so that the same rules give the same ruling in whatever order they lie. */
function outranks(a: Rule, b: Rule): boolean {
  const by =
    specificity[a.who.kind] - specificity[b.who.kind] ||
    a.priority - b.priority ||
    strictness[a.verdict] - strictness[b.verdict] ||
    a.createdMs - b.createdMs
  return by === 0 ? a.id < b.id : by > 0
}

function whom(who: Who): string {
  switch (who.kind) {
    case 'account':
      return 'this account'
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
