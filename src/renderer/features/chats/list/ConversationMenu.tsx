import { Archive, ArchiveRestore, Ban, Bell, BellOff, CheckCheck, Eraser, Pin, PinOff } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../../../shared/model/chat.ts'
import { DAY, HOUR } from '../../../../shared/units.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import type { MenuItem } from '../../../ui/Menu.tsx'
import { PointMenu, pointAt } from '../../../ui/PointMenu.tsx'
import { SureDialog, titleOf } from '../acts/AskActs.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { isMuted } from '../state.ts'
import { useNames } from '../use-names.ts'

export interface MenuAt {
  conversation: Conversation
  x: number
  y: number
}

/** How long somebody wants not to hear of a conversation. */
export const MUTE_FOR = [
  { id: 'hour', ms: HOUR },
  { id: 'hours8', ms: 8 * HOUR },
  { id: 'week', ms: 7 * DAY },
  { id: 'always', ms: null },
] as const

/** What can be done with a conversation without opening it. */
export function ConversationMenu({ at, onClose }: { at: MenuAt; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const names = useNames()
  const [asking, setAsking] = useState<'clear' | 'block' | null>(null)
  const [muting, setMuting] = useState(false)
  const goesOn = useRef(false)
  const goOn = (next: () => void): void => {
    goesOn.current = true
    next()
  }
  const { conversation, x, y } = at
  const { id, choices, last, unread, kind } = conversation
  const account = kind === 'direct' ? conversation.with : null
  const title = titleOf(conversation, names.of, t('chats.notes.title'))
  const muted = isMuted(choices, useNow(60_000))
  // What fails leaves the row as it is, which says enough.
  const choose = (changes: Partial<typeof choices>): void => void client.chat.choose({ conversation: id, ...changes }).catch(() => {})

  if (asking === 'clear') {
    return (
      <SureDialog
        title={t('chats.clear.title', { name: title })}
        text={t('chats.clear.text')}
        doLabel={t('chats.clear.do')}
        onDo={() => client.chat.clear({ conversation: id })}
        onClose={onClose}
      />
    )
  }
  if (asking === 'block' && account !== null) {
    return (
      <SureDialog
        title={t('chats.block.title', { name: title })}
        text={t('chats.block.text', { name: title })}
        doLabel={t('chats.block.do')}
        onDo={() => client.door.block({ account, blocked: true })}
        onClose={onClose}
      />
    )
  }
  if (muting) {
    return (
      <PointMenu
        key="mute"
        anchor={pointAt(x, y)}
        label={t('chats.mute.title')}
        onClose={onClose}
        groups={[
          MUTE_FOR.map(({ id, ms }) => ({
            id,
            label: t(`chats.mute.${id}`),
            onChoose: () => choose({ muted: { untilMs: ms === null ? null : Date.now() + ms } }),
          })),
        ]}
      />
    )
  }
  const first: MenuItem[] = [
    ...(unread > 0 && last !== null
      ? [{ id: 'read', label: t('chats.list.read'), icon: <CheckCheck />, onChoose: () => void client.chat.markRead({ conversation: id, position: last.position }).catch(() => {}) }]
      : []),
    { id: 'keep', label: t(choices.kept ? 'chats.list.unkeep' : 'chats.list.keep'), icon: choices.kept ? <PinOff /> : <Pin />, onChoose: () => choose({ kept: !choices.kept }) },
    muted
      ? { id: 'unmute', label: t('chats.list.unmute'), icon: <Bell />, onChoose: () => choose({ muted: null }) }
      : // The menu closes by itself after a choice, and the next one opens in its place.
        { id: 'mute', label: t('chats.list.mute'), icon: <BellOff />, onChoose: () => goOn(() => setMuting(true)) },
    {
      id: 'archive',
      label: t(choices.archived ? 'chats.list.unarchive' : 'chats.list.archive'),
      icon: choices.archived ? <ArchiveRestore /> : <Archive />,
      onChoose: () => choose({ archived: !choices.archived }),
    },
  ]
  return (
    <PointMenu
      anchor={pointAt(x, y)}
      label={t('chats.list.menu', { name: title })}
      onClose={() => {
        // A choice that asks on closes the menu, and not the question.
        if (!goesOn.current) onClose()
      }}
      groups={[
        first,
        [
          { id: 'clear', label: t('chats.clear.menu'), icon: <Eraser />, tone: 'danger', onChoose: () => goOn(() => setAsking('clear')) },
          ...(account === null ? [] : [{ id: 'block', label: t('chats.block.menu'), icon: <Ban />, tone: 'danger' as const, onChoose: () => goOn(() => setAsking('block')) }]),
        ],
      ]}
    />
  )
}
