import { Plus } from 'lucide-react'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PointPopover } from '../../../ui/PointPopover.tsx'
import { Skeleton } from '../../../ui/Skeleton.tsx'
import type { Anchor } from '../talk.ts'
import css from './EmojiPopover.module.css'

const Picker = lazy(() => import('./Picker.tsx'))

/** What is said most without words. */
const QUICK = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const

export interface EmojiPopoverProps {
  title: string
  anchor: Anchor
  /** Begins with the few that are used most: for a reaction. */
  quick?: boolean
  side?: 'top' | 'bottom'
  onPick: (emoji: string) => void
  onClose: () => void
}

export function EmojiPopover({ title, anchor, quick = false, side = 'top', onPick, onClose }: EmojiPopoverProps): ReactNode {
  const { t } = useTranslation()
  const [all, setAll] = useState(!quick)
  const pick = (emoji: string): void => {
    onPick(emoji)
    onClose()
  }
  return (
    <PointPopover title={title} anchor={anchor} side={side} onClose={onClose} tight>
      {all ? (
        <Suspense fallback={<Skeleton rows={5} label={t('chats.emoji.loading')} />}>
          <Picker onPick={pick} />
        </Suspense>
      ) : (
        <div className={css.quick}>
          {QUICK.map((emoji) => (
            <button key={emoji} type="button" className={css.one} aria-label={t('chats.emoji.with', { emoji })} onClick={() => pick(emoji)}>
              {emoji}
            </button>
          ))}
          <button type="button" className={css.more} aria-label={t('chats.emoji.more')} title={t('chats.emoji.more')} onClick={() => setAll(true)}>
            <Plus />
          </button>
        </div>
      )}
    </PointPopover>
  )
}
