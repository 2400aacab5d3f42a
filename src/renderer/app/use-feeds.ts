import { useEffect } from 'react'
import type { Bridge } from '../bridge/bridge.tsx'
import { backupStore, restoringStore } from '../features/backup/store.ts'
import { browseStore } from '../features/browse/store.ts'
import { chatsStore } from '../features/chats/store.ts'
import { contactsStore } from '../features/contacts/store.ts'
import { copiesStore } from '../features/copies/store.ts'
import { devicesStore, joiningStore } from '../features/devices/store.ts'
import { doorStore } from '../features/door/store.ts'
import { exitStore } from '../features/exit/store.ts'
import { filesStore } from '../features/files/store.ts'
import { identityStore, useMe } from '../features/identity/store.ts'
import { ledgerStore } from '../features/ledger/store.ts'
import { mailboxStore } from '../features/mailbox/store.ts'
import { namesStore } from '../features/names/store.ts'
import { networksStore } from '../features/networks/store.ts'
import { peersStore } from '../features/peers/store.ts'
import { reachStore } from '../features/reach/store.ts'
import { appsStore } from '../features/settings/apps-store.ts'
import { settingsStore } from '../features/settings/store.ts'
import { updatesStore } from '../features/settings/updates-store.ts'
import { sitesStore } from '../features/sites/store.ts'
import { squareStore } from '../features/square/store.ts'

/** Every store follows its feature's `watch` while the window lives; all but identity once there is an account. */
export function useFeeds({ client, link }: Bridge): void {
  const account = useMe()?.account ?? null

  useEffect(() => {
    const closing = new AbortController()
    void identityStore.feed(client.identity.watch, link, closing.signal)
    return () => closing.abort()
  }, [client, link])

  const isEmpty = identityStore.use(({ state }) => state?.state === 'none')
  useEffect(() => {
    if (!isEmpty) return undefined
    const closing = new AbortController()
    void joiningStore.feed(client.devices.watchJoining, link, closing.signal)
    void restoringStore.feed(client.backup.watchRestoring, link, closing.signal)
    return () => closing.abort()
  }, [client, link, isEmpty])

  useEffect(() => {
    if (account === null) return undefined
    const closing = new AbortController()
    void settingsStore.feed(client.settings.watch, link, closing.signal)
    void updatesStore.feed(client.updates.watch, link, closing.signal)
    void contactsStore.feed(client.contacts.watch, link, closing.signal)
    void peersStore.feed(client.peers.watch, link, closing.signal)
    void reachStore.feed(client.reach.watch, link, closing.signal)
    void doorStore.feed(client.door.watch, link, closing.signal)
    void appsStore.feed(client.apps.watch, link, closing.signal)
    void ledgerStore.feed(client.ledger.watch, link, closing.signal)
    void namesStore.feed(client.names.watch, link, closing.signal)
    void networksStore.feed(client.networks.watch, link, closing.signal)
    void sitesStore.feed(client.sites.watch, link, closing.signal)
    void copiesStore.feed(client.copies.watch, link, closing.signal)
    void exitStore.feed(client.exit.watch, link, closing.signal)
    void squareStore.feed(client.square.watch, link, closing.signal)
    void browseStore.feed(client.browse.watch, link, closing.signal)
    void chatsStore.feed(client.chat.watch, link, closing.signal)
    void filesStore.feed(client.files.watch, link, closing.signal)
    void mailboxStore.feed(client.mailbox.watch, link, closing.signal)
    void devicesStore.feed(client.devices.watch, link, closing.signal)
    void backupStore.feed(client.backup.watch, link, closing.signal)
    return () => closing.abort()
  }, [client, link, account])
}
