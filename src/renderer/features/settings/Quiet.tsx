import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { quietSpans } from '../../../shared/model/settings.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Select } from '../../ui/Field.tsx'
import { Section } from '../../ui/Section.tsx'
import { Switch } from '../../ui/Switch.tsx'
import css from './Settings.module.css'
import { useQuiet, useSpan } from './use-quiet.ts'

/** Do-not-disturb: whether, how long, and whether contacts may all the same. */
export function QuietSection(): ReactNode {
  const { t } = useTranslation()
  const { isLoading, doNotDisturb, end, choose, letContacts, failure, dismiss } = useQuiet()
  const { on, contacts } = doNotDisturb
  const [span, pick] = useSpan(doNotDisturb)
  const ends = end === null ? t('settings.quiet.open') : t('settings.quiet.ends', { time: end })
  return (
    <Section title={t('settings.quiet.title')} note={t('settings.quiet.note')}>
      {failure !== null && <FailureNote failure={failure} onDismiss={dismiss} />}
      <div className={css.choices}>
        <Switch
          label={t('settings.quiet.switch')}
          hint={on ? ends : t('settings.quiet.off')}
          checked={on}
          disabled={isLoading}
          onChange={(wanted) => choose(wanted ? span : 'off')}
        />
        <div className={css.narrow}>
          <Select
            label={t('settings.quiet.howLong')}
            value={span}
            disabled={isLoading}
            options={quietSpans.map((value) => ({ value, label: t(`settings.quiet.spans.${value}`) }))}
            onChange={(chosen) => {
              pick(chosen)
              if (on) choose(chosen)
            }}
          />
        </div>
        <Switch
          label={t('settings.quiet.contacts')}
          hint={t('settings.quiet.contactsNote')}
          checked={contacts}
          disabled={isLoading}
          onChange={letContacts}
        />
      </div>
    </Section>
  )
}
