import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ConversationList } from '../features/chats/ConversationList.tsx'
import { LIST_MAX_PX, LIST_MIN_PX, usePaneWidth } from '../nav/pane-width.ts'
import { Panes } from '../ui/Panes.tsx'

/** What stands beside the conversations and is none of them: search, files, what a group is set to. */
export function ChatsPlace({ children }: { children: ReactNode }): ReactNode {
  const { t } = useTranslation()
  const { px, set } = usePaneWidth()
  return (
    <Panes
      list={<ConversationList here={null} />}
      showing="content"
      width={{ px, min: LIST_MIN_PX, max: LIST_MAX_PX, label: t('frame.resizeList'), onChange: set }}
    >
      {children}
    </Panes>
  )
}
