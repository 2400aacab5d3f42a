import { Search as Glass, SearchX, TextCursorInput } from 'lucide-react'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { ConversationId } from '../../../shared/ids.ts'
import type { Hit } from '../../../shared/model/search.ts'
import { paths } from '../../nav/paths.ts'
import { shortMs } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Filters } from './Filters.tsx'
import { HitList } from './HitList.tsx'
import { useLast } from './last.ts'
import { LastSearches } from './LastSearches.tsx'
import { asked, isNarrowed, nothingWanted, type Wanted } from './query.ts'
import css from './Search.module.css'
import { useHits, type Hits } from './use-hits.ts'

const TEXT_MAX_CHARACTERS = 256

export interface SearchPageProps {
  /** What it begins with. */
  text?: string
  conversation?: ConversationId
}

/** Everything that was said, by words, person, day and kind; Enter goes to the message. */
export function SearchPage({ text = '', conversation }: SearchPageProps): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const input = useRef<HTMLInputElement>(null)
  const list = useId()
  const [wanted, setWanted] = useState<Wanted>({ ...nothingWanted, text, conversation: conversation ?? '' })
  const [picked, setPicked] = useState(0)
  const ask = asked(wanted)
  const hits = useHits(ask.is === 'query' ? ask.query : null)
  const keep = useLast((last) => last.keep)
  const at = Math.min(picked, Math.max(0, hits.hits.length - 1))
  const chosen = hits.hits[at]

  useEffect(() => input.current?.focus(), [])

  const change = (changes: Partial<Wanted>): void => {
    setPicked(0)
    setWanted((was) => ({ ...was, ...changes }))
  }
  const open = ({ message }: Hit): void => {
    keep(wanted.text)
    go(paths.chatMessage(message.conversation, message.id))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && !event.altKey) {
      setPicked(Math.max(0, Math.min(hits.hits.length - 1, at + step)))
      event.preventDefault()
    } else if (event.key === 'Enter' && chosen !== undefined) {
      open(chosen)
      event.preventDefault()
    }
  }
  return (
    <div className={css.screen}>
      <PaneHeader title={t('search.title')} back={{ label: t('search.back'), onBack: () => go(paths.chats) }} />
      <search className={css.top}>
        <TextField
          ref={input}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the list that it rules is no list of a form
          role="combobox"
          aria-expanded={hits.hits.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={chosen === undefined ? undefined : `${list}-${at}`}
          label={t('search.label')}
          hideLabel
          icon={<Glass aria-hidden="true" />}
          placeholder={t('search.placeholder')}
          value={wanted.text}
          maxLength={TEXT_MAX_CHARACTERS}
          autoComplete="off"
          spellCheck={false}
          onKeyDown={onKeyDown}
          onChange={(event) => change({ text: event.target.value })}
        />
        <Filters wanted={wanted} isBackwards={ask.is === 'backwards'} onChange={change} />
        <Foot hits={hits} canReset={isNarrowed(wanted)} onReset={() => change({ ...nothingWanted, text: wanted.text })} />
      </search>
      <div className={css.results}>
        {hits.failure !== null && (
          <div className={css.note}>
            <FailureNote failure={hits.failure} onRetry={hits.retry} />
          </div>
        )}
        {ask.is === 'nothing' && <LastSearches onChoose={(chosenText) => change({ text: chosenText })} />}
        {ask.is === 'short' && <EmptyState icon={<TextCursorInput />} title={t('search.shortTitle')} text={t('search.shortText')} />}
        {ask.is === 'query' && hits.of === null && hits.failure === null && <Skeleton label={t('search.loading')} />}
        {ask.is === 'query' && hits.of !== null && hits.hits.length === 0 && !hits.isAsking && (
          <EmptyState
            icon={<SearchX />}
            title={t('search.noneTitle')}
            text={isNarrowed(wanted) ? t('search.noneFiltered') : t('search.noneText')}
            action={isNarrowed(wanted) && <Button onClick={() => change({ ...nothingWanted, text: wanted.text })}>{t('search.reset')}</Button>}
          />
        )}
        <HitList id={list} hits={hits.hits} at={at} onOpen={open} onPoint={setPicked} />
        {hits.next !== null && (
          <div className={css.more}>
            <Button busy={hits.isAsking} onClick={hits.more}>
              {t('search.more')}
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

function Foot({ hits, canReset, onReset }: { hits: Hits; canReset: boolean; onReset: () => void }): ReactNode {
  const { t } = useTranslation()
  const count = hits.hits.length
  const found = hits.next === null ? t('search.count', { count }) : t('search.countMore', { count })
  return (
    <div className={css.foot}>
      <output aria-live="polite">
        {hits.isAsking ? t('search.loading') : hits.of === null || count === 0 ? '' : `${found} · ${t('search.took', { ms: shortMs(hits.tookMs) })} · ${t('search.hint')}`}
      </output>
      {canReset && (
        <Button size="small" tone="quiet" onClick={onReset}>
          {t('search.reset')}
        </Button>
      )}
    </div>
  )
}
