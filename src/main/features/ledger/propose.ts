import type { BlockContext } from './apply.ts'
import { type Block, type Parent, sealHeader } from './block.ts'
import { leaderOf } from './genesis.ts'
import { listRoot } from './merkle.ts'
import type { Pool } from './pool.ts'
import type { LedgerState } from './state.ts'
import type { At } from './validator.ts'

/** A chain, as far as the next block depends on it. */
export interface Tip {
  readonly head: Parent
  readonly state: LedgerState
  readonly context: BlockContext
}

/** What entries are judged by that come now: the block they may lie in next. */
export function nextAt({ head }: Pick<Tip, 'head'>, nowMs: number): At {
  return { height: head.height + 1, timeMs: Math.max(nowMs, head.timestampMs) }
}

/** The block that the leader of `slot` puts before the others: of what waits, and empty where nothing does. */
export function propose(pool: Pool, { head, state, context }: Tip, slot: number, timestampMs: number): Block {
  const place = { network: context.network, height: head.height + 1, slot, timestampMs }
  const { entries, state: after } = pool.assemble(place, state)
  const header = sealHeader({
    ...place,
    parent: head.id,
    leader: leaderOf(state.roster, slot).key,
    entriesRoot: listRoot(entries.map(({ bytes }) => bytes)),
    stateRoot: after.root,
  })
  return { header, entries }
}
