import {
  BellOff,
  BellRing,
  Hash,
  Keyboard,
  KeyRound,
  Link2,
  Megaphone,
  MessageCirclePlus,
  Moon,
  Server,
  Sun,
  SunMoon,
  UserPlus,
} from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { nameOf } from '../../shared/model/contacts.ts'
import { quietFor, quietSpans, type QuietSpan } from '../../shared/model/settings.ts'
import { useClient } from '../bridge/bridge.tsx'
import { useBookmarkItems, useBrowseCommands, useOpenItem, useTabItems } from '../features/browse/commands.tsx'
import { usePeople } from '../features/contacts/store.ts'
import { useDoorCommands } from '../features/door/commands.tsx'
import { useMe } from '../features/identity/store.ts'
import { useLedgerCommands } from '../features/ledger/commands.tsx'
import { useLookUpItem, useNamesCommands, useOwnNameItems } from '../features/names/commands.tsx'
import { useNetworkCommands } from '../features/networks/commands.tsx'
import { useSearchItem, useTalkCommands } from '../features/search/commands.tsx'
import { useQuiet } from '../features/settings/use-quiet.ts'
import { byLatest } from '../features/square/state.ts'
import { squareStore } from '../features/square/store.ts'
import { useDialogs } from '../nav/dialogs.ts'
import { dialogOf } from '../nav/links.ts'
import { paths } from '../nav/paths.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Picker, type PickerItem } from '../ui/Picker.tsx'
import { Row } from '../ui/Row.tsx'
import { places } from './places.tsx'

/** With thousands of people, typing narrows them down; nobody scrolls through them here. */
const PEOPLE_SHOWN = 8

export function Palette({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const commands = useCommands(onClose)
  const matching = (entries: readonly PickerItem[], most: number): PickerItem[] =>
    entries.filter((entry) => entry.name.toLowerCase().includes(query.trim().toLowerCase())).slice(0, most)

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('frame.palette.title')}
      closeLabel={t('close')}
      width="wide"
      place="top"
      bare
      initialFocus={input}
    >
      <Picker
        label={t('frame.palette.title')}
        placeholder={t('frame.palette.placeholder')}
        query={query}
        onQuery={setQuery}
        inputRef={input}
        groups={[
          { title: t('frame.palette.groups.link'), items: commands.link(query) },
          { title: t('frame.palette.groups.name'), items: commands.name(query) },
          { title: t('frame.palette.groups.tabs'), items: matching(commands.tabs, PEOPLE_SHOWN) },
          { title: t('frame.palette.groups.bookmarks'), items: query === '' ? [] : matching(commands.bookmarks, PEOPLE_SHOWN) },
          { title: t('frame.palette.groups.go'), items: matching(commands.go, 10) },
          { title: t('frame.palette.groups.people'), items: matching(commands.people, PEOPLE_SHOWN) },
          { title: t('frame.palette.groups.names'), items: matching(commands.names, PEOPLE_SHOWN) },
          { title: t('frame.palette.groups.rooms'), items: matching(commands.rooms, PEOPLE_SHOWN) },
          { title: t('frame.palette.groups.do'), items: matching(commands.do, 20) },
          { title: t('frame.palette.groups.messages'), items: commands.messages(query) },
        ]}
        empty={t('frame.palette.none', { query })}
      />
    </Dialog>
  )
}

interface Commands {
  /** What was pasted, where it is a link of Latch. */
  link: (query: string) => PickerItem[]
  /** What was typed, where it reads as a name of the network. */
  name: (query: string) => PickerItem[]
  /** What was typed, as words that were said. */
  messages: (query: string) => PickerItem[]
  tabs: PickerItem[]
  bookmarks: PickerItem[]
  go: PickerItem[]
  people: PickerItem[]
  names: PickerItem[]
  rooms: PickerItem[]
  do: PickerItem[]
}

