import { AccountId, PeerId, RuleId } from '../../shared/ids.ts'
import type { Person } from '../../shared/model/contacts.ts'
import { Capability, Decision, type LogFilter, type Rule } from '../../shared/model/door.ts'
import type { Client } from '../client.ts'
import { wrongArgument } from '../failure.ts'
import { durationOf, momentOf } from '../measures.ts'
import { matchId, only, onlyPerson } from '../resolve.ts'
import { short } from '../short-id.ts'
import { verdictOf } from './rule-words.ts'

/** What was typed behind `latch door log`. */
export interface LogWords {
  readonly who?: string
  readonly for?: string
  readonly verdict?: string
  readonly by?: string
  readonly since?: string
  readonly until?: string
  readonly text?: string
  readonly rule?: string
}

/** Where names in a filter are looked up. */
export interface LogNames {
  readonly people: readonly Person[]
  readonly rules: readonly Rule[]
}

export async function lookUp(client: Client, { who, rule }: LogWords): Promise<LogNames> {
  const [people, rules] = await Promise.all([
    who === undefined ? [] : client.contacts.list(),
    rule === undefined ? [] : client.door.rules(),
  ])
  return { people, rules }
}

/**
 * The filter that is meant. `names` null: only looks whether the words are right, before anybody is asked anything.
 * Errors: CliError saying what is right.
 */
export function filterOf(words: LogWords, names: LogNames | null, nowMs: number): LogFilter {
  const { since, until, text } = words
  const sinceMs = since === undefined ? undefined : whenOf('--since', since, nowMs)
  const untilMs = until === undefined ? undefined : whenOf('--until', until, nowMs)
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs > untilMs)
    throw wrongArgument('--since is after --until: nothing lies between.')
  if (text !== undefined && text.length > 200) throw wrongArgument('--text takes at most 200 characters.')
  return defined({
    capability: words.for === undefined ? undefined : capabilityOf(words.for),
    verdict: words.verdict === undefined ? undefined : verdictOf(words.verdict),
    by: words.by === undefined ? undefined : byOf(words.by),
    sinceMs,
    untilMs,
    text,
    ...(names === null ? {} : namedOf(words, names)),
  })
}

/** A peer is told apart from a person by its id, and searched for as text. */
function namedOf({ who, rule }: LogWords, names: LogNames): LogFilter {
  return defined({
    ...(who === undefined ? {} : PeerId.safeParse(who).success ? { text: who } : { account: accountOf(who, names) }),
    rule: rule === undefined ? undefined : ruleOf(rule, names),
  })
}

function accountOf(who: string, { people }: LogNames): AccountId {
  const account = AccountId.safeParse(who)
  return account.success ? account.data : onlyPerson(people, who).account
}

/** A rule that was removed is known by its whole id alone. */
function ruleOf(text: string, { rules }: LogNames): RuleId {
  const id = RuleId.safeParse(text)
  return id.success ? id.data : only(matchId(rules, text), text, 'rule', (rule) => short(rule.id)).id
}

function capabilityOf(text: string): Capability {
  const capability = Capability.safeParse(text)
  if (!capability.success)
    throw wrongArgument(`"${text}" is no capability: contact, file, visit, relay, hold-mail, lookup, load, exit or app:<name>.`)
  return capability.data
}

function byOf(text: string): Decision['by'] {
  const by = Decision.shape.by.safeParse(text)
  if (!by.success) throw wrongArgument(`--by takes ${Decision.shape.by.options.join(', ')}.`)
  return by.data
}

function whenOf(option: string, text: string, nowMs: number): number {
  const agoMs = durationOf(text)
  const ms = agoMs === null ? momentOf(text, nowMs, 'last') : Math.max(0, nowMs - agoMs)
  if (ms === null)
    throw wrongArgument(`${option} takes a time such as 1h (ago) or 18:00, or a date "2026-12-01 18:00".`)
  return ms
}

/** Without what is undefined, so that what is not asked for is not sent. */
function defined<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never
}
