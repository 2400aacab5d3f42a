import { Archive, AtSign, Search, ShieldAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useDialogs } from '../../nav/dialogs.ts'
import { paths } from '../../nav/paths.ts'
import type { PickerItem } from '../../ui/Picker.tsx'
import { Row } from '../../ui/Row.tsx'
import { namesStore, useTld } from './store.ts'
import { readsAsName } from './typed-name.ts'
import { useLookUpAddress } from './use-open-address.ts'

export interface NamesCommand {
  name: string
  icon: ReactNode
  run: () => void
}

/** What of names can be gone to from any place, for the palette. */
export function useNamesCommands(): NamesCommand[] {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const show = useDialogs((dialogs) => dialogs.show)
  return [
    { name: t('names.address.title'), icon: <AtSign />, run: () => show('address') },
    { name: t('names.command.lookUp'), icon: <Search />, run: () => go(paths.lookUp) },
    { name: t('names.command.claim'), icon: <AtSign />, run: () => go(paths.yourNames) },
    { name: t('names.command.kept'), icon: <Archive />, run: () => go(paths.keptNames) },
    { name: t('names.command.revoke'), icon: <ShieldAlert />, run: () => go(paths.revocation) },
  ]
}

/** Where what was typed reads as a name: that it be looked up. */
export function useLookUpItem(onClose: () => void): (query: string) => PickerItem[] {
  const { t } = useTranslation()
  const tld = useTld()
  const lookUp = useLookUpAddress()
  return (query) => {
    const name = readsAsName(query, tld)
    if (name === null) return []
    const title = t('names.command.lookUpThis', { name })
    return [
      {
        id: 'look-up',
        name: title,
        row: <Row leading={<Search />} title={<bdi>{title}</bdi>} />,
        onChoose: () => {
          onClose()
          lookUp(name)
        },
      },
    ]
  }
}

/** Names of one's own, each to its page. */
export function useOwnNameItems(onClose: () => void): PickerItem[] {
  const [, go] = useLocation()
  const mine = namesStore.use(({ state }) => state.mine)
  return [...mine.values()]
    .filter(({ onLedger }) => onLedger !== null)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, fullName }) => ({
      id: `name ${name}`,
      name: fullName,
      row: <Row leading={<AtSign />} title={<bdi>{fullName}</bdi>} />,
      onChoose: () => {
        onClose()
        go(paths.yourName(name))
      },
    }))
}
