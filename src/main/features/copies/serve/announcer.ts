import { deadline, delay, type Cancel, type Clock } from '../../../platform/clock.ts'
import type { Dht } from '../../../platform/dht.ts'
import type { Log } from '../../../platform/log.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { CopyProtocol } from '../../../protocols/copy/index.ts'
import type { BlockId } from '../dag/block-id.ts'
import { nearestTo } from '../fetch/nearest.ts'
import { ASK_MS, PROVIDE_CHECK_MS, PROVIDE_EVERY_MS, PROVIDE_PACE_MS } from '../limits.ts'

export interface AnnouncerParts {
  readonly protocol: CopyProtocol
  readonly clock: Clock
  readonly log: Log
  readonly dht: Pick<Dht, 'closest'>
  readonly connect: (peerId: PeerId, signal: AbortSignal) => Promise<void>
  /** Trees that are whole here and given on. */
  readonly roots: () => readonly BlockId[]
}

/** Tells the devices nearest to a tree that it can be had here: when it was kept, and again before a day is over. */
export class Announcer {
  readonly #parts: AnnouncerParts
  /** When each was told of; where nobody heard it, it is told again at the next look. */
  readonly #toldMs = new Map<BlockId, number>()
  readonly #stopped = new AbortController()
  #running: Promise<void> | null = null
  #isWanted = false
  #cancelCheck: Cancel = () => {}

  constructor(parts: AnnouncerParts) {
    this.#parts = parts
  }

  /** Something may have to be told; and so again every ten minutes. */
  look(): void {
    this.#cancelCheck()
    if (this.#stopped.signal.aborted) return
    this.#cancelCheck = this.#parts.clock.after(PROVIDE_CHECK_MS, () => this.look())
    if (this.#running !== null) {
      this.#isWanted = true
      return
    }
    this.#running = this.#tellAll().finally(() => {
      this.#running = null
      if (this.#isWanted) this.look()
    })
  }

  stop(): void {
    this.#cancelCheck()
    this.#stopped.abort(new Error('stopping'))
  }

  async #tellAll(): Promise<void> {
    this.#isWanted = false
    const roots = this.#parts.roots()
    for (const told of this.#toldMs.keys()) if (!roots.includes(told)) this.#toldMs.delete(told)
    for (const root of roots) {
      const nowMs = this.#parts.clock.monotonicMs()
      if (nowMs - (this.#toldMs.get(root) ?? -Infinity) < PROVIDE_EVERY_MS) continue
      if (this.#stopped.signal.aborted) return
      if ((await this.#tell(root)) > 0) this.#toldMs.set(root, nowMs)
      // In a small network all of it is told to the same eight.
      await delay(this.#parts.clock, PROVIDE_PACE_MS, this.#stopped.signal).catch(() => {})
    }
  }

  /** How many heard it. Never fails. */
  async #tell(root: BlockId): Promise<number> {
    const { clock, connect, protocol, log } = this.#parts
    const near = await nearestTo(root, this.#parts, this.#stopped.signal)
    const outcomes = await Promise.allSettled(
      near.map(async (peerId) => {
        const limit = deadline(clock, ASK_MS, 'telling of a copy', this.#stopped.signal)
        try {
          await connect(peerId, limit.signal)
          await protocol.provide(peerId, root, limit.signal)
        } finally {
          limit.release()
        }
      }),
    )
    const heard = outcomes.filter(({ status }) => status === 'fulfilled').length
    log.debug({ heard, asked: near.length }, 'told of a copy')
    return heard
  }
}
