import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, type Duplex } from 'node:stream'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import type { NetworkId } from '../../../src/shared/model/ledger.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { Tab, TabId } from '../../../src/shared/model/browse.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { createBrowse } from '../../../src/main/features/browse/index.ts'
import type { BrowseDoor, BrowseFeature, BrowseParts, PageView, ViewHost, ViewRequest, ViewTerms } from '../../../src/main/features/browse/types.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import type { HeaderList, HttpAnswer, HttpConnection, HttpRequest } from '../../../src/main/platform/http-message.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { HeldCopy, siteRecord, StandInNames } from './opening-scene.ts'

export const account = (letter: string): AccountId => AccountId.parse(`k51${letter.repeat(59)}`)
export const [alice, bob, me] = [account('a'), account('b'), account('m')]
export const device = PeerId.parse('12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp')
const thisDevice = PeerId.parse('12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo')
export const siteName = (name: string): SiteName => SiteName.parse(name)

/** What a site answers; text is a page. */
export type Says = string | { readonly status?: number; readonly headers?: HeaderList; readonly body?: Readable | string }
export type Site = (request: HttpRequest, signal: AbortSignal | undefined) => Says | Promise<Says>

/** The window's side of a view: does what Chromium does of it, and nothing by itself. */
export class TestView implements PageView {
  readonly terms: ViewTerms
  readonly #host: TestHost
  /** Pages of its history, and which of them is there. */
  urls: string[] = []
  at = -1
  isSeen = false
  isClosed = false
  zoomed = 1
  searched: string[] = []
  #loading = new AbortController()

  constructor(terms: ViewTerms, host: TestHost) {
    this.terms = terms
    this.#host = host
  }

  get url(): string | undefined {
    return this.urls[this.at]
  }

  load(url: string): void {
    void this.go(url, () => {
      if (this.url === url) return
      this.urls = [...this.urls.slice(0, this.at + 1), url]
      this.at = this.urls.length - 1
    })
  }

  reload(): void {
    if (this.url !== undefined) void this.go(this.url, () => {})
  }

  stop(): void {
    this.#loading.abort()
  }

  back(): boolean {
    return this.#step(-1)
  }

  forward(): boolean {
    return this.#step(1)
  }

  find(text: string): void {
    this.searched.push(text)
  }

  stopFind(): void {
    this.searched.push('')
  }

  zoom(factor: number): void {
    this.zoomed = factor
  }

  show(): void {
    this.isSeen = true
  }

  hide(): void {
    this.isSeen = false
  }

  close(): void {
    this.isClosed = true
    this.isSeen = false
    this.#loading.abort()
  }

  /** As a page that is asked for, and takes its place in the history once its header is there. */
  async go(url: string, enter: () => void): Promise<void> {
    this.#loading.abort()
    this.#loading = new AbortController()
    const { signal } = this.#loading
    const { events, kind } = this.terms
    events.loading(true)
    const answer = kind === 'exit' ? { status: 200, body: null, headers: [] as HeaderList } : await this.ask(url, { isPage: true, signal })
    if (signal.aborted) return
    const location = answer?.headers.find(([name]) => name.toLowerCase() === 'location')?.[1]
    if (answer !== null && answer.status >= 300 && answer.status < 400 && location !== undefined) return this.go(new URL(location, url.replace('peer:', 'https:')).href.replace('https:', 'peer:'), enter)
    const isFile = answer?.headers.some(([name, value]) => name.toLowerCase() === 'content-disposition' && value.startsWith('attachment')) === true
    answer?.body?.resume()
    if (answer !== null && answer.status !== 204 && !isFile) {
      enter()
      this.urls[this.at] = url
      this.#navigated()
    }
    if (isFile) {
      answer?.body?.destroy()
      events.offered({ url, name: url.slice(url.lastIndexOf('/') + 1), byPerson: true })
    }
    events.loading(false)
  }

