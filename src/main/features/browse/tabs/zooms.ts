import type { NetworkId } from '../../../../shared/model/ledger.ts'
import type { Clock } from '../../../platform/clock.ts'
import { MAX_ZOOMS } from '../limits.ts'
import type { SiteStore } from '../remembered/site-store.ts'
import type { Entry } from './state.ts'

/** How large each site is shown: kept for sites; of the outside web, for as long as its view is there. */
export class Zooms {
  readonly #parts: { readonly sites: SiteStore; readonly clock: Clock; readonly network: () => NetworkId }
  readonly #ofExits = new Map<string, number>()

  constructor(parts: { readonly sites: SiteStore; readonly clock: Clock; readonly network: () => NetworkId }) {
    this.#parts = parts
  }

  of({ partition, site }: Entry): number {
    return site === null ? (this.#ofExits.get(partition) ?? 1) : this.#parts.sites.zoom(this.#parts.network(), site)
  }

  set({ partition, site }: Entry, zoom: number): void {
    const { clock, network, sites } = this.#parts
    if (site !== null) return sites.setZoom(network(), site, zoom, Math.round(clock.nowMs()))
    this.#ofExits.set(partition, zoom)
    const [oldest] = this.#ofExits.keys()
    if (this.#ofExits.size > MAX_ZOOMS && oldest !== undefined) this.#ofExits.delete(oldest)
  }
}
