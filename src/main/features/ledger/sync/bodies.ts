import type { PeerId } from '../../../../shared/ids.ts'
import type { Clock } from '../../../platform/clock.ts'
import { delay } from '../../../platform/clock.ts'
import type { Verifier } from '../../../platform/verify-pool.ts'
import type { LedgerProtocol } from '../../../protocols/ledger/index.ts'
import { decodeBlock } from '../block.ts'
import { verifiedIn } from '../bulk.ts'
import type { Hex } from '../bytes.ts'
import type { AddVerdict } from '../chain.ts'
import type { Running } from '../types.ts'
import { BodyPlan } from './body-plan.ts'
import { faultOf, LieError, type Fault } from './faults.ts'
import type { ProvenHeader } from './headers.ts'
import { MAX_BATCH_BLOCKS, MAX_BATCH_BYTES, MAX_BUSY, STREAMS_OF_ONE, TURN_MS, type SyncLimits } from './limits.ts'
import { Pace, breathe } from './pace.ts'

export interface BodiesParts {
  readonly running: Running
  readonly protocol: Pick<LedgerProtocol, 'blocks'>
  readonly clock: Clock
  readonly verifier: Verifier
  readonly limits: SyncLimits
  /** Of whom blocks may be asked now, the best first. Asked again while it goes on. */
  readonly sources: () => readonly PeerId[]
  readonly failed: (peerId: PeerId, fault: Fault) => void
  readonly progress: () => void
}

export type BodiesOutcome =
  | { readonly outcome: 'taken' }
  /** Nobody who is left gives them. */
  | { readonly outcome: 'starved' }
  | { readonly outcome: 'refused'; readonly verdict: Exclude<AddVerdict, { outcome: 'added' | 'beside' | 'known' }> }

/** Fetches the blocks of proven headers from several peers at once, and takes them in their order, each fully checked. */
export async function fetchBodies(
  parts: BodiesParts,
  headers: readonly ProvenHeader[],
  signal: AbortSignal,
): Promise<BodiesOutcome> {
  const over = new AbortController()
  const fetching = new Fetching(parts, headers, AbortSignal.any([signal, over.signal]))
  try {
    return await fetching.run()
  } finally {
    over.abort(new Error('the blocks are no longer wanted'))
    await fetching.ended()
  }
}

class Fetching {
  readonly #parts: BodiesParts
  readonly #signal: AbortSignal
  readonly #plan: BodyPlan
  readonly #proven: ReadonlyMap<Hex, ProvenHeader>
  readonly #workers = new Map<PeerId, Promise<void>>()
  readonly #dropped = new Set<PeerId>()
  readonly #pace = new Pace(TURN_MS, MAX_BATCH_BLOCKS)
  #changed = Promise.withResolvers<void>()
  #defect: { readonly error: unknown } | null = null

  constructor(parts: BodiesParts, headers: readonly ProvenHeader[], signal: AbortSignal) {
    this.#parts = parts
    this.#signal = signal
    this.#proven = new Map(headers.map((one) => [one.header.id, one]))
    this.#plan = new BodyPlan([...this.#proven.keys()], parts.limits)
  }

