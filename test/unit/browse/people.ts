import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { NetworkId } from '../../../src/shared/model/ledger.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import type { FoundSite } from '../../../src/main/features/browse/types.ts'

export const alice = AccountId.parse(`k51${'a'.repeat(59)}`)
export const bob = AccountId.parse(`k51${'b'.repeat(59)}`)
export const me = AccountId.parse(`k51${'m'.repeat(59)}`)
export const device = PeerId.parse('12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp')
export const network = NetworkId.parse(`bafyrei${'a'.repeat(52)}`)

/** A name as it was found, of whoever it belongs to. */
export function foundOf(site: string, owner: AccountId): FoundSite {
  const zone = { seq: 1, issuedAtMs: 1, expiresAtMs: 2 }
  return { site: SiteName.parse(site), owner, zone, ledger: { height: 7, atMs: 1 }, cid: null, devices: [{ peerId: device, addresses: [] }] }
}
