import { useEffect, useEffectEvent, useRef } from 'react'
import { useLocation } from 'wouter'
import { useDialogs } from '../../nav/dialogs.ts'
import { paths } from '../../nav/paths.ts'
import { isCovered } from '../../ui/floats.ts'
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

  const act = useEffectEvent((key: BrowseKey, isOverPage: boolean): void => {
    const { state } = browseStore.api.getState()
    const tab = activeTab(state)
    const { focus, focusPage } = useAddressField.getState()
    const turnTo = (by: 1 | -1): void => {
      const next = neighbour(state.tabs, state.active, by)
      if (next === null) return
      go(paths.browse)
      tabs.select(next)
      if (isOverPage) focusPage()
    }
    switch (key) {
      case 'address':
      case 'leave':
        return focus()
      case 'palette':
        return show('palette')
      case 'new-tab':
        go(paths.browse)
        tabs.add()
        return focus()
      case 'reopen-tab':
        go(paths.browse)
        return tabs.reopen()
      case 'next-tab':
        return turnTo(1)
      case 'previous-tab':
        return turnTo(-1)
    }
    if (tab === null) return undefined
    switch (key) {
      case 'close-tab':
        return tabs.close(tab.id)
      case 'move-left':
      case 'move-right': {
        const at = state.tabs.indexOf(tab) + (key === 'move-left' ? -1 : 1)
        return at >= 0 && at < state.tabs.length ? tabs.move(tab.id, at) : undefined
      }
    }
    if (!isPageShown || tab.kind === 'start') return undefined
    switch (key) {
      case 'find':
        return onFind()
      case 'reload':
        return tabs.reload(tab.id)
      case 'stop':
        return tab.state === 'opening' || tab.state === 'loading' ? tabs.stop(tab.id) : undefined
      case 'back':
        return tabs.back(tab.id)
      case 'forward':
        return tabs.forward(tab.id)
      case 'bookmark':
        return tab.kind === 'site' ? tabs.bookmark(tab, state.bookmarks.some(({ url }) => url === tab.url)) : undefined
      case 'zoom-in':
        return tabs.zoom(tab.id, nextZoom(tab.zoom, 1))
      case 'zoom-out':
        return tabs.zoom(tab.id, nextZoom(tab.zoom, -1))
      case 'zoom-reset':
        return tabs.zoom(tab.id, 1)
    }
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
