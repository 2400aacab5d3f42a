import {
  Ban,
  CircleAlert,
  CircleCheck,
  Clock3,
  Copy,
  Ellipsis,
  File,
  Film,
  Folder,
  FolderOpen,
  Hourglass,
  Image,
  MessageSquareText,
  Mic,
  Pause,
  Play,
  RotateCw,
  Trash2,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { FileKind, Transfer } from '../../../shared/model/files.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { paths } from '../../nav/paths.ts'
import { sizeText, span } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, type MenuItem } from '../../ui/Menu.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { Time } from '../../ui/Time.tsx'
import { withLocalTimes } from '../../ui/when.ts'
import { pictureSource } from '../chats/files/sizes.ts'
import { useNamesOf } from '../groups/use-names.ts'
import { useTitles } from '../search/use-titles.ts'
import css from './Files.module.css'
import { actsOf, leftMs, type TransferAct } from './transfers.ts'

const kinds: Readonly<Record<FileKind, ReactNode>> = {
  file: <File />,
  picture: <Image />,
  video: <Film />,
  voice: <Mic />,
  folder: <Folder />,
}

/** A thumbnail of six kilobytes can say that it is ten thousand pixels wide. */
const MAX_THUMBNAIL_SIDE = 1_024

export interface TransferRowProps {
  transfer: Transfer
  onFailure: (error: unknown) => void
}

/** One file: from or for whom, how far, and what can be done. */
export function TransferRow({ transfer, onFailure }: TransferRowProps): ReactNode {
  const { t } = useTranslation()
  const { offer, direction, conversation, from, state, why, takenBy } = transfer
  const nameOf = useNamesOf()
  const titles = useTitles()
  const thumbnail = offer.thumbnail === null ? null : pictureSource(offer.thumbnail, MAX_THUMBNAIL_SIDE)
  const kind = titles.conversations.get(conversation)?.kind
  const isBad = state === 'failed' || state === 'waiting' || state === 'refused'
  return (
    <article className={css.item} aria-label={offer.name}>
      <span className={css.sign} aria-hidden="true">
        {thumbnail === null ? kinds[offer.kind] : <img src={thumbnail} alt="" />}
      </span>
      <div className={css.words}>
        <h2 className={css.name} title={offer.name}>
          <bdi>{offer.name}</bdi>
        </h2>
        <p className={css.line}>
          <span>
            {direction === 'out' ? t('files.toIn', { title: titles.of(conversation) }) : t('files.from', { name: nameOf(from) })}
            {direction === 'in' && kind === 'group' && ` ${t('files.in', { title: titles.of(conversation) })}`}
          </span>
          <span>{sizeText(offer.bytes)}</span>
          {offer.files !== null && <span>{t('files.folder', { count: offer.files })}</span>}
        </p>
        <Where transfer={transfer} />
        {isBad && why !== null && <p>{withLocalTimes(why)}</p>}
        {direction === 'out' && takenBy.length > 0 && <p className={css.line}>{t('files.taken', { count: takenBy.length })}</p>}
      </div>
      <Acts transfer={transfer} onFailure={onFailure} />
    </article>
  )
}

/** How far it is: as a line while it is not whole, and in words. */
function Where({ transfer }: { transfer: Transfer }): ReactNode {
  const { t } = useTranslation()
  const { state, direction, offer, doneBytes, bytesPerSecond, endedMs, path, routes } = transfer
  const left = leftMs(transfer)
  const isPartial = direction === 'in' && (state === 'running' || state === 'paused' || state === 'waiting' || (state === 'failed' && doneBytes > 0))
  if (!isPartial) {
    return (
      <p className={css.line}>
        <State transfer={transfer} />
        {endedMs !== null && (
          <span>
            <Time form="ago" atMs={endedMs} />
          </span>
        )}
        {state === 'done' && direction === 'in' && path === null && <span>{t('files.moved')}</span>}
      </p>
    )
  }
  const far = t('files.progress', { done: sizeText(doneBytes), all: sizeText(offer.bytes) })
  const time = left === null ? null : span(left)
  return (
    <>
      <div className={css.progress}>
        <Progress label={t('files.line', { name: offer.name })} text={far} value={offer.bytes === 0 ? 1 : doneBytes / offer.bytes} />
      </div>
      <p className={css.line}>
        <State transfer={transfer} />
        <span>{far}</span>
        {state === 'running' && bytesPerSecond > 0 && <span>{t('files.speed', { speed: sizeText(bytesPerSecond) })}</span>}
        {state === 'running' && time !== null && <span>{t('files.left', { time: t(`time.${time.unit}`, { count: time.count }) })}</span>}
        {state === 'running' && routes.map((route) => <span key={route}>{t(`route.${route}`)}</span>)}
      </p>
    </>
  )
}

