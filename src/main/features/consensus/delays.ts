import type { PeerId } from '../../../shared/ids.ts'
import { DELAY_AGE_MS, MAX_DELAYS } from './limits.ts'

/**
 * How late one validator's messages came here (`in`), or ours there, as it says itself (`out`): the time of dealing with
 * them on one clock less the time of sending on the other. So each is delay plus the difference of the clocks, which
 * is what Δ bounds; they are claims of the other side, and nobody is judged by them.
 */
export interface Delay {
  readonly by: PeerId
  readonly way: 'in' | 'out'
  readonly lateMs: number
  readonly atMs: number
}

/** With the newest at the end; bounded for each validator and way, and in age. */
export function withDelay(delays: readonly Delay[], delay: Delay): Delay[] {
  const kept = delays.filter(({ atMs }) => atMs > delay.atMs - DELAY_AGE_MS)
  const alike = kept.filter(({ by, way }) => by === delay.by && way === delay.way)
  const oldest = alike.length >= MAX_DELAYS ? alike[0] : undefined
  return [...kept.filter((one) => one !== oldest), delay]
}

/** What one validator shows: delay and difference of clocks, the worse of both ways. */
export interface Measured {
  readonly by: PeerId
  readonly worstMs: number
}

export function measured(delays: readonly Delay[], nowMs: number): Measured[] {
  const recent = delays.filter(({ atMs }) => atMs > nowMs - DELAY_AGE_MS)
  return [...new Set(recent.map(({ by }) => by))].map((by) => {
    const of = (way: Delay['way']): number[] =>
      recent.filter((one) => one.by === by && one.way === way).map(({ lateMs }) => lateMs)
    const inMs = usual(of('in'))
    // Where a message came before it was sent, our clock is behind theirs by that much at least, and ours come later there.
    const outMs = usual(of('out')) ?? (inMs === null ? null : -inMs)
    return { by, worstMs: Math.max(inMs ?? 0, outMs ?? 0, 0) }
  })
}

/** Of fewer, each counts. */
const FEW = 4

/** The 95th in a hundred, and of some at least not the worst: one pause should not silence a leader for minutes. */
function usual(figures: readonly number[]): number | null {
  const sorted = figures.toSorted((a, b) => a - b)
  const passedOver = sorted.length < FEW ? 0 : Math.max(1, Math.floor(sorted.length * 0.05))
  return sorted[sorted.length - 1 - passedOver] ?? null
}

export type Leading =
  | { readonly verdict: 'lead'; readonly why: string; readonly worstMs: number | null }
  | { readonly verdict: 'stay-silent'; readonly why: string; readonly worstMs: number }

/**
 * Whether the synchronous model holds well enough to propose, as far as it is measured. `figures` may come from up to
 * `faults` liars, and as many may be slow: so the worst `faults` of them are passed over, and the next one counts. `lateMs`:
 * by how much the slot has begun already. Where nobody was heard nothing speaks against it: somebody has to begin.
 */
export function mayLead(
  figures: readonly Measured[],
  terms: { readonly roundMs: number; readonly faults: number; readonly lateMs: number },
): Leading {
  const { roundMs, faults, lateMs } = terms
  const counted = figures.map(({ worstMs }) => worstMs).toSorted((a, b) => b - a)[faults]
  const worstMs = counted === undefined ? null : counted + lateMs
  if (worstMs === null && lateMs < roundMs) {
    return { verdict: 'lead', why: `no more than ${faults} validators were measured`, worstMs }
  }
  const boundMs = Math.round(worstMs ?? lateMs)
  if (boundMs < roundMs) return { verdict: 'lead', why: `${boundMs} ms, within a round of ${roundMs} ms`, worstMs: boundMs }
  const why = `messages take ${boundMs} ms, difference of clocks included, and a round is ${roundMs} ms`
  return { verdict: 'stay-silent', why, worstMs: boundMs }
}
