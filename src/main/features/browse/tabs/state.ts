import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { OpenFailure, OpenStep, PageSource, TabId } from '../../../../shared/model/browse.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import { MAX_ROW } from '../limits.ts'
import type { FoundSite } from '../types.ts'
import { nothingAsked, withAsked, type AskedList, type Asking } from './asked.ts'

/** One partition that a tab passed through. Its view is there, or will be made again from `url`. */
export interface Entry {
  readonly key: number
  readonly kind: 'site' | 'exit'
  readonly partition: string
  readonly site: SiteName | null
  readonly owner: AccountId | null
  readonly exit: { readonly peerId: PeerId; readonly account: AccountId; readonly called: string } | null
  readonly bytes: number
  /** Of the page that was there last; before that, of what it is to show. */
  readonly url: string
  readonly title: string
  readonly isAlive: boolean
  /** A page is there to be seen. */
  readonly isShown: boolean
  readonly isLoading: boolean
  /** Its page answers nothing. */
  readonly isHung: boolean
  readonly canBack: boolean
  readonly canForward: boolean
  readonly found: FoundSite | null
  readonly source: PageSource | null
  /** What the page asked for; `former`: what the one before did, until it is sure that there is another. */
  readonly asked: AskedList
  readonly former: AskedList | null
}

/** What is on its way. */
export interface Going {
  readonly url: string
  readonly kind: 'site' | 'exit'
  readonly site: SiteName | null
  /** `finding`: nobody knows yet in which view it will be shown. `answered`: the page comes. */
  readonly phase: 'finding' | 'asking' | 'answered'
  readonly step: { readonly step: OpenStep; readonly sinceMs: number }
  /** The page that is there stays to be seen meanwhile: it is of the same name. */
  readonly keepsPage: boolean
  /** The person asked for it: it may stand in the address bar before it is there. */
  readonly byPerson: boolean
  /** Along the row, which stays as it is. */
  readonly isTraversal: boolean
}

export interface TabState {
  readonly id: TabId
  /** The partitions that it passed through, and which of them is the tab's now (-1: none yet). */
  readonly row: readonly Entry[]
  readonly at: number
  readonly going: Going | null
  /** `key`: of the entry whose page it was; null: it never came so far. */
  readonly failure: { readonly key: number | null; readonly what: OpenFailure } | null
  readonly find: { readonly text: string; readonly matches: number; readonly current: number } | null
  readonly outside: { readonly url: string; readonly host: string } | null
  readonly zoom: number
}

export type TabEvent =
  /** An address was asked for; whose it is, is being found out. */
  | ({ readonly type: 'sought'; readonly atMs: number } & Pick<Going, 'url' | 'kind' | 'site' | 'keepsPage' | 'byPerson' | 'isTraversal'>)
  | { readonly type: 'stepped'; readonly url: string; readonly step: OpenStep; readonly atMs: number }
  /** It has a view of its own, at the end of the row, or in the place of the one that was loaded again. */
  | { readonly type: 'entered'; readonly entry: Pick<Entry, 'key' | 'kind' | 'partition' | 'site' | 'owner' | 'exit' | 'url'> }
  /** It goes to the view that is there, which was made again where `isNew`. */
  | { readonly type: 'kept'; readonly key: number; readonly isNew: boolean }
  | { readonly type: 'page-asked'; readonly key: number; readonly url: string; readonly atMs: number }
  | { readonly type: 'page-answered'; readonly key: number; readonly found: FoundSite; readonly source: PageSource }
  /** Nothing comes of it: stopped, a file instead of a page, or elsewhere. */
  | { readonly type: 'page-dropped'; readonly key: number; readonly url: string }
  | { readonly type: 'source-changed'; readonly key: number; readonly source: PageSource }
  | { readonly type: 'failed'; readonly key: number | null; readonly failure: OpenFailure }
  | { readonly type: 'navigated'; readonly key: number; readonly url: string; readonly canBack: boolean; readonly canForward: boolean; readonly isSamePage: boolean }
  | { readonly type: 'titled'; readonly key: number; readonly title: string }
  | { readonly type: 'loading'; readonly key: number; readonly isLoading: boolean }
  | { readonly type: 'hung'; readonly key: number; readonly isHung: boolean }
  | { readonly type: 'asked'; readonly key: number; readonly asking: Asking }
  | { readonly type: 'carried'; readonly key: number; readonly bytes: number }
  /** The view was told to go back, forward, or to load again. */
  | { readonly type: 'traversed'; readonly key: number; readonly atMs: number }
  | { readonly type: 'went'; readonly at: number }
  | { readonly type: 'halted'; readonly failure: OpenFailure | null }
  /** Its view is closed. */
  | { readonly type: 'slept'; readonly key: number }
  | { readonly type: 'finding'; readonly text: string }
  | { readonly type: 'matched'; readonly key: number; readonly matches: number; readonly current: number }
  | { readonly type: 'outside'; readonly to: { readonly url: string; readonly host: string } | null }
  | { readonly type: 'zoomed'; readonly zoom: number }

