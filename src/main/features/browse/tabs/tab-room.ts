import type { TabId } from '../../../../shared/model/browse.ts'
import { readUrl, type OutsideAddress, type PageAddress } from '../address.ts'
import type { FoundSite } from '../types.ts'
import type { OpenView } from '../views/open-view.ts'
import { partitionOf } from '../views/partition.ts'
import { badAddress, ended, failureOf, ownerChanged, stopped } from './failures.ts'
import type { Exit, Go, RoomParts } from './room-parts.ts'
import { backStep, forwardStep, isPageSeen } from './shown.ts'
import { entryOf, newTab, reduce, type Entry, type TabEvent, type TabState } from './state.ts'
import { TabViews } from './tab-views.ts'
import { viewEvents } from './view-events.ts'
import { Visiting } from './visiting.ts'
import { Wishes } from './wishes.ts'

/** One tab: what happens to it goes through `reduce`, and what it then needs is done here. */
export class TabRoom {
  /** Where its pages want to go. */
  readonly wishes: Wishes
  readonly views: TabViews
  readonly visiting: Visiting
  readonly #parts: RoomParts
  /** Owners that the person was told of, when a name was another account's before. */
  readonly #accepted = new Set<string>()
  #state: TabState
  #seeking = new AbortController()
  #isActive = false

