import type { PeerId } from '../../../../shared/ids.ts'
import { readUrl } from '../address.ts'
import type { Entry } from '../tabs/state.ts'
import type { OfferedFile } from '../types.ts'
import type { Downloads } from './downloads.ts'

/**
 * A file that a view offers. Only what its own name has can be fetched, and not what others have; what the page made itself
 * (`blob:`, `data:`) comes with it. Of the outside web nothing is saved, and that is said in the list, as there is no shield to say it.
 */
export function offer(downloads: Downloads, file: OfferedFile, from: Entry, { me, tld }: { readonly me: PeerId; readonly tld: string }): 'taken' | 'refused' {
  const verdict = judged(downloads, file, from, { me, tld })
  if (verdict === 'refused') file.made?.drop()
  return verdict
}

function judged(downloads: Downloads, file: OfferedFile, from: Entry, { me, tld }: { readonly me: PeerId; readonly tld: string }): 'taken' | 'refused' {
  const { found, owner, site, source } = from
  if (site === null || owner === null) {
    file.made?.drop()
    const host = URL.parse(from.url)?.hostname ?? ''
    downloads.refused({ ...file, url: from.url }, host, 'Files of the outside web are not saved through an exit.')
    return 'taken'
  }
  const isMade = file.made !== undefined && /^(?:blob|data):/.test(file.url)
  // What it made has no address that says anything: it is a file of the page that made it.
  const read = readUrl(isMade ? from.url : file.url, tld)
  if (read.outcome !== 'page' || read.site !== site) return 'refused'
  const peerId = source?.kind === 'live' ? source.peerId : (found?.devices[0]?.peerId ?? me)
  return downloads.offered({ ...file, url: read.url }, { site, owner, peerId })
}
