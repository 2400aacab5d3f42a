import { Link2, MonitorSmartphone, Orbit, UserPlus, Waypoints } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useRoute } from 'wouter'
import type { Peer } from '../../../shared/model/peers.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { usePaneWidth, LIST_MAX_PX, LIST_MIN_PX } from '../../nav/pane-width.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { shortMs } from '../../ui/amounts.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { PaneHeader, Panes } from '../../ui/Panes.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { BesideLedgerName } from '../names/LedgerName.tsx'
import { peersStore } from '../peers/store.ts'
import { RoutingPage } from '../routing/RoutingPage.tsx'
import { MeasuredPage } from './MeasuredPage.tsx'
import css from './Network.module.css'
import { PeerPage } from './PeerPage.tsx'
import { ThisDevice } from './ThisDevice.tsx'
import { usePeerName } from './use-peer-name.ts'

export function Network(): ReactNode {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [, route] = useRoute<{ peer?: string }>(`${paths.network}/:peer?`)
  const { px, set } = usePaneWidth()
  const show = useDialogs((dialogs) => dialogs.show)
  const freshness = peersStore.use((fed) => fed.freshness)
  const peers = peersStore.use(({ state }) => state.peers)
  const chosen = route?.peer ?? null
  const isOwn = chosen === null || chosen === 'here' || chosen === 'measured'
  const back = { label: t('back'), onBack: () => navigate(paths.network) }

  return (
    <Panes
      showing={chosen === null ? 'list' : 'content'}
      width={{ px, min: LIST_MIN_PX, max: LIST_MAX_PX, label: t('frame.resizeList'), onChange: set }}
      list={
        <>
          <PaneHeader
            title={t('network.title')}
            actions={
              <>
                <IconButton label={t('network.add')} icon={<Link2 />} onClick={() => show('connect')} />
                <IconButton label={t('network.invite')} icon={<UserPlus />} onClick={() => show('invite')} />
              </>
            }
          />
          <nav className={css.list} aria-label={t('network.peers')}>
            <Link
              href={paths.thisDevice}
              className={rowAction}
              aria-current={isOwn ? 'page' : undefined}
            >
              <Row leading={<MonitorSmartphone />} title={t('network.device')} />
            </Link>
            <Link href={paths.routing} className={rowAction} aria-current={chosen === 'routing' ? 'page' : undefined}>
              <Row leading={<Orbit />} title={t('routing.title')} />
            </Link>
            {freshness === 'loading' ? (
              <Skeleton label={t('network.peers')} />
            ) : peers.size === 0 ? (
              <EmptyState
                icon={<Waypoints />}
                title={t('network.emptyTitle')}
                text={t('network.emptyText')}
                action={<Button onClick={() => show('invite')}>{t('network.invite')}</Button>}
              />
            ) : (
              <Peers peers={[...peers.values()]} chosen={chosen} />
            )}
          </nav>
        </>
      }
    >
      {chosen === 'measured' ? (
        <MeasuredPage back={{ label: t('back'), onBack: () => navigate(paths.thisDevice) }} />
      ) : chosen === 'routing' ? (
        <RoutingPage back={back} />
      ) : isOwn ? (
        <ThisDevice back={back} />
      ) : (
        <PeerPage peerId={chosen} back={back} />
      )}
    </Panes>
  )
}

/** Connected first, then by when they were last heard of; names within that would make rows jump as they prove them. */
function Peers({ peers, chosen }: { peers: readonly Peer[]; chosen: string | null }): ReactNode {
  const { t } = useTranslation()
  const groups = [
    { title: t('network.groupConnected'), peers: peers.filter(({ state }) => state === 'connected') },
    { title: t('network.groupKnown'), peers: peers.filter(({ state }) => state !== 'connected') },
  ]
  return groups
    .filter((group) => group.peers.length > 0)
    .map((group) => (
      <section key={group.title} className={css.group}>
        <h2 className={css.groupTitle}>{group.title}</h2>
        <ul>
          {group.peers.map((peer) => (
            <li key={peer.peerId}>
              <Link
                href={paths.peer(peer.peerId)}
                className={rowAction}
                aria-current={peer.peerId === chosen ? 'page' : undefined}
              >
                <PeerRow peer={peer} />
              </Link>
            </li>
          ))}
        </ul>
      </section>
    ))
}

function PeerRow({ peer }: { peer: Peer }): ReactNode {
  const { t } = useTranslation()
  const name = usePeerName(peer)
  const nowMs = useNow(15_000)
  const how =
    peer.state === 'connected' && peer.route !== null
      ? [t(`route.${peer.route}`), peer.transport === null || peer.route === 'relayed' ? null : t(`transport.${peer.transport}`)].filter(Boolean).join(' · ')
      : t(`network.state.${peer.state}`)
  // Whoever is held back for their conduct is told by it, however they are connected.
  const { standing, goodAtMs } = peer.standing
  const isHeldBack = standing !== 'good' && (goodAtMs === null || goodAtMs > nowMs)
  const detail = isHeldBack ? `${t(`network.standing.${standing}`)} · ${how}` : how
  return (
    <Row
      leading={<Avatar of={peer.account ?? peer.peerId} size={32} />}
      title={<BesideLedgerName account={peer.account}>{name}</BesideLedgerName>}
      detail={peer.demo ? `${t('person.demo')} · ${detail}` : detail}
      meta={peer.rttMs === null || peer.state !== 'connected' ? null : t('network.ms', { ms: shortMs(peer.rttMs) })}
    />
  )
}
