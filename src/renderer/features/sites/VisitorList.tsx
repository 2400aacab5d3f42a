import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Site, SiteVisitor } from '../../../shared/model/sites.ts'
import { paths } from '../../nav/paths.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { useNow } from '../../ui/use-now.ts'
import { LedgerName } from '../names/LedgerName.tsx'
import { spanText } from '../reach/wording.ts'
import css from './Sites.module.css'
import { inOrder } from './state.ts'
import { sitesStore } from './store.ts'

/** As many as are taken in at a glance; the others are a click away. */
const SHOWN = 5

/** Who is at a site now: who, by which way, at which page, since when, and how much they were given. */
export function VisitorList({ site: { name } }: { site: Site }): ReactNode {
  const { t } = useTranslation()
  const [isWhole, showWhole] = useState(false)
  const visitors = sitesStore.use(({ state }) => state.visitors.get(name))
  if (visitors === undefined) return null
  const all = inOrder(visitors.values())
  return (
    <div className={css.visitors}>
      <h3 className={css.strong}>{t('sites.visitors.title', { count: all.length })}</h3>
      <ul aria-label={t('sites.visitors.list', { name })}>
        {(isWhole ? all : all.slice(0, SHOWN)).map((visitor) => (
          <li key={visitor.peerId}>
            <Visitor visitor={visitor} />
          </li>
        ))}
      </ul>
      {all.length > SHOWN && (
        <div>
          <Button size="small" tone="quiet" aria-expanded={isWhole} onClick={() => showWhole(!isWhole)}>
            {isWhole ? t('sites.visitors.fewer') : t('sites.visitors.all', { count: all.length })}
          </Button>
        </div>
      )}
    </div>
  )
}

function Visitor({ visitor }: { visitor: SiteVisitor }): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(15_000)
  const { peerId, account, called, route, sinceMs, requests, sentBytes, path } = visitor
  return (
    <Link href={paths.peer(peerId)} className={css.visitor ?? ''}>
      <Avatar of={account ?? peerId} size={24} />
      <span className={css.who}>
        <span className={css.strong}>
          <bdi>{called || t('person.unknown')}</bdi>
          <LedgerName account={account} className={css.owns} />
        </span>
        <span className={css.page} dir="ltr">
          <span className="visually-hidden">{t('sites.visitors.page')} </span>
          {path}
        </span>
      </span>
      <span className={css.figures}>
        <span>
          {account === null ? t('sites.visitors.unproven') : t(`route.${route}`)} · {t('sites.visitors.since')}{' '}
          {spanText(t, Math.max(0, nowMs - sinceMs))}
        </span>
        <span>
          {t('sites.visitors.requests', { count: requests })} · {sizeText(sentBytes)}
        </span>
      </span>
    </Link>
  )
}
