import type { PeerId } from '../../../shared/ids.ts'
import type { SiteName, SiteVisitor } from '../../../shared/model/sites.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { paced, type Paced } from '../../platform/paced.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import type { SiteStream } from '../../protocols/site/index.ts'
import { COUNTED_EVERY_MS, MAX_VISITORS, VISITOR_LINGERS_MS } from './limits.ts'
import type { SiteGuest, SitesEvent } from './types.ts'

interface Visitor {
  shown: SiteVisitor
  readonly streams: Set<SiteStream>
  /** Of streams that are closed. */
  sentBytes: number
  readonly told: Paced
  cancel: Cancel
}

/** Who visits now: a line for each device and site, from its first stream until a while after its last. */
export class Visitors {
  readonly #clock: Clock
  readonly #tell: (event: SitesEvent) => void
  readonly #all = new Map<string, Visitor>()

  constructor(clock: Clock, tell: (event: SitesEvent) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  /** The latest first. */
  list(): SiteVisitor[] {
    return [...this.#all.values()].map(shownNow).toSorted((a, b) => b.lastMs - a.lastMs)
  }

  of(site: SiteName): SiteVisitor[] {
    return this.list().filter((visitor) => visitor.site === site)
  }

  came(site: SiteName, peer: RemotePeer, guest: SiteGuest | null, stream: SiteStream): void {
    const key = keyOf(site, peer.peerId)
    const visitor = this.#all.get(key) ?? this.#arrived(key, site, peer, guest)
    visitor.cancel()
    visitor.streams.add(stream)
    visitor.shown = { ...visitor.shown, route: peer.route }
    stream.once('close', () => {
      visitor.streams.delete(stream)
      visitor.sentBytes += stream.bytesWritten
      if (this.#all.get(key) === visitor && visitor.shown.requests > 0) visitor.told.changed()
      if (visitor.streams.size === 0 && this.#all.get(key) === visitor) {
        visitor.cancel = this.#clock.after(VISITOR_LINGERS_MS, () => this.#left(key))
      }
    })
  }

  /** `path`: of the page that they look at from now on; null: it is still the one before. */
  asked(site: SiteName, peerId: PeerId, path: string | null): void {
    const visitor = this.#all.get(keyOf(site, peerId))
    if (visitor === undefined) return
    const lastMs = this.#clock.nowMs()
    visitor.shown = { ...visitor.shown, lastMs, path: path ?? visitor.shown.path, requests: visitor.shown.requests + 1 }
    visitor.told.changed()
  }

  /** The site is closed, or this stops: nobody is there any more. */
  clear(site?: SiteName): void {
    for (const [key, { shown }] of this.#all) if (site === undefined || shown.site === site) this.#left(key)
  }

  #arrived(key: string, site: SiteName, { peerId, route }: RemotePeer, guest: SiteGuest | null): Visitor {
    const nowMs = this.#clock.nowMs()
    const { account = null, called = '' } = guest ?? {}
    const shown = { site, peerId, account, called, route, sinceMs: nowMs, lastMs: nowMs, requests: 0, sentBytes: 0, path: '/' }
    const told = paced(this.#clock, COUNTED_EVERY_MS, () => this.#tell({ event: 'visitor-changed', visitor: shownNow(visitor) }))
    const visitor: Visitor = { shown, streams: new Set(), sentBytes: 0, told, cancel: () => {} }
    this.#all.set(key, visitor)
    if (this.#all.size > MAX_VISITORS) this.#forgetOne()
    return visitor
  }

  /** Nobody who is here: there are more places to be shown in than streams. */
  #forgetOne(): void {
    for (const [key, visitor] of this.#all) if (visitor.streams.size === 0) return this.#left(key)
  }

  #left(key: string): void {
    const visitor = this.#all.get(key)
    if (visitor === undefined) return
    visitor.cancel()
    visitor.told.stop()
    this.#all.delete(key)
    this.#tell({ event: 'visitor-left', site: visitor.shown.site, peerId: visitor.shown.peerId })
  }
}

function shownNow({ shown, streams, sentBytes }: Visitor): SiteVisitor {
  let allBytes = sentBytes
  for (const stream of streams) allBytes += stream.bytesWritten
  return { ...shown, sentBytes: allBytes }
}

function keyOf(site: SiteName, peerId: PeerId): string {
  return `${site} ${peerId}`
}
