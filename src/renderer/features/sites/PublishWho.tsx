import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Switch } from '../../ui/Switch.tsx'
import { Against } from './LookNote.tsx'
import { AudienceField } from './AudienceField.tsx'
import { unlikely } from './look-warnings.ts'
import { canCopy, type PublishForm } from './publish-form.ts'
import type { Look } from './use-look.ts'

export interface PublishWhoProps {
  form: PublishForm
  look: Look | null
  onChange: (fields: Partial<PublishForm>) => void
}

/** The second step: who may visit, and whether others may keep it. */
export function PublishWho({ form, look, onChange }: PublishWhoProps): ReactNode {
  const { t } = useTranslation()
  const can = canCopy(form)
  const against = look?.is === 'seen' ? unlikely(look.look) : null
  const hint = form.kind === 'port' ? 'copiesFolder' : can ? 'copiesNote' : 'copiesAudience'
  return (
    <>
      {against !== null && against !== 'project' && <Against what={against} />}
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
