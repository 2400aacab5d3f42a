import { LatchError } from '../../../shared/errors.ts'
import { Feed } from '../../platform/feed.ts'
import type { BrowseEvent, BrowseFeature, BrowseParts } from './types.ts'

const notYet = (): never => {
  throw new LatchError('INTERNAL', 'This part of Browse is not there yet.')
}

/** Tabs, history, bookmarks and downloads of this account, and the way that pages open by. */
export function createBrowse(parts: BrowseParts): BrowseFeature {
  const { log } = parts
  const feed = new Feed<BrowseEvent>((error) => log.error({ error }, 'a listener of browse failed'))
  const gateway = () => ({ state: 'off' as const, port: parts.settings.get().gatewayPort, why: null, requests: 0 })
  const rejects = async () => notYet()
  return {
    start: async () => {},
    stop: async () => {},
    opening: { find: rejects, fetch: rejects, connect: rejects },
    attach: () => () => {},
    tabs: () => [],
    open: rejects,
    close: notYet,
    reopen: async () => null,
    select: notYet,
    move: notYet,
    back: notYet,
    forward: notYet,
    reload: notYet,
    halt: notYet,
    find: notYet,
    zoom: notYet,
    outside: notYet,
    place: () => {},
    complete: () => [],
    startPage: () => ({ sites: [], recent: [] }),
    read: notYet,
    bookmark: notYet,
    removeBookmark: notYet,
    history: () => [],
    clearHistory: () => 0,
    clearSite: rejects,
    downloads: () => [],
    answerDownload: notYet,
    cancelDownload: notYet,
    showDownload: notYet,
    forgetDownload: notYet,
    gateway,
    setGateway: rejects,
    watch: (signal) =>
      feed.watch(() => ({ shows: 'gateway', tabs: [], active: null, bookmarks: [], downloads: [], gateway: gateway() }), signal),
  }
}
