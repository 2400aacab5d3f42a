import type { PeerId } from '../../../../shared/ids.ts'
import type { Hex } from '../bytes.ts'
import type { CertifiedBlock } from '../block.ts'
import type { SyncLimits } from './limits.ts'

type PlanLimits = Pick<SyncLimits, 'aheadBlocks' | 'aheadBytes' | 'perRequest' | 'slowMs'>

interface Wanted {
  readonly id: Hex
  /** Of whom it is asked now, and since when. */
  readonly asked: Map<PeerId, number>
  /** Who said that it is not there. */
  readonly lacking: Set<PeerId>
  /** Until it is given out. */
  block: CertifiedBlock | null
  bytes: number
  isHere: boolean
}

/** No block is asked of more peers at once. */
const MAX_ASKED = 3

/**
 * Which block is asked of whom, and what may be taken next. Blocks are taken in their order and fetched in any; so many
 * before their turn, and no more bytes than that. Decides, and does nothing.
 */
export class BodyPlan {
  readonly #limits: PlanLimits
  readonly #wanted: readonly Wanted[]
  readonly #byId: ReadonlyMap<Hex, Wanted>
  /** The first that was not given out by `ready` yet. */
  #first = 0
  #heldBytes = 0

  constructor(ids: readonly Hex[], limits: PlanLimits) {
    this.#limits = limits
    this.#wanted = ids.map((id) => ({ id, asked: new Map(), lacking: new Set(), block: null, bytes: 0, isHere: false }))
    this.#byId = new Map(this.#wanted.map((one) => [one.id, one]))
  }

  /** Blocks that were not given out yet. */
  get left(): number {
    return this.#wanted.length - this.#first
  }

  /** What to ask of this peer now; nothing, where others are at it and are not late. */
  next(peer: PeerId, nowMs: number): Hex[] {
    const { aheadBlocks, aheadBytes, perRequest, slowMs } = this.#limits
    // When too much is held, what is first must come all the same, or nothing would ever move.
    const ahead = this.#heldBytes < aheadBytes ? aheadBlocks : perRequest
    const ids: Hex[] = []
    for (const wanted of this.#wanted.slice(this.#first, this.#first + ahead)) {
      if (ids.length >= perRequest) break
      if (wanted.isHere || wanted.lacking.has(peer) || wanted.asked.has(peer)) continue
      const isLate = Array.from(wanted.asked.values()).every((sinceMs) => nowMs - sinceMs >= slowMs)
      if (!isLate || wanted.asked.size >= MAX_ASKED) continue
      wanted.asked.set(peer, nowMs)
      ids.push(wanted.id)
    }
    return ids
  }

  /** Whether anything is left that this peer might give. */
  mayHelp(peer: PeerId): boolean {
    return this.#wanted.slice(this.#first).some(({ isHere, lacking }) => !isHere && !lacking.has(peer))
  }

  got(id: Hex, block: CertifiedBlock, bytes: number): void {
    const wanted = this.#byId.get(id)
    if (wanted === undefined || wanted.isHere) return
    Object.assign(wanted, { block, bytes, isHere: true })
    this.#heldBytes += bytes
  }

  lacks(peer: PeerId, id: Hex): void {
    this.#byId.get(id)?.lacking.add(peer)
  }

  /** A request is over: what of it did not come may be asked of anybody. */
  over(peer: PeerId, ids: readonly Hex[]): void {
    for (const id of ids) this.#byId.get(id)?.asked.delete(peer)
  }

  /** The next ones in their order, as far as they are here; given out once. */
  ready(maxBlocks: number, maxBytes: number): CertifiedBlock[] {
    const blocks: CertifiedBlock[] = []
    let bytes = 0
    while (blocks.length < maxBlocks && bytes < maxBytes) {
      const wanted = this.#wanted[this.#first]
      if (wanted === undefined || wanted.block === null) break
      blocks.push(wanted.block)
      bytes += wanted.bytes
      wanted.block = null
      this.#heldBytes -= wanted.bytes
      this.#first++
    }
    return blocks
  }
}
