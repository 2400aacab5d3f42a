import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Routing.module.css'

/** What the marks of the picture stand for. */
export function Legend({ hasWalk }: { hasWalk: boolean }): ReactNode {
  const { t } = useTranslation()
  const marks = ['here', 'connected', 'known', ...(hasWalk ? (['asked', 'target'] as const) : [])] as const
  return (
    <ul className={css.legend} aria-label={t('routing.legend')}>
      {marks.map((mark) => (
        <li key={mark} className={css.meaning}>
          <span className={css.mark} data-mark={mark} aria-hidden="true">
            {mark === 'asked' ? '1' : null}
          </span>
          {t(`routing.mark.${mark}`)}
        </li>
      ))}
    </ul>
  )
}
