export { createSiteViews, type SiteViewParts } from './host.ts'
export { isOfOthers } from './registry.ts'
export { DEAD_PROXY } from './site-session.ts'