  /** A part of the page. */
  ask(url: string, more: Partial<ViewRequest> = {}): Promise<HttpAnswer | null> {
    const path = url.replace(/^[a-z]+:\/\/[^/]*/, '') || '/'
    return this.terms.fetch({ url, path, method: 'GET', headers: [], isPage: false, signal: new AbortController().signal, ...more })
  }

  /** Another address in the same page. */
  push(url: string): void {
    this.urls = [...this.urls.slice(0, this.at + 1), url]
    this.at = this.urls.length - 1
    this.#navigated(true)
  }

  #step(by: number): boolean {
    const url = this.urls[this.at + by]
    if (url === undefined) return false
    void this.go(url, () => (this.at += by))
    return true
  }

  #navigated(isSamePage = false): void {
    this.#host.navigations += 1
    this.terms.events.navigated({ url: this.url ?? '', canBack: this.at > 0, canForward: this.at < this.urls.length - 1, isSamePage })
  }
}

export class TestHost implements ViewHost {
  /** What the person chooses next. */
  chosen: string | null = null
  readonly views: TestView[] = []
  readonly places: unknown[] = []
  readonly outside: string[] = []
  /** Opened in the browser of the machine. */
  readonly here: string[] = []
  /** Of the page that is seen. */
  picture: string | null = null
  readonly shownFiles: string[] = []
  readonly cleared: string[] = []
  navigations = 0

  open(terms: ViewTerms): TestView {
    const view = new TestView(terms, this)
    this.views.push(view)
    return view
  }

  place(place: unknown): void {
    this.places.push(place)
  }

  openOutside(url: string): void {
    this.outside.push(url)
  }

  openHere(url: string): void {
    this.here.push(url)
  }

  still(): Promise<string | null> {
    return Promise.resolve(this.picture)
  }

  showInFolder(path: string): void {
    this.shownFiles.push(path)
  }

  clearData(partition: string): Promise<void> {
    this.cleared.push(partition)
    return Promise.resolve()
  }

  chooseFolder(): Promise<string | null> {
    return Promise.resolve(this.chosen)
  }

  /** Those that are there. */
  get alive(): TestView[] {
    return this.views.filter(({ isClosed }) => !isClosed)
  }

  /** At most one is. */
  get seen(): TestView | null {
    const seen = this.views.filter(({ isSeen }) => isSeen)
    if (seen.length > 1) throw new Error('two pages are seen at once')
    return seen[0] ?? null
  }
}

export interface House {
  readonly browse: BrowseFeature
  readonly host: TestHost
  readonly clock: FakeClock
  readonly names: StandInNames
  readonly database: Database
  readonly downloads: string
  /** Requests that came to a site, whole. */
  readonly asked: { readonly site: SiteName; readonly request: HttpRequest }[]
  door: BrowseDoor
  exits: Partial<BrowseParts['exits']>
  networkId: NetworkId
  /** Somebody has a site under that name. */
  site(name: string, says: Site, owner?: AccountId): void
  settled(): Promise<void>
  open(address: string, more?: { tab?: TabId; background?: boolean; exit?: PeerId }): Promise<Tab>
  tab(id: TabId): Tab
  /** Another Latch with the same database. */
  again(): Promise<House>
  close(): Promise<void>
}

interface Kept {
  readonly database: Database
  readonly names: StandInNames
  readonly sites: Map<string, Site>
  readonly downloads: string
  readonly clock: FakeClock
}

