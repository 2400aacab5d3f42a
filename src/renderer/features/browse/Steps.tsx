import { Check, Circle, DoorClosed, LoaderCircle, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OpenStep, Tab } from '../../../shared/model/browse.ts'
import { cx } from '../../ui/cx.ts'
import css from './Steps.module.css'
import { stepsWith } from './wording.ts'

const icons = { done: Check, now: LoaderCircle, asks: DoorClosed, failed: X, open: Circle } as const

/** The steps of opening a page in a row: what is done, what is under way or failed, and what was not reached. */
export function Steps({ at, kind, state }: { at: OpenStep; kind: Tab['kind']; state: 'now' | 'asks' | 'failed' }): ReactNode {
  const { t } = useTranslation()
  const steps = stepsWith(at, kind)
  const reached = steps.indexOf(at)
  return (
    <div className={css.place}>
      <ol className={css.steps} aria-label={t('browse.steps.label')}>
        {steps.map((step, index) => {
          const is = index < reached ? 'done' : index === reached ? state : 'open'
          const Icon = icons[is]
          return (
            <li key={step} className={cx(css.step, css[is])} aria-current={is === 'now' ? 'step' : undefined}>
              <Icon aria-hidden="true" />
              {t(`browse.steps.${step}`)}
              <span className="visually-hidden">: {t(`browse.steps.${is}`)}</span>
            </li>
          )
        })}
      </ol>
    </div>
  )
}
