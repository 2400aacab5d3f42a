import { Server } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Picker, type PickerItem } from '../../ui/Picker.tsx'
import { Row } from '../../ui/Row.tsx'
import { usePeople } from '../contacts/store.ts'
import { peerOf, peersStore } from '../peers/store.ts'
import { introducerName, reachStore } from '../reach/store.ts'
import css from './Mailbox.module.css'
import { mailboxStore } from './store.ts'

const SHOWN = 50

/** An introducer or a contact who is asked to hold mail. */
export function AskDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const input = useRef<HTMLInputElement>(null)
  const [query, setQuery] = useState('')
  const holders = mailboxStore.use(({ state }) => state.holders)
  const introducers = reachStore.use(({ state }) => state.introducers)
  const people = usePeople()
  const peers = peersStore.use(({ state }) => state.peers)
  const ask = useCall(async (to: AccountId | PeerId) => {
    await client.mailbox.ask({ to })
    onClose()
  })
  const wanted = query.trim().toLowerCase()
  const isAsked = (id: AccountId | PeerId): boolean => holders.some(({ peerId, account }) => peerId === id || account === id)
  const servers: PickerItem[] = introducers
    .filter((introducer) => introducer.enabled && !isAsked(introducer.peerId))
    .map((introducer) => ({
      id: introducer.peerId,
      name: introducerName(introducer),
      row: <Row leading={<Server />} title={introducerName(introducer)} detail={t('mailbox.askDialog.always')} />,
      onChoose: () => void ask.run(introducer.peerId),
    }))
  const contacts: PickerItem[] = [...people.values()]
    .filter((person) => person.petname !== null && !person.blocked && !person.demo && !isAsked(person.account))
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
    .map((person) => {
      const isThere = peerOf(peers, person.account)?.state === 'connected'
      const detail = isThere ? t('mailbox.askDialog.online') : t('mailbox.askDialog.away')
      return {
        id: person.account,
        name: nameOf(person),
        row: <Row leading={<Avatar of={person.account} />} title={nameOf(person)} detail={detail} />,
        onChoose: () => void ask.run(person.account),
      }
    })
  const matching = (items: readonly PickerItem[]): PickerItem[] =>
    items.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, SHOWN)
  return (
    <Dialog open onClose={onClose} title={t('mailbox.askDialog.title')} closeLabel={t('close')} width="wide" place="top" bare initialFocus={input}>
      <Picker
        label={t('mailbox.askDialog.title')}
        placeholder={t('mailbox.askDialog.placeholder')}
        query={query}
        onQuery={setQuery}
        inputRef={input}
        groups={[
          { title: t('mailbox.askDialog.introducers'), items: matching(servers) },
          { title: t('mailbox.askDialog.contacts'), items: matching(contacts) },
        ]}
        empty={servers.length + contacts.length === 0 ? t('mailbox.askDialog.nobody') : t('mailbox.askDialog.none', { query })}
      />
      {ask.failure !== null && <FailureNote failure={ask.failure} onDismiss={ask.dismiss} />}
      <p className={css.foot}>{t('mailbox.askDialog.theyAsk')}</p>
    </Dialog>
  )
}
