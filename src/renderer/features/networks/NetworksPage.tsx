import { Network as NetworkIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useDialogs } from '../../nav/dialogs.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { CopyCard } from './CopyCard.tsx'
import { NetworkItem } from './NetworkItem.tsx'
import css from './Networks.module.css'
import { networksStore } from './store.ts'

/** The networks that this device knows, and what it can be in others. */
export function NetworksPage(): ReactNode {
  const { t } = useTranslation()
  const show = useDialogs((dialogs) => dialogs.show)
  const loading = networksStore.use(({ freshness }) => freshness === 'loading')
  const known = networksStore.use(({ state }) => state)
  const ways = (
    <div className={css.ways}>
      <Button onClick={() => show('join-network')}>{t('networks.join')}</Button>
      <Button onClick={() => show('make-network')}>{t('networks.make')}</Button>
    </div>
  )

  return (
    <>
      <Section title={t('networks.known')} note={t('networks.note')}>
        {loading ? (
          <Skeleton label={t('networks.loading')} rows={3} />
        ) : known.length === 0 ? (
          <EmptyState
            icon={<NetworkIcon />}
            title={t('networks.emptyTitle')}
            text={t('networks.emptyText')}
            action={ways}
          />
        ) : (
          <>
            <ul className={css.list} aria-label={t('networks.title')}>
              {known.map((network) => (
                <li key={network.id} className={css.item}>
                  <NetworkItem network={network} />
                </li>
              ))}
            </ul>
            {ways}
          </>
        )}
      </Section>
      <Section title={t('networks.card.title')} note={t('networks.card.note')}>
        <CopyCard />
      </Section>
    </>
  )
}
