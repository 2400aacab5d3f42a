import { SiteRefusedError, type SiteRefusal } from '../../protocols/site/index.ts'

/** Why the owner's device did not open a site, in its word; null where something else went wrong. */
export function refusalOf(error: unknown): SiteRefusal | null {
  return error instanceof SiteRefusedError ? error.code : null
}
