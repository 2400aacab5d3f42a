import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Making } from './making.ts'
import css from './WhoDecides.module.css'

const choices = ['alone', 'several'] as const

export interface WhoDecidesProps {
  value: Making['who']
  onChange: (who: Making['who']) => void
}

/** This device alone, or several together, with what follows from each. */
export function WhoDecides({ value, onChange }: WhoDecidesProps): ReactNode {
  const { t } = useTranslation()
  const name = useId()
  return (
    <fieldset className={css.group}>
      <legend className={css.legend}>{t('networks.making.who')}</legend>
      {choices.map((choice) => (
        <label key={choice} className={css.choice}>
          <input
            type="radio"
            name={name}
            className={css.input}
            checked={choice === value}
            aria-labelledby={`${name}-${choice}-name`}
            aria-describedby={`${name}-${choice}`}
            onChange={() => onChange(choice)}
          />
          <span>
            <span id={`${name}-${choice}-name`}>{t(`networks.making.${choice}`)}</span>
            <span id={`${name}-${choice}`} className={css.note}>
              {t(`networks.making.${choice}Note`)}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
