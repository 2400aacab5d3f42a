import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Failure } from '../../bridge/failure.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'

const known = ['CONFLICT', 'UNREACHABLE', 'TOO_LARGE', 'DAMAGED'] as const
type Known = (typeof known)[number]

export interface CopyFailureProps {
  failure: Failure
  onRetry?: () => void
  onDismiss?: () => void
}

/** Why a copy could not be had: what these codes mean of a copy is more than what they mean anywhere. */
export function CopyFailure({ failure, onRetry, onDismiss }: CopyFailureProps): ReactNode {
  const { t } = useTranslation()
  const code = known.find((one) => one === failure.code) ?? null
  if (code === null) return <FailureNote failure={failure} {...without({ onRetry, onDismiss })} />
  const canRetry = onRetry !== undefined && worthAgain(code)
  return (
    <Banner
      tone={code === 'CONFLICT' ? 'info' : 'error'}
      title={failure.detail ?? t(`copies.failure.${code}.happened`)}
      text={t(`copies.failure.${code}.todo`)}
      action={[
        canRetry && (
          <Button key="retry" size="small" onClick={onRetry}>
            {t('tryAgain')}
          </Button>
        ),
        onDismiss !== undefined && <IconButton key="dismiss" label={t('dismiss')} icon={<X />} onClick={onDismiss} />,
      ].filter(Boolean)}
    />
  )
}

/** A site that is only live, or too large, is so the next time too. */
function worthAgain(code: Known): boolean {
  return code === 'UNREACHABLE' || code === 'DAMAGED'
}

interface Maybe {
  onRetry: (() => void) | undefined
  onDismiss: (() => void) | undefined
}

function without({ onRetry, onDismiss }: Maybe): Pick<CopyFailureProps, 'onRetry' | 'onDismiss'> {
  return { ...(onRetry === undefined ? {} : { onRetry }), ...(onDismiss === undefined ? {} : { onDismiss }) }
}
