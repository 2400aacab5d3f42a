import { monitorEventLoopDelay } from 'node:perf_hooks'
import { MINUTE, SECOND } from '../../shared/units.ts'
import type { Cancel, Clock } from './clock.ts'

/** The last minute is six windows of ten seconds: a histogram cannot forget by itself. */
const WINDOW_MS = 10 * SECOND
const WINDOWS = MINUTE / WINDOW_MS

/**
 * How often the loop is looked at: each look wakes the processor of a machine at rest. The figure is this much too high
 * then, which is taken off.
 */
const RESOLUTION_MS = 20

export interface LoopDelay {
  /** The 99th percentile of how late the event loop came, over the last minute, in ms. */
  p99Ms(): number
  stop(): void
}

type Histogram = Pick<ReturnType<typeof monitorEventLoopDelay>, 'enable' | 'disable' | 'percentile' | 'reset'>

/** Measures always: a loop that stops for 6 s loses every peer, and the window's input waits in the same loop. */
export function measureLoopDelay(
  clock: Clock,
  histogram: Histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS }),
): LoopDelay {
  const past: number[] = []
  let cancel: Cancel = () => {}
  const current = (): number => Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS)
  const turn = (): void => {
    past.push(current())
    if (past.length >= WINDOWS) past.shift()
    histogram.reset()
    cancel = clock.after(WINDOW_MS, turn)
  }
  histogram.enable()
  cancel = clock.after(WINDOW_MS, turn)
  return {
    // The worst window stands for the minute: percentiles cannot be averaged, and too high is the safe side.
    p99Ms: () => Math.max(current(), ...past),
    stop: () => {
      cancel()
      histogram.disable()
    },
  }
}
