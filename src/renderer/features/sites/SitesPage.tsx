import { Globe, Plus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteName } from '../../../shared/model/sites.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Entries } from '../../ui/Entries.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Page } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { AudienceDialog } from './AudienceDialog.tsx'
import { PublishDialog } from './PublishDialog.tsx'
import { SiteItem } from './SiteItem.tsx'
import { byName } from './state.ts'
import { sitesStore } from './store.ts'
import { UnpublishDialog } from './UnpublishDialog.tsx'

/** What is being done with the sites, beside looking at them. */
export type SiteAct = { act: 'publish' } | { act: 'change' | 'audience' | 'unpublish'; name: SiteName }

/** The sites of this device, who visits them now, and how another one is published. */
export function SitesPage({ back }: { back?: NonNullable<PaneHeaderProps['back']> }): ReactNode {
  const { t } = useTranslation()
  const isLoading = sitesStore.use(({ freshness }) => freshness === 'loading')
  const sites = sitesStore.use(({ state }) => state.sites)
  const [doing, setDoing] = useState<SiteAct | null>(null)
  const publish = (
    <Button tone="primary" icon={<Plus />} onClick={() => setDoing({ act: 'publish' })}>
      {t('sites.publish')}
    </Button>
  )
  return (
    <>
      <PaneHeader
        title={t('sites.title')}
        {...(back === undefined ? {} : { back })}
        {...(sites.size === 0 ? {} : { actions: publish })}
      />
      {isLoading ? (
        <Skeleton label={t('sites.loading')} rows={3} />
      ) : sites.size === 0 ? (
        <EmptyState icon={<Globe />} title={t('sites.empty.title')} text={t('sites.empty.text')} action={publish} />
      ) : (
        <Page>
          <Entries
            label={t('sites.list')}
            items={byName(sites.values())}
            keyOf={({ name }) => name}
            render={(site) => <SiteItem site={site} onAct={setDoing} />}
          />
        </Page>
      )}
      {doing !== null && <Doing doing={doing} onClose={() => setDoing(null)} />}
    </>
  )
}

/** The dialog of what is being done; none with a site that went meanwhile. */
function Doing({ doing, onClose }: { doing: SiteAct; onClose: () => void }): ReactNode {
  const site = sitesStore.use(({ state }) => (doing.act === 'publish' ? undefined : state.sites.get(doing.name)))
  if (doing.act === 'publish') return <PublishDialog onClose={onClose} />
  if (site === undefined) return null
  switch (doing.act) {
    case 'change':
      return <PublishDialog site={site} onClose={onClose} />
    case 'audience':
      return <AudienceDialog site={site} onClose={onClose} />
    case 'unpublish':
      return <UnpublishDialog site={site} onClose={onClose} />
  }
}
