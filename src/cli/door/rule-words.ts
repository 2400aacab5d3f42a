import { AccountId } from '../../shared/ids.ts'
import { GroupName, type Person } from '../../shared/model/contacts.ts'
import {
  anyMatch,
  LedgerName,
  Rule,
  Scope,
  Verdict,
  type Knock,
  type Match,
  type RuleDraft,
  type Who,
} from '../../shared/model/door.ts'
import { wrongArgument } from '../failure.ts'
import { durationOf, momentOf, sizeOf } from '../measures.ts'
import { onlyPerson } from '../resolve.ts'
import { kindsOfWho } from './texts.ts'

/** What was typed of a rule; what was not named stays as it was, or is as usual. */
export interface RuleWords {
  readonly verdict?: string | undefined
  readonly who?: string | undefined
  readonly capability?: string | undefined
  readonly name?: string
  readonly minSize?: string
  readonly maxSize?: string
  readonly path?: string
  readonly perHour?: string
  readonly until?: string
  readonly priority?: string
  readonly note?: string
}

/** Where names in a rule are looked up. */
export interface Acquaintances {
  readonly people: readonly Person[]
  readonly knocks: readonly Pick<Knock, 'account' | 'ledgerName'>[]
  readonly rules: readonly Pick<Rule, 'who'>[]
}

export type Base = Pick<Rule, 'who' | 'capability' | 'verdict' | 'match' | 'until' | 'priority' | 'note'>

/** What a rule is where nothing is said of it. */
export const usual: Base = {
  verdict: 'allow',
  capability: 'contact',
  who: { kind: 'anyone' },
  match: anyMatch,
  until: { kind: 'forever' },
  priority: 0,
  note: '',
}

/** Looks whether the words are right, before the node is asked for names. Errors of both: CliError saying what is. */
export function check(words: RuleWords, nowMs: number): void {
  change(usual, { ...words, who: undefined }, { people: [], knocks: [], rules: [] }, nowMs)
}

/** `base` with what is named in `words`. */
export function change(base: Base, words: RuleWords, known: Acquaintances, nowMs: number): RuleDraft {
  const draft: RuleDraft = {
    verdict: words.verdict === undefined ? base.verdict : verdictOf(words.verdict),
    capability: words.capability === undefined ? base.capability : scopeOf(words.capability),
    who: words.who === undefined ? base.who : whoOf(words.who, known),
    match: matchOf(base.match, words),
    until: words.until === undefined ? base.until : untilOf(words.until, nowMs),
    priority: words.priority === undefined ? base.priority : priorityOf(words.priority),
    note: words.note === undefined ? base.note : noteOf(words.note),
  }
  const { minBytes, maxBytes, perHour } = draft.match
  if (minBytes !== null && maxBytes !== null && minBytes > maxBytes)
    throw wrongArgument('--min-size is above --max-size: nothing fits between.')
  if (perHour !== null && draft.verdict !== 'allow' && draft.verdict !== 'allow-and-tell')
    throw wrongArgument('--per-hour goes with allow and allow-and-tell.')
  return draft
}

export function verdictOf(text: string): Verdict {
  const verdict = Verdict.safeParse(text)
  if (!verdict.success) throw wrongArgument(`"${text}" is no verdict: ${Verdict.options.join(', ')}.`)
  return verdict.data
}

function scopeOf(text: string): RuleDraft['capability'] {
  const scope = Scope.safeParse(text)
  if (!scope.success)
    throw wrongArgument(
      `"${text}" is no capability: contact, file, visit, relay, hold-mail, lookup, load, exit, app:<name> or anything.`,
    )
  return scope.data
}

