import { createHash } from 'node:crypto'
import { base32 } from 'multiformats/bases/base32'
import type { AccountId } from '../../../../shared/ids.ts'
import type { NetworkId } from '../../../../shared/model/ledger.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'

/**
 * Where a site stores what it stores: a place of its own for each network, owner and name, so that a name which moves to
 * somebody else finds nothing of who had it before. The digest says none of it to who looks at the folder.
 */
export function partitionOf(network: NetworkId, owner: AccountId, site: SiteName): string {
  const digest = createHash('sha256').update(`latch storage of a site\0${network}\0${owner}\0${site}`).digest()
  return `site-${base32.baseEncode(digest)}`
}
