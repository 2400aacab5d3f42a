import { History, Search } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import { useLast } from './last.ts'
import css from './Search.module.css'

/** Before anything is typed: what was looked for last, or what this is for. */
export function LastSearches({ onChoose }: { onChoose: (text: string) => void }): ReactNode {
  const { t } = useTranslation()
  const { searches, forget } = useLast()
  if (searches.length === 0) return <EmptyState icon={<Search />} title={t('search.startTitle')} text={t('search.startText')} />
  return (
    <section className={css.last} aria-label={t('search.last')}>
      <div className={css.lastHead}>
        <h2 className={css.lastTitle}>{t('search.last')}</h2>
        <Button size="small" tone="quiet" onClick={forget}>
          {t('search.forget')}
        </Button>
      </div>
      <ul>
        {searches.map((text) => (
          <li key={text}>
            <button type="button" className={rowAction} onClick={() => onChoose(text)}>
              <Row leading={<History />} title={<bdi>{text}</bdi>} />
            </button>
          </li>
        ))}
      </ul>
      <p className={css.lastNote}>{t('search.lastNote')}</p>
    </section>
  )
}
