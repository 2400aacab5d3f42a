import { Mic, Paperclip } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Hit } from '../../../shared/model/search.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { useNow } from '../../ui/use-now.ts'
import { clock, dayName } from '../../ui/when.ts'
import { useNamesOf } from '../groups/use-names.ts'
import css from './Search.module.css'
import { byDay, piecesOf } from './snippet.ts'
import { useTitles } from './use-titles.ts'

export interface HitListProps {
  id: string
  hits: readonly Hit[]
  /** Which of them Enter opens. */
  at: number
  onOpen: (hit: Hit) => void
  onPoint: (index: number) => void
}

/** What was found, by day; the field above keeps the focus, and its arrow keys choose here. */
export function HitList({ id, hits, at, onOpen, onPoint }: HitListProps): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(60_000)
  const days = byDay(hits)
  const words = { today: t('time.today'), yesterday: t('time.yesterday') }
  const indexOf = new Map(hits.map((hit, index) => [hit, index]))
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- what is chosen in it is no value of a form
    <div id={id} role="listbox" aria-label={t('search.results')} className={css.list} hidden={hits.length === 0}>
      {days.map(({ dayMs, hits: of }, index) => (
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the same
        <div key={`${dayMs} ${index}`} role="group" aria-labelledby={`${id}-day-${index}`}>
          <div id={`${id}-day-${index}`} className={css.day} role="presentation">
            {dayName(dayMs, nowMs, words)}
          </div>
          {of.map((hit) => {
            const position = indexOf.get(hit) ?? 0
            return (
              <HitRow
                key={hit.message.id}
                id={`${id}-${position}`}
                hit={hit}
                isChosen={position === at}
                onOpen={() => onOpen(hit)}
                onPoint={() => onPoint(position)}
              />
            )
          })}
        </div>
      ))}
    </div>
  )
}

interface HitRowProps {
  id: string
  hit: Hit
  isChosen: boolean
  onOpen: () => void
  onPoint: () => void
}

function HitRow({ id, hit, isChosen, onOpen, onPoint }: HitRowProps): ReactNode {
  const { t } = useTranslation()
  const row = useRef<HTMLDivElement>(null)
  const titles = useTitles()
  const nameOf = useNamesOf()
  const { message } = hit
  const title = titles.of(message.conversation)
  const kind = titles.conversations.get(message.conversation)?.kind
  const name = nameOf(message.from)
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  return (
    // The field that has the focus hears the keys for it.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={row}
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the same
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      className={css.hit}
      onClick={onOpen}
      onMouseMove={({ movementX, movementY }) => (movementX !== 0 || movementY !== 0) && onPoint()}
    >
      <Avatar of={message.from} />
      <div className={css.words}>
        <div className={css.line}>
          <bdi className={css.who}>{name}</bdi>
          <bdi className={css.where}>{kind === 'direct' && title === name ? '' : t('search.inConversation', { title })}</bdi>
          <time className={css.time} dateTime={new Date(message.sentMs).toISOString()}>
            {clock(message.sentMs)}
          </time>
        </div>
        <div className={css.snippet}>
          <Sign hit={hit} />
          {piecesOf(hit).map(({ text, isMarked }, index) =>
            // A piece has no name of its own, and none of them moves.
            // oxlint-disable-next-line react/no-array-index-key
            isMarked ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>,
          )}
        </div>
      </div>
    </div>
  )
}

/** What a message has beside words, or instead of them. */
function Sign({ hit: { message, snippet } }: { hit: Hit }): ReactNode {
  const { t } = useTranslation()
  if (message.kind !== 'files' && message.kind !== 'voice') return null
  const isVoice = message.kind === 'voice'
  return (
    <span className={css.file}>
      {isVoice ? <Mic aria-hidden="true" /> : <Paperclip aria-hidden="true" />}
      {snippet === '' ? t(`search.noWords.${isVoice ? 'voice' : 'files'}`) : ''}{' '}
    </span>
  )
}
