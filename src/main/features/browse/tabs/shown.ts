import type { AccountId } from '../../../../shared/ids.ts'
import type { Shield, Tab } from '../../../../shared/model/browse.ts'
import { siteOf } from '../address.ts'
import { entryOf, type Entry, type TabState } from './state.ts'

/** What the shield says of people; the page says nothing in it. */
export interface Known {
  readonly me: AccountId
  isContact(account: AccountId): boolean
  called(account: AccountId): string | null
}

/** How to go back or forward: within the view, along the row, or off what lies over it. */
export type Step = 'view' | 'row' | 'uncover'

export function backStep(tab: TabState): Step | null {
  const entry = entryOf(tab)
  if (isCovered(tab)) return entry === null ? null : 'uncover'
  if (entry?.isAlive === true && entry.canBack) return 'view'
  return tab.at > 0 ? 'row' : null
}

export function forwardStep(tab: TabState): Step | null {
  const entry = entryOf(tab)
  if (isCovered(tab)) return null
  if (entry?.isAlive === true && entry.canForward) return 'view'
  return tab.at < tab.row.length - 1 ? 'row' : null
}

/** An address that never came to a view, or is still being found, lies over the page that was there. */
export function isCovered({ failure, going }: TabState): boolean {
  return failure === null ? going?.phase === 'finding' && !going.isTraversal : failure.key === null
}

/** Whether its page is to be seen, if the tab is. */
export function isPageSeen(tab: TabState): boolean {
  const entry = entryOf(tab)
  return entry !== null && entry.isAlive && entry.isShown && tab.failure === null && (tab.going === null || tab.going.keepsPage)
}

/** The tab as everybody else sees it. */
export function shownTab(tab: TabState, known: Known): Tab {
  const entry = entryOf(tab)
  const { failure, find, going, id, outside, zoom } = tab
  const about = failure === null && going !== null && !isPageSeen(tab) ? going : entry
  const kind = failure === null ? (about?.kind ?? 'start') : (entry?.key === failure.key ? (entry?.kind ?? 'site') : 'site')
  const state = stateOf(tab)
  const isOfEntry = failure === null && about === entry
  return {
    id,
    kind: state === 'start' ? 'start' : kind,
    url: state === 'start' ? '' : urlOf(tab),
    site: state === 'start' ? null : failure === null ? (about?.site ?? null) : siteOf(failure.what.url),
    title: state !== 'start' && isOfEntry ? (entry?.title ?? '') : '',
    state,
    step: going === null ? null : { step: going.step.step, sinceMs: whole(going.step.sinceMs) },
    failure: failure?.what ?? null,
    canBack: backStep(tab) !== null,
    canForward: forwardStep(tab) !== null,
    shield: state !== 'start' && isOfEntry && entry !== null ? shieldOf(entry, known) : null,
    exit: kind === 'exit' && entry?.exit != null ? { ...entry.exit, bytes: entry.bytes } : null,
    zoom,
    isHung: isOfEntry && entry?.isHung === true,
    find: find === null ? null : { ...find },
    outside: outside === null ? null : { ...outside },
  }
}

function stateOf(tab: TabState): Tab['state'] {
  const entry = entryOf(tab)
  if (tab.failure !== null) return 'failed'
  if (tab.going !== null) return isPageSeen(tab) ? 'loading' : 'opening'
  if (entry === null) return 'start'
  // One that sleeps shows its page as soon as somebody looks at it.
  if (!entry.isAlive) return 'shown'
  if (!entry.isShown) return 'start'
  return entry.isLoading ? 'loading' : 'shown'
}

function urlOf(tab: TabState): string {
  const entry = entryOf(tab)
  if (tab.failure !== null) return tab.failure.what.url
  // What a page wants by itself does not stand in the address bar before it is there.
  if (tab.going !== null && (tab.going.byPerson || !isPageSeen(tab))) return tab.going.url
  return entry?.url ?? ''
}

function shieldOf({ site, found, source, asked }: Entry, known: Known): Shield | null {
  if (site === null || found === null || source === null) return null
  const { owner, zone, ledger } = found
  return {
    site,
    owner,
    ownerCalled: known.called(owner),
    isContact: known.isContact(owner),
    isMine: owner === known.me,
    zone: { seq: zone.seq, issuedAtMs: whole(zone.issuedAtMs), expiresAtMs: whole(zone.expiresAtMs) },
    ledger: { height: ledger.height, atMs: whole(ledger.atMs) },
    source,
    asked: [...asked.items],
    allowedCount: asked.allowedCount,
    deniedCount: asked.deniedCount,
  }
}

const whole = (ms: number): number => Math.max(0, Math.round(ms))
