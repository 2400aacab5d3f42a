import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Figure } from '../report.ts'
import { summarize } from '../stats.ts'

/** How long the event loop was kept from other work, in ms. */
export interface LoopFigures {
  readonly p99Ms: number
  readonly longestMs: number
}

/** A timer that asks every ms, and sees by how much it comes late. */
export const LOOP_EVERY_MS = 1

export function loopOfHere(): { since: () => LoopFigures } {
  const loop = monitorEventLoopDelay({ resolution: LOOP_EVERY_MS })
  loop.enable()
  return {
    since() {
      const figures = { p99Ms: loop.percentile(99) / 1e6, longestMs: loop.max / 1e6 }
      loop.reset()
      return figures
    },
  }
}

export function loopFigures(what: string, { p99Ms, longestMs }: LoopFigures): Figure[] {
  return [
    { suite: 'chat', what: `${what}: turns of the event loop, p99`, unit: 'ms', summary: summarize([p99Ms]) },
    { suite: 'chat', what: `${what}: the longest turn of the event loop`, unit: 'ms', summary: summarize([longestMs]), goal: '< 16' },
  ]
}
