import { Search } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Page } from '../../ui/Section.tsx'
import css from './LookUp.module.css'
import { useLookup, type LiveLookup } from './lookup.ts'
import { LookupResult } from './LookupResult.tsx'
import { LookupTrace } from './LookupTrace.tsx'
import type { Back } from './Names.tsx'
import { namesStore, useTld } from './store.ts'
import { useLinkOpen } from './use-link-open.ts'

/** Whose a name is and where it points, step by step. `asked`: what stands in the address; empty: nothing yet. */
export function LookUp({ asked, back }: { asked: string; back: Back }): ReactNode {
  const { t } = useTranslation()
  const lookup = useLookup()
  const isOpen = useLinkOpen()
  const { text } = lookup.state
  const network = namesStore.use(({ state }) => state.network)
  const askedIn = useRef(network)

  const begin = useEffectEvent((name: string) => {
    if (name !== '' && text !== name) void lookup.run(name)
  })
  useEffect(() => {
    if (isOpen) begin(asked)
  }, [asked, isOpen])

  // There the name may be somebody else's. Before the first snapshot there was no other one.
  const moved = useEffectEvent((now: typeof network) => {
    if (askedIn.current !== null && askedIn.current !== now && text !== '') void lookup.run(text)
    askedIn.current = now
  })
  useEffect(() => moved(network), [network])

  return (
    <>
      <PaneHeader title={t('namesLookup.title')} back={back} />
      <Page>
        <AskForm key={asked} asked={asked} lookup={lookup} />
        {asked === '' ? <NothingAsked /> : <Going lookup={lookup} />}
      </Page>
    </>
  )
}

function AskForm({ asked, lookup }: { asked: string; lookup: LiveLookup }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const tld = useTld()
  const field = useRef<HTMLFormElement>(null)
  const [text, setText] = useState(asked)
  const isRunning = lookup.state.phase === 'running'
  const wanted = text.trim()

  // It is opened to be written in; on a touch screen that would raise the keyboard unasked.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) field.current?.querySelector('input')?.focus({ preventScroll: true })
  }, [])

  return (
    <search>
      <form
        ref={field}
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted === '') return
          if (wanted === asked) void lookup.run(wanted)
          else go(paths.lookUpOf(wanted))
        }}
      >
        <TextField
          className={css.field}
          label={t('namesLookup.field')}
          hideLabel
          hint={t('namesLookup.hint', { tld })}
          icon={<Search />}
          value={text}
          placeholder={t('namesLookup.placeholder', { tld })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={1_024}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setText(event.target.value)}
        />
        {isRunning && wanted === asked ? (
          <Button onClick={lookup.cancel}>{t('namesLookup.stop')}</Button>
        ) : (
          <Button type="submit" tone={wanted === asked ? 'plain' : 'primary'} disabled={wanted === ''}>
            {t('namesLookup.go')}
          </Button>
        )}
      </form>
    </search>
  )
}

function NothingAsked(): ReactNode {
  const { t } = useTranslation()
  return <EmptyState icon={<Search />} title={t('namesLookup.empty.title')} text={t('namesLookup.empty.text')} />
}

/** What is known so far: the newest answer, then the steps, which are all there is at first. */
function Going({ lookup }: { lookup: LiveLookup }): ReactNode {
  const { t } = useTranslation()
  const { state } = lookup
  if (state.phase === 'idle') return null
  return (
    <>
      {state.failure !== null && <FailureNote failure={state.failure} onRetry={() => void lookup.run(state.text)} />}
      {state.lookup === null ? (
        <output className={css.soft}>
          {state.phase === 'running'
            ? t('namesLookup.running', { name: state.text })
            : state.phase === 'stopped'
              ? t('namesLookup.stoppedEarly')
              : ''}
        </output>
      ) : (
        <LookupResult lookup={lookup} found={state.lookup} />
      )}
      {state.steps.length > 0 && <LookupTrace state={state} />}
    </>
  )
}
