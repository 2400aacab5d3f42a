import { dialog, Menu, nativeTheme, shell, type BrowserWindow, type MenuItem, type WebContentsView } from 'electron'
import type { PageView, ViewHost } from '../../features/browse/types.ts'
import { placeWithin, type Place } from './places.ts'
import { sessionOf, type SessionParts } from './site-session.ts'
import { watchStalls } from './stalls.ts'
import { createView, type ViewParts } from './view.ts'

export type SiteViewParts = SessionParts & Pick<ViewParts, 'clock'>

/** The background until a page paints its own; pages that paint none are written for white. */
const BACKGROUND = { light: '#ffffff', dark: '#1a1917' }

/** Percent: it is looked at for as long as a menu is open. */
const STILL_QUALITY = 80

/**
 * Shows pages of sites in rectangles of `window`, each in the session of its partition. A view is seen only where the
 * window gave it room, above everything that the window draws there; all end with the window.
 */
export function createSiteViews(window: BrowserWindow, parts: SiteViewParts): ViewHost {
  const open = new Set<PageView>()
  const stalls = watchStalls()
  let place: Place | null = null
  let shown: WebContentsView | null = null
  /** The page gets the keyboard as soon as it is seen: nobody types into what they do not see. */
  let isAwaited = false

  const isPageFocused = (): boolean => shown !== null && !shown.webContents.isDestroyed() && shown.webContents.isFocused()
  const arrange = (): void => {
    if (shown === null || window.isDestroyed()) return
    const [width = 0, height = 0] = window.getContentSize()
    const within = place === null ? null : placeWithin(place, { width, height }, window.webContents.getZoomFactor())
    if (within !== null) shown.setBounds(within)
    shown.setVisible(within !== null)
    if (within === null || !isAwaited) return
    isAwaited = false
    shown.webContents.focus()
  }
  const stage: ViewParts['stage'] = {
    add(view) {
      view.setVisible(false)
      view.setBackgroundColor(nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light)
      view.webContents.on('dom-ready', () => view.setBackgroundColor(BACKGROUND.light))
      if (!window.isDestroyed()) window.contentView.addChildView(view)
    },
    remove(view) {
      if (shown === view) stage.show(null, false)
      if (!window.isDestroyed()) window.contentView.removeChildView(view)
    },
    show(view, focus) {
      if (shown !== view) {
        const hadFocus = isPageFocused()
        shown?.setVisible(false)
        // Not before it is known whether another page takes its place, which would find the window's own field chosen.
        if (hadFocus && !focus) setImmediate(() => isPageFocused() || stage.focusWindow())
      }
      shown = view
      isAwaited = focus && view !== null
      arrange()
    },
    isShown: (view) => shown === view,
    focusWindow() {
      if (!window.isDestroyed()) window.webContents.focus()
    },
    toggleFullscreen: () => window.setFullScreen(!window.isFullScreen()),
    chooseFromMenu: (accelerator) => itemOf(Menu.getApplicationMenu()?.items ?? [], accelerator)?.click(),
  }
  const hide = (): void => {
    place = null
    if (isPageFocused()) {
      isAwaited = true
      stage.focusWindow()
    }
    shown?.setVisible(false)
  }
  window.on('resize', arrange)
  // A page of ours that is loaded anew, or ended, gave no room yet.
  window.webContents.on('render-process-gone', hide)
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) hide()
  })
  window.on('closed', () => {
    for (const view of open) view.close()
  })

  return {
    open(terms) {
      const view = createView(terms, { ...parts, stalls, stage })
      const close = (): void => {
        open.delete(kept)
        view.close()
      }
      const kept: PageView = { ...view, close }
      open.add(kept)
      return kept
    },
    place(given) {
      if (given === null) return hide()
      place = given
      arrange()
    },
    openOutside(url) {
      if (URL.parse(url)?.protocol !== 'https:') return parts.log.warn({}, 'an address that is not of the outside web; not opened')
      void shell.openExternal(url).catch((error: unknown) => parts.log.warn({ error }, 'the system opened no browser'))
    },
    openHere(url) {
      const to = URL.parse(url)
      if (to?.protocol !== 'http:' || !to.hostname.endsWith('.localhost')) return parts.log.warn({}, 'an address that is not of the gateway; not opened')
      void shell.openExternal(url).catch((error: unknown) => parts.log.warn({ error }, 'the system opened no browser'))
    },
    async still(maxChars) {
      if (shown === null || !shown.getVisible() || shown.webContents.isDestroyed()) return null
      const picture = await shown.webContents.capturePage().catch(() => null)
      if (picture === null || picture.isEmpty()) return null
      const url = `data:image/jpeg;base64,${picture.toJPEG(STILL_QUALITY).toString('base64')}`
      return url.length > maxChars ? null : url
    },
    showInFolder: (path) => shell.showItemInFolder(path),
    async chooseFolder() {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory'] })
      return canceled ? null : (filePaths[0] ?? null)
    },
    async clearData(partition) {
      // Not `clearData`, which leaves the origins of all schemes but those of the web alone.
      const session = sessionOf('site', partition)
      await session.clearStorageData()
      await session.clearCache()
    },
  }
}

function itemOf(items: readonly MenuItem[], accelerator: string): MenuItem | null {
  for (const item of items) {
    if (item.accelerator === accelerator) return item
    const within = item.submenu === undefined || item.submenu === null ? null : itemOf(item.submenu.items, accelerator)
    if (within !== null) return within
  }
  return null
}
