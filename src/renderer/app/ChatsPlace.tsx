import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ConversationList } from '../features/chats/ConversationList.tsx'
import { LIST_MAX_PX, LIST_MIN_PX, usePaneWidth } from '../nav/pane-width.ts'
import { Panes } from '../ui/Panes.tsx'

export interface ChatsPlaceProps {
  /** The path of the conversation that it is about. */
  here?: string | null
  children: ReactNode
}

/** What stands beside the conversations and is none of them: search, files, what a group is set to. */
export function ChatsPlace({ here = null, children }: ChatsPlaceProps): ReactNode {
  const { t } = useTranslation()
  const { px, set } = usePaneWidth()
  return (
    <Panes
      list={<ConversationList here={here} />}
      showing="content"
      width={{ px, min: LIST_MIN_PX, max: LIST_MAX_PX, label: t('frame.resizeList'), onChange: set }}
    >
      {children}
    </Panes>
  )
}
