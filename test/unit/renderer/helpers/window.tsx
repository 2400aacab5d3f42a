import { CSPProvider } from '@base-ui/react/csp-provider'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { RPCHandler } from '@orpc/server/message-port'
import { cleanup, configure, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { I18nextProvider } from 'react-i18next'
import { VirtuosoMockContext } from 'react-virtuoso'
import { App } from '../../../../src/renderer/app/App.tsx'
import { BridgeProvider, type Bridge, type Client } from '../../../../src/renderer/bridge/bridge.tsx'
import { KeptLink } from '../../../../src/renderer/bridge/link.ts'
import { useAddressField } from '../../../../src/renderer/features/browse/asking.ts'
import { backupStore, restoringStore } from '../../../../src/renderer/features/backup/store.ts'
import { browseStore } from '../../../../src/renderer/features/browse/store.ts'
import { chatsStore } from '../../../../src/renderer/features/chats/store.ts'
import { useComposing } from '../../../../src/renderer/features/chats/composer/composing.ts'
import { useDrafts } from '../../../../src/renderer/features/chats/drafts.ts'
import { contactsStore } from '../../../../src/renderer/features/contacts/store.ts'
import { copiesStore } from '../../../../src/renderer/features/copies/store.ts'
import { devicesStore, joiningStore } from '../../../../src/renderer/features/devices/store.ts'
import { doorStore } from '../../../../src/renderer/features/door/store.ts'
import { exitStore } from '../../../../src/renderer/features/exit/store.ts'
import { filesStore } from '../../../../src/renderer/features/files/store.ts'
import { identityStore } from '../../../../src/renderer/features/identity/store.ts'
import { ledgerStore } from '../../../../src/renderer/features/ledger/store.ts'
import { mailboxStore } from '../../../../src/renderer/features/mailbox/store.ts'
import { Measured } from '../../../../src/renderer/features/network/measured.ts'
import { useMaking } from '../../../../src/renderer/features/networks/making.ts'
import { namesStore } from '../../../../src/renderer/features/names/store.ts'
import { useAskedNames } from '../../../../src/renderer/features/names/use-owned.ts'
import { useZoneDrafts } from '../../../../src/renderer/features/names/zone-drafts.ts'
import { networksStore } from '../../../../src/renderer/features/networks/store.ts'
import { peersStore } from '../../../../src/renderer/features/peers/store.ts'
import { reachStore } from '../../../../src/renderer/features/reach/store.ts'
import { routingStore } from '../../../../src/renderer/features/routing/store.ts'
import { useLast } from '../../../../src/renderer/features/search/last.ts'
import { appsStore } from '../../../../src/renderer/features/settings/apps-store.ts'
import { settingsStore } from '../../../../src/renderer/features/settings/store.ts'
import { useRoomDrafts } from '../../../../src/renderer/features/square/drafts.ts'
import { sitesStore } from '../../../../src/renderer/features/sites/store.ts'
import { squareStore } from '../../../../src/renderer/features/square/store.ts'
import { createMessages } from '../../../../src/renderer/messages/i18n.ts'
import { useDialogs } from '../../../../src/renderer/nav/dialogs.ts'
import { REACH_TABLE } from '../../../../src/shared/reach-table.ts'
import { me } from '../../../gallery/people.ts'
import { createRouter } from '../../../gallery/router.ts'
import { emptyScene, World, type Scene } from '../../../gallery/world.ts'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

/** A list in a window without a layout: every item is as high as this, and some of them are in sight. */
const layout = { viewportHeight: 600, itemHeight: 40 }

/** A window's bridge to a scene that lives in this process, over a real port. */
export interface House {
  world: World
  bridge: Bridge
  /** The node goes; the window notices. */
  drop: () => void
  /** The node is there again. */
  comeBack: () => void
  close: () => void
}

export function openHouse(scene: Partial<Scene> = {}): House {
  const world = new World({ ...emptyScene, identity: { state: 'ready', me }, ...scene })
  const handler = new RPCHandler(createRouter(world))
  let isThere = true
  let drop = (): void => {}
  const link = new KeptLink(async () => {
    if (!isThere) throw new Error('nobody there')
    const { port1, port2 } = new MessageChannel()
    handler.upgrade(port1)
    port1.start()
    const closed = new Promise<void>((resolve) => {
      port2.addEventListener('close', () => resolve())
    })
    drop = () => port1.close()
    const opened = new RPCLink({ port: port2 })
    port2.start()
    return { link: opened, closed }
  })
  void link.keep()
  return {
    world,
    bridge: { link, client: createORPCClient<Client>(link) },
    drop: () => {
      isThere = false
      drop()
    },
    comeBack: () => {
      isThere = true
      link.retryNow()
    },
    close: () => {
      cleanup()
      link.stop()
      drop()
    },
  }
}

/** The whole window at a place. */
export function showWindow(house: House, path: string): void {
  window.location.hash = `#${path}`
  render(
    <VirtuosoMockContext.Provider value={layout}>
      <Measured value={house.world.scene.measured ?? REACH_TABLE}>
        <App bridge={house.bridge} />
      </Measured>
    </VirtuosoMockContext.Provider>,
  )
}

/** One part of it. */
export function show(house: House, part: ReactNode): void {
  render(
    <I18nextProvider i18n={createMessages()}>
      <CSPProvider disableStyleElements>
        <BridgeProvider bridge={house.bridge}>{part}</BridgeProvider>
      </CSPProvider>
    </I18nextProvider>,
  )
}

/** What one window knew is nothing to the next test's. */
export function forgetEverything(): void {
  for (const store of [
    appsStore,
    backupStore,
    browseStore,
    chatsStore,
    contactsStore,
    copiesStore,
    devicesStore,
    doorStore,
    exitStore,
    filesStore,
    identityStore,
    joiningStore,
    ledgerStore,
    mailboxStore,
    namesStore,
    networksStore,
    peersStore,
    reachStore,
    restoringStore,
    routingStore,
    settingsStore,
    sitesStore,
    squareStore,
  ]) {
    store.forget()
  }
  useLast.setState(useLast.getInitialState(), true)
  useAddressField.setState(useAddressField.getInitialState(), true)
  useAskedNames.setState(useAskedNames.getInitialState(), true)
  useMaking.setState(useMaking.getInitialState(), true)
  useZoneDrafts.setState(useZoneDrafts.getInitialState(), true)
  useRoomDrafts.setState(useRoomDrafts.getInitialState(), true)
  useComposing.setState(useComposing.getInitialState(), true)
  useDrafts.setState(useDrafts.getInitialState(), true)
  useDialogs.setState(useDialogs.getInitialState(), true)
}
