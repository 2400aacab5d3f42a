import { Archive, RotateCw, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { CacheLine } from '../../../shared/model/names.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Page } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { useAsked } from '../ledger/use-asked.ts'
import css from './Kept.module.css'
import type { Back } from './Names.tsx'
import { namesStore } from './store.ts'
import { useNameWords } from './use-name-words.ts'
import { spanText } from './wording.ts'

/** It tells nobody when it changes; somebody who looks at it sees it as it was this long ago at most. */
const AGAIN_MS = 5_000
/** With fewer there is nothing to narrow down. */
const FILTER_FROM = 12
/** Typing narrows down; nobody scrolls through thousands. */
const SHOWN = 200

/** The resource map: what is kept of names that were looked up. */
export function Kept({ back }: { back: Back }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const network = namesStore.use(({ state, freshness }) => (freshness === 'loading' ? null : state.network))
  const tick = useNow(AGAIN_MS)
  const { answer: lines, failure, again } = useAsked(network ?? '', network === null ? null : String(tick), () => client.names.cache())
  const [query, setQuery] = useState('')
  const [isAsking, setIsAsking] = useState(false)
  const [cleared, setCleared] = useState<number | null>(null)
  const clear = useCall(async (fullName?: string) => {
    const { cleared: count } = await client.names.clearCache(fullName === undefined ? {} : { fullName })
    setCleared(fullName === undefined ? count : null)
    again()
  })
  const wanted = query.trim().toLowerCase()
  const matching = (lines ?? []).filter(({ fullName }) => fullName.includes(wanted))
  const bytes = (lines ?? []).reduce((sum, line) => sum + line.bytes, 0)

  return (
    <>
      <PaneHeader
        title={t('namesLookup.kept.title')}
        back={back}
        actions={<IconButton label={t('namesLookup.kept.again')} icon={<RotateCw />} onClick={again} />}
      />
      {lines === null ? (
        failure === null ? (
          <Skeleton label={t('namesLookup.kept.loading')} />
        ) : (
          <Page>
            <FailureNote failure={failure} onRetry={again} />
          </Page>
        )
      ) : lines.length === 0 ? (
        <EmptyState icon={<Archive />} title={t('namesLookup.kept.none')} text={t('namesLookup.kept.noneText')} />
      ) : (
        <Page>
          <div className={css.top}>
            <div className={css.words}>
              <p>{t('namesLookup.kept.count', { count: lines.length, size: sizeText(bytes) })}</p>
              <p className={css.soft}>{t('namesLookup.kept.note')}</p>
            </div>
            <Button onClick={() => setIsAsking(true)}>{t('namesLookup.kept.clear')}</Button>
          </div>
          {failure !== null && <FailureNote failure={failure} onRetry={again} />}
          {clear.failure !== null && <FailureNote failure={clear.failure} onDismiss={clear.dismiss} />}
          {lines.length >= FILTER_FROM && (
            <div className={css.filter}>
              <TextField
                label={t('namesLookup.kept.filter')}
                value={query}
                type="search"
                onChange={(event) => setQuery(event.target.value)}
              />
            </div>
          )}
          {matching.length === 0 ? (
            <p className={css.soft}>{t('namesLookup.kept.noMatch', { query })}</p>
          ) : (
            <ul className={css.lines} aria-label={t('namesLookup.kept.title')}>
              {matching.slice(0, SHOWN).map((line) => (
                <Line key={line.fullName} line={line} onForget={() => void clear.run(line.fullName)} />
              ))}
            </ul>
          )}
        </Page>
      )}
      <output className="visually-hidden">{cleared === null ? '' : t('namesLookup.kept.cleared', { count: cleared })}</output>
      {isAsking && lines !== null && (
        <Dialog
          open
          onClose={() => setIsAsking(false)}
          title={t('namesLookup.kept.clearSure', { count: lines.length })}
          description={t('namesLookup.kept.clearText')}
          closeLabel={t('close')}
          footer={
            <>
              <Button onClick={() => setIsAsking(false)}>{t('cancel')}</Button>
              <Button
                tone="primary"
                onClick={() => {
                  setIsAsking(false)
                  void clear.run()
                }}
              >
                {t('namesLookup.kept.clear')}
              </Button>
            </>
          }
        >
          {null}
        </Dialog>
      )}
    </>
  )
}

function Line({ line, onForget }: { line: CacheLine; onForget: () => void }): ReactNode {
  const { t } = useTranslation()
  const { who } = useNameWords()
  const nowMs = useNow(1_000)
  const { fullName, state, owner, bytes, hits, watched, freshUntilMs } = line
  const facts = [
    t(`namesLookup.kept.state.${state}`, { time: spanText(t, freshUntilMs - nowMs) }),
    ...(owner === null ? [] : [who(owner)]),
    sizeText(bytes),
    t('namesLookup.kept.used', { count: hits }),
  ]
  return (
    <li className={css.line}>
      <div className={css.words}>
        <Link href={paths.lookUpOf(fullName)} className={css.name}>
          <bdi>{fullName}</bdi>
        </Link>
        {watched && (
          <span className={css.watched} title={t('namesLookup.kept.watchedNote')}>
            {t('namesLookup.kept.watched')}
          </span>
        )}
        <p className={css.facts}>{facts.join(' · ')}</p>
      </div>
      <IconButton label={t('namesLookup.kept.forget', { name: fullName })} icon={<X />} onClick={onForget} />
    </li>
  )
}
