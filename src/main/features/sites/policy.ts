import type { SiteAudience } from '../../../shared/model/sites.ts'
import type { SiteDefault } from './types.ts'

/**
 * What the door says to a visit where no rule speaks. A name that nothing is published under is as closed as a site for
 * contacts: they learn that there is nothing, and strangers learn nothing.
 */
export function defaultFor(audience: SiteAudience | null, isContact: boolean): SiteDefault {
  switch (audience) {
    case 'anyone':
      return 'allow'
    case 'ask':
      return 'ask'
    case 'contacts':
    case null:
      return isContact ? 'allow' : 'deny'
  }
}
