import type { TabId } from '../../../../shared/model/browse.ts'
import type { Clock } from '../../../platform/clock.ts'
import { TELL_EVERY_MS } from '../limits.ts'
import { paced, type Paced } from '../../../platform/paced.ts'

/** Says that a tab changed, at most ten times a second for each, however often it does. */
export class Telling {
  readonly #clock: Clock
  readonly #tell: (id: TabId) => void
  readonly #tabs = new Map<TabId, Paced>()

  constructor(clock: Clock, tell: (id: TabId) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  changed(id: TabId): void {
    const tab = this.#tabs.get(id) ?? paced(this.#clock, TELL_EVERY_MS, () => this.#tell(id))
    this.#tabs.set(id, tab)
    tab.changed()
  }

  closed(id: TabId): void {
    this.#tabs.get(id)?.stop()
    this.#tabs.delete(id)
  }

  stop(): void {
    for (const id of this.#tabs.keys()) this.closed(id)
  }
}
