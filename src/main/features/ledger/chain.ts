import { LatchError } from '../../../shared/errors.ts'
import type { NameChange } from '../../../shared/model/ledger.ts'
import { type BlockCode, type BlockContext, judgeBlock } from './apply.ts'
import { type CertifiedBlock, genesisParent, type Parent, type SealedHeader } from './block.ts'
import type { Hex } from './bytes.ts'
import { trusting } from './context.ts'
import type { Entry } from './entry.ts'
import { choose, type Choice } from './fork-choice.ts'
import { type Roster, slotStartMs } from './genesis.ts'
import { MAX_AHEAD_MS, MAX_REORGANISED_BLOCKS, MAX_SIDE_BLOCKS } from './limits.ts'
import { changedNames } from './name-changes.ts'
import { rosterAfter } from './rosters.ts'
import { genesisState, type LedgerState, undoBlock } from './state.ts'
import type { ChainStore, StoredHeader } from './store.ts'

/** What consensus says of the signatures under a block: a whole number above 0, or why they do not hold. */
export type CertificateVerdict =
  | { readonly outcome: 'valid'; readonly weight: number }
  | { readonly outcome: 'refused'; readonly why: string }

/** Whether a certificate holds, by the roster that decided on this block. Pure, and the same on every node. */
export type CheckCertificate = (header: SealedHeader, certificate: Uint8Array, roster: Roster) => CertificateVerdict

/** What changed when the chain did. */
export interface Changed {
  readonly head: SealedHeader
  /** Of the former chain, from its head down; empty where the chain only grew. */
  readonly left: readonly CertifiedBlock[]
  /** Of the present one, upwards. */
  readonly joined: readonly CertifiedBlock[]
  /** Why one branch was left for another; null where the chain only grew. */
  readonly why: Choice['why'] | null
  readonly names: readonly NameChange[]
  /** Entries of blocks that were left and are in none that joined: they go back to the pool. */
  readonly returned: readonly Entry[]
}

export type AddVerdict =
  | { readonly outcome: 'added'; readonly changed: Changed }
  /** Valid, and on a branch that does not count. */
  | { readonly outcome: 'beside'; readonly why: Choice['why'] }
  | { readonly outcome: 'known' }
  /** What it follows is not here: ask for that first. */
  | { readonly outcome: 'orphan'; readonly parent: Hex }
  | { readonly outcome: 'refused'; readonly code: BlockCode | 'certificate' | 'too-deep' | 'ahead'; readonly why: string }

export interface ChainLimits {
  readonly reorganised: number
  readonly side: number
}

/** States of recent blocks, which share nearly all they hold: most forks are from one of them. */
const STATES_KEPT = 32

/**
 * One network's chain: the blocks, the branches beside them, and the state after the last one. *Errors*: LatchError DAMAGED
 * when it is opened and its records are not those of its last block.
 */
export class Chain {
  readonly context: BlockContext
  readonly #store: ChainStore
  readonly #checkCertificate: CheckCertificate
  readonly #limits: ChainLimits
  readonly #states = new Map<Hex, LedgerState>()
  #head: Parent
  #state: LedgerState
  #base: number

  constructor(
    store: ChainStore,
    context: BlockContext,
    checkCertificate: CheckCertificate,
    limits: ChainLimits = { reorganised: MAX_REORGANISED_BLOCKS, side: MAX_SIDE_BLOCKS },
  ) {
    this.context = context
    this.#store = store
    this.#checkCertificate = checkCertificate
    this.#limits = limits
    const { id, base } = store.head()
    this.#base = base
    this.#state = store.state()
    const head = store.get(id)?.header
    this.#head = head ?? genesisParent(context.genesis)
    const root = head?.stateRoot ?? genesisState(context.genesis).root
    if (this.#state.root !== root) {
      const sentence = 'The ledger in the database is damaged: its records do not lead to the root of its last block.'
      throw new LatchError('DAMAGED', sentence)
    }
  }

  get head(): Parent {
    return this.#head
  }

  get state(): LedgerState {
    return this.#state
  }

  /** Blocks below this height are not here. */
  get base(): number {
    return this.#base
  }

