import { judgeBlock } from './apply.ts'
import { genesisParent, type Parent } from './block.ts'
import type { Hex } from './bytes.ts'
import type { Chain, CheckCertificate } from './chain.ts'
import type { CertifiedBlock } from './block.ts'
import type { ChainStore } from './store.ts'

export type ChainCheck =
  | { readonly outcome: 'whole'; readonly head: Hex; readonly height: number; readonly blocks: number }
  | { readonly outcome: 'broken'; readonly firstBadHeight: number; readonly why: string }
  /** The way back to that height is not here any more. */
  | { readonly outcome: 'refused'; readonly why: string }

/**
 * Judges again what is stored, from a height to the head, as if each block came from a stranger. A turn of the event loop
 * lies between two blocks. *Errors*: the signal's reason.
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
  let state = parent === undefined ? null : chain.stateAt(parent.id)
  if (parent === undefined || state === null) return { outcome: 'refused', why: 'that is too far back, or not there yet' }
  for (let height = from; height <= head.height; height++) {
    signal.throwIfAborted()
    const broken = (why: string): ChainCheck => ({ outcome: 'broken', firstBadHeight: height, why })
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

function blockAt(store: ChainStore, height: number): CertifiedBlock | string {
  try {
    const header = store.at(height)?.header
    return (header === undefined ? undefined : store.block(header.id)) ?? 'it is missing'
  } catch {
    return 'it cannot be read'
  }
}
