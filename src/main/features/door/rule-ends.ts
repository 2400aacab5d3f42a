import type { RuleId } from '../../../shared/ids.ts'
import type { Rule } from '../../../shared/model/door.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { DoorTime } from './time.ts'

interface End {
  readonly untilMs: number
  readonly steadyMs: number
  readonly cancel: Cancel
}

/**
 * When rules with an end run out, by the clock that nobody can set. What such a rule let in goes then, and what it kept
 * out is decided again. *Units*: steady ms.
 */
export class RuleEnds {
  readonly #time: DoorTime
  readonly #clock: Clock
  readonly #ended: (id: RuleId) => void
  readonly #ends = new Map<RuleId, End>()

  constructor(parts: { time: DoorTime; clock: Clock; ended: (id: RuleId) => void }) {
    this.#time = parts.time
    this.#clock = parts.clock
    this.#ended = parts.ended
  }

  /** `steadyMs`: the end, where it was found out before; setting the machine's clock does not move it. */
  await({ id, until }: Rule, steadyMs?: number): void {
    if (until.kind === 'time' && this.#ends.get(id)?.untilMs === until.untilMs) return
    this.forget(id)
    if (until.kind !== 'time') return
    const end = steadyMs ?? this.#time.steadyAt(until.untilMs)
    const leftMs = end - this.#time.steadyMs()
    const cancel = leftMs > 0 ? this.#clock.after(leftMs, () => this.#ended(id)) : (): void => {}
    this.#ends.set(id, { untilMs: until.untilMs, steadyMs: end, cancel })
  }

  of(id: RuleId): number | undefined {
    return this.#ends.get(id)?.steadyMs
  }

  leftMs(id: RuleId): number {
    return (this.of(id) ?? 0) - this.#time.steadyMs()
  }

  forget(id: RuleId): void {
    this.#ends.get(id)?.cancel()
    this.#ends.delete(id)
  }

  stop(): void {
    for (const end of this.#ends.values()) end.cancel()
    this.#ends.clear()
  }
}
