import type { PeerId } from '../../../shared/ids.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { CUT_AGAIN_MS, MAX_PARALLEL_DIALS, SETTLED_MS } from './limits.ts'
import { redialMs, waitMs, type Loss } from './schedule.ts'

/** Where the keeping of one peer stands. */
export interface Keeping {
  readonly state: 'connected' | 'dialling' | 'due' | 'waiting'
  /** When it is dialled again, on the wall clock; null unless waiting. */
  readonly nextDialMs: number | null
}

interface Kept {
  state: Keeping['state']
  failures: number
  nextDialMs: number | null
  connectedAtMs: number
  cancel: Cancel
}

const nothing = (): void => {}

/**
 * Keeps a connection to each peer it was told to keep: dials at once, then again with growing waits when that fails or
 * the connection drops. `dial` resolves when connected and rejects otherwise; both ends of a connection are told
 * through `connected` and `disconnected`, whoever dialled.
 */
export class Keeper {
  readonly #kept = new Map<PeerId, Kept>()
  readonly #due: PeerId[] = []
  readonly #clock: Clock
  readonly #random: () => number
  readonly #dial: (peerId: PeerId) => Promise<void>
  readonly #changed: (peerId: PeerId) => void
  #dialling = 0
  #stopped = false

  constructor(options: {
    clock: Clock
    /** In [0, 1). */
    random: () => number
    dial: (peerId: PeerId) => Promise<void>
    changed: (peerId: PeerId) => void
  }) {
    this.#clock = options.clock
    this.#random = options.random
    this.#dial = options.dial
    this.#changed = options.changed
  }

  of(peerId: PeerId): Keeping | null {
    return this.#kept.get(peerId) ?? null
  }

  keep(peerId: PeerId, isConnected: boolean): void {
    if (this.#stopped || this.#kept.has(peerId)) return
    this.#kept.set(peerId, {
      state: isConnected ? 'connected' : 'due',
      failures: 0,
      nextDialMs: null,
      connectedAtMs: this.#clock.monotonicMs(),
      cancel: nothing,
    })
    if (!isConnected) this.#queue(peerId)
  }

  release(peerId: PeerId): void {
    this.#kept.get(peerId)?.cancel()
    this.#kept.delete(peerId)
  }

  connected(peerId: PeerId): void {
    const kept = this.#kept.get(peerId)
    if (kept === undefined || kept.state === 'connected') return
    kept.cancel()
    Object.assign(kept, { state: 'connected', nextDialMs: null, connectedAtMs: this.#clock.monotonicMs() })
  }

  /** A circuit that was cut at its limit is made again at once; what else was lost after a moment, not all in step. */
  disconnected(peerId: PeerId, loss: Loss = 'lost'): void {
    const kept = this.#kept.get(peerId)
    if (kept?.state !== 'connected') return
    const heldMs = this.#clock.monotonicMs() - kept.connectedAtMs
    if (loss === 'limit' && heldMs >= CUT_AGAIN_MS) return this.#waitFor(0, peerId, kept)
    if (heldMs < SETTLED_MS) return this.#wait(peerId, kept)
    kept.failures = 0
    this.#waitFor(redialMs(this.#random()), peerId, kept)
  }

  /** There is reason to think that it can be reached now: dials without waiting, and the next wait is short again. */
  wake(peerId: PeerId): void {
    const kept = this.#kept.get(peerId)
    if (kept?.state !== 'waiting') return
    kept.cancel()
    kept.failures = 0
    kept.state = 'due'
    kept.nextDialMs = null
    this.#queue(peerId)
  }

  wakeAll(): void {
    for (const peerId of this.#kept.keys()) this.wake(peerId)
  }

  stop(): void {
    this.#stopped = true
    for (const peerId of this.#kept.keys()) this.release(peerId)
  }

  #queue(peerId: PeerId): void {
    this.#due.push(peerId)
    this.#pump()
  }

  #pump(): void {
    while (this.#dialling < MAX_PARALLEL_DIALS) {
      const peerId = this.#due.shift()
      if (peerId === undefined) return
      const kept = this.#kept.get(peerId)
      if (kept?.state !== 'due') continue
      kept.state = 'dialling'
      this.#dialling += 1
      void this.#attempt(peerId, kept)
    }
  }

  async #attempt(peerId: PeerId, kept: Kept): Promise<void> {
    this.#changed(peerId)
    try {
      await this.#dial(peerId)
      // The connection may have come and gone by now.
      if (this.#isCurrent(peerId, kept) && kept.state === 'dialling') this.connected(peerId)
    } catch {
      if (this.#isCurrent(peerId, kept) && kept.state === 'dialling') this.#wait(peerId, kept)
    } finally {
      this.#dialling -= 1
      this.#pump()
    }
    this.#changed(peerId)
  }

  #wait(peerId: PeerId, kept: Kept): void {
    kept.failures += 1
    this.#waitFor(waitMs(kept.failures, this.#random()), peerId, kept)
  }

  #waitFor(delayMs: number, peerId: PeerId, kept: Kept): void {
    kept.state = 'waiting'
    kept.nextDialMs = this.#clock.nowMs() + delayMs
    kept.cancel = this.#clock.after(delayMs, () => {
      kept.state = 'due'
      kept.nextDialMs = null
      this.#queue(peerId)
    })
  }

  #isCurrent(peerId: PeerId, kept: Kept): boolean {
    return this.#kept.get(peerId) === kept
  }
}
