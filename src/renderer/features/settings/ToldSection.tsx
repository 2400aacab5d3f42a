import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../../shared/model/settings.ts'
import { Section } from '../../ui/Section.tsx'
import css from './ToldSection.module.css'

const choices = ['everything', 'yes'] as const satisfies readonly Settings['tellKnockers'][]

export interface ToldSectionProps {
  told: Settings['tellKnockers']
  onChange: (told: Settings['tellKnockers']) => void
}

/** What whoever knocks learns from here, with what they will see of it. */
export function ToldSection({ told, onChange }: ToldSectionProps): ReactNode {
  const { t } = useTranslation()
  const name = useId()
  return (
    <Section title={t('settings.told.title')} note={t('settings.told.note')}>
      <fieldset className={css.group}>
        <legend className="visually-hidden">{t('settings.told.title')}</legend>
        {choices.map((choice) => (
          <label key={choice} className={css.choice}>
            <input
              type="radio"
              name={name}
              className={css.input}
              checked={choice === told}
              aria-describedby={`${name}-${choice}`}
              onChange={() => onChange(choice)}
            />
            <span>
              {t(`settings.told.choice.${choice}`)}
              <span id={`${name}-${choice}`} className={css.note}>
                {t(`settings.told.seen.${choice}`)}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
    </Section>
  )
}
