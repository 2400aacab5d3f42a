import type { Hex } from '../bytes.ts'
import type { Running } from '../types.ts'

/** Heights one below the other before the distance begins to double: most forks are shorter. */
const CLOSE = 10

/**
 * The heights by which another node finds what both have: the newest ones, then ever farther apart, the lowest last. Pure.
 */
export function locatorHeights(head: number, base: number, max: number): number[] {
  const heights: number[] = []
  let step = 1
  for (let height = head; height > base && heights.length < max - 1; height -= step) {
    heights.push(height)
    if (heights.length >= CLOSE) step *= 2
  }
  return [...heights, base]
}

/**
 * Ids of the chain at those heights. Blocks beside it are not named, so that whoever has them shows them again, with the
 * certificates that it knows; but for `after`, the last of a branch that is being fetched.
 */
export function locatorOf({ chain, store, network }: Running, max: number, after: Hex | null): Hex[] {
  const heights = locatorHeights(chain.head.height, chain.base, after === null ? max : max - 1)
  const ids = heights.flatMap((height) => (height === 0 ? network : (store.at(height)?.header.id ?? [])))
  return after === null || ids[0] === after ? ids : [after, ...ids]
}
