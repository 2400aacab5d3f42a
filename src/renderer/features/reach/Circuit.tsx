import { Radar } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Fuel } from '../../../shared/model/peers.ts'
import { useNow } from '../../ui/use-now.ts'
import css from './Circuit.module.css'
import { gaugeOf } from './fuel.ts'
import { GaugeLine } from './Gauge.tsx'
import { leftSentence } from './wording.ts'

/** What is left of a circuit moves in minutes; a second more or less helps nobody. */
export const RENEWED_MS = 15_000

/** What is left of a circuit, what comes after it, and that a direct way is looked for. */
export function Circuit({ fuel }: { fuel: Fuel }): ReactNode {
  const { t } = useTranslation()
  const gauge = gaugeOf(fuel, useNow(RENEWED_MS))
  return (
    <div className={css.circuit}>
      {gauge.share !== null && <GaugeLine share={gauge.share} />}
      <p>{leftSentence(t, gauge)}</p>
      {gauge.share !== null && <p>{t('reach.fuel.handover')}</p>}
      <p className={css.looking}>
        <Radar aria-hidden="true" />
        {t('reach.fuel.lookingNote')}
      </p>
    </div>
  )
}
