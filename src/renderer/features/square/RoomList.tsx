import { Hash, Megaphone, Plus, Radio } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso } from 'react-virtuoso'
import { Link } from 'wouter'
import type { Room, RoomName } from '../../../shared/model/square.ts'
import { useMe } from '../identity/store.ts'
import { useActiveNetwork } from '../networks/store.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { paths } from '../../nav/paths.ts'
import { useNext } from '../../nav/use-next.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './RoomList.module.css'
import { LOBBY } from './room-name.ts'
import { byLatest } from './state.ts'
import { squareStore } from './store.ts'
import { useAuthor } from './use-author.ts'
import { useEnter } from './use-enter.ts'

export function RoomList({ chosen }: { chosen: RoomName | null }): ReactNode {
  const { t } = useTranslation()
  const show = useDialogs((dialogs) => dialogs.show)
  const loading = squareStore.use(({ freshness }) => freshness === 'loading')
  const rooms = squareStore.use(({ state }) => state.rooms)
  const sorted = useMemo(() => byLatest(rooms.values()), [rooms])
  const list = useMemo(() => sorted.map(({ name }) => paths.room(name)), [sorted])
  useNext(list, chosen === null ? null : paths.room(chosen))

  return (
    <>
      <PaneHeader
        title={t('square.title')}
        actions={<IconButton label={t('square.enter')} icon={<Plus />} onClick={() => show('enter-room')} />}
      />
      {loading ? (
        <Skeleton label={t('square.loading')} />
      ) : sorted.length === 0 ? (
        <div className={css.narrowOnly}>
          <NoRooms />
        </div>
      ) : (
        <nav className={css.list} aria-label={t('square.rooms')}>
          <Virtuoso
            data={sorted}
            context={chosen}
            computeItemKey={keyOf}
            increaseViewportBy={200}
            itemContent={renderRoom}
          />
        </nav>
      )}
      {!loading && <WhichNetwork />}
    </>
  )
}

const keyOf = (_: number, room: Room): string => room.name

function renderRoom(_: number, room: Room, chosen: RoomName | null): ReactNode {
  return (
    <div className={css.entry}>
      <Link
        href={paths.room(room.name)}
        className={rowAction ?? ''}
        aria-current={room.name === chosen ? 'page' : undefined}
      >
        <RoomRow room={room} />
      </Link>
    </div>
  )
}

function RoomRow({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation()
  const { name, unread, last, peers } = room
  return (
    <Row
      className={unread > 0 ? css.unread : undefined}
      leading={
        <span className={css.tile}>
          <Hash />
        </span>
      }
      title={name}
      meta={last !== null && <Time atMs={last.sentAtMs} />}
      detail={<LastLine room={room} />}
      trailing={
        <>
          {peers > 0 && (
            <span className={css.near} title={t('square.near', { count: peers })}>
              <Radio aria-hidden="true" />
              <span aria-hidden="true">{peers}</span>
              <span className="visually-hidden">{t('square.near', { count: peers })}</span>
            </span>
          )}
          <Badge count={unread} label={t('frame.unread', { count: unread })} />
        </>
      }
    />
  )
}

function LastLine({ room: { last, peers } }: { room: Room }): ReactNode {
  const { t } = useTranslation()
  if (last === null) return peers === 0 ? t('square.room.near', { count: 0 }) : t('square.alone.title')
  return <Said {...last} />
}

/** Of somebody who is no contact only what they said: a name alone, in a list, would look like somebody known. */
function Said({ author, text }: NonNullable<Room['last']>): ReactNode {
  const { t } = useTranslation()
  const me = useMe()
  const { name, isContact } = useAuthor(author, '')
  if (author === me?.account) return <bdi>{t('square.said', { name: t('you'), text })}</bdi>
  return <bdi>{isContact ? t('square.said', { name, text }) : text}</bdi>
}

/** Rooms are of one network: which, and the way to others. */
function WhichNetwork(): ReactNode {
  const { t } = useTranslation()
  const network = useActiveNetwork()
  if (network === null) return null
  return (
    <Link href={paths.networks} className={css.network}>
      <span className={css.networkWord}>{t('square.ofNetwork')}</span>
      <bdi className={css.networkName}>{network.label}</bdi>
    </Link>
  )
}

/** Not in any room: in the content, or in the list where there is no room for both. */
export function NoRooms(): ReactNode {
  const { t } = useTranslation()
  const show = useDialogs((dialogs) => dialogs.show)
  const enter = useEnter()
  return (
    <EmptyState
      icon={<Megaphone />}
      title={t('square.empty.title')}
      text={t('square.empty.text')}
      action={
        <div className={css.ways}>
          <div className={css.buttons}>
            <Button tone="primary" busy={enter.busy} onClick={() => void enter.run(LOBBY)}>
              {t('square.lobby')}
            </Button>
            <Button onClick={() => show('enter-room')}>{t('square.another')}</Button>
          </div>
          {enter.failure !== null && <FailureNote failure={enter.failure} onDismiss={enter.dismiss} />}
        </div>
      }
    />
  )
}
