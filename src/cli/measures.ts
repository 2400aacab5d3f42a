import { DAY, HOUR, MINUTE, SECOND } from '../shared/units.ts'

const unitsMs: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY }

/** `45s`, `30m`, `12h`, `7d`, `2w` in milliseconds; null for anything else, and for no time at all. */
export function durationOf(text: string): number | null {
  const [, count, unit] = /^(\d{1,4})([smhdw])$/.exec(text) ?? []
  const ms = Number(count) * (unitsMs[unit ?? ''] ?? Number.NaN)
  return ms > 0 ? ms : null
}

const unitsBytes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
}

/** `16MiB`, `1.5 GB`, `500kB`, `4096` in bytes; null for anything else. `M` alone is neither the one nor the other. */
export function sizeOf(text: string): number | null {
  const [, count, unit] = /^(\d{1,15}(?:\.\d{1,6})?) ?([kmgt]?i?b|)$/i.exec(text) ?? []
  const size = Math.round(Number(count) * (unitsBytes[(unit ?? '').toLowerCase()] ?? Number.NaN))
  return Number.isSafeInteger(size) ? size : null
}

/**
 * A point in time, in ms since the epoch: ISO 8601 with its zone; or on this machine's clock `2026-12-01 18:00`,
 * `2026-12-01` (its first moment) or `18:00` (`next` or `last` of them, as seen from now). Null for anything else, and
 * for a time that no clock shows: 30 February, the hour that is left out in spring.
 */
export function momentOf(text: string, nowMs: number, which: 'next' | 'last'): number | null {
  const zoned = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.exec(text)
  if (zoned !== null) {
    const [, day = '', clock = '', seconds = '', zone = ''] = zoned
    // Date takes 2026-02-30 for 2 March: only a day that it writes back as it was is one.
    if (localOf(day, '00:00') === null) return null
    return notBefore1970(Date.parse(`${day}T${clock}${seconds}${zone}`))
  }
  const [, day, clock = '00:00'] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d))?$/.exec(text) ?? []
  if (day !== undefined) return notBefore1970(localOf(day, clock) ?? Number.NaN)
  return /^\d\d:\d\d$/.test(text) ? clockOf(text, nowMs, which) : null
}

function localOf(day: string, clock: string): number | null {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  const at = new Date(year, month - 1, date, hours, minutes)
  const isSo = [
    at.getFullYear() === year,
    at.getMonth() === month - 1,
    at.getDate() === date,
    // In some places the clock skips midnight: a day begins when it begins.
    clock === '00:00' || (at.getHours() === hours && at.getMinutes() === minutes),
  ]
  return isSo.includes(false) ? null : at.getTime()
}

function clockOf(clock: string, nowMs: number, which: 'next' | 'last'): number | null {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  if (hours > 23 || minutes > 59) return null
  const at = new Date(nowMs)
  at.setHours(hours, minutes, 0, 0)
  const isRight = which === 'next' ? at.getTime() > nowMs : at.getTime() <= nowMs
  if (!isRight) at.setDate(at.getDate() + (which === 'next' ? 1 : -1))
  return at.getTime()
}

function notBefore1970(ms: number): number | null {
  return ms >= 0 ? ms : null
}