function useCommands(onClose: () => void): Commands {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const show = useDialogs((dialogs) => dialogs.show)
  const client = useClient()
  const me = useMe()
  const people = usePeople()
  const { isLoading, doNotDisturb } = useQuiet()
  const ofNetworks = useNetworkCommands()
  const rooms = squareStore.use(({ state }) => state.rooms)
  const ofFeatures = [...useTalkCommands(), ...useDoorCommands(), ...useNamesCommands(), ...useBrowseCommands(), ...useLedgerCommands()]
  const lookUp = useLookUpItem(onClose)
  const inMessages = useSearchItem(onClose)
  const open = useOpenItem(onClose)
  const tabs = useTabItems(onClose)
  const bookmarks = useBookmarkItems(onClose)
  const names = useOwnNameItems(onClose)

  const go = (path: string) => (): void => {
    onClose()
    navigate(path)
  }
  const act = (name: string, icon: ReactNode, run: () => void): PickerItem => ({
    id: name,
    name,
    row: <Row leading={icon} title={name} />,
    onChoose: run,
  })
  const appearance = (chosen: 'light' | 'dark' | 'system', icon: ReactNode): PickerItem =>
    act(t(`frame.palette.${chosen}`), icon, () => {
      onClose()
      // The palette is gone by then; a failure shows as what it is: nothing changed.
      client.settings.set({ appearance: chosen }).catch(() => {})
    })

  const quiet = (chosen: QuietSpan | 'off'): PickerItem =>
    act(t(`frame.palette.quiet.${chosen}`), chosen === 'off' ? <BellRing /> : <BellOff />, () => {
      onClose()
      // As above: the moon in the frame comes or goes, or nothing changed.
      client.settings.set({ doNotDisturb: quietFor(chosen, doNotDisturb, Date.now()) }).catch(() => {})
    })

  return {
    link: (query) => {
      const dialog = dialogOf(query)
      if (dialog === null) return []
      const title = t('frame.palette.link')
      const row = <Row leading={<Link2 />} title={title} detail={query.trim()} />
      return [{ id: 'link', name: query, row, onChoose: () => show(dialog, query.trim()) }]
    },
    name: (query) => [...open(query), ...lookUp(query)],
    messages: inMessages,
    tabs,
    bookmarks,
    names,
    go: places.map((place) => act(t(`frame.place.${place.id}`), place.icon, go(place.path))),
    people: [...people.values()].map((person) => ({
      id: person.account,
      name: nameOf(person),
      row: <Row leading={<Avatar of={person.account} size={24} />} title={nameOf(person)} />,
      onChoose: go(paths.chatWith(person.account)),
    })),
    rooms: byLatest(rooms.values()).map(({ name }) => ({
      id: `room ${name}`,
      name,
      row: <Row leading={<Hash />} title={name} />,
      onChoose: go(paths.room(name)),
    })),
    do: [
      act(t('frame.palette.startChat'), <MessageCirclePlus />, () => show('start-chat')),
      act(t('frame.palette.invite'), <UserPlus />, () => show('invite')),
      act(t('frame.palette.connect'), <Link2 />, () => show('connect')),
      act(t('frame.palette.introducer'), <Server />, () => show('introducer')),
      act(t('square.enter'), <Megaphone />, () => show('enter-room')),
      ...ofNetworks.map(({ id, name, icon, run }) => ({
        ...act(name, icon, () => {
          // First: what opens a dialog takes the place of this one.
          onClose()
          run()
        }),
        id,
      })),
      act(t('frame.palette.copyAccount'), <KeyRound />, () => {
        onClose()
        if (me !== null) void navigator.clipboard.writeText(me.account)
      }),
      ...(doNotDisturb.on ? [quiet('off')] : []),
      ...(isLoading ? [] : quietSpans.map(quiet)),
      appearance('light', <Sun />),
      appearance('dark', <Moon />),
      appearance('system', <SunMoon />),
      act(t('frame.palette.shortcuts'), <Keyboard />, () => show('shortcuts')),
      ...ofFeatures.map(({ name, icon, run }) =>
        act(name, icon, () => {
          onClose()
          run()
        }),
      ),
    ],
  }
}
