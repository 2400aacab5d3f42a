import type { Kind } from './kinds.ts'
import { timeLimitMs } from './theory.ts'

export type Pair = readonly [Kind, Kind]

/** A pair and which of the two instances of each kind it takes: `lossy-1`, `slow-2`. */
export interface Seats {
  readonly pair: Pair
  readonly a: string
  readonly b: string
}

/** Pure. The first pair for which both hosts are free, those that may take long first; null while there is none. */
export function nextPair(left: readonly Pair[], busy: ReadonlySet<string>): Seats | null {
  const longestFirst = left.toSorted(([a, b], [c, d]) => timeLimitMs(c, d) - timeLimitMs(a, b))
  for (const pair of longestFirst) {
    for (const [i, j] of [[1, 2], [2, 1]]) {
      const [a, b] = [`${pair[0]}-${i}`, `${pair[1]}-${j}`]
      if (!busy.has(a) && !busy.has(b)) return { pair, a, b }
    }
  }
  return null
}

/** Runs all of them, so many at once. No host is in two pairs at a time. */
export async function runAll(
  pairs: readonly Pair[],
  atOnce: number,
  run: (seats: Seats) => Promise<void>,
): Promise<void> {
  const left = new Set(pairs)
  const busy = new Set<string>()
  const running = new Set<Promise<void>>()
  while (left.size > 0 || running.size > 0) {
    const seats = running.size < atOnce ? nextPair([...left], busy) : null
    if (seats === null) {
      await Promise.race(running)
      continue
    }
    left.delete(seats.pair)
    busy.add(seats.a).add(seats.b)
    const done = run(seats).finally(() => {
      busy.delete(seats.a)
      busy.delete(seats.b)
      running.delete(done)
    })
    running.add(done)
  }
}
