import type { SiteName } from '../../../../shared/model/sites.ts'
import type { LeavingSite, SiteStore, StoredSite } from '../store.ts'
import { Pointer, type PointerParts } from './pointer.ts'

export interface LeavingParts extends Pick<PointerParts, 'zones' | 'clock' | 'log' | 'refusesName'> {
  readonly isElsewhere: (site: Pick<LeavingSite, 'network'>) => boolean
  readonly store: SiteStore
}

/** Sites that are not published any more, until no zone names them: their records are taken out, where they are still ours. */
export class Leaving {
  readonly #parts: LeavingParts
  readonly #pointers = new Map<SiteName, Pointer>()

  constructor(parts: LeavingParts) {
    this.#parts = parts
  }

  /** Those that were left over when this stopped. */
  start(): void {
    for (const site of this.#parts.store.leaving()) void this.#begin(site)
  }

  /** Resolves when the record is out of the zone, or that has failed and is tried again. */
  async take({ name, network, pointed }: StoredSite): Promise<void> {
    if (pointed === null) return this.#parts.store.remove(name)
    this.#parts.store.leave({ name, pointed })
    await this.#begin({ name, network, pointed })
  }

  /** The name is published again. Resolves when its zone is not being changed any more. */
  async forget(name: SiteName): Promise<void> {
    const pointer = this.#pointers.get(name)
    this.#pointers.delete(name)
    await pointer?.stop()
  }

  stop(): void {
    for (const name of this.#pointers.keys()) void this.forget(name)
  }

  #begin({ name, network, pointed }: LeavingSite): Promise<void> {
    const pointer: Pointer = new Pointer({
      ...this.#parts,
      name,
      last: pointed,
      isElsewhere: () => this.#parts.isElsewhere({ network }),
      wanted: () => null,
      onLast: () => {},
      onState: () => {},
      onGone: () => {
        if (this.#pointers.get(name) !== pointer) return
        this.#pointers.delete(name)
        this.#parts.store.remove(name)
        // Nothing more is to be heard of that zone.
        void pointer.stop()
      },
    })
    this.#pointers.set(name, pointer)
    return pointer.check()
  }
}
