import type { Site, SiteName } from '../../../shared/model/sites.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { SiteStream } from '../../protocols/site/index.ts'
import { folderHandler } from './serve/folder.ts'
import type { SiteHandler } from './serve/handler.ts'
import { portHandler } from './serve/port.ts'
import { SiteServer, type SiteServerParts } from './serve/site-server.ts'
import type { StoredSite } from './store.ts'

export interface PublishedParts extends Pick<SiteServerParts, 'admits' | 'onRequest'> {
  readonly clock: Clock
  readonly log: Log
  readonly platform: NodeJS.Platform
  readonly onChanged: (name: SiteName) => void
}

/** A site that is served: what it is, who answers for it, and how much it was asked. */
export class Published {
  stored: StoredSite
  readonly server: SiteServer
  state: Site['state'] = { kind: 'open' }
  requests = 0
  #sentBytes = 0
  readonly #streams = new Set<SiteStream>()

  constructor(stored: StoredSite, parts: PublishedParts) {
    this.stored = stored
    const { clock, log, admits } = parts
    this.server = new SiteServer({
      clock,
      log,
      admits,
      handler: this.#handler(parts),
      onRequest: (guest, path) => {
        if (guest.isOwner) return
        this.requests += 1
        parts.onRequest(guest, path)
      },
    })
  }

  took(stream: SiteStream): void {
    this.#streams.add(stream)
    stream.once('close', () => {
      this.#streams.delete(stream)
      this.#sentBytes += stream.bytesWritten
    })
  }

  get sentBytes(): number {
    let bytes = this.#sentBytes
    for (const stream of this.#streams) bytes += stream.bytesWritten
    return bytes
  }

  #handler({ clock, log, platform, onChanged }: PublishedParts): SiteHandler {
    const { source, name } = this.stored
    if (source.kind === 'folder') return folderHandler({ root: source.path, fallback: source.fallback, log, platform })
    return portHandler({
      port: source.port,
      clock,
      log,
      onState: (state) => {
        if (state.kind === this.state.kind) return
        this.state = state
        onChanged(name)
      },
    })
  }
}
