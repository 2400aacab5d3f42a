import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { REACH_PLACES, type ReachPlace } from '../../../shared/reach-table.ts'
import { Select } from '../../ui/Field.tsx'
import { pairOf } from './measured.ts'
import { timesText } from './measured-wording.ts'
import css from './Measured.module.css'
import type { MeasuredProps } from './MeasuredMatrix.tsx'

/** Routers for homes are mostly of this kind. */
const COMMON: ReachPlace = 'port-restricted'

/** One place against every other, where there is no room for all of them: this device's, or the one that is chosen. */
export function MeasuredList({ table, own }: MeasuredProps): ReactNode {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<ReachPlace | null>(null)
  const from = chosen ?? own ?? COMMON
  const options = REACH_PLACES.map((place) => {
    const name = t(`measured.place.${place}`)
    return { value: place, label: place === own ? `${name} · ${t('measured.here')}` : name }
  })
  return (
    <>
      <Select label={t('measured.from')} value={from} options={options} onChange={setChosen} />
      <ul className={css.pairs}>
        {REACH_PLACES.map((to) => {
          const pair = pairOf(table, from, to)
          return (
            <li key={to} className={css.pair}>
              <span className={css.sample} data-way={pair?.way} aria-hidden="true">
                {pair === null ? t('measured.letter.missing') : t(`measured.letter.${pair.way}`)}
              </span>
              <span className={css.words}>
                <span className={css.to}>{t(`measured.place.${to}`)}</span>
                <span>{pair === null ? t('measured.missing') : t(`measured.way.${pair.way}`)}</span>
                {pair !== null && <span className={css.small}>{timesText(t, pair)}</span>}
              </span>
            </li>
          )
        })}
      </ul>
    </>
  )
}
