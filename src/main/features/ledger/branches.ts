import { type BlockContext, judgeBlock } from './apply.ts'
import { type CertifiedBlock, genesisParent, type Header, type Parent } from './block.ts'
import type { Hex } from './bytes.ts'
import { type LedgerState, type RosterRecord, type Undo, undoBlock } from './state.ts'
import type { ChainStore, StoredHeader } from './store.ts'

/** States of recent blocks, which share nearly all they hold: most forks are from one of them. */
const STATES_KEPT = 32
/** Rosters after blocks: of nearly all the same one, so that an entry of the map is all that each costs. */
const ROSTERS_KEPT = 32_768

/** Where the chain ends now. */
interface End {
  readonly head: Parent
  readonly state: LedgerState
}

/** What lies in the store beside the chain and below its head, and the state after each of it. */
export class Branches {
  readonly #store: ChainStore
  readonly #context: BlockContext
  readonly #states = new Map<Hex, LedgerState>()
  readonly #rosters = new Map<Hex, RosterRecord>()

  constructor(store: ChainStore, context: BlockContext) {
    this.#store = store
    this.#context = context
  }

  /** What a block follows; undefined where that is not here. */
  parentOf({ parent }: Pick<Header, 'parent'>): Parent | undefined {
    return parent === this.#context.network ? genesisParent(this.#context.genesis) : this.#store.get(parent)?.header
  }

  /** The blocks from the one after the chain was left up to `id`; none where that is on the chain. */
  to(id: Hex): StoredHeader[] {
    const branch: StoredHeader[] = []
    for (let block = this.#store.get(id); block?.onChain === false; block = this.#store.get(block.header.parent)) {
      branch.push(block)
    }
    return branch.toReversed()
  }

  /** The state after any block that is here, from the nearest that is known. */
  stateAt(end: End, id: Hex): LedgerState {
    if (id === end.head.id) return end.state
    const kept = this.#states.get(id)
    if (kept !== undefined) return kept
    const branch = this.to(id)
    const [first] = branch
    const state = first === undefined ? this.#rewound(end, id) : this.#judged(branch, this.stateAt(end, first.header.parent))
    this.keep(id, state)
    return state
  }

  /**
   * Who decides on the block after any that is here. Asked before a certificate is checked, so by anybody: the state of a
   * branch, which takes as long to work out as the branch is, must not be worked out each time.
   */
  rosterAfter(end: End, id: Hex): RosterRecord {
    return this.#rosters.get(id) ?? this.stateAt(end, id).roster
  }

  keep(id: Hex, state: LedgerState): void {
    this.#keepRoster(id, state)
    this.#states.delete(id)
    this.#states.set(id, state)
    const [oldest] = this.#states.keys()
    if (this.#states.size > STATES_KEPT && oldest !== undefined) this.#states.delete(oldest)
  }

  whole(id: Hex): CertifiedBlock {
    const block = this.#store.block(id)
    if (block === undefined) throw new Error('a block that was stored is not there')
    return block
  }

  undo(id: Hex): Undo {
    const undo = this.#store.undo(id)
    if (undo === undefined) throw new Error('a block that may be taken back has no undo record')
    return undo
  }

  /** After the blocks of a branch, which were found valid when they were stored. */
  #judged(branch: readonly StoredHeader[], before: LedgerState): LedgerState {
    const context = { ...this.#context, isSigned: () => true }
    let state = before
    for (const { header } of branch) {
      const parent = this.parentOf(header)
      if (parent === undefined) throw new Error('a branch hangs in the air')
      const judged = judgeBlock(this.whole(header.id), parent, state, context)
      if (judged.outcome === 'refused') throw new Error(`a stored block is not valid: ${judged.why}`)
      state = judged.state
      this.#keepRoster(header.id, state)
    }
    return state
  }

  #keepRoster(id: Hex, { roster }: LedgerState): void {
    this.#rosters.set(id, roster)
    const [oldest] = this.#rosters.keys()
    if (this.#rosters.size > ROSTERS_KEPT && oldest !== undefined) this.#rosters.delete(oldest)
  }

  /** After a block of the chain: from the head down. */
  #rewound({ head, state: last }: End, id: Hex): LedgerState {
    let state = last
    for (let at = head.id; at !== id; ) {
      const block = this.#store.get(at)
      if (block === undefined) throw new Error('the chain has a gap')
      state = undoBlock(state, this.undo(at))
      at = block.header.parent
    }
    return state
  }
}
