import { LatchError } from '../../../shared/errors.ts'
import type { NameChange } from '../../../shared/model/ledger.ts'
import { type BlockCode, type BlockContext, judgeBlock } from './apply.ts'
import { type CertifiedBlock, checkHeader, genesisParent, type Parent, type SealedHeader } from './block.ts'
import type { Hex } from './bytes.ts'
import { Branches } from './branches.ts'
import { trusting } from './context.ts'
import type { Entry } from './entry.ts'
import { choose, type Choice } from './fork-choice.ts'
import { type Roster, slotStartMs } from './genesis.ts'
import { MAX_AHEAD_MS, MAX_REORGANISED_BLOCKS, MAX_SIDE_BLOCKS, REWEIGHED_BLOCKS } from './limits.ts'
import { changedNames } from './name-changes.ts'
import { rosterAfter } from './rosters.ts'
import { genesisState, type LedgerState, type Undo } from './state.ts'
import type { ChainStore, StoredHeader } from './store.ts'

/** What consensus says of the signatures under a block: a whole number above 0, or why they do not hold. */
export type CertificateVerdict =
  | { readonly outcome: 'valid'; readonly weight: number }
  | { readonly outcome: 'refused'; readonly why: string }

/** Whether a certificate holds, by the roster that decided on this block. Pure, and the same on every node. */
export type CheckCertificate = (header: SealedHeader, certificate: Uint8Array, roster: Roster) => CertificateVerdict

/**
 * What changed when the chain did. Pools first look through what they have (`recheck`) and then take `returned`, in this
 * order; and where the chain only grew, there is nothing to take.
 */
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

type Refusal = Extract<AddVerdict, { outcome: 'refused' | 'orphan' }>
type Certified = Refusal | { readonly outcome: 'valid'; readonly parent: Parent; readonly weight: number }

export interface ChainLimits {
  readonly reorganised: number
  readonly side: number
}

/**
 * One network's chain: the blocks, the branches beside them, and the state after the last one. *Errors*: LatchError DAMAGED
 * when it is opened and its records are not those of its last block.
 */
export class Chain {
  readonly context: BlockContext
  readonly #store: ChainStore
  readonly #checkCertificate: CheckCertificate
  readonly #limits: ChainLimits
  readonly #branches: Branches
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
    this.#branches = new Branches(store, context)
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
    const certified = this.#certified(block, nowMs)
    if (certified.outcome !== 'valid') return certified
    const { parent } = certified
    const before = this.#branches.stateAt(this, parent.id)
    const judged = judgeBlock(block, parent, before, trusting(this.context, verified))
    if (judged.outcome === 'refused') return judged
    const { state, undo } = judged
    this.#branches.keep(header.id, state)
    if (parent.id === this.#head.id) return { outcome: 'added', changed: this.#extend(block, certified.weight, judged) }
    // Killed between the two, this node would be the only one that does not choose that branch.
    return this.batch(() => {
      this.#store.put(block, certified.weight, undo, false)
      return this.#choose(header.id)
    })
  }

