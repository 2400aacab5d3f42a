import { DAY, HOUR, MINUTE } from '../../shared/units.ts'
import { spokenLocale } from './locale.ts'

/** The distance in whole calendar days between two times, on this machine's calendar. */
export function daysBetween(earlierMs: number, laterMs: number): number {
  const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0)
  // A day of a clock change has 23 or 25 hours.
  return Math.round((midnight(laterMs) - midnight(earlierMs)) / DAY)
}

export interface WhenWords {
  now: string
  minutes: (count: number) => string
  yesterday: string
}

/** As short as it can be said: now, 5 min, 14:02, yesterday, Tue, 3 Mar, 3 Mar 2025. A time to come counts as now. */
export function shortWhen(atMs: number, nowMs: number, words: WhenWords, locale?: string): string {
  const agoMs = nowMs - atMs
  if (agoMs < MINUTE) return words.now
  if (agoMs < HOUR) return words.minutes(Math.floor(agoMs / MINUTE))
  const days = daysBetween(atMs, nowMs)
  if (days === 0) return clock(atMs, locale)
  if (days === 1) return words.yesterday
  if (days < 7) return format(atMs, { weekday: 'short' }, locale)
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear()
  return format(atMs, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) }, locale)
}

/** The hour and minute. */
export function clock(atMs: number, locale?: string): string {
  return format(atMs, { hour: 'numeric', minute: '2-digit' }, locale)
}

const toTheSecond = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const

/** The hour, minute and second, alike in every language. */
export function secondClock(atMs: number, locale?: string): string {
  return format(atMs, toTheSecond, locale)
}

/** The hour, minute, second and thousandth: for traces. */
export function exactClock(atMs: number, locale?: string): string {
  return format(atMs, { ...toTheSecond, fractionalSecondDigits: 3 }, locale)
}

/** A day and its time, for what ends then: 27 Nov, 14:02. */
export function shortDate(atMs: number, locale?: string): string {
  return format(atMs, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' }, locale)
}

/** The same with its year. */
export function fullDate(atMs: number, locale?: string): string {
  const time = { hour: 'numeric', minute: '2-digit' } as const
  return format(atMs, { day: 'numeric', month: 'short', year: 'numeric', ...time }, locale)
}

/** Day and time in full, for a tooltip or a log. */
export function fullWhen(atMs: number, locale?: string): string {
  return format(atMs, { dateStyle: 'medium', timeStyle: 'medium' }, locale)
}

/** A day as a separator says it: Today, Yesterday, or weekday and date. */
export function dayName(
  atMs: number,
  nowMs: number,
  words: { today: string; yesterday: string },
  locale?: string,
): string {
  const days = daysBetween(atMs, nowMs)
  if (days <= 0) return words.today
  if (days === 1) return words.yesterday
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear()
  const year = sameYear ? {} : ({ year: 'numeric' } as const)
  return format(atMs, { weekday: 'long', day: 'numeric', month: 'long', ...year }, locale)
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a formatter costs a hundred times what using it does. */
function format(atMs: number, options: Intl.DateTimeFormatOptions, locale = spokenLocale()): string {
  const key = `${locale ?? ''}${JSON.stringify(options)}`
  const made = formats.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formats.set(key, made)
  return made.format(atMs)
}

/** A sentence that was written down with moments in ISO 8601, with those as this window says them. */
export function withLocalTimes(text: string, locale?: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (moment) => fullDate(Date.parse(moment), locale))
}
