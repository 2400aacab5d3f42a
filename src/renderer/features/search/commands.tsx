import { FolderDown, MessageSquareText, UsersRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useDialogs } from '../../nav/dialogs.ts'
import { paths } from '../../nav/paths.ts'
import type { PickerItem } from '../../ui/Picker.tsx'
import { Row } from '../../ui/Row.tsx'

/** What was typed, as words of messages; nothing while it is too short to be any. */
export function useSearchItem(onClose: () => void): (query: string) => PickerItem[] {
  const { t } = useTranslation()
  const [, go] = useLocation()
  return (query) => {
    const text = query.trim()
    if (text.length < 2) return []
    const title = t('search.commandFor', { query: text })
    return [
      {
        id: 'search',
        name: title,
        row: <Row leading={<MessageSquareText />} title={title} />,
        onChoose: () => {
          onClose()
          go(paths.searchOf(text))
        },
      },
    ]
  }
}

/** What can be done with conversations from any place, for the palette. */
export function useTalkCommands(): { name: string; icon: ReactNode; run: () => void }[] {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const show = useDialogs((dialogs) => dialogs.show)
  return [
    { name: t('search.command'), icon: <MessageSquareText />, run: () => go(paths.search) },
    { name: t('files.command'), icon: <FolderDown />, run: () => go(paths.transfers) },
    { name: t('groups.new'), icon: <UsersRound />, run: () => show('new-group') },
  ]
}