/** Browse as it is, over names and sites that are what a test says; the window's side is `TestHost`. */
export async function browseHouse(options: { window?: boolean } = {}, kept?: Kept): Promise<House> {
  const clock = kept?.clock ?? new FakeClock()
  const database = kept?.database ?? openMemoryDatabase()
  const names = kept?.names ?? new StandInNames(clock)
  const sites = kept?.sites ?? new Map<string, Site>()
  const downloads = kept?.downloads ?? (await mkdtemp(join(tmpdir(), 'latch-browse-')))
  const asked: House['asked'] = []
  const host = new TestHost()
  const settings = { gateway: false, gatewayPort: 5380 }
  const answer = async (site: SiteName, request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> => {
    asked.push({ site, request })
    const says = sites.get(site)
    if (says === undefined) throw new LatchError('UNREACHABLE')
    const said = await says(request, signal)
    const { status = 200, headers = [['Content-Type', 'text/html']], body = '' } = typeof said === 'string' ? { body: said } : said
    return { status, statusText: '', headers, body: typeof body === 'string' ? Readable.from([Buffer.from(body)]) : body, peer: null }
  }
  const house: Pick<House, 'door' | 'exits' | 'networkId'> = {
    door: {
      load: () => Promise.resolve({ verdict: 'refuse', code: 'denied', why: 'no rule' }),
      file: () => 'ask',
    },
    exits: {},
    networkId: names.network().id,
  }
  const noExit = (): never => {
    throw new LatchError('NOT_ALLOWED')
  }
  const browse = createBrowse({
    database,
    clock,
    log: silentLog,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    names: {
      network: () => ({ ...names.network(), id: house.networkId }),
      lookup: (...about) => names.lookup(...about),
      onChanged: (listener) => names.onChanged(listener),
    },
    sites: {
      fetchFrom: (_peer, site, request, signal) => answer(site, request, signal),
      async connectTo(_peer, site, request): Promise<HttpConnection | HttpAnswer> {
        return answer(site, { ...request, method: 'GET' })
      },
      isHere: () => false,
      fetchHere: (site, request, signal) => answer(site, request, signal),
      connectHere: (site, request) => answer(site, { ...request, method: 'GET' }),
      refusalOf: () => null,
    },
    copies: new HeldCopy(),
    peers: { me: thisDevice, devicesOf: () => [], connect: () => Promise.resolve(), connection: () => null },
    people: {
      me,
      isContact: (who) => who === alice,
      called: (who) => (who === alice ? 'Alice' : null),
      names: () => [
        { fullName: 'alice.peer', owner: alice, called: 'Alice', isMine: false },
        { fullName: 'mine.peer', owner: me, called: 'Me', isMine: true },
        { fullName: 'a_b.peer', owner: alice, called: 'no host', isMine: false },
      ],
    },
    door: { load: (...about) => house.door.load(...about), file: (...about) => house.door.file(...about), took: (...about) => house.door.took?.(...about) },
    exits: {
      find: (peerId) => house.exits.find?.(peerId) ?? null,
      open: (...about): Promise<Duplex> => house.exits.open?.(...about) ?? noExit(),
      refusalOf: (error) => house.exits.refusalOf?.(error) ?? null,
    },
    settings: { get: () => settings, set: (change) => void Object.assign(settings, change), subscribe: () => () => {} },
    downloadsFolder: downloads,
  })
  await browse.start()
  if (options.window !== false) {
    browse.attach(host)
    browse.place({ x: 0, y: 0, width: 800, height: 600 }, true)
  }
  const site = (name: string, says: Site, owner = alice): void => {
    sites.set(name, says)
    names.point(name, [siteRecord(), { ...siteRecord(), kind: 'peer', peerId: device, addresses: ['/ip4/127.0.0.1/tcp/1'] } as never], owner)
    names.change(name)
  }
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 8; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  return Object.assign(house, {
    browse, host, clock, names, database, downloads, asked, site, settled,
    async open(address: string, more: { tab?: TabId; background?: boolean; exit?: PeerId } = {}) {
      const { id } = await browse.open({ address, background: false, ...more })
      await settled()
      return found(browse, id)
    },
    tab: (id: TabId) => found(browse, id),
    async again() {
      await browse.stop()
      return browseHouse(options, { database, names, sites, downloads, clock })
    },
    async close() {
      await browse.stop()
      await rm(downloads, { recursive: true, force: true })
    },
  })
}

function found(browse: BrowseFeature, id: TabId): Tab {
  const tab = browse.tabs().find((each) => each.id === id)
  if (tab === undefined) throw new Error('that tab is closed')
  return tab
}
