import { useEffect, useEffectEvent, useRef } from 'react'
import { useLocation } from 'wouter'
import type { Tab } from '../../../shared/model/browse.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { paths } from '../../nav/paths.ts'
import { isCovered, useIsCovered } from '../../ui/floats.ts'
import { nextZoom } from './address.ts'
import { useAddressField } from './asking.ts'
import { keyOf, type BrowseKey } from './keys.ts'
import { activeTab, neighbour } from './state.ts'
import { browseStore, useShows } from './store.ts'
import { useTabs } from './use-tabs.ts'

/** Electron says `darwin`, a browser `MacIntel`. */
const isMac = (): boolean => /^(darwin|mac)/i.test(window.latch?.platform ?? navigator.platform)

/** What keys do in Browse, whether they were pressed in this window or over a page, which main tells of. */
export function useBrowseKeys({ onFind, isPageShown }: { onFind: () => void; isPageShown: boolean }): void {
  const [, go] = useLocation()
  const tabs = useTabs()
  const isHere = useShows() === 'views'
  const show = useDialogs((dialogs) => dialogs.show)
  const covered = useIsCovered()
  /** What lies over the window was called from the page, which gets the keyboard back from it. */
  const isPageDue = useRef(false)
  useEffect(() => {
    if (covered || !isPageDue.current) return undefined
    isPageDue.current = false
    // After what is closed has given it to whoever had it last in this window.
    const frame = requestAnimationFrame(() => useAddressField.getState().focusPage())
    return () => cancelAnimationFrame(frame)
  }, [covered])

  /** What needs no page, and no tab either. Whether it was one of those. */
  const actAnywhere = (key: BrowseKey, isOverPage: boolean): boolean => {
    const { tabs: list, active } = browseStore.api.getState().state
    const { focus, focusPage } = useAddressField.getState()
    switch (key) {
      case 'address':
      case 'leave':
        focus()
        return true
      case 'palette':
        show('palette')
        isPageDue.current = isOverPage
        return true
      case 'new-tab':
        go(paths.browse)
        tabs.add()
        return true
      case 'reopen-tab':
        go(paths.browse)
        tabs.reopen()
        return true
      case 'next-tab':
      case 'previous-tab': {
        const next = neighbour(list, active, key === 'next-tab' ? 1 : -1)
        if (next === null) return true
        go(paths.browse)
        tabs.select(next)
        if (isOverPage) focusPage()
        return true
      }
      default:
        return false
    }
  }

  const actOnTab = (key: BrowseKey, tab: Tab, isOverPage: boolean): boolean => {
    const { tabs: list } = browseStore.api.getState().state
    const at = list.indexOf(tab)
    switch (key) {
      case 'close-tab':
        tabs.close(tab.id)
        if (isOverPage) useAddressField.getState().focusPage()
        return true
      case 'move-left':
        if (at > 0) tabs.move(tab.id, at - 1)
        return true
      case 'move-right':
        if (at < list.length - 1) tabs.move(tab.id, at + 1)
        return true
      default:
        return false
    }
  }

  const actOnPage = (key: BrowseKey, tab: Tab): void => {
    const { bookmarks } = browseStore.api.getState().state
    const isBusy = tab.state === 'opening' || tab.state === 'loading'
    switch (key) {
      case 'find':
        return onFind()
      case 'to-page':
        return useAddressField.getState().focusPage()
      case 'reload':
        return tabs.reload(tab.id)
      case 'stop':
        return isBusy ? tabs.stop(tab.id) : undefined
      case 'back':
        return tabs.back(tab.id)
      case 'forward':
        return tabs.forward(tab.id)
      case 'bookmark':
        return tab.kind === 'site' ? tabs.bookmark(tab, bookmarks.some(({ url }) => url === tab.url)) : undefined
      case 'zoom-in':
        return tabs.zoom(tab.id, nextZoom(tab.zoom, 1))
      case 'zoom-out':
        return tabs.zoom(tab.id, nextZoom(tab.zoom, -1))
      case 'zoom-reset':
        return tabs.zoom(tab.id, 1)
      default:
        return undefined
    }
  }

  const act = useEffectEvent((key: BrowseKey, isOverPage: boolean): void => {
    if (actAnywhere(key, isOverPage)) return
    const tab = activeTab(browseStore.api.getState().state)
    if (tab === null || actOnTab(key, tab, isOverPage)) return
    if (isPageShown && tab.kind !== 'start') actOnPage(key, tab)
  })

  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || isCovered()) return
    const key = event.key === 'Escape' && !isWriting(event.target) ? 'stop' : keyOf(event, isMac())
    // A browser's own keys are its own; the address is gone to as everywhere.
    if (key === null || (!isHere && key !== 'address')) return
    if (key !== 'stop') event.preventDefault()
    act(key, false)
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKeyDown(event)
    // Before the window's own, for which the address is elsewhere.
    window.addEventListener('keydown', listener, { capture: true })
    return () => window.removeEventListener('keydown', listener, { capture: true })
  }, [])

  const pressed = browseStore.use(({ state }) => state.pressed)
  const heard = useRef(pressed.at(-1)?.number ?? 0)
  useEffect(() => {
    for (const { number, key } of pressed) if (number > heard.current) act(key, true)
    heard.current = pressed.at(-1)?.number ?? heard.current
  }, [pressed])
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
}
