import { clipboard, Menu, type ContextMenuParams, type Rectangle, type WebContents } from 'electron'
import type { ViewEvents } from '../../features/browse/types.ts'
import type { Home } from './addresses.ts'
import { pageEntries, type PageDeed } from './page-entries.ts'

export interface PageMenuParts {
  readonly home: () => Home
  /** Where the view stands in its window. */
  readonly place: () => Rectangle
  /** They pressed something just now: no page opens a menu by itself. */
  readonly isByPerson: () => boolean
  /** They chose something. */
  readonly chosen: () => void
  readonly events: Pick<ViewEvents, 'wantsToGo' | 'pressed'>
}

/** The menu of the other button, over a page. */
export function offerPageMenu(contents: WebContents, { home, place, isByPerson, chosen, events }: PageMenuParts): void {
  let isOpen = false
  contents.on('context-menu', (_event, under) => {
    if (isOpen || !isByPerson()) return
    const { navigationHistory: history } = contents
    const entries = pageEntries(home(), under, { back: history.canGoBack(), forward: history.canGoForward() })
    const menu = Menu.buildFromTemplate(
      entries.map((one) => (one === null ? { type: 'separator' as const } : { id: one.id, label: one.label, enabled: one.enabled, click: () => act(one.id, under) })),
    )
    const { x, y } = place()
    isOpen = true
    menu.popup({ x: Math.round(x + under.x), y: Math.round(y + under.y), callback: () => (isOpen = false) })
  })

  function act(deed: PageDeed, { linkURL, srcURL, x, y }: ContextMenuParams): void {
    // The page may have gone while the menu was open.
    if (contents.isDestroyed()) return
    chosen()
    switch (deed) {
      case 'open':
        return events.wantsToGo(linkURL, 'background', true)
      case 'copy-link':
        return clipboard.writeText(linkURL)
      case 'save-picture':
        return contents.downloadURL(srcURL)
      case 'copy-picture':
        return contents.copyImageAt(x, y)
      case 'cut':
        return contents.cut()
      case 'copy':
        return contents.copy()
      case 'paste':
        return contents.paste()
      case 'select-all':
        return contents.selectAll()
      case 'back':
      case 'forward':
      case 'reload':
        return events.pressed(deed)
    }
  }
}
