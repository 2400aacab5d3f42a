import { AppWindow, AtSign, Clock, Search, User } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../bridge/bridge.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Picker, type PickerItem } from '../../ui/Picker.tsx'
import { Row } from '../../ui/Row.tsx'
import { usePeople } from '../contacts/store.ts'
import { useAsked } from '../ledger/use-asked.ts'
import { useTld } from './store.ts'
import { useMyNames } from './use-my-names.ts'
import { useLookUpAddress, useOpenAddress } from './use-open-address.ts'

/** As many as are taken in at a glance. */
const SHOWN = 6

/** One field over every place: a name is typed, and Enter goes there. */
export function AddressBar({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const tld = useTld()
  const input = useRef<HTMLInputElement>(null)
  const leads = useRef(false)
  const [query, setQuery] = useState('')
  const { owned } = useMyNames()
  const kept = useKept()
  const openAddress = useOpenAddress()
  const lookUpAddress = useLookUpAddress()
  const people = usePeople()
  const wanted = query.trim()
  // A bare word is a name of this network, as everything is that is typed here.
  const asked = /^[a-z0-9-]+$/i.test(wanted) ? `${wanted.toLowerCase()}.${tld}` : wanted

  const itemOf = (id: string, name: string, icon: ReactNode, title = name, go = openAddress): PickerItem => ({
    id: `${id} ${name}`,
    name: title,
    row: <Row leading={icon} title={<bdi>{title}</bdi>} />,
    onChoose: () => {
      leads.current = true
      onClose()
      go(name)
    },
  })
  const narrow = (names: readonly string[]): string[] =>
    names.filter((name) => name.includes(wanted.toLowerCase()) && name !== asked).slice(0, SHOWN)
  const mine = narrow(owned.map(({ fullName }) => fullName))
  const contacts = [...people.values()].filter(({ petname }) => petname !== null)
  const theirs = narrow(contacts.flatMap(({ names }) => names))

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('names.address.title')}
      closeLabel={t('close')}
      width="wide"
      place="top"
      bare
      initialFocus={input}
      // To where it leads, and back only where it was put away.
      finalFocus={() => !leads.current || document.getElementById('content')}
    >
      <Picker
        label={t('names.address.title')}
        placeholder={t('names.address.placeholder', { tld })}
        query={query}
        onQuery={setQuery}
        inputRef={input}
        groups={[
          {
            title: t('names.address.groups.go'),
            // Whatever it is: what is wrong with it is said where it leads.
            items:
              asked === ''
                ? []
                : [
                    itemOf('go', asked, <AppWindow />, t('browsePages.command.open', { name: asked })),
                    itemOf('look-up', asked, <Search />, t('names.command.lookUpThis', { name: asked }), lookUpAddress),
                  ],
          },
          { title: t('names.address.groups.yours'), items: mine.map((name) => itemOf('mine', name, <AtSign />)) },
          { title: t('names.address.groups.people'), items: theirs.map((name) => itemOf('theirs', name, <User />)) },
          {
            title: t('names.address.groups.kept'),
            items: narrow(kept.filter((name) => !mine.includes(name) && !theirs.includes(name))).map((name) => itemOf('kept', name, <Clock />)),
          },
        ]}
        empty={t('names.address.none', { tld })}
      />
    </Dialog>
  )
}

/** Names that were looked up before. Nobody waits for them: where the call fails, there are none. */
function useKept(): readonly string[] {
  const client = useClient()
  const { answer } = useAsked('kept', 'opened', () => client.names.cache())
  return (answer ?? []).filter(({ state }) => state !== 'nothing').map(({ fullName }) => fullName)
}
