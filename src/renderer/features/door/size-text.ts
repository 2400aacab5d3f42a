import { GiB, KiB, MiB } from '../../../shared/units.ts'

const units = { b: 1, k: KiB, m: MiB, g: GiB } as const

/**
 * A size as a person writes it: `16 MiB`, `500 kb`, `1.5G`, always in steps of 1,024. Null where it is none; a number
 * without a unit is none either, as nobody could say what was meant.
 */
export function parseSize(text: string): number | null {
  const [, number = '', unit = ''] = /^\s*(\d{1,9}(?:[.,]\d{1,3})?)\s*([bkmg])(?:i?b|ytes?)?\s*$/i.exec(text) ?? []
  if (number === '') return null
  const step = units[unit.toLowerCase() as keyof typeof units]
  return Math.round(Number(number.replace(',', '.')) * step)
}

/** The same back, to the byte: in the largest unit of which it is a whole number. */
export function exactSize(bytes: number): string {
  if (bytes > 0 && bytes % GiB === 0) return `${bytes / GiB} GiB`
  if (bytes > 0 && bytes % MiB === 0) return `${bytes / MiB} MiB`
  if (bytes > 0 && bytes % KiB === 0) return `${bytes / KiB} KiB`
  return `${bytes} B`
}
