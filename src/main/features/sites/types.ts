import type { Duplex, Readable } from 'node:stream'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Site, SiteAudience, SiteDraft, SiteName, SiteVisitor } from '../../../shared/model/sites.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { Admission, Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'
import type { HeaderList } from './headers.ts'

export type { HeaderList }

// What it is made of

/** What the door says where no rule speaks: the site's own setting, for this account. */
export type SiteDefault = 'allow' | 'ask' | 'deny'

/** Who somebody is, as far as their connection proved it. */
export interface SiteGuest {
  readonly account: AccountId
  readonly isContact: boolean
  /** As this person calls them, or as they call themselves. */
  readonly called: string
}

export interface SitesParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly streams: PeerStreams
  readonly offence: Offence
  /**
   * The door: `visit`, with the site as its name and the path as its path. A rule decides before `otherwise`, which takes
   * the place of the capability's default. Waits for a proof of who comes, never for a person.
   */
  readonly admits: (
    peer: RemotePeer,
    about: { readonly site: SiteName; readonly path: string | null },
    otherwise: (guest: { readonly isContact: boolean }) => SiteDefault,
    signal: AbortSignal,
  ) => Promise<Admission>
  /** Null: no account was proven. */
  readonly who: (peerId: PeerId) => SiteGuest | null
  /** Why this account cannot publish under this name, in one sentence for the person; null: it can. */
  readonly refusesName: (name: SiteName) => string | null
  /** Ports of 127.0.0.1 that are Latch's own: what answers there is not for visitors. */
  readonly ownPorts: () => readonly number[]
  readonly platform: NodeJS.Platform
}

// What others see

export interface SitesSnapshot {
  sites: Site[]
  visitors: SiteVisitor[]
}

export type SitesEvent =
  /** Published, changed, or begun to fail or to work again. */
  | { event: 'site-changed'; site: Site }
  | { event: 'site-gone'; name: SiteName }
  /** Somebody came, or looks at another page: at most once a second for each. */
  | { event: 'visitor-changed'; visitor: SiteVisitor }
  | { event: 'visitor-left'; site: SiteName; peerId: PeerId }

/** What is asked of a site. */
export interface SiteRequest {
  readonly method: string
  /** From its slash on, with its query, written as in an address. */
  readonly path: string
  readonly headers: HeaderList
  readonly body?: Readable | Uint8Array | null | undefined
  /** Of a body that is read, where it is known. */
  readonly lengthBytes?: number | null | undefined
}

export interface SiteAnswer {
  readonly status: number
  readonly statusText: string
  /** Without those of the connection, and without those that would make a browser speak to others. */
  readonly headers: HeaderList
  /** As it comes; nothing more comes than is read. Fails with an error where it is not whole. Read it, or destroy it. */
  readonly body: Readable
  /** How the device that answered is reached. */
  readonly peer: RemotePeer | null
}

/** A WebSocket that a site opened: bytes both ways, from the first after its header. */
export interface SiteConnection {
  readonly status: number
  readonly headers: HeaderList
  readonly stream: Duplex
}

/** Sites of this person, and what is asked of those of others. */
export interface SitesFeature {
  /** From then on visits are taken. */
  start(): Promise<void>
  stop(): Promise<void>

  list(): Site[]
  /** Takes the place of what was published under the name. Errors: LatchError BAD_INPUT, NOT_ALLOWED (not your name), BUSY. */
  publish(draft: SiteDraft): Promise<Site>
  /** Whoever may not come any more leaves. Errors: LatchError NOT_FOUND. */
  setAudience(name: SiteName, audience: SiteAudience): Site
  /** Whoever is there leaves. Errors: LatchError NOT_FOUND. */
  unpublish(name: SiteName): void
  /** Who visits now, the latest first. */
  visitors(): SiteVisitor[]

  /**
   * Asks a device for a page of a site that its owner's zone says is there. Aborting the signal drops it, also in the
   * middle of the body. Errors: SiteRefusedError (its `code` says whether to knock), LatchError UNREACHABLE, BUSY, BAD_INPUT,
   * StreamCutError (broken off before an answer), the signal's reason.
   */
  fetchFrom(peerId: PeerId, site: SiteName, request: SiteRequest, signal?: AbortSignal): Promise<SiteAnswer>
  /** Opens a WebSocket; an answer that is none is that answer. Errors: as `fetchFrom`. */
  connectTo(
    peerId: PeerId,
    site: SiteName,
    request: Omit<SiteRequest, 'method' | 'body'>,
    signal?: AbortSignal,
  ): Promise<SiteConnection | SiteAnswer>

  watch(signal?: AbortSignal): AsyncIterable<Watched<SitesSnapshot, SitesEvent>>
  /** A device went away: what is kept open to it is let go. */
  disconnected(peerId: PeerId): void
}
