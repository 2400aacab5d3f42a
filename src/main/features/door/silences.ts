import type { KnockId, PeerId } from '../../../shared/ids.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { isSame } from './queue.ts'
import type { Received } from './store.ts'
import type { Visitor } from './visitor.ts'

type Callers = Received['callers']

/** A question that was refused silently, while to those who asked it still stands. */
export interface Silence {
  readonly received: Received
  /** Whether it was before the person. */
  readonly isShown: boolean
  callers: Callers
  readonly deadlineMs: number
  readonly cancel: Cancel
}

/**
 * Refusals that are to look as if nobody had answered. As long as the question would have stood, whoever asks the same
 * again, or takes it back, hears what they would hear then; and when its time is up, that nobody answered.
 */
export class Silences {
  readonly #clock: Clock
  readonly #kept = new Map<KnockId, Silence>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `over`: its time is up, for those who still wait. */
  keep(received: Received, isShown: boolean, leftMs: number, over: (callers: Callers) => void): void {
    const { id } = received.knock
    const cancel = this.#clock.after(leftMs, () => {
      const callers = this.end(id)
      if (callers !== null) over(callers)
    })
    const deadlineMs = this.#clock.monotonicMs() + leftMs
    this.#kept.set(id, { received, isShown, callers: received.callers, deadlineMs, cancel })
  }

  of({ account, capability, about }: Visitor): Silence | undefined {
    return [...this.#kept.values()].find(
      ({ received: { knock } }) => knock.account === account && isSame(knock, { capability, about }),
    )
  }

  leftMs({ deadlineMs }: Silence): number {
    return Math.max(0, deadlineMs - this.#clock.monotonicMs())
  }

  /** Whether this knock waited for the end of one. */
  withdraw(peerId: PeerId, id: KnockId): boolean {
    const silence = [...this.#kept.values()].find(({ callers }) =>
      callers.some((caller) => caller.id === id && caller.peerId === peerId),
    )
    if (silence === undefined) return false
    silence.callers = silence.callers.filter((caller) => caller.id !== id || caller.peerId !== peerId)
    if (silence.callers.length === 0) this.end(silence.received.knock.id)
    return true
  }

  /** Gives who waited; null where none is kept. */
  end(id: KnockId): Callers | null {
    const silence = this.#kept.get(id)
    if (silence === undefined) return null
    silence.cancel()
    this.#kept.delete(id)
    return silence.callers
  }

  stop(): void {
    for (const { cancel } of this.#kept.values()) cancel()
  }
}
