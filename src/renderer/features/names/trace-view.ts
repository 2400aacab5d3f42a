import type { LookupStep } from '../../../shared/model/names.ts'

export interface TraceLine {
  step: LookupStep
  /** Where its bar begins and how long it is, in [0, 1] of the whole. */
  from: number
  share: number
  isRunning: boolean
}

/** A scale that keeps the bars still while it runs, as one digit times a power of ten says it, in ms. */
export function scaleOf(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(ms, 0.1)))
  const steps = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((times) => times * power)
  return steps.find((step) => step >= ms) ?? 10 * power
}

/** The steps with their bars. `nowMs`: from its start until now, or until its end. */
export function traceLines(steps: readonly LookupStep[], nowMs: number): { lines: TraceLine[]; scaleMs: number } {
  const endMs = Math.max(nowMs, ...steps.map(({ atMs, tookMs }) => atMs + (tookMs ?? 0)), 0.1)
  const scaleMs = scaleOf(endMs)
  const lines = steps.map((step): TraceLine => {
    const isRunning = step.outcome === 'running'
    const lastsMs = isRunning ? Math.max(0, endMs - step.atMs) : (step.tookMs ?? 0)
    return { step, from: Math.min(1, step.atMs / scaleMs), share: Math.min(1, lastsMs / scaleMs), isRunning }
  })
  return { lines, scaleMs }
}
