import type { Duplex } from 'node:stream'
import type { AccountId, KnockId, PeerId } from '../../../shared/ids.ts'
import type {
  Bookmark,
  Completion,
  Download,
  DownloadId,
  GatewayState,
  OfferedSite,
  OpenFailure,
  OpenStep,
  PageSource,
  Tab,
  TabId,
  Visited,
} from '../../../shared/model/browse.ts'
import type { NetworkId } from '../../../shared/model/ledger.ts'
import type { LookupProgress } from '../../../shared/model/names.ts'
import type { SiteCid, SiteName } from '../../../shared/model/sites.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Watched } from '../../platform/feed.ts'
import type { HttpAnswer, HttpConnection, HttpRequest } from '../../platform/http-message.ts'
import type { Log } from '../../platform/log.ts'
import type { Admission, RemotePeer } from '../../platform/streams.ts'
import type { PageKey, ViewHost } from './view-types.ts'

export type * from './view-types.ts'

// What it is made of

/** Looks names up; the names feature has it. */
export interface BrowseNames {
  network(): { readonly id: NetworkId; readonly tld: string }
  lookup(text: string, options: { readonly again?: boolean; readonly orKept?: boolean; readonly signal?: AbortSignal }): AsyncIterable<LookupProgress>
  /** A newer zone of it came, or the name moved: what was found for it counts no more. `null`: all names. */
  onChanged(listener: (site: string | null) => void): () => void
}

/** Asks sites: those of others through the network, those of this device within it. Errors: as in features/sites. */
export interface BrowseSites {
  fetchFrom(peerId: PeerId, site: SiteName, request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer>
  connectTo(peerId: PeerId, site: SiteName, request: Omit<HttpRequest, 'method' | 'body'>, signal?: AbortSignal): Promise<HttpConnection | HttpAnswer>
  isHere(site: SiteName): boolean
  fetchHere(site: SiteName, request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer>
  connectHere(site: SiteName, request: Omit<HttpRequest, 'method' | 'body'>, signal?: AbortSignal): Promise<HttpConnection | HttpAnswer>
  /** `visit` refused by the owner's door: its code, or null for another error. */
  refusalOf(error: unknown): 'knock-first' | 'denied' | 'unproven' | 'busy' | 'silent' | 'no-site' | 'unsupported' | 'malformed' | null
}

export interface BrowseCopyFile {
  readonly path: string
  readonly bytes: number
  readonly cid: string
  read(range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>
}

/** Reads copies while the owner is away; features/copies has it. */
export interface BrowseCopies {
  open(
    site: SiteName,
    zoned: { readonly cid: SiteCid; readonly devices: readonly PeerId[]; readonly owner: AccountId },
    signal?: AbortSignal,
  ): Promise<{
    /** An older version of the same owner's, where that alone can be had; otherwise the one that was asked for. */
    readonly cid?: SiteCid
    /** Of an older version: when it was kept, and so no older than it is. */
    readonly keptMs?: number
    readonly keptHere: boolean
    readonly holders: number
    find(path: string, signal?: AbortSignal): Promise<BrowseCopyFile | 'folder' | null>
  }>
}

export interface BrowsePeers {
  readonly me: PeerId
  devicesOf(account: AccountId): readonly PeerId[]
  /** Resolves when there is a connection; addresses as a zone says them. Errors: LatchError UNREACHABLE, the signal's reason. */
  connect(peerId: PeerId, addresses: readonly string[], signal: AbortSignal): Promise<void>
  connection(peerId: PeerId): { readonly peer: RemotePeer; readonly rttMs: number | null } | null
}

export interface BrowsePeople {
  readonly me: AccountId
  isContact(account: AccountId): boolean
  called(account: AccountId): string | null
  /** Names that contacts and this account own on the ledger, with whose they are. */
  names(): readonly { readonly fullName: string; readonly owner: AccountId; readonly called: string; readonly isMine: boolean }[]
}

/** The person's own door: a page's wishes pass it as a peer's knock does. */
export interface BrowseDoor {
  /**
   * A page of `owner`'s wants to load from another name (capability `load`, with `target` as its name). Decided by rule, or put before
   * the person as a knock, and waited for. `onKnock`: it waits for the person under that id.
   */
  load(
    page: { readonly owner: AccountId; readonly peerId: PeerId; readonly site: SiteName },
    target: { readonly site: SiteName; readonly path: string | null },
    signal: AbortSignal,
    onKnock: (id: KnockId) => void,
  ): Promise<Admission>
  /** A page of `owner`'s offers a file (capability `file`): `ask` where no rule speaks. */
  file(owner: { readonly owner: AccountId; readonly peerId: PeerId }, name: string, bytes: number | null): 'allow' | 'ask' | 'deny'
  /** What `file` just allowed comes in by that, which an allowance for once is used up by. */
  took?(owner: { readonly owner: AccountId; readonly peerId: PeerId }, name: string, bytes: number | null): void
}

export interface ExitRefusal {
  readonly code: 'exit-refused' | 'exit-unreachable'
  readonly why: string
}

/** Ways out to the outside web; features/exit has it. */
export interface BrowseExits {
  find(peerId: PeerId): { readonly account: AccountId; readonly called: string } | null
  /** Errors: ExitRefusedError, LatchError. */
  open(peerId: PeerId, host: string, port: number, signal?: AbortSignal): Promise<Duplex>
  /** Why it did not open, in one sentence; null: nothing is known. */
  refusalOf(error: unknown): ExitRefusal | null
}

export interface BrowseParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly random: (bytes: number) => Uint8Array
  readonly names: BrowseNames
  readonly sites: BrowseSites
  readonly copies: BrowseCopies
  readonly peers: BrowsePeers
  readonly people: BrowsePeople
  readonly door: BrowseDoor
  readonly exits: BrowseExits
  readonly settings: {
    get(): { readonly gateway: boolean; readonly gatewayPort: number }
    set(change: { readonly gateway: boolean; readonly gatewayPort?: number }): void
    subscribe(listener: (settings: { readonly gateway: boolean; readonly gatewayPort: number }) => void): () => void
  }
  /** Where files go that a page offers and the person takes; made when the first does. */
  readonly downloadsFolder: string
}

// Opening a page: what the window, the gateway, the command line and programs share

/** Why a page did not open: the step, a code, a sentence. */
export type OpenErrorFacts = Omit<OpenFailure, 'url' | 'atMs'>

/** How a name was found, for the shield. Holds while the zone is fresh. */
export interface FoundSite {
  readonly site: SiteName
  /** The label was handed on: the name under which who answers for it shows what stands there. */
  readonly shownAs?: SiteName
  readonly owner: AccountId
  readonly zone: { readonly seq: number; readonly issuedAtMs: number; readonly expiresAtMs: number }
  readonly ledger: { readonly height: number; readonly atMs: number }
  readonly cid: SiteCid | null
  readonly devices: readonly { readonly peerId: PeerId; readonly addresses: readonly string[] }[]
}

export interface PageAnswer extends HttpAnswer {
  readonly source: PageSource
  readonly found: FoundSite
}

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined
  /** Asks for the name again also where what is kept is fresh, and tries devices that failed shortly before. */
  readonly again?: boolean | undefined
  /** Whose the name must be: of somebody else nothing is asked, and it fails with OwnerMovedError. */
  readonly owner?: AccountId | undefined
  readonly onStep?: ((step: OpenStep) => void) | undefined
}

/** Errors of these: OpenError (step, code, sentence), the signal's reason. Bodies come as they are sent: packed, where they are. */
export interface Opening {
  find(site: SiteName, options?: OpenOptions): Promise<FoundSite>
  fetch(site: SiteName, request: HttpRequest, options?: OpenOptions): Promise<PageAnswer>
  connect(site: SiteName, request: Omit<HttpRequest, 'method' | 'body'>, options?: OpenOptions): Promise<HttpConnection | PageAnswer>
}

// Showing pages: the desktop has views, a headless host has none. In view-types.ts.

// What others see

export interface BrowseSnapshot {
  shows: 'views' | 'gateway'
  tabs: Tab[]
  active: TabId | null
  bookmarks: Bookmark[]
  downloads: Download[]
  gateway: GatewayState
}

export type BrowseEvent =
  | { event: 'tab-changed'; tab: Tab; index: number }
  | { event: 'tab-closed'; id: TabId }
  | { event: 'tab-selected'; id: TabId | null }
  | { event: 'bookmarks-changed'; bookmarks: Bookmark[] }
  | { event: 'download-changed'; download: Download }
  | { event: 'download-gone'; id: DownloadId }
  | { event: 'gateway-changed'; gateway: GatewayState }
  | { event: 'key-pressed'; key: PageKey }
  | { event: 'shows-changed'; shows: 'views' | 'gateway' }

/** Errors of the calls: LatchError BAD_INPUT, NOT_FOUND, CONFLICT, BUSY. What a page does wrong is in its tab. */
export interface BrowseFeature {
  start(): Promise<void>
  stop(): Promise<void>
  /** What the window, the gateway, the command line and programs open pages by. */
  readonly opening: Opening

