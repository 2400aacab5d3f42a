import {
  FASTEST_BYTES_PER_SECOND,
  IDLE_BYTES_PER_SECOND,
  LATEST_LOOK_MS,
  LATEST_SHARE,
  LOW_DATA_BYTES,
  LOW_DATA_MS,
  LOW_DATA_SHARE,
  LOW_TIME_MS,
  LOW_TIME_SHARE,
  OTHER_SIDE_SHARE,
  SOONEST_IDLE_LOOK_MS,
  SOONEST_LOOK_MS,
  SPEED_HALVES_MS,
} from './limits.ts'

/*
 * How long a circuit still lasts, and when the next is to be opened. Pure.
 */

/** What a circuit may still carry. Null: no such limit. */
export interface Tank {
  readonly dataBytes: number | null
  readonly leftBytes: number | null
  readonly durationMs: number | null
  readonly leftMs: number | null
}

export interface FuelFacts {
  readonly bytesPerSecond: number
  /** Whether this side dialled the circuit. The other side hands over only where the dialler did not. */
  readonly role: 'dialler' | 'other'
}

export type FuelVerdict =
  | { verdict: 'enough'; lookAgainMs: number }
  | { verdict: 'hand-over'; why: 'few bytes left' | 'little time left' }

/** Whether it is time for the next circuit; if not, when to look again, so that even the fastest is caught in time. */
export function judgeFuel(tank: Tank, { bytesPerSecond, role }: FuelFacts): FuelVerdict {
  const share = role === 'dialler' ? 1 : OTHER_SIDE_SHARE
  const { dataBytes, leftBytes, durationMs, leftMs } = tank
  let lookAgainMs = LATEST_LOOK_MS
  if (dataBytes !== null && leftBytes !== null) {
    if (leftBytes <= share * lowBytes(dataBytes, bytesPerSecond)) return { verdict: 'hand-over', why: 'few bytes left' }
    const spareBytes = leftBytes - share * lowBytes(dataBytes, 0)
    lookAgainMs = Math.min(lookAgainMs, (spareBytes / FASTEST_BYTES_PER_SECOND) * 1_000)
  }
  if (leftMs !== null) {
    const spareMs = leftMs - share * lowMs(durationMs)
    if (spareMs <= 0) return { verdict: 'hand-over', why: 'little time left' }
    lookAgainMs = Math.min(lookAgainMs, spareMs)
  }
  const soonestMs = bytesPerSecond < IDLE_BYTES_PER_SECOND ? SOONEST_IDLE_LOOK_MS : SOONEST_LOOK_MS
  return { verdict: 'enough', lookAgainMs: Math.max(soonestMs, Math.ceil(lookAgainMs)) }
}

function lowBytes(dataBytes: number, bytesPerSecond: number): number {
  const low = Math.max(dataBytes * LOW_DATA_SHARE, LOW_DATA_BYTES, (bytesPerSecond * LOW_DATA_MS) / 1_000)
  return Math.min(low, dataBytes * LATEST_SHARE)
}

function lowMs(durationMs: number | null): number {
  if (durationMs === null) return LOW_TIME_MS
  return Math.min(Math.max(durationMs * LOW_TIME_SHARE, LOW_TIME_MS), durationMs * LATEST_SHARE)
}

/** How fast a circuit is used: the last look's speed, or what is left of an earlier, faster one. */
export interface Speed {
  readonly atMs: number
  readonly leftBytes: number | null
  readonly bytesPerSecond: number
}

/** The speed after one more look. `nowMs` is monotonic. */
export function measureSpeed(before: Speed | null, leftBytes: number | null, nowMs: number): Speed {
  if (before === null || before.leftBytes === null || leftBytes === null) {
    return { atMs: nowMs, leftBytes, bytesPerSecond: 0 }
  }
  const passedMs = nowMs - before.atMs
  // Two looks in one breath, and a frame between them is no speed.
  if (passedMs < SOONEST_LOOK_MS) return before
  const now = (Math.max(0, before.leftBytes - leftBytes) / passedMs) * 1_000
  const faded = before.bytesPerSecond * 0.5 ** (passedMs / SPEED_HALVES_MS)
  return { atMs: nowMs, leftBytes, bytesPerSecond: Math.max(now, faded) }
}
