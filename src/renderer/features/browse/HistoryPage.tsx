import { Clock, Ellipsis, Search, Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Visited } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Row } from '../../ui/Row.tsx'
import { Page, Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { clock, dayName, fullWhen } from '../../ui/when.ts'
import { useAsked } from '../ledger/use-asked.ts'
import { shortAddress } from './address.ts'
import css from './ListPages.module.css'
import { SiteLink } from './SiteLink.tsx'

/** A list that is looked through; what is older is found by a word of it. */
const SHOWN = 200
/** A question for each pause in typing. */
const PAUSE_MS = 120

/** Where one was, the latest first, on this device only; and how it is forgotten. */
export function HistoryPage({ back }: { back: PaneHeaderProps['back'] }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [text, setText] = useState('')
  const [changes, setChanges] = useState(0)
  const query = text.trim()
  const { answer, failure, again } = useAsked('history', `${changes} ${query}`, () => client.browse.history({ text: query, limit: SHOWN }), PAUSE_MS)
  const forget = useCall(async (what: { url?: Visited['url']; site?: Visited['site'] }) => {
    await client.browse.clearHistory(what)
    setChanges((count) => count + 1)
  })
  const isEmpty = answer?.length === 0 && query === ''
  return (
    <>
      <PaneHeader title={t('browsePages.history.title')} {...(back === undefined ? {} : { back })} />
      {failure !== null && <FailureNote failure={failure} onRetry={again} />}
      {forget.failure !== null && <FailureNote failure={forget.failure} onDismiss={forget.dismiss} />}
      {answer === null && failure === null && <Skeleton label={t('browsePages.history.loading')} />}
      {isEmpty && <EmptyState icon={<Clock />} title={t('browsePages.history.empty.title')} text={t('browsePages.history.empty.text')} />}
      {answer !== null && !isEmpty && (
        <Page>
          <div className={css.top}>
            <TextField
              className={css.search}
              type="search"
              label={t('browsePages.history.search')}
              hideLabel
              icon={<Search />}
              placeholder={t('browsePages.history.placeholder')}
              maxLength={200}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            <ForgetAll busy={forget.busy} onForget={() => void forget.run({})} />
          </div>
          {answer.length === 0 ? (
            <EmptyState icon={<Search />} title={t('browsePages.history.none.title', { query })} text={t('browsePages.history.none.text')} />
          ) : (
            <Days visited={answer} onForget={(what) => void forget.run(what)} />
          )}
        </Page>
      )}
    </>
  )
}

function ForgetAll({ busy, onForget }: { busy: boolean; onForget: () => void }): ReactNode {
  const { t } = useTranslation()
  const [isAsked, setAsked] = useState(false)
  if (!isAsked) return <Button onClick={() => setAsked(true)}>{t('browsePages.history.forgetAll')}</Button>
  return (
    <span className={css.sure}>
      <Button onClick={() => setAsked(false)}>{t('cancel')}</Button>
      <Button
        tone="danger"
        busy={busy}
        onClick={() => {
          setAsked(false)
          onForget()
        }}
      >
        {t('browsePages.history.sure')}
      </Button>
    </span>
  )
}

interface DaysProps {
  visited: readonly Visited[]
  onForget: (what: { url?: Visited['url']; site?: Visited['site'] }) => void
}

function Days({ visited, onForget }: DaysProps): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(60_000)
  const words = { today: t('time.today'), yesterday: t('time.yesterday') }
  const days = new Map<string, Visited[]>()
  for (const one of visited) {
    const day = dayName(one.lastMs, nowMs, words)
    days.set(day, [...(days.get(day) ?? []), one])
  }
  return [...days].map(([day, of]) => (
    <Section key={day} title={day}>
      <ul>
        {of.map((one) => (
          <li key={one.url} className={css.row}>
            <SiteLink url={one.url} className={css.open}>
              <Row
                leading={<Clock />}
                title={<bdi>{shortAddress(one.url)}</bdi>}
                // The day stands above.
                meta={
                  <time dateTime={new Date(one.lastMs).toISOString()} title={fullWhen(one.lastMs)}>
                    {clock(one.lastMs)}
                  </time>
                }
                {...(one.title === '' ? {} : { detail: <bdi>{one.title}</bdi> })}
              />
            </SiteLink>
            <Menu
              trigger={<IconButton label={t('browsePages.history.menu', { name: shortAddress(one.url) })} icon={<Ellipsis />} />}
              groups={[
                [
                  { id: 'page', label: t('browsePages.history.forget'), icon: <Trash2 />, onChoose: () => onForget({ url: one.url }) },
                  { id: 'site', label: t('browsePages.history.forgetSite', { site: one.site }), onChoose: () => onForget({ site: one.site }) },
                ],
              ]}
            />
          </li>
        ))}
      </ul>
    </Section>
  ))
}
