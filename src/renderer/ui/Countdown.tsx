import type { ReactNode } from 'react'
import css from './Countdown.module.css'
import { useNow } from './use-now.ts'

const TICK_MS = 1_000

/** `nowMs` in whole seconds, up to one behind: rounded up, a minute would begin with 61. */
export function secondsLeft(untilMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((untilMs - nowMs) / 1_000))
}

/** The seconds left until `untilMs`, renewed every second. */
export function useSecondsLeft(untilMs: number): number {
  return secondsLeft(untilMs, useNow(TICK_MS))
}

/** A line that gets shorter; the words beside it say the same. */
export function Countdown({ fromMs, untilMs }: { fromMs: number; untilMs: number }): ReactNode {
  const nowMs = useNow(TICK_MS)
  const left = Math.min(1, Math.max(0, (untilMs - nowMs) / Math.max(1, untilMs - fromMs)))
  return (
    <div className={css.track} aria-hidden="true">
      <div className={css.line} style={{ scale: `${left} 1` }} />
    </div>
  )
}
