import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import { SERVED_WRITE_MS } from '../limits.ts'

/** What is given on is counted at once, and written down and told now and then. */
export class ServedCounter {
  readonly #clock: Clock
  readonly #write: (site: SiteName) => void
  readonly #given = new Set<SiteName>()
  #cancel: Cancel | null = null

  constructor(clock: Clock, write: (site: SiteName) => void) {
    this.#clock = clock
    this.#write = write
  }

  given(site: SiteName): void {
    this.#given.add(site)
    this.#cancel ??= this.#clock.after(SERVED_WRITE_MS, () => this.flush())
  }

  flush(): void {
    this.#cancel?.()
    this.#cancel = null
    for (const site of this.#given) this.#write(site)
    this.#given.clear()
  }
}
