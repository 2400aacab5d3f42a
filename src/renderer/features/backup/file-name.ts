/** `latch-2026-11-21.latchbackup`: backups of several days stand in their order. */
export function backupName(nowMs: number): string {
  const day = new Date(nowMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `latch-${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}.latchbackup`
}
