import type { Site, SiteName } from '../../../shared/model/sites.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { paced, type Paced } from '../../platform/paced.ts'
import type { SiteStream } from '../../protocols/site/index.ts'
import { folderHandler } from './serve/folder.ts'
import type { OnState, SiteHandler } from './serve/handler.ts'
import { COUNTED_EVERY_MS, LOOK_AT_SOURCE_MS } from './limits.ts'
import { portHandler } from './serve/port.ts'
import { SiteServer, type SiteServerParts } from './serve/site-server.ts'
import type { StoredSite } from './store.ts'

export interface PublishedParts extends Pick<SiteServerParts, 'admits' | 'onRequest'> {
  readonly clock: Clock
  readonly log: Log
  readonly platform: NodeJS.Platform
  /** Ports of this machine that are Latch's own. */
  readonly ownPorts: () => readonly number[]
  readonly onChanged: (name: SiteName) => void
}

/** A site that is served: what it is, who answers for it, and how much it was asked. */
export class Published {
  stored: StoredSite
  readonly server: SiteServer
  state: Site['state'] = { kind: 'open' }
  requests = 0
  #sentBytes = 0
  readonly #handler: SiteHandler
  readonly #clock: Clock
  #cancelLook: Cancel = () => {}
  readonly #streams = new Set<SiteStream>()
  readonly #counted: Paced

  constructor(stored: StoredSite, parts: PublishedParts) {
    this.stored = stored
    const { clock, log, admits } = parts
    this.#clock = clock
    this.#counted = paced(clock, COUNTED_EVERY_MS, () => parts.onChanged(stored.name))
    this.#handler = this.#made(parts)
    this.server = new SiteServer({
      clock,
      log,
      admits,
      handler: this.#handler,
      onRequest: (guest, path, isPage) => {
        if (guest.isOwner) return
        this.requests += 1
        parts.onRequest(guest, path, isPage)
        this.#counted.changed()
      },
    })
  }

  /** From now on what is behind it is looked at, also while nobody visits. */
  start(): void {
    this.#cancelLook = this.#clock.after(LOOK_AT_SOURCE_MS, () => this.start())
    void this.isThere()
  }

  /** Nobody is served from here on. */
  close(): void {
    this.#cancelLook()
    this.#counted.stop()
    this.server.close()
  }

  /** Whether there is anything to show now. */
  async isThere(): Promise<boolean> {
    return (await this.#handler.look()) === 'there'
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

  #made({ clock, log, platform, ownPorts, onChanged }: PublishedParts): SiteHandler {
    const { source, name } = this.stored
    const onState: OnState = (state) => {
      if (JSON.stringify(state) === JSON.stringify(this.state)) return
      this.state = state
      onChanged(name)
    }
    if (source.kind === 'folder') return folderHandler({ root: source.path, fallback: source.fallback, log, platform, onState })
    return portHandler({ port: source.port, clock, log, isOurs: () => ownPorts().includes(source.port), onState })
  }
}
