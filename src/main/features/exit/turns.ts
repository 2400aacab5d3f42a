import type { PeerId } from '../../../shared/ids.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import { ExitRefusedError } from '../../protocols/exit/index.ts'
import { MAX_STREAMS_TO_EXIT, MAX_WAITING, PACE_BURST, PACE_PER_SECOND, TURN_TIMEOUT_MS } from './limits.ts'

interface Lane {
  open: number
  waiting: number
  /** Openings that may be made at once, as of `atMs`. */
  left: number
  atMs: number
  /** Something was given back. */
  wake: () => void
  woken: Promise<void>
}

/** Whose turn it is to open a connection through an exit: so many at once, and so many a second. */
export class Turns {
  readonly #clock: Clock
  readonly #lanes = new Map<PeerId, Lane>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves with the way to give the place back. Errors: ExitRefusedError `busy`; the signal's reason. */
  async take(peerId: PeerId, parent?: AbortSignal): Promise<() => void> {
    const lane = this.#lane(peerId)
    if (lane.waiting >= MAX_WAITING) throw new ExitRefusedError('busy')
    const { signal, release } = deadline(this.#clock, TURN_TIMEOUT_MS, 'a turn', parent)
    lane.waiting++
    try {
      while (!this.#takes(lane)) await this.#change(lane, signal)
      return this.#wayBack(peerId, lane)
    } catch (error) {
      throw error instanceof DeadlineError ? new ExitRefusedError('busy', { cause: error }) : error
    } finally {
      lane.waiting--
      release()
      this.#tidy(peerId, lane)
    }
  }

  #lane(peerId: PeerId): Lane {
    const known = this.#lanes.get(peerId)
    if (known !== undefined) return known
    const { promise, resolve } = Promise.withResolvers<void>()
    const lane: Lane = { open: 0, waiting: 0, left: PACE_BURST, atMs: this.#clock.monotonicMs(), wake: resolve, woken: promise }
    this.#lanes.set(peerId, lane)
    return lane
  }

  #takes(lane: Lane): boolean {
    this.#fill(lane)
    if (lane.open >= MAX_STREAMS_TO_EXIT || lane.left < 1) return false
    lane.open++
    lane.left--
    return true
  }

  #fill(lane: Lane): void {
    const nowMs = this.#clock.monotonicMs()
    lane.left = Math.min(PACE_BURST, lane.left + ((nowMs - lane.atMs) / 1_000) * PACE_PER_SECOND)
    lane.atMs = nowMs
  }

  /** Until there may be a place, or the pace lets another one through. */
  async #change(lane: Lane, signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>()
    const gone = (): void => aborted.reject(signal.reason)
    if (signal.aborted) gone()
    signal.addEventListener('abort', gone, { once: true })
    const paced = Promise.withResolvers<void>()
    const waitMs = lane.left < 1 ? ((1 - lane.left) / PACE_PER_SECOND) * 1_000 : null
    const cancel = waitMs === null ? () => {} : this.#clock.after(Math.ceil(waitMs), () => paced.resolve())
    try {
      await Promise.race([lane.woken, paced.promise, aborted.promise])
    } finally {
      cancel()
      signal.removeEventListener('abort', gone)
    }
  }

  #wayBack(peerId: PeerId, lane: Lane): () => void {
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      lane.open--
      const { wake } = lane
      const { promise, resolve } = Promise.withResolvers<void>()
      lane.wake = resolve
      lane.woken = promise
      wake()
      this.#tidy(peerId, lane)
    }
  }

  /** A full lane that nobody uses is as good as none. */
  #tidy(peerId: PeerId, lane: Lane): void {
    this.#fill(lane)
    for (const [key, each] of this.#lanes) {
      if (each.open > 0 || each.waiting > 0) continue
      this.#fill(each)
      if (each.left >= PACE_BURST) this.#lanes.delete(key)
    }
    if (lane.open > 0 || lane.waiting > 0) this.#lanes.set(peerId, lane)
  }
}