  /**
   * What would be said of a block by its header and its certificate, without reading its entries; null: those count. So
   * that somebody who is no validator cannot make anybody read a thousand entries.
   */
  foresee(block: Pick<CertifiedBlock, 'header' | 'certificate'>, nowMs: number): AddVerdict | null {
    if (this.#store.get(block.header.id) !== undefined) return { outcome: 'known' }
    const certified = this.#certified(block, nowMs)
    return certified.outcome === 'valid' ? null : certified
  }

  /**
   * Runs `body`, which adds many blocks, as one step: durable when this returns and not before, and as if nothing had been
   * where it throws. A block of its own costs a flush of the disk each, which is most of the time of a sync.
   */
  batch<T>(body: () => T): T {
    const [head, state] = [this.#head, this.#state]
    try {
      return this.#store.transaction(body)
    } catch (error) {
      this.#head = head
      this.#state = state
      throw error
    }
  }

  /** The state after a block of the chain, or of a branch; null where it is not here, or too far back. */
  stateAt(id: Hex): LedgerState | null {
    const height = id === this.context.network ? 0 : this.#store.get(id)?.header.height
    return height === undefined || height < this.#floor ? null : this.#branches.stateAt(this, id)
  }

  /** Below this height nothing is taken back. */
  get #floor(): number {
    return Math.max(this.#base, this.#head.height - this.#limits.reorganised)
  }

  /** Before the state of its parent is worked out, which for an old one is much work. */
  #certified({ header, certificate }: Pick<CertifiedBlock, 'header' | 'certificate'>, nowMs: number): Certified {
    const parent = header.parent === this.#head.id ? this.#head : this.#branches.parentOf(header)
    if (parent === undefined) return { outcome: 'orphan', parent: header.parent }
    const early = this.#whyNotNow(header, parent, nowMs)
    if (early !== null) return early
    const roster = this.#rosterAfter(parent)
    const headed = checkHeader(header, parent, { ...this.context, roster })
    if (headed.outcome === 'refused') return headed
    const certified = this.#checkCertificate(header, certificate, roster)
    if (certified.outcome === 'refused') return { outcome: 'refused', code: 'certificate', why: certified.why }
    return { outcome: 'valid', parent, weight: certified.weight }
  }

  #extend(block: CertifiedBlock, weight: number, { state, undo }: { state: LedgerState; undo: Undo }): Changed {
    const { header } = block
    const touched = undo.before.map(([key]) => key)
    this.#store.transaction(() => {
      this.#store.put(block, weight, undo, true)
      this.#store.putState(touched, state)
      this.#store.setHead(header.id)
      this.#store.forgetBelow(header.height - this.#limits.reorganised)
    })
    const names = changedNames(touched, this.#state, state)
    this.#head = header
    this.#state = state
    return { head: header, left: [], joined: [block], why: null, names, returned: [] }
  }

  #whyNotNow(header: SealedHeader, parent: Parent, nowMs: number): Refusal | null {
    if (parent.height < this.#floor) {
      return { outcome: 'refused', code: 'too-deep', why: `nothing below height ${this.#floor} is taken back` }
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
    const parent = this.#branches.parentOf(header)
    if (parent === undefined || Buffer.compare(certificate, before) === 0) return { outcome: 'known' }
    if (this.#isSettled(header)) return { outcome: 'known' }
    const certified = this.#checkCertificate(header, certificate, this.#rosterAfter(parent))
    if (certified.outcome === 'refused') return { outcome: 'refused', code: 'certificate', why: certified.why }
    if (certified.weight <= weight) return { outcome: 'known' }
    return this.batch(() => {
      this.#store.reweigh(header.id, certificate, certified.weight)
      const sides = this.#store.sideHeads().map((side) => ({ head: side.header.id, weight: side.total }))
      const [first, ...others] = sides
      if (first === undefined) return { outcome: 'known' }
      const best = others.reduce((one, other) => (choose(one, other).chosen === 'first' ? one : other), first)
      const verdict = this.#choose(best.head)
      return verdict.outcome === 'added' ? verdict : { outcome: 'known' }
    })
  }

  /**
   * Whether nothing hangs on what its certificate weighs. A validator has fuller certificates than others for every block
   * there ever was: each that was taken would be written to all blocks above it, by everybody. Where a branch shows up
   * later, whoever weighs ours more shows it with all signatures.
   */
  #isSettled({ height, id }: SealedHeader): boolean {
    if (height <= this.#floor) return true
    const isDeep = this.#store.get(id)?.onChain === true && height <= this.#head.height - REWEIGHED_BLOCKS
    return isDeep && this.#store.sideBlocks() === 0
  }

  /** Whether the branch that ends with `id` counts for more than the chain; then it is the chain. */
  #choose(id: Hex): AddVerdict {
    // What lies below where the two part adds the same to both.
    const { chosen, why } = choose(
      { head: this.#head.id, weight: this.#store.total(this.#head.id) },
      { head: id, weight: this.#store.total(id) },
    )
    if (chosen === 'first') return { outcome: 'beside', why }
    const branch = this.#branches.to(id)
    const fork = (branch[0]?.header.height ?? 1) - 1
    const leaving = this.#store.range(fork + 1, this.#head.height - fork).toReversed()
    return { outcome: 'added', changed: this.#reorganise(leaving, branch, why) }
  }

  #reorganise(leaving: StoredHeader[], joining: StoredHeader[], why: Choice['why']): Changed {
    const head = joining.at(-1)?.header
    if (head === undefined) throw new Error('a branch has at least one block')
    const before = this.#state
    const after = this.#branches.stateAt(this, head.id)
    const [left, joined] = [leaving, joining].map((headers) => headers.map(({ header }) => this.#branches.whole(header.id)))
    const keys = new Set(
      [...leaving, ...joining].flatMap(({ header }) => this.#branches.undo(header.id).before.map(([key]) => key)),
    )
    this.#store.transaction(() => {
      for (const { header } of leaving) this.#store.place(header.id, false)
      for (const { header } of joining) this.#store.place(header.id, true)
      this.#store.putState(keys, after)
      this.#store.setHead(head.id)
      this.#store.forgetBelow(head.height - this.#limits.reorganised)
    })
    this.#head = head
    this.#state = after
    const kept = new Set(joined?.flatMap(({ entries }) => entries.map((entry) => entry.id)))
    const returned = (left ?? []).toReversed().flatMap(({ entries }) => entries.filter((entry) => !kept.has(entry.id)))
    return { head, left: left ?? [], joined: joined ?? [], why, names: changedNames(keys, before, after), returned }
  }

  /** Who decides on the block after `parent`. */
  #rosterAfter({ id, height }: Parent): Roster {
    const isBeside = this.#store.get(id)?.onChain === false
    if (isBeside) return this.#branches.rosterAfter(this, id)
    return rosterAfter(height, this.#state, this.context.genesis)
  }
}
