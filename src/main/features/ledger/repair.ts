import { LatchError } from '../../../shared/errors.ts'
import { DecodeError } from '../../platform/cbor.ts'
import type { Log } from '../../platform/log.ts'
import { type BlockContext, judgeBlock } from './apply.ts'
import { type CertifiedBlock, genesisParent, type Parent } from './block.ts'
import { Chain, type CheckCertificate } from './chain.ts'
import { genesisState } from './state.ts'
import type { ChainStore } from './store.ts'

/**
 * Opens a stored chain. Where its records do not lead to the root of its last block, they are worked out anew from the
 * blocks, up to the last that holds; where those are not here, as the chain began with a snapshot, it begins at the
 * genesis again, and peers have the rest. Nobody's app stays closed for that. *Errors*: those of the database.
 */
export function openChain(store: ChainStore, context: BlockContext, checkCertificate: CheckCertificate, log: Log): Chain {
  try {
    return new Chain(store, context, checkCertificate)
  } catch (error) {
    const isDamage = error instanceof DecodeError || (error instanceof LatchError && error.code === 'DAMAGED')
    if (!isDamage) throw error
    const height = rebuild(store, context, checkCertificate)
    log.error({ error, height, network: context.network }, 'the ledger was damaged, and was worked out anew from its blocks')
    return new Chain(store, context, checkCertificate)
  }
}

/** Gives the height up to which the blocks hold. */
function rebuild(store: ChainStore, context: BlockContext, checkCertificate: CheckCertificate): number {
  let head: Parent = genesisParent(context.genesis)
  let state = genesisState(context.genesis)
  const isWhole = store.head().base === 0
  for (let block = isWhole ? blockAt(store, 1) : null; block !== null; block = blockAt(store, head.height + 1)) {
    if (checkCertificate(block.header, block.certificate, state.roster).outcome === 'refused') break
    const judged = judgeBlock(block, head, state, context)
    if (judged.outcome === 'refused') break
    state = judged.state
    head = block.header
  }
  store.rewind(head, state)
  return head.height
}

function blockAt(store: ChainStore, height: number): CertifiedBlock | null {
  try {
    const header = store.at(height)?.header
    return (header === undefined ? undefined : store.block(header.id)) ?? null
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}
