import { BookOpenText, Link2, NotebookPen, UserPlus } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { AccountId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { usePeople } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import { BesideLedgerName } from '../names/LedgerName.tsx'
import { useTld } from '../names/store.ts'
import { readsAsName } from '../names/typed-name.ts'
import { peersStore } from '../peers/store.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { dialogOf, useElsewhere } from '../../nav/links.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { shortKey } from '../../ui/Key.tsx'
import { Picker } from '../../ui/Picker.tsx'
import { Row } from '../../ui/Row.tsx'
import { Presence } from './list/Presence.tsx'
import { StartByName } from './StartByName.tsx'
import css from './StartChat.module.css'

/** Typing narrows down; nobody scrolls through more than this here. */
const SHOWN = 50

/** Whether what was typed can lead to somebody not yet met. */
export function looksLikeAddress(text: string): boolean {
  return /^(\/|latch:\/\/|12D3KooW|16Uiu2HA|Qm[1-9A-Za-z]{20})/.test(text.trim())
}

/**
 * What may be looked up as a name, as it is asked for: also where something is wrong with it, as main says what. Null: it
 * is something else.
 */
export function nameToLookUp(query: string, tld: string): string | null {
  const text = query.trim()
  const meant = (text.startsWith('@') && text.length > 1) || text.toLowerCase().endsWith(`.${tld}`)
  return readsAsName(text, tld) ?? (meant ? text : null)
}

/** Somebody met before, a name, a device that was found, or an address: whoever is chosen, their conversation opens. */
export function StartChat({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const client = useClient()
  const show = useDialogs((dialogs) => dialogs.show)
  const people = usePeople()
  const peers = peersStore.use(({ state }) => state.peers)
  const elsewhere = useElsewhere(['connect'])
  const input = useRef<HTMLInputElement>(null)
  const tld = useTld()
  const [query, setQuery] = useState('')
  const [named, setNamed] = useState<string | null>(null)
  const [unnamed, setUnnamed] = useState(false)
  const me = useMe()?.account ?? null

  // Back from a name, one goes on typing.
  useEffect(() => {
    if (named === null) input.current?.focus()
  }, [named])

  const open = (account: AccountId): void => {
    onClose()
    go(paths.chatWith(account))
  }
  const connect = useCall(async (to: string) => {
    setUnnamed(false)
    const { account } = await client.peers.connect({ to })
    if (account === null) setUnnamed(true)
    else open(account)
  })

  const notes = useCall(async (me: AccountId) => {
    const { id } = await client.chat.open({ with: me })
    onClose()
    go(paths.conversation(id))
  })

  // An introducer or a network is nobody to chat with: it is looked at, and used, elsewhere.
  const dialog = dialogOf(query)
  const act = dialog === 'introducer' ? 'introducer' : dialog === null || dialog === 'connect' ? 'connect' : 'network'
  const use = (): void => (act === 'connect' ? void connect.run(query.trim()) : void elsewhere(query))

  const wanted = query.trim().toLowerCase().replace(/^@/, '')
  const toLookUp = nameToLookUp(query, tld)
  const matching = [...people.values()]
    .filter((person) => [person.petname ?? '', person.claimedName, ...person.names].some((name) => name.toLowerCase().includes(wanted)))
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
    .slice(0, SHOWN)
  const devices = [...peers.values()]
    .filter((peer) => peer.account === null && peer.peerId.toLowerCase().includes(wanted))
    .slice(0, SHOWN)

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('chats.startDialog.title')}
      closeLabel={t('close')}
      width="wide"
      place="top"
      bare
      initialFocus={input}
    >
      {named !== null ? (
        <StartByName
          key={named}
          name={named}
          onOpened={onClose}
          onBack={(next) => {
            setQuery(next)
            setNamed(null)
          }}
        />
      ) : (
        <Picker
          label={t('chats.startDialog.title')}
          placeholder={t('chats.startDialog.placeholder')}
          query={query}
          onQuery={setQuery}
          inputRef={input}
          groups={[
            {
              title: t('chats.startDialog.byName'),
              items:
                toLookUp === null
                  ? []
                  : [
                      {
                        id: 'by-name',
                        name: toLookUp,
                        row: <Row leading={<BookOpenText />} title={t('chats.startDialog.lookUp', { name: toLookUp })} />,
                        onChoose: () => setNamed(toLookUp),
                      },
                    ],
            },
            {
              title: t('chats.startDialog.address'),
              items: looksLikeAddress(query)
                ? [
                    {
                      id: 'connect',
                      name: query,
                      row: <Row leading={<Link2 />} title={t(`chats.startDialog.${act}`)} detail={query} />,
                      onChoose: use,
                    },
                  ]
                : [],
            },
            {
              title: t('chats.startDialog.people'),
              items: matching.map((person) => ({
                id: person.account,
                name: nameOf(person),
                row: (
                  <Row
                    leading={<Avatar of={person.account} />}
                    title={<BesideLedgerName account={person.account}>{nameOf(person)}</BesideLedgerName>}
                    detail={<Presence account={person.account} />}
                  />
                ),
                onChoose: () => open(person.account),
              })),
            },
            {
              title: t('chats.startDialog.devices'),
              items: devices.map((peer) => ({
                id: peer.peerId,
                name: peer.peerId,
                row: (
                  <Row
                    leading={<Avatar of={peer.peerId} />}
                    title={shortKey(peer.peerId)}
                    detail={peer.addresses[0] ?? ''}
                  />
                ),
                onChoose: () => void connect.run(peer.peerId),
              })),
            },
            {
              title: t('chats.startDialog.else'),
              items:
                wanted === ''
                  ? [
                      {
                        id: 'invite',
                        name: t('chats.startDialog.invite'),
                        row: <Row leading={<UserPlus />} title={t('chats.startDialog.invite')} />,
                        onChoose: () => show('invite'),
                      },
                      ...(me === null
                        ? []
                        : [
                            {
                              id: 'notes',
                              name: t('chats.notes.title'),
                              row: <Row leading={<NotebookPen />} title={t('chats.notes.title')} detail={t('chats.notes.note')} />,
                              onChoose: () => void notes.run(me),
                            },
                          ]),
                    ]
                  : [],
            },
          ]}
          empty={people.size === 0 ? t('chats.startDialog.nobody') : t('chats.startDialog.none', { query })}
        />
      )}
      <Progress busy={connect.busy} unnamed={unnamed} />
      {connect.failure !== null && (
        <div className={css.note}>
          <FailureNote failure={connect.failure} kept={t('chats.startDialog.kept')} onDismiss={connect.dismiss} />
        </div>
      )}
    </Dialog>
  )
}

function Progress({ busy, unnamed }: { busy: boolean; unnamed: boolean }): ReactNode {
  const { t } = useTranslation()
  return (
    <output className={busy || unnamed ? css.progress : undefined}>
      {busy ? t('chats.startDialog.connecting') : unnamed ? t('chats.startDialog.unnamed') : ''}
    </output>
  )
}