function State({ transfer: { state, direction } }: { transfer: Transfer }): ReactNode {
  const { t } = useTranslation()
  if (direction === 'out' && state !== 'cancelled' && state !== 'gone') return <span className={css.state}>{t('files.state.offering')}</span>
  const [tone, sign] = signs[state]
  return (
    <span className={css.state} data-tone={tone}>
      {sign}
      {t(`files.state.${state}`)}
    </span>
  )
}

const signs: Readonly<Record<Transfer['state'], [tone: 'good' | 'ask' | 'bad' | 'plain', sign: ReactNode]>> = {
  offered: ['ask', <Hourglass key="sign" />],
  asked: ['ask', <Hourglass key="sign" />],
  refused: ['plain', <Ban key="sign" />],
  queued: ['plain', <Clock3 key="sign" />],
  running: ['plain', null],
  waiting: ['ask', <Clock3 key="sign" />],
  paused: ['plain', <Pause key="sign" />],
  checking: ['plain', <Clock3 key="sign" />],
  done: ['good', <CircleCheck key="sign" />],
  failed: ['bad', <CircleAlert key="sign" />],
  cancelled: ['plain', <Ban key="sign" />],
  gone: ['plain', <Ban key="sign" />],
}

const icons: Readonly<Record<TransferAct, ReactNode>> = {
  accept: <FolderOpen />,
  refuse: <Ban />,
  pause: <Pause />,
  resume: <Play />,
  again: <RotateCw />,
  open: <FolderOpen />,
  cancel: <Trash2 />,
  withdraw: <Trash2 />,
}

function Acts({ transfer, onFailure }: TransferRowProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [, go] = useLocation()
  const { id, offer, conversation, message, path } = transfer
  const calls: Readonly<Record<TransferAct, () => Promise<unknown>>> = {
    accept: () => client.files.accept({ id }),
    refuse: () => client.files.refuse({ id }),
    pause: () => client.files.pause({ id }),
    resume: () => client.files.resume({ id }),
    again: () => (transfer.state === 'failed' ? client.files.resume({ id }) : client.files.accept({ id })),
    open: () => client.files.open({ id }),
    cancel: () => client.files.cancel({ id }),
    withdraw: () => client.files.cancel({ id }),
  }
  // Folders are shown by the system's own program, which a browser cannot start.
  const acts = actsOf(transfer).filter((act) => act !== 'open' || window.latch !== undefined)
  const [first] = acts
  const run = (act: TransferAct): void => void calls[act]().catch(onFailure)
  const items: MenuItem[] = acts.map((act) => ({
    id: act,
    label: t(`files.${act}`),
    ...(act === 'withdraw' ? { note: t('files.withdrawNote') } : {}),
    icon: icons[act],
    tone: act === 'cancel' || act === 'withdraw' ? 'danger' : 'plain',
    onChoose: () => run(act),
  }))
  const others: MenuItem[] = [
    { id: 'message', label: t('files.message'), icon: <MessageSquareText />, onChoose: () => go(paths.chatMessage(conversation, message)) },
    ...(path === null
      ? []
      : [{ id: 'path', label: t('files.copyPath'), icon: <Copy />, onChoose: () => void navigator.clipboard.writeText(path).catch(() => {}) }]),
  ]
  return (
    <div className={css.actions}>
      {first !== undefined && first !== 'withdraw' && first !== 'cancel' && (
        <Button size="small" tone={first === 'accept' ? 'strong' : 'plain'} aria-label={`${t(`files.${first}`)}: ${offer.name}`} onClick={() => run(first)}>
          {t(`files.${first}`)}
        </Button>
      )}
      <Menu
        trigger={<IconButton label={t('files.more', { name: offer.name })} icon={<Ellipsis />} />}
        groups={[others, items].filter((group) => group.length > 0)}
      />
    </div>
  )
}