function whoOf(text: string, known: Acquaintances): Who {
  const kind = kindsOfWho.find((one) => one === text)
  if (kind !== undefined) return { kind }
  if (text.startsWith('tag:')) {
    const group = GroupName.safeParse(text.slice('tag:'.length))
    if (!group.success) throw wrongArgument('A tag has 1 to 32 characters: tag:family.')
    return { kind: 'group', group: group.data }
  }
  if (text.startsWith('name:')) return byName(text.slice('name:'.length), known)
  return { kind: 'account', account: accountOf(text, known) }
}

/** `alice.peer`, of whoever is known to own it; or `alice.peer=Alice`, as somebody says. */
function byName(text: string, known: Acquaintances): Who {
  const [written = '', owner] = text.split('=', 2)
  const name = LedgerName.safeParse(written)
  if (!name.success) throw wrongArgument(`"${written}" is no name on the ledger: name:alice.peer.`)
  if (owner !== undefined) return { kind: 'name', name: name.data, account: accountOf(owner, known) }
  const knocked = known.knocks.find(({ ledgerName }) => ledgerName?.name === name.data)
  const ruled = known.rules.find(({ who }) => who.kind === 'name' && who.name === name.data)?.who
  const account = knocked?.account ?? (ruled?.kind === 'name' ? ruled.account : undefined)
  if (account === undefined)
    throw wrongArgument(`Nobody known here owns ${name.data}; say who does: name:${name.data}=<who>.`)
  return { kind: 'name', name: name.data, account }
}

function accountOf(text: string, { people }: Acquaintances): AccountId {
  const account = AccountId.safeParse(text)
  return account.success ? account.data : onlyPerson(people, text).account
}

/** Asks for nothing again. */
const ANY = 'any'

function matchOf(base: Match, words: RuleWords): Match {
  const read = <Value>(text: string | undefined, kept: Value | null, parse: (text: string) => Value): Value | null =>
    text === undefined ? kept : text === ANY ? null : parse(text)
  return {
    name: read(words.name, base.name, nameOf),
    minBytes: read(words.minSize, base.minBytes, (text) => bytesOf('--min-size', text)),
    maxBytes: read(words.maxSize, base.maxBytes, (text) => bytesOf('--max-size', text)),
    path: read(words.path, base.path, pathOf),
    perHour: read(words.perHour, base.perHour, (text) => {
      const count = /^\d{1,5}$/.test(text) ? Number(text) : 0
      if (count < 1 || count > 10_000) throw wrongArgument(`--per-hour takes a number from 1 to 10000, or ${ANY}.`)
      return count
    }),
  }
}

export function bytesOf(option: string, text: string): number {
  const size = sizeOf(text)
  if (size === null) throw wrongArgument(`${option} takes a size such as 16MiB, 500kB or 4096.`)
  return size
}

function nameOf(text: string): string {
  if (text === '' || text.length > 255) throw wrongArgument(`--name takes the name of a file, a site or a host, or ${ANY}.`)
  return text
}

function pathOf(text: string): string {
  if (text === '' || text.length > 512) throw wrongArgument(`--path takes a path such as /notes, or ${ANY}.`)
  return text
}

function untilOf(text: string, nowMs: number): Rule['until'] {
  if (text === 'forever' || text === 'quit' || text === 'once') return { kind: text }
  const ms = durationOf(text)
  const untilMs = ms === null ? momentOf(text, nowMs, 'next') : nowMs + ms
  if (untilMs === null)
    throw wrongArgument('--until takes forever, quit, once, a time such as 30m or 7d, or a date "2026-12-01 18:00".')
  if (untilMs <= nowMs) throw wrongArgument(`--until: ${text} is over already.`)
  return { kind: 'time', untilMs }
}

function priorityOf(text: string): number {
  const priority = Rule.shape.priority.safeParse(/^-?\d{1,3}$/.test(text) ? Number(text) : null)
  if (!priority.success) throw wrongArgument('--priority takes a whole number from -100 to 100.')
  return priority.data
}

function noteOf(text: string): string {
  if (text.length > 200) throw wrongArgument('--note takes at most 200 characters.')
  return text
}
