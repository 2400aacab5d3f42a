import { Archive, AtSign, Plus, Search, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { NameLabel } from '../../../shared/model/ledger.ts'
import type { MyName } from '../../../shared/model/names.ts'
import { paths } from '../../nav/paths.ts'
import { useNext } from '../../nav/use-next.ts'
import { Badge } from '../../ui/Badge.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { needsOwner } from './my-names.ts'
import css from './NamesList.module.css'
import type { NamesPart } from './Names.tsx'
import { namesStore } from './store.ts'
import { useMyNames, useNeedy } from './use-my-names.ts'
import { useNameWords } from './use-name-words.ts'
import { claimText, standingText } from './wording.ts'

const links: Readonly<Record<NamesPart, { path: string; icon: ReactNode }>> = {
  yours: { path: paths.yourNames, icon: <AtSign /> },
  lookup: { path: paths.lookUp, icon: <Search /> },
  kept: { path: paths.keptNames, icon: <Archive /> },
}
const parts = ['yours', 'lookup', 'kept'] as const

/** The parts of this screen, then every name of this account, on its way to it, or offered to it. */
export function NamesList({ part, name }: { part: NamesPart | null; name: NameLabel | null }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const isLoading = namesStore.use(({ freshness }) => freshness === 'loading')
  const { owned, claimed, offered } = useMyNames()
  const needy = useNeedy()
  useNext(
    owned.map((one) => paths.yourName(one.name)),
    name === null ? null : paths.yourName(name),
  )
  const none = owned.length + claimed.length + offered.length === 0

  return (
    <>
      <PaneHeader
        title={t('names.title')}
        actions={<IconButton label={t('names.command.claim')} icon={<Plus />} onClick={() => go(paths.yourNames)} />}
      />
      <nav className={css.list} aria-label={t('names.parts')}>
        {parts.map((one) => (
          <Link
            key={one}
            href={links[one].path}
            className={rowAction}
            aria-current={part === one ? 'page' : undefined}
          >
            <Row leading={links[one].icon} title={t(`names.part.${one}`)} trailing={one === 'yours' && <Count count={needy.length} />} />
          </Link>
        ))}
        {isLoading && <Skeleton label={t('names.loading')} rows={4} />}
        {!isLoading && none && <p className={css.none}>{t('names.none')}</p>}
        <Group kind="owned" names={owned} chosen={name} />
        <Group kind="claimed" names={claimed} chosen={name} />
        <Group kind="offered" names={offered} chosen={name} />
      </nav>
    </>
  )
}

function Count({ count }: { count: number }): ReactNode {
  const { t } = useTranslation()
  return <Badge tone="soft" count={count} label={t('names.needs', { count })} />
}

interface GroupProps {
  kind: 'owned' | 'claimed' | 'offered'
  names: readonly MyName[]
  chosen: NameLabel | null
}

function Group({ kind, names, chosen }: GroupProps): ReactNode {
  const { t } = useTranslation()
  if (names.length === 0) return null
  const title = t(`names.groups.${kind}`)
  return (
    <section aria-label={title}>
      <h2 className={css.title}>{title}</h2>
      <ul className={css.names}>
        {names.map((one) => (
          <li key={one.name}>
            <NameRow name={one} kind={kind} isChosen={chosen === one.name} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** One of one's own leads to its page; what is still on its way is seen to under “Yours”. */
function NameRow({ name, kind, isChosen }: { name: MyName; kind: GroupProps['kind']; isChosen: boolean }): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(60_000)
  const { who } = useNameWords()
  const { fullName, claim, onLedger } = name
  const detail = {
    owned: () => standingText(t, name, nowMs),
    claimed: () => (claim === null ? t('names.underway.starting') : claimText(t, claim)),
    offered: () => t('names.offer.row', { who: onLedger === null ? '' : who(onLedger.owner) }),
  }
  const asks = needsOwner(name, nowMs) || claim?.step === 'refused'
  return (
    <Link
      href={kind === 'owned' ? paths.yourName(name.name) : paths.yourNames}
      className={rowAction}
      aria-current={isChosen ? 'page' : undefined}
    >
      <Row
        title={<bdi title={fullName}>{fullName}</bdi>}
        detail={detail[kind]()}
        trailing={asks && <TriangleAlert className={css.mark} aria-hidden="true" />}
      />
    </Link>
  )
}
