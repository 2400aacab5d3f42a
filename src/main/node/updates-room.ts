import { join } from 'node:path'
import { createUpdates, httpsOpener, pinnedTrust, type UpdatesFeature } from '../features/updates/index.ts'
import type { BrowseFeature } from '../features/browse/types.ts'
import { SiteName } from '../../shared/model/sites.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Log } from '../platform/log.ts'
import type { NodeConfig } from './types.ts'
import { version } from './version.ts'

interface Parts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly config: NodeConfig
  readonly random: (bytes: number) => Uint8Array
  readonly browse: () => BrowseFeature
}

/** What looking for newer versions asks of the rest: the web by itself, the network by the way that pages are opened. */
export function createUpdatesRoom({ config, random, browse, ...parts }: Parts): UpdatesFeature {
  const { trust = pinnedTrust, ca } = config.releases ?? {}
  return createUpdates({
    ...parts,
    log: parts.log.child('updates'),
    jitter: () => (random(1)[0] ?? 0) / 256,
    version,
    system: `${process.platform}-${process.arch}`,
    trust,
    https: httpsOpener(ca === undefined ? {} : { ca }),
    peer: (url, signal) => {
      const request = { method: 'GET', path: `${url.pathname}${url.search}`, headers: [] }
      return browse().opening.fetch(SiteName.parse(url.hostname), request, { signal })
    },
    downloadsFolder: config.downloads ?? join(config.dataFolder, 'downloads'),
  })
}
