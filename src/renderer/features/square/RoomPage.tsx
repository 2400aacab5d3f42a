import { Hash, RadioTower } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { RoomName, type Post, type Room } from '../../../shared/model/square.ts'
import { isOnline, peersStore } from '../peers/store.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { JustMuted, type Muted } from './JustMuted.tsx'
import { PostList } from './PostList.tsx'
import { RoomMenu } from './RoomMenu.tsx'
import css from './RoomPage.module.css'
import { Say } from './Say.tsx'
import { squareStore, useRoom } from './store.ts'
import { useEnter } from './use-enter.ts'
import { usePosts } from './use-posts.ts'

const nothing: readonly Post[] = []

/** A room by what stands in the address: entered, not entered, or none at all. */
export function RoomPage({ typed }: { typed: string }): ReactNode {
  const { t } = useTranslation()
  const name = RoomName.safeParse(typed).data ?? null
  const room = useRoom(name)
  const loading = squareStore.use(({ freshness }) => freshness === 'loading')
  if (room !== null) return <Entered key={`${room.network} ${room.name}`} room={room} />
  if (name === null) {
    return (
      <>
        <Back />
        <EmptyState icon={<Hash />} title={t('square.outside.badTitle')} text={t('square.outside.badText')} />
      </>
    )
  }
  if (loading) return <Skeleton look="messages" label={t('square.room.loading')} />
  return <Outside name={name} />
}

function Back({ title = '' }: { title?: string }): ReactNode {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  return <PaneHeader title={title} back={{ label: t('square.room.back'), onBack: () => navigate(paths.square) }} />
}

function Outside({ name }: { name: RoomName }): ReactNode {
  const { t } = useTranslation()
  const enter = useEnter()
  return (
    <>
      <Back title={name} />
      <EmptyState
        icon={<Hash />}
        title={t('square.outside.title', { name })}
        text={t('square.outside.text')}
        action={
          <div className={css.outside}>
            <Button tone="primary" busy={enter.busy} onClick={() => void enter.run(name)}>
              {t('square.outside.enter', { name })}
            </Button>
            {enter.failure !== null && <FailureNote failure={enter.failure} onDismiss={enter.dismiss} />}
          </div>
        }
      />
    </>
  )
}

function Entered({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation()
  const { held, newest, older } = usePosts(room.name)
  const posts = held?.posts ?? nothing
  const [justMuted, setJustMuted] = useState<Muted | null>(null)
  return (
    <div className={css.room}>
      <Header room={room} />
      {newest.failure !== null && (
        <div className={css.note}>
          <FailureNote failure={newest.failure} onRetry={() => void newest.run()} />
        </div>
      )}
      <div className={css.body}>
        {held !== null && posts.length > 0 ? (
          <PostList room={room} held={held} older={older} onMuted={setJustMuted} />
        ) : held === null ? (
          newest.failure === null && <Skeleton look="messages" label={t('square.room.loading')} />
        ) : (
          <NothingSaid room={room} />
        )}
      </div>
      {justMuted !== null && <JustMuted {...justMuted} onOver={() => setJustMuted(null)} />}
      <Say room={room} />
    </div>
  )
}

function Header({ room: { name, peers } }: { room: Room }): ReactNode {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const online = peersStore.use(({ state }) => isOnline(state))
  return (
    <PaneHeader
      back={{ label: t('square.room.back'), onBack: () => navigate(paths.square) }}
      leading={
        <span className={css.tile}>
          <Hash />
        </span>
      }
      title={
        <span className={css.names}>
          <span className={css.name}>{name}</span>
          <span className={css.near} title={t('square.room.nearNote')}>
            {online ? t('square.room.near', { count: peers }) : t('square.room.offline')}
          </span>
        </span>
      }
      actions={<RoomMenu name={name} />}
    />
  )
}

/** Nothing was said: somebody may be listening, nobody may, or there is no way to anybody. */
function NothingSaid({ room: { peers } }: { room: Room }): ReactNode {
  const { t } = useTranslation()
  const show = useDialogs((dialogs) => dialogs.show)
  const online = peersStore.use(({ state }) => isOnline(state))
  const text = !online ? 'offline' : peers > 0 ? 'heard' : 'nobody'
  return (
    <EmptyState
      icon={online ? <Hash /> : <RadioTower />}
      title={online ? t('square.alone.title') : t('square.room.offline')}
      text={t(`square.alone.${text}`)}
      action={
        text === 'heard' ? undefined : (
          <div className={css.ways}>
            <Button onClick={() => show('invite')}>{t('square.alone.invite')}</Button>
            {text === 'offline' && (
              <Link href={paths.thisDevice} className={css.link}>
                {t('square.alone.network')}
              </Link>
            )}
          </div>
        )
      }
    />
  )
}
