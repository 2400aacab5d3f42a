import { useEffect, useEffectEvent } from 'react'
import { useLocation } from 'wouter'
import { useOpenSite } from '../features/browse/use-open.ts'
import { useDialogs } from '../nav/dialogs.ts'
import { dialogOf } from '../nav/links.ts'

/** The places of the menu that are dialogs here. */
const dialogs = { '/invite': 'invite', '/connect': 'connect' } as const

/** What the desktop asks of its window: to show a place, to look at a `latch://` link that somebody opened, or to open the page of a `peer://` one. */
export function useNudges(): void {
  const [, navigate] = useLocation()
  const show = useDialogs((state) => state.show)
  const openSite = useOpenSite()
  const openPage = useEffectEvent((address: string) => void openSite(address))
  useEffect(() => {
    const onMessage = (event: MessageEvent<unknown>): void => {
      if (event.source !== window || typeof event.data !== 'object' || event.data === null) return
      const nudge = event.data as { type?: unknown; path?: unknown; link?: unknown }
      if (nudge.type === 'latch:link' && typeof nudge.link === 'string') {
        if (nudge.link.startsWith('peer://')) openPage(nudge.link)
        // One of no kind that is known here is said to be none where it could have been an invitation.
        else show(dialogOf(nudge.link) ?? 'connect', nudge.link)
      }
      if (nudge.type !== 'latch:show' || typeof nudge.path !== 'string') return
      const dialog = Object.entries(dialogs).find(([path]) => path === nudge.path)?.[1]
      if (dialog === undefined) navigate(nudge.path)
      else show(dialog)
    }
    window.addEventListener('message', onMessage)
    // What came before there was anybody to hear it, such as the link that the app was started with, waits for this.
    if (window.latch !== undefined) window.postMessage({ type: 'latch:listening' }, window.location.origin)
    return () => window.removeEventListener('message', onMessage)
  }, [navigate, show])
}
