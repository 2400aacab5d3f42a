import { Clock, FolderUp, PanelTop, Star, UserPlus } from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Bookmark, OfferedSite, Visited } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useDialogs } from '../../nav/dialogs.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Time } from '../../ui/Time.tsx'
import { usePeople } from '../contacts/store.ts'
import { useAsked } from '../ledger/use-asked.ts'
import { useMe } from '../identity/store.ts'
import { useTld } from '../names/store.ts'
import { useOwnedNames } from '../names/use-owned.ts'
import { useActiveNetwork } from '../networks/store.ts'
import { shortAddress } from './address.ts'
import { sitesStore } from '../sites/store.ts'
import { SiteLabel } from './SiteLabel.tsx'
import { SiteLink } from './SiteLink.tsx'
import css from './StartPage.module.css'
import { browseStore, useShows } from './store.ts'
import { useOpenSite } from './use-open.ts'

/** In each part: more are shown on demand, as a start page is looked at and not searched. */
const SHOWN = 9
/** Names come by the dozen while a ledger is read. */
const PAUSE_MS = 500

/** Where to go from nowhere: sites of contacts, one's own, bookmarks, and where one was. */
export function StartPage(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const people = usePeople()
  const bookmarks = browseStore.use(({ state }) => state.bookmarks)
  const shows = useShows()
  const [, go] = useLocation()
  const sites = sitesStore.use(({ state }) => state.sites)
  // Not those that are being claimed: nothing is had yet.
  const owned = useOwnedNames(useMe()?.account ?? null)
  // Which names there are changes with whom one knows, and with the ledger.
  const names = [...people.values()].flatMap((person) => person.names)
  const since = [...names, '', ...owned].join(' ')
  const { answer, failure, again } = useAsked('start', since, () => client.browse.start(), PAUSE_MS)
  if (failure !== null) {
    return (
      <div className={css.scroll}>
        <FailureNote failure={failure} onRetry={again} />
      </div>
    )
  }
  if (answer === null) return <Skeleton label={t('browsePages.start.loading')} rows={4} look="cards" />
  const theirs = answer.sites.filter(({ isMine }) => !isMine)
  const mine = answer.sites.filter(({ isMine }) => isMine)
  const recent = shows === 'views' ? answer.recent : []
  if (theirs.length + mine.length + bookmarks.length + recent.length === 0) return <Empty />
  return (
    <div className={css.scroll}>
      <h2 className="visually-hidden">{t('browsePages.start.title')}</h2>
      <Part title={t('browsePages.start.people')} of={theirs} render={(site) => <Offered key={site.site} offered={site} />} />
      <Part
        title={t('browsePages.start.yours')}
        of={mine}
        render={(site) => <Offered key={site.site} offered={site} />}
        action={
          <Button size="small" icon={<FolderUp />} onClick={() => go(paths.yourSites)}>
            {t(sites.size === 0 ? 'browsePages.start.empty.publish' : 'sites.title')}
          </Button>
        }
      />
      <Part title={t('browsePages.start.bookmarks')} of={bookmarks} render={(bookmark) => <Kept key={bookmark.url} kept={bookmark} />} />
      <Part title={t('browsePages.start.recent')} of={recent} render={(visited) => <Kept key={visited.url} kept={visited} />} />
    </div>
  )
}

interface PartProps<Item> {
  title: string
  of: readonly Item[]
  render: (item: Item) => ReactNode
  action?: ReactNode
}

function Part<Item>({ title, of, render, action }: PartProps<Item>): ReactNode {
  const { t } = useTranslation()
  const id = useId()
  const [isWhole, setWhole] = useState(false)
  if (of.length === 0) return null
  const isCut = !isWhole && of.length > SHOWN
  return (
    <section className={css.part} aria-labelledby={id}>
      <div className={css.head}>
        <h3 id={id} className={css.title}>
          {title}
        </h3>
        {action}
      </div>
      <ul className={css.tiles}>
        {(isCut ? of.slice(0, SHOWN) : of).map((item) => render(item))}
      </ul>
      {isCut && (
        <Button className={css.all} size="small" tone="quiet" onClick={() => setWhole(true)}>
          {t('browsePages.start.all', { count: of.length })}
        </Button>
      )}
    </section>
  )
}

function Offered({ offered: { site, owner, called, isMine } }: { offered: OfferedSite }): ReactNode {
  const { t } = useTranslation()
  return (
    <li>
      <SiteLink url={`peer://${site}/`} className={css.tile}>
        <Avatar of={owner} size={32} />
        <span className={css.words}>
          <SiteLabel name={site} className={css.name} />
          <bdi className={css.says}>{isMine ? t('you') : called}</bdi>
        </span>
      </SiteLink>
    </li>
  )
}

function Kept({ kept }: { kept: Bookmark | Visited }): ReactNode {
  const { url, site, title } = kept
  const short = shortAddress(url)
  return (
    <li>
      <SiteLink url={url} className={css.tile}>
        <span className={css.sign} aria-hidden="true">
          {'addedMs' in kept ? <Star /> : <Clock />}
        </span>
        <span className={css.words}>
          <SiteLabel name={site} className={css.name} />
          <bdi className={css.says}>{title === '' ? short : title}</bdi>
        </span>
        {'lastMs' in kept && (
          <span className={css.when}>
            <Time atMs={kept.lastMs} />
          </span>
        )}
      </SiteLink>
    </li>
  )
}

function Empty(): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const show = useDialogs((dialogs) => dialogs.show)
  const open = useOpenSite()
  const tld = useTld()
  const demo = [...usePeople().values()].find((person) => person.demo)
  // It takes a name in a network of one's own, soon after both are there; elsewhere it has none.
  const validators = useActiveNetwork()?.validators ?? []
  const isOwn = validators.length === 1 && validators.every(({ mine }) => mine)
  const hello = demo?.names[0]
  return (
    <div className={css.scroll}>
      <EmptyState
        icon={<PanelTop />}
        title={t('browsePages.start.empty.title')}
        text={t('browsePages.start.empty.text')}
        action={
          <>
            {demo !== undefined && (hello !== undefined || isOwn) && (
              <Button tone="primary" busy={hello === undefined} onClick={() => hello !== undefined && void open(hello)}>
                {t('browsePages.start.empty.demo', { name: hello ?? `hello.${tld}` })}
              </Button>
            )}
            <Button icon={<FolderUp />} onClick={() => go(paths.yourSites)}>
              {t('browsePages.start.empty.publish')}
            </Button>
            <Button icon={<UserPlus />} onClick={() => show('invite')}>
              {t('browsePages.start.empty.invite')}
            </Button>
          </>
        }
      />
    </div>
  )
}
