import { SiteName } from '../../../src/shared/model/sites.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import type { OpenHousehold } from '../../helpers/households.ts'

const KEPT_MS = 5 * MINUTE

/** What a keeper of copies is asked to do. */
export const copying = (home: OpenHousehold) => ({
  /** Until it is whole and checked; `sources`: the most devices that gave something of it at once. */
  async keep({ site }: { site: string }): Promise<{ ms: number; bytes: number; sources: number }> {
    const name = SiteName.parse(site)
    const startMs = performance.now()
    let sources = 0
    await home.copies.keep(name)
    const { bytes } = await eventually(
      'a whole copy',
      () => {
        const copy = home.copies.list().find((one) => one.site === name)
        if (copy?.state.kind === 'stopped') throw new Error(copy.state.why)
        if (copy?.state.kind === 'fetching') sources = Math.max(sources, copy.state.sources)
        return copy?.state.kind === 'whole' ? copy : null
      },
      { withinMs: KEPT_MS },
    )
    return { ms: performance.now() - startMs, bytes, sources }
  },
  async drop({ site }: { site: string }): Promise<void> {
    await home.copies.drop(SiteName.parse(site))
  },
})
