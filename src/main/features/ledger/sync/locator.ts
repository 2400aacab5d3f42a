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

/** Branches that are named beside the chain. */
const MAX_BRANCHES = 8

/** Ids of the chain at those heights, after `first`: what the other side may have that lies on no chain of ours. */
export function locatorOf({ chain, store, network }: Running, max: number, first: readonly Hex[]): Hex[] {
  const heights = locatorHeights(chain.head.height, chain.base, max - first.length)
  const ids = heights.flatMap((height) => (height === 0 ? network : (store.at(height)?.header.id ?? [])))
  return [...new Set([...first, ...ids])]
}

/** Where the highest branches end, so that one that goes on growing is not shown from its beginning with each block. */
export function branchEnds({ store }: Pick<Running, 'store'>): Hex[] {
  if (store.sideBlocks() === 0) return []
  const ends = store.sideHeads().toSorted((one, other) => other.header.height - one.header.height)
  return ends.slice(0, MAX_BRANCHES).map(({ header }) => header.id)
}
