import type { TabId } from '../../shared/model/browse.ts'
import type { BrowseFeature } from '../features/browse/types.ts'
import type { RouterParts } from './router-parts.ts'

/** Sites, one's own and others', copies of them, pages, and ways out to the outside web. */
export function answerBrowsing({ os, house, stream }: RouterParts) {
  const sites = () => house().sites
  const copies = () => house().copies
  const browse = () => house().browse
  const exit = () => house().exit
  const onTab = (act: (browse: BrowseFeature, tab: TabId) => void) => ({ input }: { input: { tab: TabId } }) => {
    act(browse(), input.tab)
    return { tab: input.tab }
  }

  return {
    sites: {
      list: os.sites.list.handler(() => sites().list()),
      look: os.sites.look.handler(({ input, signal }) => sites().look(input.path, signal)),
      publish: os.sites.publish.handler(({ input }) => sites().publish(input)),
      setAudience: os.sites.setAudience.handler(({ input }) => sites().setAudience(input.name, input.audience)),
      refresh: os.sites.refresh.handler(({ input }) => sites().refresh(input.name)),
      unpublish: os.sites.unpublish.handler(async ({ input }) => {
        await sites().unpublish(input.name)
        return { name: input.name }
      }),
      visitors: os.sites.visitors.handler(() => sites().visitors()),
      watch: os.sites.watch.handler(({ signal }) => stream('sites.watch', sites().watch(signal))),
    },
    copies: {
      list: os.copies.list.handler(() => copies().list()),
      look: os.copies.look.handler(({ input, signal }) => copies().look(input.site, signal)),
      keep: os.copies.keep.handler(({ input }) => copies().keep(input.site)),
      cancel: os.copies.cancel.handler(({ input }) => copies().cancel(input.site)),
      changes: os.copies.changes.handler(({ input, signal }) => copies().changes(input.site, signal)),
      serve: os.copies.serve.handler(({ input }) => copies().serve(input.site, input.served)),
      drop: os.copies.drop.handler(async ({ input }) => ({ site: input.site, ...(await copies().drop(input.site)) })),
      watch: os.copies.watch.handler(({ signal }) => stream('copies.watch', copies().watch(signal))),
    },
    browse: {
      tabs: os.browse.tabs.handler(() => browse().tabs()),
      open: os.browse.open.handler(({ input }) => browse().open(input)),
      close: os.browse.close.handler(onTab((it, tab) => it.close(tab))),
      reopen: os.browse.reopen.handler(() => browse().reopen()),
      select: os.browse.select.handler(onTab((it, tab) => it.select(tab))),
      move: os.browse.move.handler(({ input }) => {
        browse().move(input.tab, input.index)
        return { tab: input.tab }
      }),
      back: os.browse.back.handler(onTab((it, tab) => it.back(tab))),
      forward: os.browse.forward.handler(onTab((it, tab) => it.forward(tab))),
      reload: os.browse.reload.handler(onTab((it, tab) => it.reload(tab))),
      stop: os.browse.stop.handler(onTab((it, tab) => it.halt(tab))),
      find: os.browse.find.handler(({ input: { tab, text, forward } }) => {
        browse().find(tab, text, forward)
        return { tab }
      }),
      zoom: os.browse.zoom.handler(({ input: { tab, zoom } }) => {
        browse().zoom(tab, zoom)
        return { tab }
      }),
      outside: os.browse.outside.handler(({ input: { tab, open } }) => {
        browse().outside(tab, open)
        return { tab }
      }),
      place: os.browse.place.handler(({ input: { place, focus } }) => {
        browse().place(place, focus)
        return {}
      }),
      still: os.browse.still.handler(async () => ({ image: await browse().still() })),
      inBrowser: os.browse.inBrowser.handler(async ({ input }) => {
        await browse().inBrowser(input.tab)
        return input
      }),
      chooseFolder: os.browse.chooseFolder.handler(async () => ({ path: await browse().chooseFolder() })),
      complete: os.browse.complete.handler(({ input }) => browse().complete(input.text)),
      start: os.browse.start.handler(() => browse().startPage()),
      read: os.browse.read.handler(({ input }) => browse().read(input.address)),
      bookmark: os.browse.bookmark.handler(({ input }) => browse().bookmark(input.url, input.title)),
      removeBookmark: os.browse.removeBookmark.handler(({ input }) => {
        browse().removeBookmark(input.url)
        return { url: input.url }
      }),
      moveBookmark: os.browse.moveBookmark.handler(({ input }) => {
        browse().moveBookmark(input.url, input.index)
        return { url: input.url }
      }),
      history: os.browse.history.handler(({ input }) => browse().history(input.text, input.limit)),
      clearHistory: os.browse.clearHistory.handler(({ input }) => ({ cleared: browse().clearHistory(input) })),
      clearSite: os.browse.clearSite.handler(async ({ input: { site, owner } }) => {
        await browse().clearSite(site, owner)
        return { site }
      }),
      downloads: os.browse.downloads.handler(() => browse().downloads()),
      answerDownload: os.browse.answerDownload.handler(({ input }) => browse().answerDownload(input.id, input.save)),
      cancelDownload: os.browse.cancelDownload.handler(({ input }) => browse().cancelDownload(input.id)),
      showDownload: os.browse.showDownload.handler(({ input }) => {
        browse().showDownload(input.id)
        return input
      }),
      forgetDownload: os.browse.forgetDownload.handler(({ input }) => {
        browse().forgetDownload(input.id)
        return input
      }),
      gateway: os.browse.gateway.handler(() => browse().gateway()),
      setGateway: os.browse.setGateway.handler(({ input }) => browse().setGateway(input.on, input.port)),
      watch: os.browse.watch.handler(({ signal }) => stream('browse.watch', browse().watch(signal))),
    },
    exit: {
      list: os.exit.list.handler(() => exit().list()),
      check: os.exit.check.handler(({ input, signal }) => exit().check(input.peerId, signal, input.host)),
      uses: os.exit.uses.handler(() => exit().uses()),
      clear: os.exit.clear.handler(() => {
        exit().clear()
        return {}
      }),
      watch: os.exit.watch.handler(({ signal }) => stream('exit.watch', exit().watch(signal))),
    },
  }
}
