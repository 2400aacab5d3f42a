import { shortMs } from '../../ui/amounts.ts'

/** Milliseconds as they are read: a tenth below ten, a mark between thousands. */
export function msText(ms: number): string {
  return Math.abs(ms) < 10 ? shortMs(ms) : Math.round(ms).toLocaleString()
}

const seconds = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** The hour, minute and second: slots follow each other too fast for less. */
export function slotClock(atMs: number): string {
  return seconds.format(atMs)
}
