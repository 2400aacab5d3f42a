import type { RuleId } from '../../../shared/ids.ts'
import { HOUR, MINUTE } from '../../../shared/units.ts'

/**
 * How often each rule let somebody in within the last hour, counted by minutes: at most 61 numbers for a rule, and up
 * to a minute more than an hour until one is forgotten, never less. *Units*: ms on a clock that does not jump.
 */
export class Uses {
  readonly #minutes = new Map<RuleId, Map<number, number>>()

  count(id: RuleId, nowMs: number): void {
    const minutes = this.#recent(id, nowMs)
    const minute = Math.floor(nowMs / MINUTE)
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1)
    this.#minutes.set(id, minutes)
  }

  inHour(id: RuleId, nowMs: number): number {
    if (!this.#minutes.has(id)) return 0
    return [...this.#recent(id, nowMs).values()].reduce((sum, count) => sum + count, 0)
  }

  forget(id: RuleId): void {
    this.#minutes.delete(id)
  }

  #recent(id: RuleId, nowMs: number): Map<number, number> {
    const minutes = this.#minutes.get(id) ?? new Map<number, number>()
    for (const minute of minutes.keys()) {
      if ((minute + 1) * MINUTE > nowMs - HOUR) break
      minutes.delete(minute)
    }
    return minutes
  }
}
