import type { TabId } from '../../../../shared/model/browse.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import { TELL_EVERY_MS } from '../limits.ts'

/** Says that a tab changed: at once, and then at most ten times a second for each, however often it does. */
export class Telling {
  readonly #clock: Clock
  readonly #tell: (id: TabId) => void
  readonly #waits = new Map<TabId, { cancel: Cancel; isDue: boolean }>()

  constructor(clock: Clock, tell: (id: TabId) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  changed(id: TabId): void {
    const waits = this.#waits.get(id)
    if (waits !== undefined) {
      waits.isDue = true
      return
    }
    this.#wait(id)
    this.#tell(id)
  }

  closed(id: TabId): void {
    this.#waits.get(id)?.cancel()
    this.#waits.delete(id)
  }

  stop(): void {
    for (const id of this.#waits.keys()) this.closed(id)
  }

  #wait(id: TabId): void {
    const cancel = this.#clock.after(TELL_EVERY_MS, () => {
      const isDue = this.#waits.get(id)?.isDue === true
      this.#waits.delete(id)
      if (isDue) this.changed(id)
    })
    this.#waits.set(id, { cancel, isDue: false })
  }
}