  /** There is a window now that shows pages; the returned function ends that. */
  attach(host: ViewHost): () => void

  tabs(): Tab[]
  open(what: { address: string; tab?: TabId | undefined; background: boolean; exit?: PeerId | undefined }): Promise<Tab>
  close(tab: TabId): void
  reopen(): Promise<Tab | null>
  select(tab: TabId): void
  move(tab: TabId, index: number): void
  back(tab: TabId): void
  forward(tab: TabId): void
  reload(tab: TabId): void
  halt(tab: TabId): void
  find(tab: TabId, text: string, forward: boolean): void
  zoom(tab: TabId, zoom: number): void
  outside(tab: TabId, open: boolean): void
  place(place: { x: number; y: number; width: number; height: number } | null, focus: boolean): void

  /** A picture of the page that is seen, as a `data:` address. */
  still(): Promise<string | null>
  /** Opens the page in the browser of this machine, at the gateway. Errors: LatchError CONFLICT. */
  inBrowser(tab: TabId): Promise<void>

  /** By a dialog of the system; null: they chose none. Errors: LatchError CONFLICT (there is no window). */
  chooseFolder(): Promise<string | null>

  complete(text: string): Completion[]
  startPage(): { sites: OfferedSite[]; recent: Visited[] }
  read(address: string): { url: string; site: SiteName | null; gateway: string | null }
  bookmark(url: string, title: string): Bookmark
  removeBookmark(url: string): void
  /** `index`: its place in the list then. */
  moveBookmark(url: string, index: number): void
  history(text: string, limit: number): Visited[]
  clearHistory(what: { url?: string | undefined; site?: SiteName | undefined }): number
  clearSite(site: SiteName, owner?: AccountId): Promise<void>
  downloads(): Download[]
  answerDownload(id: DownloadId, save: boolean): Download
  cancelDownload(id: DownloadId): Download
  showDownload(id: DownloadId): void
  /** Where a file of this machine lies, in the system's own window for it. Errors: LatchError CONFLICT where there is no window. */
  showInFolder(path: string): void
  forgetDownload(id: DownloadId): void
  gateway(): GatewayState
  setGateway(on: boolean, port?: number): Promise<GatewayState>

  watch(signal?: AbortSignal): AsyncIterable<Watched<BrowseSnapshot, BrowseEvent>>
}
