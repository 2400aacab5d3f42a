import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/Button.tsx'

/** As many again as are worth scrolling through beside a conversation. */
const STEP = 24

export interface MoreProps {
  /** How many there are, and how many of them are in sight. */
  count: number
  shown: number
  onMore: (shown: number) => void
}

/** The foot of a list that begins short. */
export function More({ count, shown, onMore }: MoreProps): ReactNode {
  const { t } = useTranslation()
  if (count <= shown) return null
  return (
    <Button size="small" tone="quiet" onClick={() => onMore(shown + STEP)}>
      {t('chats.shared.more', { count: count - shown })}
    </Button>
  )
}
