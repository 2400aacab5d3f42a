import { DAY, GiB, HOUR, KiB, MiB, MINUTE } from '../../shared/units.ts'

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
  return { text: tenths < 100 ? String(tenths / 10) : String(Math.floor(tenths / 10)), unit }
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
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0)
}
