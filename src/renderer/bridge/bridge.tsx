import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { createContext, useContext, useSyncExternalStore, type ReactNode } from 'react'
import type { Contract } from '../../shared/contract/index.ts'
import { KeptLink, type LinkState } from './link.ts'
import { connectPort } from './port.ts'
import { Session } from './session.ts'
import { connectSocket } from './socket.ts'

export type Client = ContractRouterClient<Contract>

export interface Bridge {
  client: Client
  link: KeptLink
}

/** The bridge of this window: the preload's port in the desktop app, a WebSocket to the page's own host in a browser. */
export function openBridge(): Bridge {
  if (window.latch !== undefined) return bridgeOver(new KeptLink(connectPort))
  const session = new Session(window)
  const link = new KeptLink(() => connectSocket(window.location.host, session))
  session.take()
  // A new address pasted over that of a tab whose node was restarted changes what stands behind the `#`, and no more:
  // the page stays, and with it what was written in it. Before the router hears of it and takes it for a place.
  window.addEventListener('hashchange', (event) => {
    if (session.take(new URL(event.oldURL).hash) === 'none') return
    event.stopImmediatePropagation()
    link.retryNow()
  })
  return bridgeOver(link)
}

function bridgeOver(link: KeptLink): Bridge {
  void link.keep()
  return { link, client: createORPCClient<Client>(link) }
}

const BridgeContext = createContext<Bridge | null>(null)

export function BridgeProvider({ bridge, children }: { bridge: Bridge; children: ReactNode }): ReactNode {
  return <BridgeContext value={bridge}>{children}</BridgeContext>
}

/** For what follows a feed of its own; calls go through `useClient`. */
export function useBridge(): Bridge {
  const bridge = useContext(BridgeContext)
  if (bridge === null) throw new Error('there is no BridgeProvider above this component')
  return bridge
}

/** The typed client of the contract. Its calls reject with `LinkLost` while the node cannot be reached. */
export function useClient(): Client {
  return useBridge().client
}

export function useLink(): { link: LinkState; retryNow: () => void } {
  const { link } = useBridge()
  const state = useSyncExternalStore(
    (listener) => link.subscribe(listener),
    () => link.state,
  )
  return { link: state, retryNow: () => link.retryNow() }
}
