import { type BlockContext, judgeBlock } from '../../../src/main/features/ledger/apply.ts'
import type { CertifiedBlock, Parent } from '../../../src/main/features/ledger/block.ts'
import type { Block } from '../../../src/main/features/ledger/block.ts'
import { Chain, type ChainLimits, type CheckCertificate } from '../../../src/main/features/ledger/chain.ts'
import type { Genesis } from '../../../src/main/features/ledger/genesis.ts'
import type { LedgerState } from '../../../src/main/features/ledger/state.ts'
import { ChainStore } from '../../../src/main/features/ledger/store.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { Town } from './town.ts'

/** A certificate of these tests says what it weighs, in one byte; 0 is one that does not hold. */
export const checkWeight: CheckCertificate = (_header, certificate) => {
  const [weight] = certificate
  return weight === undefined || weight === 0 ? { outcome: 'refused', why: 'no weight' } : { outcome: 'valid', weight }
}

export function certified(block: Block, weight = 1): CertifiedBlock {
  return { ...block, certificate: new Uint8Array([weight]) }
}

/** Everything that these tests do is over by then. */
export const LATER_MS = 9_000_000_000_000

export interface Kept {
  readonly chain: Chain
  readonly store: ChainStore
  readonly database: Database
}

export function keep(
  genesis: Genesis,
  context: BlockContext,
  database: Database = openMemoryDatabase(),
  limits?: ChainLimits,
): Kept {
  const store = new ChainStore(database, genesis)
  return { chain: new Chain(store, context, checkWeight, limits), store, database }
}

/** A second town that goes on from where the first one is now. */
export function split(town: Town): Town {
  const other = new Town(town.genesis)
  other.parent = town.parent
  other.state = town.state
  return other
}

export function judge(town: { parent: Parent; state: LedgerState; context: BlockContext }, block: Block): string {
  const verdict = judgeBlock(block, town.parent, town.state, town.context)
  return verdict.outcome === 'valid' ? 'valid' : verdict.code
}