  /**
   * Judges a block, and takes it: on top of the chain, or onto a branch, which becomes the chain when it counts for more.
   * Durable when this returns. `verified` are entries whose signatures hold, by id.
   */
  add(block: CertifiedBlock, nowMs: number, verified: ReadonlySet<Hex> = new Set()): AddVerdict {
    const { header } = block
    const known = this.#store.get(header.id)
    if (known !== undefined) return this.#reweigh(known, block.certificate)
    const parent = this.#parentOf(header)
    if (parent === undefined) return { outcome: 'orphan', parent: header.parent }
    const early = this.#whyNotNow(header, parent, nowMs)
    if (early !== null) return early
    // Before its parent's state is worked out, which for an old one is much work.
    const certified = this.#checkCertificate(header, block.certificate, this.#rosterAfter(parent))
    if (certified.outcome === 'refused') return { outcome: 'refused', code: 'certificate', why: certified.why }
    const before = this.#stateAt(parent.id)
    const judged = judgeBlock(block, parent, before, trusting(this.context, verified))
    if (judged.outcome === 'refused') return judged
    const { state, undo } = judged
    const follows = parent.id === this.#head.id
    this.#store.transaction(() => {
      this.#store.put(block, certified.weight, undo, follows)
      if (!follows) return
      this.#store.putState(
        undo.before.map(([key]) => key),
        state,
      )
      this.#store.setHead(header.id)
      this.#store.forgetBelow(header.height - this.#limits.reorganised)
    })
    this.#keep(header.id, state)
    if (!follows) return this.#choose(header.id)
    const names = changedNames(undo.before.map(([key]) => key), before, state)
    this.#head = header
    this.#state = state
    return { outcome: 'added', changed: { head: header, left: [], joined: [block], why: null, names, returned: [] } }
  }

  /** The state after a block of the chain, or of a branch; null where it is not here, or too far back. */
  stateAt(id: Hex): LedgerState | null {
    const height = id === this.context.network ? 0 : this.#store.get(id)?.header.height
    const floor = Math.max(this.#base, this.#head.height - this.#limits.reorganised)
    return height === undefined || height < floor ? null : this.#stateAt(id)
  }

  #parentOf(header: SealedHeader): Parent | undefined {
    if (header.parent === this.#head.id) return this.#head
    if (header.parent === this.context.network) return genesisParent(this.context.genesis)
    return this.#store.get(header.parent)?.header
  }

  #whyNotNow(header: SealedHeader, parent: Parent, nowMs: number): AddVerdict | null {
    const floor = Math.max(this.#base, this.#head.height - this.#limits.reorganised)
    if (parent.height < floor) {
      return { outcome: 'refused', code: 'too-deep', why: `nothing below height ${floor} is taken back` }
    }
    if (slotStartMs(this.context.genesis, header.slot) > nowMs + MAX_AHEAD_MS) {
      return { outcome: 'refused', code: 'ahead', why: 'its slot has not begun' }
    }
    if (parent.id !== this.#head.id && this.#store.sideBlocks() >= this.#limits.side) {
      return { outcome: 'refused', code: 'too-deep', why: 'too many blocks lie beside the chain' }
    }
    return null
  }

  /** The same block with more signatures under it can turn the choice between two branches. */
  #reweigh({ header, weight, certificate: before }: StoredHeader, certificate: Uint8Array): AddVerdict {
    const parent = this.#parentOf(header)
    if (parent === undefined || Buffer.compare(certificate, before) === 0) return { outcome: 'known' }
    const certified = this.#checkCertificate(header, certificate, this.#rosterAfter(parent))
    if (certified.outcome === 'refused') return { outcome: 'refused', code: 'certificate', why: certified.why }
    if (certified.weight <= weight) return { outcome: 'known' }
    this.#store.reweigh(header.id, certificate, certified.weight)
    for (const side of this.#store.sideHeads()) {
      const verdict = this.#choose(side.header.id)
      if (verdict.outcome === 'added') return verdict
    }
    return { outcome: 'known' }
  }

  /** Whether the branch that ends with `id` counts for more than the chain; then it is the chain. */
  #choose(id: Hex): AddVerdict {
    const branch = this.#branchTo(id)
    const fork = (branch[0]?.header.height ?? 1) - 1
    const chain = this.#store.range(fork + 1, this.#head.height - fork)
    const { chosen, why } = choose(
      { head: this.#head.id, weight: weightOf(chain) },
      { head: id, weight: weightOf(branch) },
    )
    if (chosen === 'first') return { outcome: 'beside', why }
    return { outcome: 'added', changed: this.#reorganise(chain.toReversed(), branch, why) }
  }

  #reorganise(leaving: StoredHeader[], joining: StoredHeader[], why: Choice['why']): Changed {
    const head = joining.at(-1)?.header
    if (head === undefined) throw new Error('a branch has at least one block')
    const before = this.#state
    const after = this.#stateAt(head.id)
    const [left, joined] = [leaving, joining].map((headers) => headers.map(({ header }) => this.#whole(header.id)))
    const keys = new Set(
      [...leaving, ...joining].flatMap(({ header }) => this.#undoOf(header.id).before.map(([key]) => key)),
    )
    this.#store.transaction(() => {
      for (const { header } of leaving) this.#store.place(header.id, false)
      for (const { header } of joining) this.#store.place(header.id, true)
      this.#store.putState(keys, after)
      this.#store.setHead(head.id)
    })
    this.#head = head
    this.#state = after
    const kept = new Set(joined?.flatMap(({ entries }) => entries.map((entry) => entry.id)))
    const returned = (left ?? []).toReversed().flatMap(({ entries }) => entries.filter((entry) => !kept.has(entry.id)))
    return { head, left: left ?? [], joined: joined ?? [], why, names: changedNames(keys, before, after), returned }
  }

  /** The blocks from the one after the chain was left up to `id`. */
  #branchTo(id: Hex): StoredHeader[] {
    const branch: StoredHeader[] = []
    for (let block = this.#store.get(id); block?.onChain === false; block = this.#store.get(block.header.parent)) {
      branch.push(block)
    }
    return branch.toReversed()
  }

  /** Who decides on the block after `parent`. */
  #rosterAfter({ id, height }: Parent): Roster {
    const isBeside = this.#store.get(id)?.onChain === false
    return isBeside ? this.#stateAt(id).roster : rosterAfter(height, this.#state, this.context.genesis)
  }

  /** The state after any block that is here, from the nearest that is known. */
  #stateAt(id: Hex): LedgerState {
    if (id === this.#head.id) return this.#state
    const kept = this.#states.get(id)
    if (kept !== undefined) return kept
    const branch = this.#branchTo(id)
    const [first] = branch
    if (first === undefined) return this.#rewound(id)
    let state = this.#stateAt(first.header.parent)
    for (const { header } of branch) {
      const parent = this.#parentOf(header)
      if (parent === undefined) throw new Error('a branch that hangs in the air')
      const judged = judgeBlock(this.#whole(header.id), parent, state, { ...this.context, isSigned: () => true })
      if (judged.outcome === 'refused') throw new Error(`a stored block is not valid: ${judged.why}`)
      state = judged.state
    }
    this.#keep(id, state)
    return state
  }

  /** The state after a block of the chain: from the head down. */
  #rewound(id: Hex): LedgerState {
    let state = this.#state
    for (let at = this.#head.id; at !== id; ) {
      const block = this.#store.get(at)
      if (block === undefined) throw new Error('the chain has a gap')
      state = undoBlock(state, this.#undoOf(at))
      at = block.header.parent
    }
    this.#keep(id, state)
    return state
  }

  #whole(id: Hex): CertifiedBlock {
    const block = this.#store.block(id)
    if (block === undefined) throw new Error('a block that was stored is not there')
    return block
  }

  #undoOf(id: Hex) {
    const undo = this.#store.undo(id)
    if (undo === undefined) throw new Error('a block that may be taken back has no undo record')
    return undo
  }

  #keep(id: Hex, state: LedgerState): void {
    this.#states.delete(id)
    this.#states.set(id, state)
    const [oldest] = this.#states.keys()
    if (this.#states.size > STATES_KEPT && oldest !== undefined) this.#states.delete(oldest)
  }
}

function weightOf(branch: readonly StoredHeader[]): number {
  return branch.reduce((sum, { weight }) => sum + weight, 0)
}
