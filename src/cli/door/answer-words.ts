import type { Answer, AnswerScope, AnswerUntil, Knock } from '../../shared/model/door.ts'
import type { Settings } from '../../shared/model/settings.ts'
import { wrongArgument } from '../failure.ts'
import { duration, time } from '../layout.ts'
import { durationOf, momentOf } from '../measures.ts'
import { short } from '../short-id.ts'
import { deed } from './texts.ts'

/** What was typed behind `latch door allow` and `deny`. */
export interface AnswerOptions {
  readonly once?: boolean
  readonly connection?: boolean
  readonly session?: boolean
  readonly always?: boolean
  readonly for?: string
  readonly until?: string
  readonly scope?: string
  readonly tell?: boolean
  readonly silently?: boolean
}

const scopes: readonly AnswerScope[] = ['this', 'capability', 'everything']

/** Errors of both: CliError saying what is right. */
export function allowanceOf(options: AnswerOptions, nowMs: number): Extract<Answer, { verdict: 'allow' }> {
  return {
    verdict: 'allow',
    until: lengthOf(options, nowMs),
    scope: scopeOf(options.scope),
    tell: options.tell === true,
  }
}

export function refusalOf(options: AnswerOptions, nowMs: number): Extract<Answer, { verdict: 'deny' }> {
  const until = lengthOf(options, nowMs)
  if (until === 'once' && options.scope !== undefined)
    throw wrongArgument('A no for once makes no rule; --scope goes with --session, --always, --for or --until.')
  return { verdict: 'deny', until, scope: scopeOf(options.scope), silently: options.silently === true }
}

function scopeOf(text: string | undefined): AnswerScope {
  if (text === undefined) return 'capability'
  const scope = scopes.find((one) => one === text)
  if (scope === undefined) throw wrongArgument(`--scope takes ${scopes.join(', ')}.`)
  return scope
}

function lengthOf(options: AnswerOptions, nowMs: number): AnswerUntil {
  const named = (['once', 'connection', 'session', 'always', 'for', 'until'] as const).filter(
    (name) => options[name] !== undefined,
  )
  const [first = 'once', second] = named
  if (second !== undefined) throw wrongArgument(`Say one of --${first} and --${second}.`)
  switch (first) {
    case 'session':
      return 'quit'
    case 'always':
      return 'forever'
    case 'for':
    case 'until':
      return { untilMs: endOf(options, nowMs) }
    default:
      return first
  }
}

/** When it ends, by `--for 1h` or `--until "2026-12-01 18:00"`. */
export function endOf(options: Pick<AnswerOptions, 'for' | 'until'>, nowMs: number): number {
  if (options.for !== undefined) {
    const ms = durationOf(options.for)
    if (ms === null) throw wrongArgument('--for takes a time such as 30m, 1h or 7d.')
    return nowMs + ms
  }
  const untilMs = momentOf(options.until ?? '', nowMs, 'next')
  if (untilMs === null)
    throw wrongArgument('--until takes a date such as "2026-12-01 18:00", 18:00, or ISO 8601 with its zone.')
  if (untilMs <= nowMs) throw wrongArgument(`--until: ${time(untilMs, nowMs)} is over already.`)
  return untilMs
}

/** How long, behind what somebody may or may not do. */
function lasting(until: AnswerUntil, nowMs: number): string {
  if (typeof until === 'object') return ` until ${time(until.untilMs, nowMs)}`
  switch (until) {
    case 'once':
      return ', once'
    case 'connection':
      return ' as long as this connection lasts'
    case 'quit':
      return ' until this node stops'
    case 'forever':
      return ', from now on'
  }
}

/** What an answer did, as it is. `name` as it is shown; `settings` as they are now. */
export function answered(
  knock: Knock,
  answer: Answer,
  name: string,
  settings: Pick<Settings, 'tellKnockers'>,
  nowMs: number,
): string {
  return [deedOf(knock, answer, name, settings, nowMs), undoOf(knock, nowMs)].filter((part) => part !== '').join(' ')
}

function deedOf(
  knock: Knock,
  answer: Answer,
  name: string,
  settings: Pick<Settings, 'tellKnockers'>,
  nowMs: number,
): string {
  switch (answer.verdict) {
    case 'allow': {
      const told = answer.tell === true ? `; you will be told ${answer.until === 'once' ? 'of it' : 'each time'}` : ''
      const what = deed(knock.capability, answer.scope ?? 'capability', knock.about, true)
      return `${name} may ${what}${lasting(answer.until, nowMs)}${told}.`
    }
    case 'deny': {
      const isTold = answer.silently !== true && settings.tellKnockers === 'everything'
      const unseen = isTold ? 'they are told' : 'they are not told: to them it looks as if nobody had answered'
      const told = knock.page === null ? unseen : knock.page.offered === undefined ? 'the page goes on without it' : 'it stays in the chat'
      if (answer.until === 'once') return `Denied ${name}, once, without a rule; ${told}.`
      const what = deed(knock.capability, answer.scope ?? 'capability', knock.about, false)
      return `${name} may not ${what}${lasting(answer.until, nowMs)}; ${told}.`
    }
    case 'ignore':
      return `Nothing is said to ${name}, as if nobody were at home, until this node stops.`
    case 'block':
      return `${name} is blocked: nothing of theirs reaches you, and they are not told.`
  }
}

function undoOf({ id, undoUntilMs }: Knock, nowMs: number): string {
  if (undoUntilMs === null || undoUntilMs <= nowMs) return ''
  return `\`latch door undo ${short(id)}\` within ${duration(undoUntilMs - nowMs)} takes it back.`
}