  constructor(id: TabId, parts: RoomParts, restored?: Pick<TabState, 'row' | 'at'>) {
    this.#parts = parts
    this.#state = { ...newTab(id), ...restored }
    this.views = new TabViews(parts, {
      entry: (key) => this.#entry(key),
      events: (key) => viewEvents(this, key, parts),
      carried: (key, bytes) => this.happened({ type: 'carried', key, bytes }),
      evicted: (key) => this.sleepView(key),
    })
    this.wishes = new Wishes(parts)
    this.visiting = new Visiting({ clock: parts.clock, page: () => this.#remembered(), visited: parts.visited })
  }

  get id(): TabId {
    return this.#state.id
  }

  get state(): TabState {
    return this.#state
  }

  /** Opens a page of a site. Resolves when it has a view, or failed; never rejects. */
  async go(address: PageAddress, { byPerson, again = false, isTraversal = false }: Go): Promise<void> {
    const { clock, opening } = this.#parts
    if (byPerson) this.wishes.gesture()
    const { site, url } = address
    const current = entryOf(this.#state)
    const keepsPage = current?.site === site && this.#state.failure === null
    const { signal } = this.#seek()
    this.happened({ type: 'sought', url, kind: 'site', site, keepsPage, byPerson, isTraversal, atMs: clock.nowMs() })
    try {
      const found = await opening.find(site, { signal, again, onStep: (step) => this.happened({ type: 'stepped', url, step, atMs: clock.nowMs() }) })
      if (!signal.aborted) this.#land(address, found, again)
    } catch (error) {
      if (!signal.aborted) this.happened({ type: 'failed', key: null, failure: failureOf(error, url, clock.nowMs()) })
    }
  }

  /** Opens an address of the outside web, through somebody's device. */
  goOut(url: string, exit: Exit, isTraversal = false): void {
    this.#seek()
    this.wishes.gesture()
    const atMs = this.#parts.clock.nowMs()
    this.happened({ type: 'sought', url, kind: 'exit', site: null, keepsPage: false, byPerson: true, isTraversal, atMs })
    const current = entryOf(this.#state)
    if (current?.exit?.peerId === exit.peerId) return this.#load(current, url, false)
    const key = this.#parts.newKey()
    this.happened({ type: 'entered', entry: { key, kind: 'exit', partition: `exit-${key}`, site: null, owner: null, exit, url } })
    this.#loadNew(key, url)
  }

  back(): void {
    this.#step(backStep(this.#state), -1)
  }

  forward(): void {
    this.#step(forwardStep(this.#state), 1)
  }

  reload(): void {
    const { failure } = this.#state
    const entry = entryOf(this.#state)
    const view = entry?.isHung === true ? null : this.#current()
    const isOfView = failure === null ? this.#state.going?.phase !== 'finding' : failure.key === entry?.key
    if (entry === null || view === null || !isOfView) return this.#again(failure?.what.url ?? this.#state.going?.url ?? entry?.url ?? '', true)
    this.wishes.gesture()
    this.happened({ type: 'traversed', key: entry.key, atMs: this.#parts.clock.nowMs() })
    view.loader?.expect(true)
    view.view.reload()
  }

  halt(): void {
    const { going } = this.#state
    const entry = entryOf(this.#state)
    this.#seek()
    if (entry?.isHung === true) return this.happened({ type: 'failed', key: entry.key, failure: ended(entry.url, this.#parts.clock.nowMs()) })
    this.#current()?.view.stop()
    const isNothingThere = going !== null && entry?.isShown !== true
    this.happened({ type: 'halted', failure: isNothingThere ? stopped(going.step.step, going.url, this.#parts.clock.nowMs()) : null })
  }

  find(text: string, isForward: boolean): void {
    this.happened({ type: 'finding', text })
    const view = this.#current()?.view
    if (text === '') view?.stopFind()
    else view?.find(text, isForward)
  }

  /** As large as its site is shown now. */
  rezoom(): void {
    const entry = entryOf(this.#state)
    const zoom = entry === null ? 1 : this.#parts.zoomOf(entry)
    if (zoom !== this.#state.zoom) this.happened({ type: 'zoomed', zoom })
    this.#current()?.view.zoom(zoom)
  }

  /** The answer to a page that wants to leave for the outside web. */
  outside(isWanted: boolean): void {
    const { outside } = this.#state
    this.happened({ type: 'outside', to: null })
    if (isWanted && outside !== null) this.#parts.host()?.openOutside(outside.url)
  }

  askOutside({ url, host }: OutsideAddress): void {
    this.happened({ type: 'outside', to: { url, host } })
  }

  /** The tab that is looked at, or no more. One that sleeps wakes up. */
  setActive(isActive: boolean): void {
    this.#isActive = isActive
    if (isActive) this.wake()
    this.#sync()
  }

  /** Loads what it shows, if its view is closed and nothing else is on its way. */
  wake(): void {
    const entry = entryOf(this.#state)
    const { failure, going } = this.#state
    if (entry === null || entry.isAlive || going !== null || failure !== null || this.#parts.host() === null) return
    this.#again(entry.url, false)
  }

  /** Its views are closed, and what is on its way is dropped: there is no window any more, or another network. */
  sleep(): void {
    this.#seek()
    if (this.#state.going !== null) this.happened({ type: 'halted', failure: null })
    for (const key of this.views.keys()) this.sleepView(key)
  }

  /** Closes views of that storage. */
  sleepIn(partition: string): void {
    for (const entry of this.#state.row) if (entry.partition === partition) this.sleepView(entry.key)
  }

  close(): void {
    this.visiting.stop()
    this.#isActive = false
    this.#seek()
    for (const key of this.views.keys()) this.views.drop(key)
  }

  /** Of a view of this tab, too: the one way in which it changes. */
  happened(event: TabEvent): void {
    const before = this.#state
    this.#state = reduce(before, event)
    if (this.#state === before) return
    if (this.#state.row !== before.row) this.views.keepOnly(this.#state.row)
    this.#sync()
    this.#parts.changed(this)
  }

  /** A name turned out to be another account's than the one whose view it is. */
  ownerChanged(entry: Entry, url: string, found: FoundSite): void {
    if (this.#state.going?.phase === 'finding') return
    this.#tellOwner(readUrl(url, this.#parts.network().tld).outcome === 'page' ? url : entry.url, found)
  }

  /** Closes a view; its page is loaded again when somebody goes back to it. */
  sleepView(key: number): void {
    this.views.drop(key)
    this.happened({ type: 'slept', key })
  }

  get isActive(): boolean {
    return this.#isActive
  }

  /** It is known whose the name is: the page goes to the view that is there, or to one of its own. */
  #land(address: PageAddress, found: FoundSite, again: boolean): void {
    const { newKey, network } = this.#parts
    const { site, url } = address
    const current = entryOf(this.#state)
    const before = this.#state.row.findLast((entry) => entry.site === site)
    const isAnother = before !== undefined && before.owner !== found.owner
    if (isAnother && !this.#accepted.has(`${site} ${found.owner}`)) return this.#tellOwner(url, found)
    const partition = partitionOf(network().id, found.owner, site)
    if (current?.partition === partition) return this.#load(current, url, again)
    const key = newKey()
    this.happened({ type: 'entered', entry: { key, kind: 'site', partition, site, owner: found.owner, exit: null, url } })
    this.#loadNew(key, url)
  }

  /** The person hears of it before anything of theirs is shown; loading it again then opens it. */
  #tellOwner(url: string, { owner, site }: FoundSite): void {
    this.#accepted.add(`${site} ${owner}`)
    this.happened({ type: 'failed', key: null, failure: ownerChanged(site, url, this.#parts.clock.nowMs()) })
  }

  /** In the view that is there, or one that takes its place. */
  #load(entry: Entry, url: string, again: boolean): void {
    const there = this.views.get(entry.key)
    this.happened({ type: 'kept', key: entry.key, isNew: there === null })
    const view = there ?? this.#open(entry)
    view?.loader?.expect(again)
    view?.view.load(url)
  }

  #loadNew(key: number, url: string): void {
    const entry = this.#entry(key)
    if (entry !== null) this.#open(entry)?.view.load(url)
  }

  #open(entry: Entry): OpenView | null {
    const opened = this.views.open(entry)
    const zoom = this.#parts.zoomOf(entry)
    if (zoom !== 1) opened?.view.zoom(zoom)
    if (zoom !== this.#state.zoom) this.happened({ type: 'zoomed', zoom })
    return opened
  }

  #step(step: 'view' | 'row' | 'uncover' | null, by: -1 | 1): void {
    const entry = entryOf(this.#state)
    if (step === null || entry === null) return
    this.wishes.gesture()
    this.#seek()
    if (step === 'view') {
      const view = this.#current()
      this.happened({ type: 'traversed', key: entry.key, atMs: this.#parts.clock.nowMs() })
      view?.loader?.expect(false)
      const went = by < 0 ? view?.view.back() : view?.view.forward()
      if (went === true) return
      this.happened({ type: 'halted', failure: null })
      return this.wake()
    }
    this.happened({ type: 'went', at: step === 'uncover' ? this.#state.at : this.#state.at + by })
    this.rezoom()
    this.wake()
  }

  /** Loads an address that was read before; in a network of another ending it may be none. */
  #again(url: string, again: boolean): void {
    if (url === '') return
    const entry = entryOf(this.#state)
    const read = readUrl(url, this.#parts.network().tld)
    const isTraversal = entry?.url === url
    if (read.outcome === 'page') void this.go(read, { byPerson: true, again, isTraversal })
    else if (read.outcome === 'outside' && entry?.exit != null) this.goOut(read.url, entry.exit, isTraversal)
    else this.happened({ type: 'failed', key: null, failure: badAddress(read, url, this.#parts.clock.nowMs()) })
  }

  #current(): OpenView | null {
    const entry = entryOf(this.#state)
    return entry === null ? null : this.views.get(entry.key)
  }

  /** What was being found out is not wanted any more. A view that does not answer loads nothing: the next page has another. */
  #seek(): AbortController {
    const entry = entryOf(this.#state)
    if (entry?.isHung === true) this.sleepView(entry.key)
    this.#seeking.abort(new Error('something else was asked for'))
    this.#seeking = new AbortController()
    return this.#seeking
  }

  #entry(key: number): Entry | null {
    return this.#state.row.find((entry) => entry.key === key) ?? null
  }

  #remembered(): { url: string; title: string } | null {
    const entry = entryOf(this.#state)
    return entry?.kind === 'site' && isPageSeen(this.#state) ? { url: entry.url, title: entry.title } : null
  }

  /** One page of one tab is to be seen, or none. */
  #sync(): void {
    this.views.show(this.#isActive && isPageSeen(this.#state) ? (entryOf(this.#state)?.key ?? null) : null)
  }
}
