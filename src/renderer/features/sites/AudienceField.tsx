import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { SiteAudience } from '../../../shared/model/sites.ts'
import css from './Publish.module.css'

export interface AudienceFieldProps {
  audience: SiteAudience
  onChange: (audience: SiteAudience) => void
}

/** Who may visit where no rule of the door says otherwise, with what follows from each. */
export function AudienceField({ audience, onChange }: AudienceFieldProps): ReactNode {
  const { t } = useTranslation()
  const name = useId()
  return (
    <fieldset className={css.group}>
      <legend className={css.legend}>{t('sites.audienceDialog.legend')}</legend>
      {SiteAudience.options.map((option) => (
        <label key={option} className={css.choice}>
          <input
            type="radio"
            name={name}
            className={css.radio}
            checked={option === audience}
            aria-labelledby={`${name}-${option}-name`}
            aria-describedby={`${name}-${option}`}
            onChange={() => onChange(option)}
          />
          <span>
            <span id={`${name}-${option}-name`}>{t(`sites.audience.${option}`)}</span>
            <span id={`${name}-${option}`} className={css.note}>
              {t(`sites.audienceNote.${option}`)}
            </span>
          </span>
        </label>
      ))}
      <p className={css.faint}>{t('sites.rulesFirst')}</p>
    </fieldset>
  )
}
