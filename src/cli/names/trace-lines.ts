import type { Lookup, LookupStep } from '../../shared/model/names.ts'
import { oneLine } from '../plain.ts'
import { short } from '../short-id.ts'

const widths = { time: 9, step: 9, outcome: 8 } as const

/** `   3.2 ms  ask       found    12D3…qx3abcde, after 1 hop, took 1.4 ms: Zone 7.` */
export function stepLine({ atMs, tookMs, step, peerId, outcome, hops, why }: LookupStep): string {
  const about = [
    ...(peerId === null ? [] : [short(peerId)]),
    ...(hops === null || hops === 0 ? [] : [`after ${hops} ${hops === 1 ? 'hop' : 'hops'}`]),
    ...(tookMs === null || tookMs === 0 ? [] : [`took ${exactly(tookMs)}`]),
  ].join(', ')
  const text = [about, oneLine(why)].filter((part) => part !== '').join(': ')
  const head = [exactly(atMs + (tookMs ?? 0)).padStart(widths.time), step.padEnd(widths.step), outcome.padEnd(widths.outcome)]
  return [...head, text].join('  ').trimEnd()
}

/** Tenths of a millisecond up to a second: a look-up at home is over within one. */
function exactly(ms: number): string {
  return ms < 1_000 ? `${ms.toFixed(1)} ms` : `${(ms / 1_000).toFixed(2)} s`
}

/** Each step of a look-up when it begins and when it ends, and at the end what was not waited for. */
export class TraceLines {
  readonly #open = new Set<string>()

  of(step: LookupStep): string {
    if (step.outcome === 'running') this.#open.add(keyOf(step))
    else this.#open.delete(keyOf(step))
    return stepLine(step)
  }

  end({ steps }: Pick<Lookup, 'steps'>): string[] {
    return steps.filter((step) => this.#open.has(keyOf(step)) && step.outcome !== 'running').map((step) => stepLine(step))
  }
}

/** A step that ends is told with the time and the peer with which it began. */
function keyOf({ atMs, step, peerId }: LookupStep): string {
  return `${atMs} ${step} ${peerId}`
}