export function newTab(id: TabId): TabState {
  return { id, row: [], at: -1, going: null, failure: null, find: null, outside: null, zoom: 1 }
}

/** The entry that the tab shows, or will. */
export const entryOf = (tab: TabState): Entry | null => tab.row[tab.at] ?? null

/** What a tab is after something happened to it. What comes from a view that is not the tab's any more changes nothing but that view. */
export function reduce(tab: TabState, event: TabEvent): TabState {
  switch (event.type) {
    case 'sought': {
      const { type: _, atMs, ...about } = event
      return { ...tab, going: { ...about, phase: 'finding', step: { step: 'address', sinceMs: atMs } }, failure: null, find: null, outside: null }
    }
    case 'stepped':
      return tab.going?.url === event.url && tab.going.step.step !== event.step
        ? { ...tab, going: { ...tab.going, step: { step: event.step, sinceMs: event.atMs } } }
        : tab
    case 'entered': {
      const entry = { ...blank, ...event.entry }
      // Loaded again, the same address turned out to have another storage: another owner, or another network.
      const isInPlace = tab.going?.isTraversal === true && tab.at >= 0
      const row = isInPlace ? tab.row.with(tab.at, entry) : [...tab.row.slice(0, tab.at + 1), entry].slice(-MAX_ROW)
      return { ...tab, row, at: isInPlace ? tab.at : row.length - 1, going: tab.going && { ...tab.going, phase: 'asking', keepsPage: false }, failure: null }
    }
    case 'kept': {
      const kept = changed(tab, event.key, (entry) => (event.isNew ? { ...entry, isAlive: true, isShown: false } : entry))
      const cut = tab.going?.isTraversal === true ? kept : cutAfter(kept)
      return { ...cut, going: tab.going && { ...tab.going, phase: 'asking', keepsPage: tab.going.keepsPage && !event.isNew }, failure: null }
    }
    case 'page-asked':
      return asked(tab, event)
    case 'page-answered': {
      const { key, found, source } = event
      // Its requests may be heard before it is said to be there, so that what it asks counts from here on.
      const next = changed(tab, key, (entry) => ({ ...entry, found, source, asked: nothingAsked, former: entry.former ?? entry.asked }))
      return isCurrent(tab, key) && tab.going?.phase === 'asking' ? { ...next, going: { ...tab.going, phase: 'answered' } } : next
    }
    case 'page-dropped':
      return isCurrent(tab, event.key) && tab.going?.url === event.url && tab.going.phase !== 'finding' ? { ...stayed(tab, event.key), going: null } : tab
    case 'source-changed':
      return changed(tab, event.key, (entry) => ({ ...entry, source: event.source }))
    case 'failed':
      if (event.key !== null && !isCurrent(tab, event.key)) return tab
      // Meanwhile the person wants something else, or was told of something else.
      if (event.key !== null && (tab.going?.phase === 'finding' || tab.failure?.key === null)) return tab
      return { ...tab, going: null, failure: { key: event.key, what: event.failure }, find: null }
    case 'navigated':
      return navigated(tab, event)
    case 'titled':
      return changed(tab, event.key, (entry) => ({ ...entry, title: event.title }))
    case 'loading':
      return loading(tab, event)
    case 'hung':
      return changed(tab, event.key, (entry) => ({ ...entry, isHung: event.isHung }))
    case 'asked':
      return changed(tab, event.key, (entry) => ({ ...entry, asked: withAsked(entry.asked, event.asking) }))
    case 'carried':
      return changed(tab, event.key, (entry) => ({ ...entry, bytes: event.bytes }))
    case 'traversed': {
      const entry = entryOf(tab)
      if (entry?.key !== event.key) return tab
      const { url, kind, site, isShown } = entry
      const step = { step: kind === 'exit' ? ('exit' as const) : ('answer' as const), sinceMs: event.atMs }
      return { ...tab, going: { url, kind, site, phase: 'asking', step, keepsPage: isShown, byPerson: true, isTraversal: true }, failure: null, outside: null }
    }
    case 'went':
      return event.at < 0 || event.at >= tab.row.length ? tab : { ...tab, at: event.at, going: null, failure: null, find: null, outside: null }
    case 'halted':
      return { ...tab, going: null, failure: event.failure === null ? tab.failure : { key: null, what: event.failure } }
    case 'slept':
      return slept(tab, event.key)
    case 'finding':
      return { ...tab, find: event.text === '' ? null : { text: event.text, matches: 0, current: 0 } }
    case 'matched':
      return tab.find === null || !isCurrent(tab, event.key) ? tab : { ...tab, find: { ...tab.find, matches: event.matches, current: event.current } }
    case 'outside':
      return { ...tab, outside: event.to }
    case 'zoomed':
      return { ...tab, zoom: event.zoom }
  }
}