  async run(): Promise<BodiesOutcome> {
    const { verifier, running, clock } = this.#parts
    while (this.#plan.left > 0) {
      this.#throwIfOver()
      const blocks = this.#plan.ready(MAX_BATCH_BLOCKS, MAX_BATCH_BYTES)
      this.#hire()
      if (blocks.length === 0) {
        if (this.#workers.size === 0) return { outcome: 'starved' }
        await this.#wait()
        continue
      }
      this.#wake()
      const verified = await verifiedIn(blocks, verifier)
      for (let at = 0; at < blocks.length; ) {
        this.#throwIfOver()
        const batch = blocks.slice(at, at + this.#pace.count)
        const beganMs = clock.monotonicMs()
        const verdict = running.take(batch, verified).find(isRefusal)
        this.#pace.took(batch.length, clock.monotonicMs() - beganMs)
        if (verdict !== undefined) return { outcome: 'refused', verdict }
        at += batch.length
        this.#parts.progress()
        await breathe()
      }
    }
    return { outcome: 'taken' }
  }

  /** Resolves when no request is under way any more. */
  async ended(): Promise<void> {
    await Promise.all(this.#workers.values())
  }

  #throwIfOver(): void {
    this.#signal.throwIfAborted()
    if (this.#defect !== null) throw this.#defect.error
  }

  /** Peers come and go while blocks are fetched. */
  #hire(): void {
    const { sources, limits } = this.#parts
    for (const peer of sources()) {
      if (this.#workers.size >= limits.sources) return
      if (this.#workers.has(peer) || this.#dropped.has(peer) || !this.#plan.mayHelp(peer)) continue
      const streams = Array.from({ length: STREAMS_OF_ONE }, () => this.#work(peer))
      const done = Promise.all(streams)
        // Nobody's fault out there: a defect, which ends all of it.
        .catch((error: unknown) => (this.#defect ??= { error }))
        .then(() => {
          this.#workers.delete(peer)
          this.#wake()
        })
      this.#workers.set(peer, done)
    }
  }

  async #work(peer: PeerId): Promise<void> {
    const { clock, limits } = this.#parts
    let busy = 0
    while (this.#isWanted(peer)) {
      const ids = this.#plan.next(peer, clock.monotonicMs())
      // Nothing changed by this, and nobody is woken by it: two that wait would wake each other for ever.
      if (ids.length === 0) {
        await this.#wait()
        continue
      }
      try {
        await this.#ask(peer, ids)
        busy = 0
      } catch (error) {
        if (this.#signal.aborted) return
        const fault = faultOf(error)
        if (fault === null) throw error
        if (fault.fault === 'busy' && busy++ < MAX_BUSY) await delay(clock, limits.busyMs, this.#signal).catch(() => {})
        else this.#drop(peer, fault)
      } finally {
        this.#plan.over(peer, ids)
        this.#wake()
      }
    }
  }

  #isWanted(peer: PeerId): boolean {
    return !this.#signal.aborted && !this.#dropped.has(peer) && this.#plan.mayHelp(peer)
  }

  async #ask(peer: PeerId, ids: readonly Hex[]): Promise<void> {
    const { protocol, running } = this.#parts
    await protocol.blocks(
      peer,
      running.network,
      ids,
      (id, bytes) => {
        if (bytes === null) return this.#plan.lacks(peer, id)
        const proven = this.#proven.get(id)
        const block = decodeBlock(bytes)
        if (proven === undefined || block.header.id !== id) throw new LieError('another block than was asked for')
        // The certificate that was checked; what lies beside the block now is no part of its id.
        this.#plan.got(id, { ...block, certificate: proven.certificate }, bytes.byteLength)
        this.#wake()
      },
      this.#signal,
    )
  }

  #drop(peer: PeerId, fault: Fault): void {
    if (this.#dropped.has(peer)) return
    this.#dropped.add(peer)
    this.#parts.failed(peer, fault)
  }

  /** Until something changed, or it is time to look who is late. */
  async #wait(): Promise<void> {
    const { clock, limits } = this.#parts
    const { promise } = this.#changed
    let cancel = (): void => {}
    const late = new Promise<void>((resolve) => (cancel = clock.after(limits.slowMs / 4, resolve)))
    const aborted = (): void => this.#wake()
    this.#signal.addEventListener('abort', aborted, { once: true })
    await Promise.race([promise, late])
    cancel()
    this.#signal.removeEventListener('abort', aborted)
  }

  #wake(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }
}

function isRefusal(verdict: AddVerdict): verdict is Exclude<AddVerdict, { outcome: 'added' | 'beside' | 'known' }> {
  return verdict.outcome === 'refused' || verdict.outcome === 'orphan'
}
