import { countText, shortMs } from '../../ui/amounts.ts'
import { secondClock } from '../../ui/when.ts'

/** Milliseconds as they are read: a tenth below ten, a mark between thousands. */
export function msText(ms: number): string {
  return Math.abs(ms) < 10 ? shortMs(ms) : countText(Math.round(ms))
}

/** The hour, minute and second: slots follow each other too fast for less. */
export function slotClock(atMs: number): string {
  return secondClock(atMs)
}
