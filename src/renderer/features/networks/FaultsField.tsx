import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '../../ui/Field.tsx'
import css from './Dialogs.module.css'
import { faultsOf, mostFaults, roundOf, useMaking, validatorsOf } from './making.ts'
import { spanText } from './wording.ts'

/** How many may fail, and what that means and costs. */
export function FaultsField(): ReactNode {
  const { t } = useTranslation()
  const making = useMaking()
  const all = validatorsOf(making)
  const most = mostFaults(all)
  const faults = faultsOf(making)
  const roundMs = roundOf(making)
  const options = Array.from({ length: most + 1 }, (_, count) => ({
    value: String(count),
    label: t(`networks.making.${count > 0 && count === most ? 'faultsUsual' : 'faultsOption'}`, { count }),
  }))
  const means =
    faults === 0
      ? t('networks.making.meansNone', { count: all })
      : t('networks.making.means', { count: faults, all, signers: faults + 1 })
  const takes = roundMs === null ? '' : t('networks.making.takes', { time: spanText((faults + 1) * roundMs) })
  return (
    <div>
      <Select
        label={t('networks.making.faults')}
        value={String(faults)}
        options={options}
        disabled={most === 0}
        onChange={(next) => making.change({ faults: Number(next) })}
      />
      <p className={css.means}>
        {most === 0 ? t('networks.making.tooFew') : means} {takes}
      </p>
    </div>
  )
}
