import { CircleCheck, Clock3, Folder, SquareTerminal, TriangleAlert, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Site } from '../../../shared/model/sites.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall, type Call } from '../../bridge/use-call.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { Entry } from '../../ui/Entries.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useOpenSite } from '../browse/use-open.ts'
import { CopiesLine } from './CopiesLine.tsx'
import { SiteMenu } from './SiteMenu.tsx'
import css from './Sites.module.css'
import type { SiteAct } from './SitesPage.tsx'
import { answered, standingOf } from './state.ts'
import { sitesStore } from './store.ts'
import { VisitorList } from './VisitorList.tsx'

const signs = { open: CircleCheck, pointing: Clock3, unpointed: TriangleAlert, failing: TriangleAlert } as const

/** A site of this device: what it shows, to whom, whether it works, and who is there. */
export function SiteItem({ site, onAct }: { site: Site; onAct: (act: SiteAct) => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const open = useOpenSite()
  const { name, source, audience, state } = site
  const refresh = useCall(() => client.sites.refresh({ name }))
  const Source = source.kind === 'folder' ? Folder : SquareTerminal
  const standing = standingOf(site)
  const Standing = signs[standing]
  return (
    <Entry
      name={name}
      beside={
        <p className={css.mark} data-state={standing}>
          <Standing aria-hidden="true" />
          {t(`sites.standing.${standing}`)}
        </p>
      }
      actions={
        <>
          <Button size="small" aria-label={t('sites.openSite', { name })} onClick={() => void open(`peer://${name}/`)}>
            {t('sites.open')}
          </Button>
          <SiteMenu site={site} onAct={onAct} onRefresh={() => void refresh.run()} />
        </>
      }
    >
      <ul className={css.lines}>
        {state.kind === 'failing' && (
          <li className={css.wrong}>
            <TriangleAlert aria-hidden="true" />
            <span>{t('sites.state.failingText', { why: state.why })}</span>
          </li>
        )}
        <Pointed site={site} />
        <li>
          <Source aria-hidden="true" />
          {source.kind === 'folder' ? (
            <span>
              <span className="visually-hidden">{t('sites.shows.folder')} </span>
              <bdi className={css.path}>{source.path}</bdi>
              {source.fallback && ` · ${t('sites.shows.fallback')}`}
            </span>
          ) : (
            <span>{t('sites.shows.port', { port: source.port })}</span>
          )}
        </li>
        <li>
          <Users aria-hidden="true" />
          <span>{t(`sites.audience.${audience}`)}</span>
        </li>
        <CopiesLine site={site} refresh={refresh} />
        <Traffic site={site} />
      </ul>
      <Refused refresh={refresh} />
      <VisitorList site={site} />
    </Entry>
  )
}

function Traffic({ site }: { site: Site }): ReactNode {
  const { t } = useTranslation()
  const visitors = sitesStore.use(({ state }) => state.visitors.get(site.name))
  const { requests, sentBytes } = answered(site, visitors)
  return <li className={css.traffic}>{t('sites.requests', { count: requests, size: sizeText(sentBytes) })}</li>
}

/** Said only while the zone of the name does not lead here. */
function Pointed({ site: { name, pointed } }: { site: Site }): ReactNode {
  const { t } = useTranslation()
  if (pointed.kind === 'pointed') return null
  const hasFailed = pointed.kind === 'failed'
  const Icon = hasFailed ? TriangleAlert : Clock3
  return (
    <li className={hasFailed ? css.wrong : undefined}>
      <Icon aria-hidden="true" />
      <span>
        {hasFailed ? t('sites.state.notPointed', { name, why: pointed.why }) : t('sites.state.pointing', { name })}
      </span>
    </li>
  )
}

function Refused({ refresh }: { refresh: Call<[], Site> }): ReactNode {
  if (refresh.failure === null) return null
  return <FailureNote failure={refresh.failure} onRetry={() => void refresh.run()} onDismiss={refresh.dismiss} />
}
