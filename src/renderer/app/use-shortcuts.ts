import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { useDialogs } from '../nav/dialogs.ts'
import { isMac } from '../nav/modifier.ts'
import { paths } from '../nav/paths.ts'
import { places } from './places.tsx'

/** The shortcuts that work on every screen. */
export function useShortcuts(): void {
  const [, go] = useLocation()
  const show = useDialogs((dialogs) => dialogs.show)

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return
      const held = isMac() ? event.metaKey : event.ctrlKey
      if (held && !event.altKey && !event.shiftKey) {
        const place = places[Number(event.key) - 1]
        if (event.key === 'k') show('palette')
        else if (event.key === 'l') show('address')
        else if (event.key === 'n') show('start-chat')
        else if (place !== undefined) go(place.path)
        else return
        event.preventDefault()
      } else if (held && event.shiftKey && !event.altKey) {
        const key = event.key.toLowerCase()
        if (key === 'f') go(paths.search)
        else if (key === 'g') show('new-group')
        else return
        event.preventDefault()
      } else if (event.key === '?' && !isTyping(event.target) && useDialogs.getState().open === null) {
        show('shortcuts')
        event.preventDefault()
      }
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [go, show])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
}
