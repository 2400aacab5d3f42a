import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso } from 'react-virtuoso'
import type { RuleId } from '../../../shared/ids.ts'
import type { Rehearsal as Result, RuleDraft } from '../../../shared/model/door.ts'
import { usePeople } from '../contacts/store.ts'
import { countText } from '../../ui/amounts.ts'
import { cx } from '../../ui/cx.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { shortKey } from '../../ui/Key.tsx'
import { Time } from '../../ui/Time.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import css from './Rehearsal.module.css'
import { useRehearsal } from './use-rehearsal.ts'
import { capabilityText, nameFor } from './wording.ts'

/** As high as a line of two is; so many are seen at once. */
const ROW_PX = 49
const SHOWN = 4

/** What a rule would have done to the past, before it does anything to what comes. */
export function Rehearsal({ draft, replaces }: { draft: RuleDraft | null; replaces: RuleId | null }): ReactNode {
  const { t } = useTranslation()
  const { rehearsal, isBehind, failure, again } = useRehearsal(draft, replaces)
  return (
    <section className={css.rehearsal} aria-label={t('door.rules.rehearse.title')}>
      <output className={cx(css.summary, isBehind && rehearsal !== null && css.behind)}>
        {draft === null ? (
          <p>{t('door.rules.rehearse.incomplete')}</p>
        ) : (
          (failure === null || isBehind) && <Summary rehearsal={rehearsal} />
        )}
      </output>
      {draft !== null && failure !== null && !isBehind && (
        <FailureNote failure={failure} onRetry={again} />
      )}
      {draft !== null && rehearsal !== null && rehearsal.changes.length > 0 && (
        <>
          {rehearsal.changed > rehearsal.changes.length && (
            <p className={css.note}>{t('door.rules.rehearse.first', { count: rehearsal.changes.length })}</p>
          )}
          <Changes changes={rehearsal.changes} />
        </>
      )}
    </section>
  )
}

function Summary({ rehearsal }: { rehearsal: Result | null }): ReactNode {
  const { t } = useTranslation()
  if (rehearsal === null) return <p>{t('door.rules.rehearse.working')}</p>
  const { looked, unknown, decides, changed } = rehearsal
  if (looked === 0) return <p>{t('door.rules.rehearse.nothing')}</p>
  const decided = t('door.rules.rehearse.decides', { count: decides, looked: countText(looked) })
  return (
    <>
      <p className={css.result}>
        {decides === 0
          ? t('door.rules.rehearse.none', { count: looked })
          : changed === 0
            ? t('door.rules.rehearse.same', { decides: decided })
            : t('door.rules.rehearse.changed', { decides: decided, count: changed })}
      </p>
      {unknown > 0 && <p className={css.note}>{t('door.rules.rehearse.unknown', { count: unknown })}</p>}
    </>
  )
}

function Changes({ changes }: { changes: Result['changes'] }): ReactNode {
  const { t } = useTranslation()
  return (
    <Virtuoso
      className={css.changes ?? ''}
      style={{ height: Math.min(SHOWN, changes.length) * ROW_PX }}
      aria-label={t('door.rules.rehearse.list')}
      data={changes}
      itemContent={renderChange}
    />
  )
}

function renderChange(_: number, change: Result['changes'][number]): ReactNode {
  return <Change change={change} />
}

function Change({ change: { decision, would } }: { change: Result['changes'][number] }): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const { account, peerId, capability, verdict, atMs } = decision
  return (
    <div className={css.change}>
      <VerdictIcon verdict={would} />
      <div className={css.words}>
        <p>
          <span className={css.would}>{t(`door.log.verdict.${would}`)}</span> {t('door.rules.rehearse.instead')}{' '}
          <span className={css.was}>{t(`door.log.verdict.${verdict}`)}</span>
        </p>
        <p className={css.note}>
          <bdi>{account === null ? t('door.log.device', { key: shortKey(peerId) }) : nameFor(t, account, people)}</bdi>
          {' · '}
          {capabilityText(t, capability)} · <Time atMs={atMs} form="ago" />
        </p>
      </div>
    </div>
  )
}
