import { Copy, Forward, Info, Pencil, Pin, PinOff, Reply, SmilePlus, Trash2, UserX } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../../shared/model/chat.ts'
import type { MenuItem } from '../../../ui/Menu.tsx'
import { PointMenu } from '../../../ui/PointMenu.tsx'
import { moderates, useTalk, type Anchor } from '../talk.ts'
import { actsOf, type Act } from './menu.ts'

const icons: Record<Act, ReactNode> = {
  reply: <Reply />,
  react: <SmilePlus />,
  copy: <Copy />,
  forward: <Forward />,
  edit: <Pencil />,
  pin: <Pin />,
  unpin: <PinOff />,
  trace: <Info />,
  remove: <Trash2 />,
  'remove-all': <UserX />,
}

/** By the keyboard, on the message that has the focus. */
export const keys: Partial<Record<Act, string>> = { reply: 'R', react: 'E', copy: 'C', edit: '↑', remove: 'Del', forward: 'F', pin: 'P', unpin: 'P' }

export interface MessageMenuProps {
  message: Message
  anchor: Anchor
  onClose: () => void
}

/** Everything that can be done with a message. */
export function MessageMenu({ message, anchor, onClose }: MessageMenuProps): ReactNode {
  const { t } = useTranslation()
  const { conversation, canWrite, names, onAct, onPick } = useTalk()
  const item = (act: Act): MenuItem => ({
    id: act,
    label: t(`chats.act.${act}`, { name: names.of(message.from) }),
    icon: icons[act],
    ...(keys[act] === undefined ? {} : { shortcut: keys[act] }),
    tone: act === 'remove' || act === 'remove-all' ? 'danger' : 'plain',
    onChoose: () => (act === 'react' ? onPick(message, anchor) : onAct(act, message)),
  })
  return (
    <PointMenu
      anchor={anchor}
      label={t('chats.act.more')}
      onClose={onClose}
      groups={actsOf(message, { canWrite, moderates: moderates(conversation) }).map((group) => group.map(item))}
    />
  )
}
