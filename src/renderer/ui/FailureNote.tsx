import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Failure } from '../bridge/failure.ts'
import { Banner } from './Banner.tsx'
import { Button } from './Button.tsx'
import { IconButton } from './IconButton.tsx'

export interface FailureNoteProps {
  failure: Failure
  /** What was not lost: "Your text is kept." */
  kept?: string
  onRetry?: () => void
  onDismiss?: () => void
}

/** A call that failed: what happened, what was kept, what to do. */
export function FailureNote({ failure, kept, onRetry, onDismiss }: FailureNoteProps): ReactNode {
  const { t } = useTranslation()
  const happened = failure.detail ?? t(`failure.${failure.code}.happened`)
  const todo = t(`failure.${failure.code}.todo`)
  return (
    <Banner
      tone="error"
      title={happened}
      text={kept === undefined ? todo : `${kept} ${todo}`}
      action={[
        onRetry !== undefined && (
          <Button key="retry" size="small" onClick={onRetry}>
            {t('tryAgain')}
          </Button>
        ),
        onDismiss !== undefined && <IconButton key="dismiss" label={t('dismiss')} icon={<X />} onClick={onDismiss} />,
      ].filter(Boolean)}
    />
  )
}
