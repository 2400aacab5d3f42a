import { Globe } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tab } from '../../../shared/model/browse.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { sizeText } from '../../ui/amounts.ts'
import { usePerson } from '../contacts/store.ts'
import { hostOf } from './address.ts'
import css from './ExitBand.module.css'

/** Over a page of the outside web, as long as it is open: through whom it comes, and who sees what. */
export function ExitBand({ tab, exit }: { tab: Tab; exit: NonNullable<Tab['exit']> }): ReactNode {
  const { t } = useTranslation()
  const person = usePerson(exit.account)
  const name = (person === null ? '' : nameOf(person)) || exit.called
  const host = hostOf(tab.url)
  return (
    <section className={css.band} aria-label={t('browse.exit.band', { name })}>
      <Globe aria-hidden="true" />
      <p className={css.words}>
        <strong>
          <bdi>{t('browse.exit.band', { name })}</bdi>
        </strong>{' '}
        <bdi>{tab.state === 'failed' ? t('browse.exit.sees', { name }) : t('browse.exit.text', { host, name })}</bdi>
      </p>
      {exit.bytes > 0 && (
        <span className={css.bytes} title={t('browse.exit.bytes')}>
          <span className="visually-hidden">{t('browse.exit.bytes')} </span>
          {sizeText(exit.bytes)}
        </span>
      )}
    </section>
  )
}