/** One whose view is not there yet, or not any more. */
export function sleeping(entry: Extract<TabEvent, { type: 'entered' }>['entry'], title: string): Entry {
  return { ...blank, ...entry, title, isAlive: false }
}

const blank = {
  bytes: 0, title: '', isAlive: true, isShown: false, isLoading: false, isHung: false, canBack: false, canForward: false, found: null, source: null, asked: nothingAsked, former: null,
}

/** A view asks for a page: the one that was asked for here, or one that the page itself wants. */
function asked(tab: TabState, { key, url, atMs }: Extract<TabEvent, { type: 'page-asked' }>): TabState {
  const entry = entryOf(tab)
  // A page that lies under another address, or one that failed, takes neither's place by itself.
  if (entry?.key !== key || tab.going?.phase === 'finding' || tab.failure?.key === null) return tab
  const step = { step: entry.kind === 'exit' ? ('exit' as const) : ('address' as const), sinceMs: atMs }
  // A redirect within the site asks twice.
  if (tab.going !== null) return { ...tab, going: { ...tab.going, url, phase: 'asking', step }, failure: null }
  const { kind, site, isShown } = entry
  return { ...tab, going: { url, kind, site, phase: 'asking', step, keepsPage: isShown, byPerson: false, isTraversal: false }, failure: null }
}

function navigated(tab: TabState, event: Extract<TabEvent, { type: 'navigated' }>): TabState {
  const { key, url, canBack, canForward, isSamePage } = event
  const isFailed = tab.failure?.key === key
  const next = changed(tab, key, (entry) => {
    const at = { ...entry, url, canBack, canForward }
    if (isSamePage) return at
    return isFailed ? { ...at, isShown: false, title: '' } : { ...at, isShown: true, title: '', former: null }
  })
  if (!isCurrent(tab, key) || isSamePage) return next
  const going = tab.going?.phase === 'finding' ? tab.going : null
  const cut = isFailed || tab.going?.isTraversal === true ? next : cutAfter(next)
  return { ...cut, going, find: null }
}

function loading(tab: TabState, { key, isLoading }: Extract<TabEvent, { type: 'loading' }>): TabState {
  const next = changed(tab, key, (entry) => ({ ...entry, isLoading }))
  // Of the outside web nothing is heard but that it loads.
  const isBegun = isLoading && isCurrent(tab, key) && tab.going?.phase === 'asking' && tab.going.kind === 'exit'
  if (isBegun && next.going !== null) return { ...next, going: { ...next.going, phase: 'answered' } }
  // It was answered, and no page came of it: a file to save, or the site said that there is nothing.
  const isOver = !isLoading && isCurrent(tab, key) && tab.going?.phase === 'answered'
  return isOver ? { ...stayed(next, key), going: null } : next
}

/** The page is the one that it was. */
const stayed = (tab: TabState, key: number): TabState => changed(tab, key, (entry) => ({ ...entry, asked: entry.former ?? entry.asked, former: null }))

function slept(tab: TabState, key: number): TabState {
  const next = changed(tab, key, (entry) => ({ ...entry, isAlive: false, isShown: false, isLoading: false, isHung: false, canBack: false, canForward: false }))
  return isCurrent(tab, key) && tab.going !== null && tab.going.phase !== 'finding' ? { ...next, going: null } : next
}

const isCurrent = (tab: TabState, key: number): boolean => entryOf(tab)?.key === key

const cutAfter = (tab: TabState): TabState => (tab.at === tab.row.length - 1 ? tab : { ...tab, row: tab.row.slice(0, tab.at + 1) })

function changed(tab: TabState, key: number, change: (entry: Entry) => Entry): TabState {
  return tab.row.some((entry) => entry.key === key) ? { ...tab, row: tab.row.map((entry) => (entry.key === key ? change(entry) : entry)) } : tab
}
