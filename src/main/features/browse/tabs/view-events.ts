import type { Asked } from '../../../../shared/model/browse.ts'
import type { KnockId } from '../../../../shared/ids.ts'
import { readUrl } from '../address.ts'
import type { ViewEvents } from '../types.ts'
import type { LoaderEvents } from '../views/site-loader.ts'
import { titleOf } from '../words.ts'
import { failureOf, viewFailure } from './failures.ts'
import type { RoomParts } from './room-parts.ts'
import { entryOf, type Entry } from './state.ts'
import type { TabRoom } from './tab-room.ts'

/** What a view, and what fetches for it, say to their tab. A view says what its page says: nothing of it is taken as it is. */
export function viewEvents(room: TabRoom, key: number, parts: RoomParts): { view: ViewEvents; loader: LoaderEvents } {
  const { clock, log, network } = parts
  const entryNow = (): Entry | null => room.state.row.find((entry) => entry.key === key) ?? null
  const asked = (kind: Asked['kind'], what: string, outcome: Asked['outcome'], knock: KnockId | null): void =>
    room.happened({ type: 'asked', key, asking: { kind, what, outcome, atMs: clock.nowMs(), knock } })

  /** The page that came last says itself that it is none: 404, and so on. */
  let isMissing = false
  const isCurrent = (): boolean => entryOf(room.state)?.key === key

  /** Of a page that the view may show; null for its own blank pages, and whatever else. */
  const shownUrl = (url: string): string | null => {
    const entry = entryNow()
    const read = readUrl(url, network().tld)
    if (read.outcome === 'page' && read.site === entry?.site) return read.url
    return read.outcome === 'outside' && entry?.kind === 'exit' ? read.url : null
  }

  const view: ViewEvents = {
    navigated({ url: said, canBack, canForward, isSamePage }) {
      const url = shownUrl(said)
      if (url === null) return
      room.happened({ type: 'navigated', key, url, canBack, canForward, isSamePage })
      if (!isCurrent()) return
      if (isMissing && !isSamePage) room.visiting.stop()
      else room.visiting.moved(isSamePage)
    },
    titled(title) {
      room.happened({ type: 'titled', key, title: titleOf(title) })
      if (isCurrent()) room.visiting.titled()
    },
    loading: (isLoading) => room.happened({ type: 'loading', key, isLoading }),
    hung: (isHung) => room.happened({ type: 'hung', key, isHung }),
    failed(why, detail) {
      log.info({ why, detail }, 'a page failed in its view')
      const entry = entryNow()
      if (entry === null) return
      const refusal = room.views.get(key)?.exitRefusal() ?? null
      const url = room.state.going?.url ?? entry.url
      if (why === 'crashed' || why === 'too-much') room.sleepView(key)
      // What was said already, with its reason, is not said again without one.
      if (room.state.failure === null) room.happened({ type: 'failed', key, failure: viewFailure([why, detail], entry.kind, refusal, url, clock.nowMs()) })
    },
    wantsToGo(url, how, byPerson) {
      const entry = entryNow()
      if (entry !== null) room.wishes.follow(room, entry, { url, how, byPerson })
    },
    refused: (kind, what) => asked(kind, what, 'denied', null),
    offered(file) {
      const entry = entryNow()
      if (entry === null) file.made?.drop()
      else if (parts.offered(file, entry) === 'refused') asked('download', file.name, 'denied', null)
    },
    found: (matches, current) => room.happened({ type: 'matched', key, matches, current }),
    pressed(pressed) {
      if (room.isActive) parts.pressed(pressed)
    },
  }

  const loader: LoaderEvents = {
    pageAsked: (url) => room.happened({ type: 'page-asked', key, url, atMs: clock.nowMs() }),
    pageStep: (url, step) => room.happened({ type: 'stepped', url, step, atMs: clock.nowMs() }),
    pageAnswered(_url, { found, source, status }) {
      isMissing = status >= 400
      room.happened({ type: 'page-answered', key, found, source })
    },
    pageFailed(url, error) {
      log.info({ error }, 'a page did not open')
      room.happened({ type: 'failed', key, failure: failureOf(error, url, clock.nowMs()) })
    },
    pageDropped: (url) => room.happened({ type: 'page-dropped', key, url }),
    pageMoved(url) {
      const entry = entryNow()
      if (entry === null) return
      const { going } = room.state
      if (going !== null) room.happened({ type: 'page-dropped', key, url: going.url })
      room.wishes.follow(room, entry, { url, how: 'link', byPerson: false }, true)
    },
    ownerChanged(url, found) {
      const entry = entryNow()
      if (entry !== null) room.ownerChanged(entry, url, found)
    },
    partAnswered({ source }) {
      // A page that began live goes on from a copy: the shield says so.
      const now = entryNow()?.source
      if (now != null && now.kind !== source.kind) room.happened({ type: 'source-changed', key, source })
    },
    asked,
  }
  return { view, loader }
}
