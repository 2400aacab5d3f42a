import { Archive } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { SiteName } from '../../../shared/model/sites.ts'
import { paths } from '../../nav/paths.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Entries } from '../../ui/Entries.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Page } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { ChangesDialog } from './ChangesDialog.tsx'
import css from './Copies.module.css'
import { CopyItem } from './CopyItem.tsx'
import { DropDialog } from './DropDialog.tsx'
import { bySite } from './state.ts'
import { copiesStore } from './store.ts'

/** What is being done with a copy, beside looking at it. */
export interface CopyAct {
  act: 'changes' | 'drop'
  site: SiteName
}

/** Sites that are kept on this device: how they stand to their owners', what they take, and to whom they are given. */
export function CopiesPage({ back }: { back?: NonNullable<PaneHeaderProps['back']> }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const isLoading = copiesStore.use(({ freshness }) => freshness === 'loading')
  const { copies, diskBytes } = copiesStore.use(({ state }) => state)
  const [doing, setDoing] = useState<CopyAct | null>(null)
  const about = doing === null ? undefined : copies.get(doing.site)
  const close = (): void => setDoing(null)
  return (
    <>
      <PaneHeader title={t('copies.title')} {...(back === undefined ? {} : { back })} />
      {isLoading ? (
        <Skeleton label={t('copies.loading')} rows={3} />
      ) : copies.size === 0 ? (
        <EmptyState
          icon={<Archive />}
          title={t('copies.empty.title')}
          text={t('copies.empty.text')}
          action={<Button onClick={() => go(paths.browse)}>{t('copies.empty.go')}</Button>}
        />
      ) : (
        <Page>
          <div>
            <p className={css.strong}>{t('copies.disk', { count: copies.size, size: sizeText(diskBytes) })}</p>
            {copies.size > 1 && <p className={css.faint}>{t('copies.diskNote')}</p>}
          </div>
          <Entries
            label={t('copies.list')}
            items={bySite(copies.values())}
            keyOf={({ site }) => site}
            render={(copy) => <CopyItem copy={copy} onAct={setDoing} />}
          />
        </Page>
      )}
      {doing?.act === 'changes' && about !== undefined && <ChangesDialog copy={about} onClose={close} />}
      {doing?.act === 'drop' && about !== undefined && <DropDialog copy={about} onClose={close} />}
    </>
  )
}
