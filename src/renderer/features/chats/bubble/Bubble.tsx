import { Ellipsis, Forward, Reply, SmilePlus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../../shared/model/chat.ts'
import { Avatar } from '../../../ui/Avatar.tsx'
import { cx } from '../../../ui/cx.ts'
import { placeOf, pointAt } from '../../../ui/PointMenu.tsx'
import { FileCards } from '../files/FileCards.tsx'
import { Markdown } from '../markdown/Markdown.tsx'
import { isEmojiOnly } from '../markdown/readable.ts'
import { useTalk } from '../talk.ts'
import type { Place } from '../timeline.ts'
import { namedIn } from '../use-names.ts'
import css from './Bubble.module.css'
import { Meta } from './Meta.tsx'
import { QuoteButton } from './QuoteButton.tsx'
import { Reactions } from './Reactions.tsx'

/** What one person said, with everything that became of it. */
export function Bubble({ message, place, first }: { message: Message; place: Place; first: boolean }): ReactNode {
  const { t } = useTranslation()
  const { conversation, names, traced, lit, onMenu, onJump } = useTalk()
  const [near, setNear] = useState(false)
  const { id, kind, mine, from, text, reply, forwarded } = message
  const inGroup = conversation.kind === 'group'
  const gone = kind === 'deleted' || kind === 'missing'
  const large = kind === 'text' && reply === null && isEmojiOnly(text)
  return (
    <div
      className={cx(css.line, mine ? css.mine : css.theirs, place.opens && css.opens)}
      data-message={id}
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onFocus={() => setNear(true)}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setNear(false)}
      onContextMenu={(event) => {
        event.preventDefault()
        onMenu(message, pointAt(event.clientX, event.clientY))
      }}
    >
      {inGroup && !mine && <span className={css.face}>{place.closes && <Avatar of={from} size={32} />}</span>}
      <div className={css.stack}>
        {inGroup && !mine && place.opens && (
          <p className={css.sender}>
            <bdi>{names.of(from)}</bdi>
          </p>
        )}
        {/* It takes keys of its own: what is done most with a message, and the way to the next. */}
        <article
          aria-label={t('chats.message.by', { name: names.of(from) })}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={first ? 0 : -1}
          data-focusable=""
          className={cx(
            css.bubble,
            place.opens && css.first,
            place.closes && css.last,
            traced === id && css.traced,
            lit === id && css.lit,
            large && css.large,
            gone && css.gone,
          )}
        >
          {forwarded && (
            <p className={css.mark}>
              <Forward />
              {t('chats.message.forwarded')}
            </p>
          )}
          {reply !== null && <QuoteButton quote={reply} onJump={() => onJump(reply.id)} />}
          <FileCards message={message} />
          <div dir="auto" className={css.words}>
            {gone ? <Gone message={message} /> : <Words message={message} />}
            <Meta message={message} />
          </div>
        </article>
        <Reactions message={message} />
      </div>
      {near && !gone && <Toolbar message={message} />}
    </div>
  )
}

function Words({ message: { from, text, mentions } }: { message: Message }): ReactNode {
  const { names } = useTalk()
  if (text === '') return null
  return <Markdown text={text} named={namedIn(names, mentions)} links={names.isKnown(from)} />
}

function Gone({ message: { kind, from, deletedBy } }: { message: Message }): ReactNode {
  const { t } = useTranslation()
  const { names, conversation } = useTalk()
  if (kind === 'missing') return <p className={css.goneText}>{t('chats.message.missing')}</p>
  const byOther = deletedBy !== null && (deletedBy !== from || conversation.kind === 'group')
  return (
    <p className={css.goneText}>
      {byOther ? t('chats.message.deletedBy', { name: names.of(deletedBy) }) : t('chats.message.deleted')}
    </p>
  )
}

/** What is done most, beside the message that one points at; the rest is in the menu. */
function Toolbar({ message }: { message: Message }): ReactNode {
  const { t } = useTranslation()
  const { canWrite, onAct, onMenu, onPick } = useTalk()
  return (
    <div className={css.toolbar} role="toolbar" aria-label={t('chats.act.toolbar')}>
      {canWrite && (
        <>
          <button type="button" title={t('chats.act.react')} aria-label={t('chats.act.react')} onClick={(event) => onPick(message, placeOf(event.currentTarget))}>
            <SmilePlus />
          </button>
          <button type="button" title={t('chats.act.reply')} aria-label={t('chats.act.reply')} onClick={() => onAct('reply', message)}>
            <Reply />
          </button>
        </>
      )}
      <button type="button" title={t('chats.act.more')} aria-label={t('chats.act.more')} aria-haspopup="menu" onClick={(event) => onMenu(message, placeOf(event.currentTarget))}>
        <Ellipsis />
      </button>
    </div>
  )
}
