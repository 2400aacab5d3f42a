import { styleText } from 'node:util'
import { oneLine } from './plain.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Rows under their headings, columns aligned, two spaces between; nothing after the last. Cells become one line each. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [headings, ...rows].map((row) => row.map(oneLine))
  const widths = headings.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))))
  return all.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** `label  value`, labels aligned. A value of several lines continues under itself. */
export function fields(pairs: readonly (readonly [label: string, value: string])[]): string[] {
  const width = Math.max(...pairs.map(([label]) => widthOf(label)))
  return pairs.flatMap(([label, value]) => hanging(`${pad(label, width)}  `, value))
}

/**
 * `text` after `head`, its further lines indented as far: no line of a message can begin where the names of people
 * stand.
 */
export function hanging(head: string, text: string): string[] {
  const [first = '', ...rest] = text.split('\n')
  const indent = ' '.repeat(widthOf(head))
  return [`${head}${first}`.trimEnd(), ...rest.map((line) => `${indent}${line}`.trimEnd())]
}

/** Characters as a person counts them; terminals agree for all but some wide scripts. */
function widthOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : lettersOf(text).length
}

/** The first characters of a text, with `…` where it goes on. */
export function shortened(text: string, length: number): string {
  const letters = lettersOf(text)
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join('')}…`
}

function lettersOf(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** `43 s`, `7 min`, `3 h`, `12 days`: one unit, rounded up, as countdowns are read. */
export function duration(ms: number): string {
  if (ms < 100 * SECOND) return `${Math.max(0, Math.ceil(ms / SECOND))} s`
  if (ms < 100 * MINUTE) return `${Math.ceil(ms / MINUTE)} min`
  if (ms < 48 * HOUR) return `${Math.ceil(ms / HOUR)} h`
  return `${Math.ceil(ms / DAY)} days`
}

/** `14:03` today, `2026-11-19 14:03` before: on this machine's clock and in its zone. */
export function time(ms: number, nowMs: number): string {
  const [at, now] = [new Date(ms), new Date(nowMs)]
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`
  const day = (date: Date): string => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return day(at) === day(now) ? clock : `${day(at)} ${clock}`
}

/** A sentence that was written down with moments in ISO 8601, with those on this machine's clock and in its zone. */
export function withLocalTimes(text: string, nowMs: number): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (moment) => time(Date.parse(moment), nowMs))
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`
  if (count < 1024 ** 2) return `${(count / 1024).toFixed(1)} KiB`
  if (count < 1024 ** 3) return `${(count / 1024 ** 2).toFixed(1)} MiB`
  return `${(count / 1024 ** 3).toFixed(1)} GiB`
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

export function dim(text: string, colour: boolean): string {
  return colour ? styleText('dim', text, { validateStream: false }) : text
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
