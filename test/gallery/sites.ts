import type { SitesEvent, SitesSnapshot } from '../../src/shared/contract/sites.ts'
import type { FolderLook, Site, SiteDraft } from '../../src/shared/model/sites.ts'
import { now } from './people.ts'
import type { implementWith, World } from './world.ts'

/** The sites of this device, and what a folder is found to hold. */
export interface SitesScene extends SitesSnapshot {
  look: Partial<FolderLook>
}

export const noSites: SitesScene = { sites: [], visitors: [], look: {} }

export function siteOf(draft: SiteDraft, changes: Partial<Site> = {}): Site {
  return {
    name: draft.name,
    source: draft.source,
    audience: draft.audience,
    copies: { kind: 'off' },
    pointed: { kind: 'pointed', seq: 4 },
    publishedMs: now(),
    state: { kind: 'open' },
    visitors: 0,
    requests: 0,
    sentBytes: 0,
    ...changes,
  }
}

/** Sites over one scene. */
export function createSites(os: ReturnType<typeof implementWith>, world: World) {
  const scene = (): SitesScene => world.scene.sites
  const tell = (event: SitesEvent): void => world.sites.tell(event)
  const put = (site: Site): Site => {
    scene().sites = [...scene().sites.filter(({ name }) => name !== site.name), site]
    tell({ event: 'site-changed', site })
    return site
  }
  return {
    list: os.sites.list.handler(() => scene().sites),
    look: os.sites.look.handler(({ input }) => ({
      path: input.path,
      files: 48,
      bytes: 1_940_000,
      hasIndex: true,
      hidden: [],
      hiddenFiles: 0,
      isMore: false,
      ...scene().look,
    })),
    publish: os.sites.publish.handler(({ input }) => put(siteOf(input))),
    setAudience: os.sites.setAudience.handler(({ input, errors }) => {
      const site = scene().sites.find(({ name }) => name === input.name)
      if (site === undefined) throw errors.NOT_FOUND()
      return put({ ...site, audience: input.audience })
    }),
    refresh: os.sites.refresh.handler(({ input, errors }) => {
      const site = scene().sites.find(({ name }) => name === input.name)
      if (site === undefined) throw errors.NOT_FOUND()
      return put(site)
    }),
    unpublish: os.sites.unpublish.handler(({ input }) => {
      scene().sites = scene().sites.filter(({ name }) => name !== input.name)
      tell({ event: 'site-gone', name: input.name })
      return input
    }),
    visitors: os.sites.visitors.handler(() => scene().visitors),
    watch: os.sites.watch.handler(({ signal }) =>
      world.sites.watch(() => ({ sites: scene().sites, visitors: scene().visitors }), signal),
    ),
  }
}
