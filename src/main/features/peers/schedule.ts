import type { RemotePeer } from '../../platform/streams.ts'
import { FIRST_WAIT_MS, LONGEST_WAIT_MS, LOOK_EVERY_MS, REDIAL_WITHIN_MS, UNDER_WAY_BYTES } from './limits.ts'

/**
 * How long to wait after the `failures`th failure in a row (1, 2, 3…): doubling from 1 s up to 5 min, and of that a
 * random half to whole, so that two who lost each other, or a thousand who lost the same relay, do not dial in step.
 * `random` is in [0, 1).
 */
export function waitMs(failures: number, random: number): number {
  const ceilingMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 30))
  return Math.round(ceilingMs * (0.5 + random / 2))
}

/** How long to wait after a connection that had held was lost. `random` is in [0, 1). */
export function redialMs(random: number): number {
  return Math.round(REDIAL_WITHIN_MS * random)
}

/** What became of a connection: `limit`, where the relay cut it because it had carried what it may. */
export type Loss = 'lost' | 'limit'

/** A relay says nothing when it cuts; it was the limit if that was near. `nowMs`: of the wall clock. */
export function lossOf({ circuit }: Pick<RemotePeer, 'circuit'>, nowMs: number): Loss {
  if (circuit === null) return 'lost'
  const isTimeUp = circuit.untilMs !== null && nowMs >= circuit.untilMs - CLOCKS_DIFFER_MS
  const isUsedUp = circuit.leftBytes !== null && circuit.leftBytes <= UNDER_WAY_BYTES
  return isTimeUp || isUsedUp ? 'limit' : 'lost'
}

/** A relay began to count a round trip earlier, and its seconds are whole. */
const CLOCKS_DIFFER_MS = 2_000

/** What the two clocks showed at one moment. */
export interface Hands {
  readonly wallMs: number
  readonly monotonicMs: number
}

/** Later than planned by this much, and it was no busy loop: the machine stood still. */
const STOOD_STILL_MS = 10_000

/**
 * Whether the machine slept between two looks that were to be LOOK_EVERY_MS apart. On Linux and macOS the monotonic
 * clock stands still in sleep and the wall clock does not; on Windows both go on, and the look itself comes late.
 * Somebody who sets the clock ahead is taken for a sleeper, which costs one dial.
 */
export function slept(before: Hands, now: Hands): boolean {
  const wallMs = now.wallMs - before.wallMs
  const monotonicMs = now.monotonicMs - before.monotonicMs
  return wallMs - monotonicMs > STOOD_STILL_MS || monotonicMs - LOOK_EVERY_MS > STOOD_STILL_MS
}
