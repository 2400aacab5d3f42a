import { judgeBlock } from './apply.ts'
import { genesisParent, type Parent } from './block.ts'
import type { Hex } from './bytes.ts'
import type { Chain, CheckCertificate } from './chain.ts'
import type { CertifiedBlock } from './block.ts'
import { genesisState, type LedgerState, undoBlock } from './state.ts'
import type { ChainStore } from './store.ts'

export type ChainCheck =
  | { readonly outcome: 'whole'; readonly head: Hex; readonly height: number; readonly blocks: number }
  | { readonly outcome: 'broken'; readonly firstBadHeight: number; readonly why: string }
  /** The way back to that height is not here any more, or the chain was left for another meanwhile. */
  | { readonly outcome: 'refused'; readonly why: string }

/** Blocks that are undone between two turns of the event loop: some ms. */
const UNDONE_PER_TURN = 16

/**
 * Judges again what is stored, from a height to the head, as if each block came from a stranger. A turn of the event loop
 * lies between two blocks, also on the way back to where it begins: others may ask for this, and a validator that stands
 * still is one that is late. *Errors*: the signal's reason.
 */
export async function verifyChain(
  chain: Chain,
  store: ChainStore,
  checkCertificate: CheckCertificate,
  from: number,
  signal: AbortSignal,
): Promise<ChainCheck> {
  const { context, head } = chain
  if (from <= chain.base) return { outcome: 'refused', why: `blocks begin here above height ${chain.base}` }
  let parent: Parent | undefined = from === 1 ? genesisParent(context.genesis) : store.at(from - 1)?.header
  let state = parent === undefined ? null : await stateAfter(chain, store, parent, signal)
  if (parent === undefined || state === null) return { outcome: 'refused', why: 'that is too far back, or not there yet' }
  for (let height = from; height <= head.height; height++) {
    signal.throwIfAborted()
    const broken = (why: string): ChainCheck =>
      store.get(head.id)?.onChain === true
        ? { outcome: 'broken', firstBadHeight: height, why }
        : { outcome: 'refused', why: 'the chain was left for another meanwhile' }
    const block = blockAt(store, height)
    if (typeof block === 'string') return broken(block)
    const certified = checkCertificate(block.header, block.certificate, state.roster)
    if (certified.outcome === 'refused') return broken(certified.why)
    const judged = judgeBlock(block, parent, state, context)
    if (judged.outcome === 'refused') return broken(judged.why)
    state = judged.state
    parent = block.header
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { outcome: 'whole', head: parent.id, height: parent.height, blocks: head.height - from + 1 }
}

/** The state after a block of the chain; null where what would take the blocks above it back is not here any more. */
async function stateAfter(
  { context, head, state: last }: Chain,
  store: ChainStore,
  parent: Parent,
  signal: AbortSignal,
): Promise<LedgerState | null> {
  if (parent.height === 0) return genesisState(context.genesis)
  let state = last
  let undone = 0
  for (let id = head.id; id !== parent.id; undone++) {
    const block = store.get(id)
    const undo = store.undo(id)
    if (block === undefined || undo === undefined) return null
    state = undoBlock(state, undo)
    id = block.header.parent
    if (undone % UNDONE_PER_TURN !== 0) continue
    await new Promise((resolve) => setImmediate(resolve))
    signal.throwIfAborted()
  }
  return state
}

function blockAt(store: ChainStore, height: number): CertifiedBlock | string {
  try {
    const header = store.at(height)?.header
    return (header === undefined ? undefined : store.block(header.id)) ?? 'it is missing'
  } catch {
    return 'it cannot be read'
  }
}
