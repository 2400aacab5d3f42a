import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Switch } from '../../ui/Switch.tsx'
import { AudienceField } from './AudienceField.tsx'
import { canCopy, type PublishForm } from './publish-form.ts'

export interface PublishWhoProps {
  form: PublishForm
  onChange: (fields: Partial<PublishForm>) => void
}

/** The second step: who may visit, and whether others may keep it. */
export function PublishWho({ form, onChange }: PublishWhoProps): ReactNode {
  const { t } = useTranslation()
  const can = canCopy(form)
  const hint = form.kind === 'port' ? 'copiesFolder' : can ? 'copiesNote' : 'copiesAudience'
  return (
    <>
      <AudienceField audience={form.audience} onChange={(audience) => onChange({ audience })} />
      <Switch
        label={t('sites.dialog.who.copies')}
        hint={t(`sites.dialog.who.${hint}`)}
        checked={can && form.copies}
        disabled={!can}
        onChange={(copies) => onChange({ copies })}
      />
    </>
  )
}
