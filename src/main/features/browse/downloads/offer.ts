import type { PeerId } from '../../../../shared/ids.ts'
import { readUrl } from '../address.ts'
import type { Entry } from '../tabs/state.ts'
import type { OfferedFile } from '../types.ts'
import type { Downloads } from './downloads.ts'

/**
 * A file that a view offers. Only what its own name has can be fetched: neither what the page made itself (`blob:`, `data:`),
 * nor what others have. Of the outside web nothing is saved, and that is said in the list, as there is no shield to say it.
 */
export function offer(downloads: Downloads, file: OfferedFile, from: Entry, { me, tld }: { readonly me: PeerId; readonly tld: string }): 'taken' | 'refused' {
  const { found, owner, site, source } = from
  if (site === null || owner === null) {
    const host = URL.parse(from.url)?.hostname ?? ''
    downloads.refused({ ...file, url: from.url }, host, 'Files of the outside web are not saved through an exit.')
    return 'taken'
  }
  const read = readUrl(file.url, tld)
  if (read.outcome !== 'page' || read.site !== site) return 'refused'
  const peerId = source?.kind === 'live' ? source.peerId : (found?.devices[0]?.peerId ?? me)
  return downloads.offered({ ...file, url: read.url }, { site, owner, peerId })
}
