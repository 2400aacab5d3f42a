import type { Hex } from './bytes.ts'

/** One branch. */
export interface Branch {
  /** The id of its last block. */
  readonly head: Hex
  /** The sum of what its certificates weigh; from the same block on for both. */
  readonly weight: number
}

export interface Choice {
  readonly chosen: 'first' | 'second'
  readonly why: 'more certified weight' | 'the lower hash' | 'the same block'
}

/**
 * Which of two branches counts: the one with more certified weight, then the one whose head has the lower hash. The same
 * answer everywhere, whichever came first. Pure.
 */
export function choose(first: Branch, second: Branch): Choice {
  if (first.weight !== second.weight) {
    return { chosen: first.weight > second.weight ? 'first' : 'second', why: 'more certified weight' }
  }
  if (first.head === second.head) return { chosen: 'first', why: 'the same block' }
  return { chosen: first.head < second.head ? 'first' : 'second', why: 'the lower hash' }
}
