import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeerId } from '../../../shared/ids.ts'
import type { Post } from '../../../shared/model/square.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { cx } from '../../ui/cx.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Key } from '../../ui/Key.tsx'
import { Popover } from '../../ui/Popover.tsx'
import { Facts } from '../../ui/Section.tsx'
import { clock, exactClock, fullWhen } from '../../ui/when.ts'
import { useDeviceName } from '../reach/use-device-name.ts'
import css from './PathButton.module.css'
import { putPost } from './state.ts'
import { squareStore } from './store.ts'
import { delayText, pathText } from './wording.ts'

/** When it came, and what is known of its way; on a click all of it, and the hops are asked for. */
export function PathButton({ post, inHead }: { post: Post; inHead: boolean }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [isOpen, setIsOpen] = useState(false)
  const [asked, setAsked] = useState(false)
  const trace = useCall(async () => {
    const traced = await client.square.trace({ id: post.id })
    squareStore.change((state) => putPost(state, traced))
    setAsked(true)
  })
  const unknown = post.path.from !== null && post.path.hops === null
  const toggle = (next: boolean): void => {
    setIsOpen(next)
    if (next && unknown && !trace.busy) void trace.run()
  }
  const text = pathText(t, post.path)
  return (
    <Popover
      title={t('square.path.title')}
      align="end"
      open={isOpen}
      onOpenChange={toggle}
      trigger={
        <button type="button" className={cx(css.meta, inHead && css.head)}>
          {text !== '' && <span dir="ltr">{text}</span>}
          <time dir="ltr" dateTime={new Date(post.receivedMs).toISOString()}>
            {clock(post.receivedMs)}
          </time>
          <span className="visually-hidden">{t('square.path.title')}</span>
        </button>
      }
    >
      <div className={css.way}>
        <h2 className={css.title}>{t('square.path.title')}</h2>
        <Way
          post={post}
          asking={trace.failure !== null ? 'failed' : trace.busy || (unknown && !asked) ? 'yes' : 'no'}
        />
        {trace.failure !== null && <FailureNote failure={trace.failure} onRetry={() => void trace.run()} />}
      </div>
    </Popover>
  )
}

/** `asking`: whether the hops are being asked for, or could not be. */
function Way({ post, asking }: { post: Post; asking: 'yes' | 'no' | 'failed' }): ReactNode {
  const { t } = useTranslation()
  const { hops, from, delayMs, copies } = post.path
  const came = { name: t('square.path.copies'), value: t('square.path.copiesValue', { count: copies }) }
  const id = { name: t('square.path.id'), value: <Key value={post.id} label={t('square.path.key')} /> }
  const sent = {
    name: t('square.path.sent'),
    value: (
      <span title={fullWhen(post.sentAtMs)}>
        {exactClock(post.sentAtMs)} {!post.mine && <Note text={t('square.path.sentNote')} />}
      </span>
    ),
  }
  if (from === null) {
    const here = { name: t('square.path.hops'), value: t('square.path.here') }
    return <Facts facts={[here, sent, ...(copies > 1 ? [came] : []), id]} />
  }
  const way =
    hops === null
      ? t(`square.path.notKnown.${asking}`)
      : hops <= 1
        ? t('square.path.straightValue')
        : t('square.path.hopsValue', { count: hops - 1 })
  return (
    <Facts
      facts={[
        {
          name: t('square.path.hops'),
          value: <output>{hops === null ? way : <Hops count={hops} words={way} />}</output>,
        },
        {
          name: t('square.path.delay'),
          value:
            delayMs < 0 ? (
              <Note text={t('square.path.ahead', { time: delayText(t, delayMs) })} />
            ) : (
              <>
                {delayText(t, delayMs)} <Note text={t('square.path.delayNote')} />
              </>
            ),
        },
        { name: t('square.path.from'), value: <Giver peerId={from} /> },
        came,
        sent,
        id,
      ]}
    />
  )
}

function Giver({ peerId }: { peerId: PeerId }): ReactNode {
  const { name } = useDeviceName(peerId)
  return <bdi>{name}</bdi>
}

function Hops({ count, words }: { count: number; words: string }): ReactNode {
  return (
    <>
      {count} <Note text={words} />
    </>
  )
}

function Note({ text }: { text: string }): ReactNode {
  return <span className={css.note}>{text}</span>
}
