import type { SiteZones } from '../../../src/main/features/sites/types.ts'
import type { SiteCid, SiteName } from '../../../src/shared/model/sites.ts'

/** What zones say, as long as this lives; whoever changes them by hand calls `edit`. */
export class OneZone implements SiteZones {
  readonly said = new Map<SiteName, { seq: number; cid: SiteCid | null }>()
  /** How often one was to be pointed. */
  points = 0
  /** Why none can be changed now. */
  failing: Error | null = null
  /** Whether a change that fails is told of all the same. */
  isTold = false
  readonly #listeners = new Set<() => void>()
  #seq = 0

  pointsAt(name: SiteName): Promise<{ seq: number; cid: SiteCid | null } | undefined> {
    return Promise.resolve(this.said.get(name))
  }

  point(name: SiteName, to: { readonly cid: SiteCid | null } | null): Promise<{ seq: number }> {
    this.points += 1
    if (this.failing === null) return Promise.resolve(this.edit(name, to))
    if (this.isTold) this.changed()
    return Promise.reject(this.failing)
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  edit(name: SiteName, to: { readonly cid: SiteCid | null } | null): { seq: number } {
    const seq = ++this.#seq
    if (to === null) this.said.delete(name)
    else this.said.set(name, { seq, cid: to.cid })
    this.changed()
    return { seq }
  }

  changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
