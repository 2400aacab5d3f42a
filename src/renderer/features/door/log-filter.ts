import type { AccountId, RuleId } from '../../../shared/ids.ts'
import type { Capability, Decision, LogFilter, Verdict } from '../../../shared/model/door.ts'
import { DAY, HOUR } from '../../../shared/units.ts'
import { msOfDateField } from '../../ui/date-field.ts'

const spans = { hour: HOUR, day: DAY, week: 7 * DAY } as const

/** What is wanted of the log, as the fields above it hold it. */
export interface LogAsk {
  text: string
  account: AccountId | 'anybody'
  capability: Capability | 'any'
  verdict: Verdict | 'any'
  by: Decision['by'] | 'any'
  rule: RuleId | null
  time: 'any' | 'hour' | 'day' | 'week' | 'between'
  /** When `time` was chosen: "the last hour" does not move on while it is read. */
  askedMs: number
  /** Of `between`, as the fields of dates hold them. */
  since: string
  until: string
}

export const wholeLog: LogAsk = {
  text: '',
  account: 'anybody',
  capability: 'any',
  verdict: 'any',
  by: 'any',
  rule: null,
  time: 'any',
  askedMs: 0,
  since: '',
  until: '',
}

export function filterOf(ask: LogAsk): LogFilter {
  const { account, capability, verdict, by, rule } = ask
  const text = ask.text.trim()
  return {
    ...(account === 'anybody' ? {} : { account }),
    ...(capability === 'any' ? {} : { capability }),
    ...(verdict === 'any' ? {} : { verdict }),
    ...(by === 'any' ? {} : { by }),
    ...(rule === null ? {} : { rule }),
    ...(text === '' ? {} : { text }),
    ...timeOf(ask),
  }
}

function timeOf({ time, askedMs, since, until }: LogAsk): Pick<LogFilter, 'sinceMs' | 'untilMs'> {
  if (time === 'any') return {}
  if (time !== 'between') return { sinceMs: askedMs - spans[time] }
  const [sinceMs, untilMs] = [msOfDateField(since), msOfDateField(until)]
  return { ...(sinceMs === null ? {} : { sinceMs }), ...(untilMs === null ? {} : { untilMs }) }
}

export function askOf({ account, rule, by }: LogFilter): LogAsk {
  return { ...wholeLog, account: account ?? 'anybody', rule: rule ?? null, by: by ?? 'any' }
}

export function isWhole(filter: LogFilter): boolean {
  return Object.keys(filter).length === 0
}

/** Whether a decision that was just made belongs among those that are shown; the node says it of the others. */
export function isWanted(decision: Decision, filter: LogFilter): boolean {
  const { account, capability, verdict, by, rule, sinceMs, untilMs, text } = filter
  const same = { account, capability, verdict, by, rule }
  for (const [key, value] of Object.entries(same)) {
    if (value !== undefined && decision[key as keyof typeof same] !== value) return false
  }
  if (decision.atMs < (sinceMs ?? 0) || decision.atMs > (untilMs ?? Number.POSITIVE_INFINITY)) return false
  if (text === undefined) return true
  const sought = text.toLowerCase()
  if (decision.why.toLowerCase().includes(sought)) return true
  return [decision.account ?? '', decision.peerId].some((id) => id.toLowerCase().startsWith(sought))
}

/** A line of the exported file: the whole decision with its hash, so that the chain can be followed in it. */
export function exportedLines(decisions: readonly Decision[]): string {
  return decisions.map((decision) => `${JSON.stringify(decision)}\n`).join('')
}
