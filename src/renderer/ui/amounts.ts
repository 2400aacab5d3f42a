import { DAY, GiB, HOUR, KiB, MiB, MINUTE } from '../../shared/units.ts'
import { spokenLocale } from './locale.ts'

/** Symbols, the same in every language. */
const units = [
  { unit: 'GiB', bytes: GiB },
  { unit: 'MiB', bytes: MiB },
  { unit: 'KiB', bytes: KiB },
] as const

/** A size as it is read, in the unit of `scaleBytes`: one decimal below ten, and never more than there is. */
export function inUnit(bytes: number, scaleBytes = bytes): { text: string; unit: string } {
  const { unit, bytes: one } = units.find(({ bytes }) => scaleBytes >= bytes) ?? { unit: 'B', bytes: 1 }
  const tenths = Math.floor((bytes / one) * 10)
  return { text: numberText(tenths < 100 ? tenths / 10 : Math.floor(tenths / 10), { maximumFractionDigits: 1, useGrouping: false }), unit }
}

/** `64 MiB`. */
export function sizeText(bytes: number): string {
  const { text, unit } = inUnit(bytes)
  return `${text} ${unit}`
}

/** How long, in one unit, never more than there is: the name of the words in the catalogue's `time`, and how many. */
export function span(ms: number): { unit: 'underMinute' | 'minutes' | 'hours' | 'days'; count: number } {
  if (ms < MINUTE) return { unit: 'underMinute', count: 0 }
  if (ms < 2 * HOUR) return { unit: 'minutes', count: Math.floor(ms / MINUTE) }
  if (ms < 2 * DAY) return { unit: 'hours', count: Math.floor(ms / HOUR) }
  return { unit: 'days', count: Math.floor(ms / DAY) }
}

/** Below ten milliseconds a tenth is telling; above, it is noise. */
export function shortMs(ms: number): string {
  return ms < 10 ? withTenth(ms) : numberText(Math.round(ms), { useGrouping: false })
}

/** With one decimal, also where it is 0. */
export function withTenth(value: number): string {
  return numberText(value, { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false })
}

/** A number with its marks between thousands, as the language of the window has them. */
export function countText(count: number): string {
  return numberText(count, {})
}

const formats = new Map<string, Intl.NumberFormat>()

/** Making a formatter costs a hundred times what using it does. */
function numberText(value: number, options: Intl.NumberFormatOptions): string {
  const locale = spokenLocale()
  const key = `${locale ?? ''}${JSON.stringify(options)}`
  const made = formats.get(key) ?? new Intl.NumberFormat(locale, options)
  formats.set(key, made)
  return made.format(value)
}
