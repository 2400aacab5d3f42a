export { createSiteViews, type SiteViewParts } from './host.ts'
export { isOfOthers } from './registry.ts'
