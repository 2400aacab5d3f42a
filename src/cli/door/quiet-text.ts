import type { DoNotDisturb } from '../../shared/model/settings.ts'
import { time } from '../layout.ts'

/** `off`, or `on until 18:00, contacts may disturb`. What ran out is off. */
export function quietText({ on, untilMs, contacts }: DoNotDisturb, nowMs: number): string {
  if (!on || (untilMs !== null && untilMs <= nowMs)) return 'off'
  const until = untilMs === null ? '' : ` until ${time(untilMs, nowMs)}`
  return `on${until}, ${contacts ? 'contacts' : 'nobody'} may disturb`
}
