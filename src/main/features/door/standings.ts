import type { PeerId } from '../../../shared/ids.ts'
import type { Standing } from '../../../shared/model/peers.ts'
import { MAX_STANDINGS } from './limits.ts'
import { isForgotten, standingOf, untouched, worsened, type Conduct } from './reputation.ts'

/** The conduct of peers, for as long as it matters. Lives until the node stops: a restart forgives. */
export class Standings {
  readonly #conduct = new Map<PeerId, Conduct>()
  readonly #nowMs: () => number

  /** `nowMs` must not jump: a clock set forward would forgive everybody. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  of(peerId: PeerId): Standing {
    return standingOf(this.#conduct.get(peerId) ?? untouched, this.#nowMs())
  }

  lower(peerId: PeerId, why: string, points: number): { before: Standing; after: Standing } {
    const nowMs = this.#nowMs()
    const before = this.of(peerId)
    const conduct = worsened(this.#conduct.get(peerId) ?? untouched, { why, points }, nowMs)
    this.#conduct.set(peerId, conduct)
    if (this.#conduct.size > MAX_STANDINGS) this.#forgetSome(nowMs)
    return { before, after: standingOf(conduct, nowMs) }
  }

  /** Whoever floods this table with new ids has lost little with each: the worst conduct stays longest. */
  #forgetSome(nowMs: number): void {
    for (const [peerId, conduct] of this.#conduct) {
      if (isForgotten(conduct, nowMs)) this.#conduct.delete(peerId)
    }
    const excess = this.#conduct.size - Math.floor(MAX_STANDINGS * 0.9)
    if (excess <= 0) return
    const best = [...this.#conduct].toSorted(([, a], [, b]) => standingOf(b, nowMs).score - standingOf(a, nowMs).score)
    for (const [peerId] of best.slice(0, excess)) this.#conduct.delete(peerId)
  }
}
