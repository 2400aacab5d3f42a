import type { SlotRounds } from '../../../../shared/model/consensus.ts'
import type { Clock } from '../../../platform/clock.ts'
import { SLOT_EVERY_MS } from './limits.ts'
import { Throttle } from './throttle.ts'

/** Tells of slots as they go, some marks at a time: each telling carries the whole grid. */
export class SlotNews {
  readonly #changed = new Map<string, SlotRounds>()
  readonly #throttle: Throttle

  constructor(clock: Clock, tell: (rounds: SlotRounds) => void) {
    this.#throttle = new Throttle(clock, SLOT_EVERY_MS, () => {
      const all = [...this.#changed.values()]
      this.#changed.clear()
      for (const rounds of all) tell(rounds)
    })
  }

  changed(rounds: SlotRounds): void {
    this.#changed.set(`${rounds.slot} ${rounds.parent}`, rounds)
    this.#throttle.mark()
  }

  close(): void {
    this.#throttle.close()
  }
}
