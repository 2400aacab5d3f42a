import type { Duplex } from 'node:stream'
import type { Readable } from 'node:stream'
import type { HttpAnswer, HttpConnection, HttpRequest } from '../../platform/http-message.ts'

// Showing pages: the desktop has views, a headless host has none

/** One web page in a rectangle of the window, alone in the storage of its owner and name. */
export interface PageView {
  load(url: string): void
  reload(): void
  stop(): void
  /** Within this view; whether there was somewhere to go. */
  back(): boolean
  forward(): boolean
  find(text: string, forward: boolean): void
  stopFind(): void
  zoom(factor: number): void
  /** Seen, in the place that was given last; one at a time is. */
  show(focus: boolean): void
  hide(): void
  /** Ends its process. Safe to call twice. */
  close(): void
}

/** What a view is given, and what it may ask. Nothing here is a page's word but `title`, and addresses it wants to go to. */
export interface ViewTerms {
  readonly kind: 'site' | 'exit'
  /** Of the storage: a digest of network, owner and name. Exit tabs keep theirs in memory. */
  readonly partition: string
  /** Of a site: each request of the view, whatever it is for. Never rejects: a failure is an answer or a network error (`null`). */
  fetch(request: ViewRequest): Promise<HttpAnswer | null>
  /** Of a site: `ws://<name>/…` of its pages. Null: refused. */
  connect(url: string, request: Omit<HttpRequest, 'method' | 'body'>, signal: AbortSignal): Promise<HttpConnection | HttpAnswer | null>
  /** Of an exit: TCP to a host of the outside web. Errors: as `BrowseExits.open`. */
  tunnel(host: string, port: number, signal: AbortSignal): Promise<Duplex>
  readonly events: ViewEvents
}

export interface ViewRequest extends HttpRequest {
  /** Whole, as the page wrote it. */
  readonly url: string
  /** The page itself, and not a part of it. */
  readonly isPage: boolean
  readonly signal: AbortSignal
}

export interface ViewEvents {
  /** Another page, or another place of the same one. */
  readonly navigated: (page: { readonly url: string; readonly canBack: boolean; readonly canForward: boolean; readonly isSamePage: boolean }) => void
  readonly titled: (title: string) => void
  readonly loading: (isLoading: boolean) => void
  /** It does not answer what somebody does on it; false: it does again. */
  readonly hung: (isHung: boolean) => void
  /** `too-much`: its process was ended, as the window stood still for all that the page did. */
  readonly failed: (why: 'network' | 'crashed' | 'too-much' | 'blocked' | 'certificate', detail: string) => void
  /** It wants to leave its site: nothing was loaded. `person`: they clicked or typed within the last second. */
  readonly wantsToGo: (url: string, how: 'link' | 'window' | 'background', byPerson: boolean) => void
  /** It was refused something. */
  readonly refused: (kind: 'outside' | 'local' | 'permission' | 'window' | 'download' | 'fullscreen' | 'navigation', what: string) => void
  /** It offers a file. The view fetches none itself: whether it is saved, and how it comes, is decided here. */
  readonly offered: (file: OfferedFile) => void
  readonly found: (matches: number, current: number) => void
  readonly pressed: (key: PageKey) => void
}

export type PageKey =
  | 'address' | 'find' | 'new-tab' | 'close-tab' | 'reopen-tab' | 'next-tab' | 'previous-tab' | 'palette' | 'reload' | 'bookmark' | 'zoom-in' | 'zoom-out' | 'zoom-reset' | 'leave' | 'back' | 'forward' | 'stop'

export interface OfferedFile {
  readonly url: string
  /** As the page would call it. */
  readonly name: string
  readonly byPerson: boolean
  /** The page made it by itself (`blob:`, `data:`), and it is nowhere to be fetched from. Whoever hears of it opens or drops it. */
  readonly made?: MadeFile
}

/** A file that is held in the view's process, and nowhere written, until it is opened; once. */
export interface MadeFile {
  /** Null: that is not known before it is read. */
  readonly bytes: number | null
  /** Errors: it is larger than a page may make, or could not be read; the signal's reason. */
  open(signal: AbortSignal): Promise<{ readonly body: Readable; readonly bytes: number }>
  /** It is not wanted. Safe to call twice, and after `open`. */
  drop(): void
}

/** A window that can show pages. Told of by the desktop, once. */
export interface ViewHost {
  open(terms: ViewTerms): PageView
  /** In pixels of the window's content; null: no page is to be seen. */
  place(place: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null): void
  /** Of an `https:` address only, after the person said so. */
  openOutside(url: string): void
  /** Of a page at the gateway of this machine only: `http://<name>.localhost:<port>/…`. */
  openHere(url: string): void
  /** The page that is seen now, as a `data:` address of at most `maxChars`; null: none is, or it has no such picture. */
  still(maxChars: number): Promise<string | null>
  /** Selects the file in its folder, and opens nothing. */
  showInFolder(path: string): void
  clearData(partition: string): Promise<void>
  /** A dialog of the system, over this window; null: nothing was chosen. */
  chooseFolder(): Promise<string | null>
}
