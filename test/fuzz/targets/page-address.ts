import { readAddress, readUrl } from '../../../src/main/features/browse/address.ts'
import { must } from '../oracle.ts'

/** Addresses of pages: typed, in links of the system, and as pages write them. */
export async function fuzz(data: Buffer): Promise<void> {
  const text = data.toString('utf8')
  readUrl(text, 'peer')
  const read = readAddress(text, 'peer')
  if (read.outcome === 'refused') return must(read.why !== '', 'no reason')
  const again = readAddress(read.url, 'peer')
  must(again.outcome === read.outcome && again.url === read.url, 'an address that is another once it is read')
  if (read.outcome !== 'page') return must(read.url.startsWith('https://') && new URL(read.url).username === '', 'no address of the web')
  must(read.path.startsWith('/') && !/\s/.test(read.path), 'no path')
}
