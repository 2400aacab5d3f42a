import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Banner } from '../../ui/Banner.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import type { Submit } from './use-submit.ts'

/** Why an entry was not taken, or could not be handed in; nothing where it was. */
export function Refusal({ of: { said, failure, dismiss } }: { of: Submit<never> }): ReactNode {
  const { t } = useTranslation()
  if (failure !== null) return <FailureNote failure={failure} onDismiss={dismiss} />
  if (said?.outcome !== 'refused') return null
  return (
    <Banner
      tone="error"
      title={t('names.name.refused')}
      text={said.why}
      action={<IconButton label={t('dismiss')} icon={<X />} onClick={dismiss} />}
    />
  )
}
