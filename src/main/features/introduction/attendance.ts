import type { PeerId } from '../../../shared/ids.ts'
import { delay, type Clock } from '../../platform/clock.ts'
import { MAX_NOTICE_MS, type Notice } from '../../protocols/introduction/index.ts'
import { DRAIN_LOOK_MS } from './limits.ts'

interface Place {
  readonly notify: (notice: Notice) => Promise<void>
  readonly leave: () => void
}

/** Who hears of it when this introducer is about to go: one place for each device. */
export class Attendance {
  readonly #clock: Clock
  readonly #places = new Map<PeerId, Place>()
  #draining: { readonly endMs: number; readonly done: Promise<void> } | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#places.size
  }

  get isDraining(): boolean {
    return this.#draining !== null
  }

  /** Resolves when the device left, came again on another stream, or `close` sent everybody away. */
  async attend(peerId: PeerId, notify: Place['notify'], ended: AbortSignal): Promise<void> {
    if (ended.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const leave = (): void => resolve()
    const place: Place = { notify, leave }
    ended.addEventListener('abort', leave, { once: true })
    this.#places.get(peerId)?.leave()
    this.#places.set(peerId, place)
    if (this.#draining !== null) this.#tell(place, Math.max(0, this.#draining.endMs - this.#clock.monotonicMs()))
    await promise
    if (this.#places.get(peerId) === place) this.#places.delete(peerId)
  }

  /**
   * Tells everybody, now and who comes later, and resolves when nobody is left and `isEmpty` says so too, or after
   * `withinMs`. There is no way back from it.
   */
  drain(withinMs: number, isEmpty: () => boolean): Promise<void> {
    if (this.#draining !== null) return this.#draining.done
    const endMs = this.#clock.monotonicMs() + withinMs
    for (const place of this.#places.values()) this.#tell(place, withinMs)
    this.#draining = { endMs, done: this.#untilEmpty(endMs, isEmpty) }
    return this.#draining.done
  }

  close(): void {
    for (const place of this.#places.values()) place.leave()
    this.#places.clear()
  }

  async #untilEmpty(endMs: number, isEmpty: () => boolean): Promise<void> {
    for (;;) {
      const leftMs = endMs - this.#clock.monotonicMs()
      if (leftMs <= 0 || (this.#places.size === 0 && isEmpty())) return
      await delay(this.#clock, Math.min(DRAIN_LOOK_MS, leftMs))
    }
  }

  /** Whoever does not take it is gone, or will find out by the end. */
  #tell(place: Place, withinMs: number): void {
    place.notify({ kind: 'draining', withinMs: Math.min(Math.round(withinMs), MAX_NOTICE_MS) }).catch(() => place.leave())
  }
}
