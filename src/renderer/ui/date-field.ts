/** Ms since the epoch as a field of the type `datetime-local` writes it: on this machine's calendar, to the minute. */
export function dateFieldOf(atMs: number): string {
  const at = new Date(atMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** Null while the field is empty or holds no date. */
export function msOfDateField(text: string): number | null {
  const ms = text === '' ? Number.NaN : new Date(text).getTime()
  return Number.isFinite(ms) && ms >= 0 ? ms : null
}
