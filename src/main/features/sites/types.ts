import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { NetworkId } from '../../../shared/model/ledger.ts'
import type { FolderLook, Site, SiteAudience, SiteCid, SiteDraft, SiteName, SiteVisitor } from '../../../shared/model/sites.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Watched } from '../../platform/feed.ts'
import type { HeaderList, HttpAnswer, HttpConnection, HttpRequest } from '../../platform/http-message.ts'
import type { Log } from '../../platform/log.ts'
import type { Admission, Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'

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

/** What the zone of a name says of its site. The label is worked out from the name. */
export interface SiteZones {
  /**
   * What the newest zone of this account's own says of the site as this device shows it. `isOfAll`: it names no device, and so means
   * each. `of-others`: it names others alone. `undefined`: no site record, or no zone.
   */
  pointsAt(name: SiteName): Promise<{ readonly seq: number; readonly cid: SiteCid | null; readonly isOfAll?: boolean } | 'of-others' | undefined>
  /**
   * Signs the next zone in which this device shows the site, or does not (`null`); what other devices of the account said of themselves, and
   * everything else, stays. Errors: LatchError.
   */
  point(name: SiteName, site: { readonly cid: SiteCid | null } | null): Promise<{ readonly seq: number }>
  /** The zone of a name of this account changed, by whatever way, or the account has another set of names. */
  onChanged(listener: () => void): () => void
}

export interface MadeCopy {
  readonly cid: SiteCid
  readonly files: number
  readonly bytes: number
}

/** The folder as a tree of blocks, kept and given to others as long as the site is published. */
export interface CopyMaker {
  /** The files that a visitor may see, and no others. Errors: LatchError TOO_LARGE, DAMAGED (a file could not be read); the signal's reason. */
  make(
    site: SiteName,
    files: AsyncIterable<SiteFile>,
    signal: AbortSignal,
    onBytes: (doneBytes: number) => void,
  ): Promise<MadeCopy>
  /** The site is not published any more, or not with copies. */
  unmake(site: SiteName): Promise<void>
}

/** One file of a folder, as visitors see it: its path from the folder on, with `/`, and its bytes when they are read. */
export interface SiteFile {
  readonly path: string
  readonly bytes: number
  read(): AsyncIterable<Uint8Array>
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
  /** The network that is followed now: names are its. */
  readonly network: () => NetworkId
  /** Why this account cannot publish under this name, in one sentence for the person; null: it can. */
  readonly refusesName: (name: SiteName) => string | null
  /** Names and zones, for the site record of a name. */
  readonly zones: SiteZones
  /** Makes copies of a folder that others can keep. */
  readonly maker: CopyMaker
  /** This device and its account: who asks for a page of a site of its own. */
  readonly me: { readonly peerId: PeerId; readonly account: AccountId }
  /** Where Latch keeps keys, letters and tokens: no folder that holds it is shown to anybody. */
  readonly ownFolder: string
  /** Ports of this machine that are Latch's own: what answers there is not for visitors. */
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

export type SiteRequest = HttpRequest
export type SiteAnswer = HttpAnswer
export type SiteConnection = HttpConnection

/** Sites of this person, and what is asked of those of others. */
export interface SitesFeature {
  /** From then on visits are taken. */
  start(): Promise<void>
  stop(): Promise<void>

  list(): Site[]
  /** Counts what a folder would show, up to 50,000 names. Errors: LatchError BAD_INPUT; the signal's reason. */
  look(path: string, signal?: AbortSignal): Promise<FolderLook>
  /**
   * Reads the folder again, makes its copy and names it in the zone, whatever that says now. Resolves when it was begun; `watch` tells how
   * it goes. Errors: LatchError NOT_FOUND, CONFLICT (copies are off), and what `publish` says.
   */
  refresh(name: SiteName): Promise<Site>
  /**
   * Takes the place of what was published under the name. Resolves when it is served; its copy and its zone follow, and `watch` tells
   * how they go. Errors: LatchError BAD_INPUT, NOT_ALLOWED (not your name), BUSY.
   */
  publish(draft: SiteDraft): Promise<Site>
  /** Whoever may not come any more leaves; copies are off where not everybody may come. Errors: LatchError NOT_FOUND. */
  setAudience(name: SiteName, audience: SiteAudience): Site
  /**
   * Whoever is there leaves. Resolves when its record is out of the zone, was not ours any more, or could not be taken out, which is tried
   * again. Errors: LatchError NOT_FOUND.
   */
  unpublish(name: SiteName): Promise<void>
  /** Whether this device shows a site under that name, in the network that is followed now. */
  isHere(name: SiteName): boolean
  /** A page of a site of this device, without the network and without the door: for its own person. Errors: LatchError NOT_FOUND, BUSY, BAD_INPUT. */
  fetchHere(site: SiteName, request: SiteRequest, signal?: AbortSignal): Promise<SiteAnswer>
  connectHere(site: SiteName, request: Omit<SiteRequest, 'method' | 'body'>, signal?: AbortSignal): Promise<SiteConnection | SiteAnswer>
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
