import { useLocation } from 'wouter'
import type { PeerId } from '../../../shared/ids.ts'
import type { TabId } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf } from '../../bridge/failure.ts'
import { paths } from '../../nav/paths.ts'
import { useAddressField } from './asking.ts'
import { activeTab } from './state.ts'
import { browseStore, useShows } from './store.ts'

export interface OpenWish {
  /** In this tab; otherwise in one that shows a start page, or a new one. */
  tab?: TabId | undefined
  /** A new one, behind what is shown; the window stays where it is. */
  background?: boolean
  /** The device of a contact through which an address of the outside web is opened. */
  exit?: PeerId
}

/**
 * Opens an address as a person wrote it, from any place of the window: here, or, where this window cannot show pages, in
 * a tab of the browser that it runs in. What is wrong with it is said in Browse, at the address.
 */
export function useOpenSite(): (address: string, wish?: OpenWish) => Promise<void> {
  const client = useClient()
  const [, go] = useLocation()
  const shows = useShows()
  return async (address, wish = {}) => {
    const { refuse, focusPage } = useAddressField.getState()
    const { background = false, exit } = wish
    refuse(null)
    try {
      if (shows === 'gateway') {
        const { url, site, gateway } = await client.browse.read({ address })
        const isOn = browseStore.api.getState().state.gateway.state === 'on'
        // The outside web is what this browser is for.
        if (site === null || (isOn && gateway !== null)) window.open(gateway ?? url, '_blank', 'noopener')
        else {
          refuse({ address: url, failure: null })
          go(paths.browse)
        }
        return
      }
      const shown = activeTab(browseStore.api.getState().state)
      const tab = wish.tab ?? (shown?.kind === 'start' && !background ? shown.id : undefined)
      const opening = { address, background, ...(tab === undefined ? {} : { tab }), ...(exit === undefined ? {} : { exit }) }
      const opened = client.browse.open(opening)
      if (!background) {
        go(paths.browse)
        focusPage()
      }
      await opened
    } catch (error) {
      refuse({ address, failure: failureOf(error) })
      if (!background) go(paths.browse)
    }
  }
}
