import { PeerId } from '../../../src/shared/ids.ts'
import type { Site } from '../../../src/shared/model/sites.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import type { OpenHousehold } from '../../helpers/households.ts'

const POINTED_MS = 1 * MINUTE
const MADE_MS = 5 * MINUTE

/** What an owner of sites is asked to do. */
export const owning = (home: OpenHousehold) => {
  const siteOf = (site: string): Site | undefined => home.sites.list().find(({ name }) => name === site)
  return {
    /** A folder for anyone; resolves when its zone says so. */
    async publish({ site, folder }: { site: string; folder: string }): Promise<void> {
      await home.sites.publish({ name: SiteName.parse(site), source: { kind: 'folder', path: folder, fallback: false }, audience: 'anyone', copies: false })
      await eventually('the zone', () => siteOf(site)?.pointed.kind === 'pointed', { withinMs: POINTED_MS })
    },
    /** A folder of which a copy is made; how long that took, in ms. Then its zone names the copy. */
    async publishWithCopy({ site, folder }: { site: string; folder: string }): Promise<{ ms: number; bytes: number }> {
      const startMs = performance.now()
      await home.sites.publish({ name: SiteName.parse(site), source: { kind: 'folder', path: folder, fallback: false }, audience: 'anyone', copies: true })
      const made = await eventually('a copy', () => (siteOf(site)?.copies.kind === 'made' ? siteOf(site)?.copies : null), { withinMs: MADE_MS })
      const ms = performance.now() - startMs
      await eventually('the zone', async () => (await home.names.query(site)).outcome.outcome === 'found' && siteOf(site)?.pointed.kind === 'pointed', { withinMs: POINTED_MS })
      return { ms, bytes: made.kind === 'made' ? made.bytes : 0 }
    },
    async unpublish({ site }: { site: string }): Promise<void> {
      await home.sites.unpublish(SiteName.parse(site))
    },
    /** Ends the connection with a device; it may come again. */
    async hangUp({ peerId }: { peerId: string }): Promise<void> {
      await home.peers.disconnect(PeerId.parse(peerId))
    },
  }
}
