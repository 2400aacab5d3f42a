import { z } from 'zod'
import { PeerId } from '../ids.ts'
import { FolderLook, Site, SiteAudience, SiteDraft, SiteName, SiteVisitor } from '../model/sites.ts'
import { base, watched } from './base.ts'

export const SitesSnapshot = z.object({ sites: z.array(Site), visitors: z.array(SiteVisitor) })
export type SitesSnapshot = z.infer<typeof SitesSnapshot>

export const SitesEvent = z.discriminatedUnion('event', [
  /** Published, changed, or begun to fail or to work again. */
  z.object({ event: z.literal('site-changed'), site: Site }),
  z.object({ event: z.literal('site-gone'), name: SiteName }),
  /** Somebody came, or looks at another page: at most once a second for each. */
  z.object({ event: z.literal('visitor-changed'), visitor: SiteVisitor }),
  z.object({ event: z.literal('visitor-left'), site: SiteName, peerId: PeerId }),
])
export type SitesEvent = z.infer<typeof SitesEvent>

const tags = ['sites']
const one = z.object({ name: SiteName })

export const sites = {
  list: base.route({ method: 'GET', path: '/sites', tags, summary: 'Sites of this device' }).output(z.array(Site)),
  look: base
    .route({ method: 'GET', path: '/sites/look', tags, summary: 'What a folder holds, before it is published' })
    .input(z.object({ path: z.string().min(1).max(4_096) }))
    .output(FolderLook),
  publish: base
    .route({ method: 'POST', path: '/sites', tags, summary: 'Show a folder or a local port under a name; takes the place of what was there' })
    .input(SiteDraft)
    .output(Site),
  setAudience: base
    .route({ method: 'PUT', path: '/sites/{name}/audience', tags, summary: 'Who may visit where no rule of the door says otherwise' })
    .input(one.extend({ audience: SiteAudience }))
    .output(Site),
  /** Errors: CONFLICT where copies are off. */
  refresh: base
    .route({ method: 'POST', path: '/sites/{name}/refresh', tags, summary: 'Read the folder again, and name its new content in the zone' })
    .input(one)
    .output(Site),
  unpublish: base
    .route({ method: 'DELETE', path: '/sites/{name}', tags, summary: 'Take a site down; whoever is there leaves' })
    .input(one)
    .output(one),
  visitors: base.route({ method: 'GET', path: '/sites/visitors', tags, summary: 'Who visits now' }).output(z.array(SiteVisitor)),
  watch: base
    .route({ method: 'GET', path: '/sites/events', tags, summary: 'Sites and their visitors as they change' })
    .output(watched(SitesSnapshot, SitesEvent)),
}
