import { FileDown, ScrollText, SearchX, ShieldCheck } from 'lucide-react'
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso } from 'react-virtuoso'
import type { Decision, LogFilter } from '../../../shared/model/door.ts'
import { useClient, type Client } from '../../bridge/bridge.tsx'
import { useCall, type Call } from '../../bridge/use-call.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Key } from '../../ui/Key.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useAims } from './aims.ts'
import css from './DecisionLog.module.css'
import { LogFilters, Narrowed } from './LogFilters.tsx'
import { LogLine } from './LogLine.tsx'
import { askOf, filterOf, isWhole, wholeLog, type LogAsk } from './log-filter.ts'
import { useDecisions, type Decisions } from './use-decisions.ts'
import { useLogExport, type LogExport } from './use-log-export.ts'

type Checked = Awaited<ReturnType<Client['door']['verifyLog']>>

/** What the lines and what stands above them need to know. */
interface Context {
  log: Decisions
  ask: LogAsk
  filter: LogFilter
  saving: LogExport
  checked: Checked | null
  check: Call<[], void>
  open: number | null
  onAsk: (ask: LogAsk) => void
  onOpen: (seq: number | null) => void
}

export function DecisionLog(): ReactNode {
  const client = useClient()
  const [ask, setAsk] = useState(wholeLog)
  const filter = filterOf(ask)
  const log = useDecisions(filter)
  const [open, setOpen] = useState<number | null>(null)
  const [checked, setChecked] = useState<Checked | null>(null)
  const check = useCall(async () => setChecked(await client.door.verifyLog()))
  useAim((wanted) => setAsk(askOf(wanted)), () => void check.run())
  const saving = useLogExport(filter)
  const context: Context = { log, ask, filter, saving, checked, check, open, onAsk: setAsk, onOpen: setOpen }
  return (
    <div className={css.log}>
      <Virtuoso
        className={css.lines ?? ''}
        data={log.decisions ?? []}
        context={context}
        computeItemKey={keyOf}
        increaseViewportBy={400}
        endReached={() => {
          if (log.decisions !== null && log.more && !log.older.busy) void log.older.run()
        }}
        components={parts}
        itemContent={renderLine}
      />
    </div>
  )
}

/** Does what a link or a command wants of this screen, once. */
function useAim(onLog: (filter: LogFilter) => void, onCheck: () => void): void {
  const { log, act } = useAims((aims) => aims.aim)
  const take = useAims((aims) => aims.take)
  const show = useEffectEvent(onLog)
  const check = useEffectEvent(onCheck)
  useEffect(() => {
    if (log !== undefined) show(log)
    if (act === 'check-log') check()
    if (log !== undefined || act === 'check-log') take({})
  }, [log, act, take])
}

function Top({ context }: { context: Context }): ReactNode {
  const { t } = useTranslation()
  const { log, ask, filter, saving, check, checked, onAsk } = context
  return (
    <div className={css.top}>
      <div className={css.bar}>
        <p className={css.intro}>{t('door.log.text')}</p>
        <div className={css.buttons}>
          {saving.busy ? (
            <Button onClick={saving.cancel}>{t('cancel')}</Button>
          ) : (
            <Button icon={<FileDown />} aria-label={t('door.log.exportLabel')} onClick={saving.run}>
              {t('door.log.export')}
            </Button>
          )}
          <Button icon={<ShieldCheck />} busy={check.busy} onClick={() => void check.run()}>
            {t('door.log.check')}
          </Button>
        </div>
      </div>
      {saving.lines !== null && (
        <output>{t(saving.busy ? 'door.log.exporting' : 'door.log.exported', { count: saving.lines })}</output>
      )}
      {saving.failure !== null && (
        <FailureNote failure={saving.failure} kept={t('door.log.exportKept')} onDismiss={saving.dismiss} />
      )}
      {check.failure !== null && <FailureNote failure={check.failure} onDismiss={check.dismiss} />}
      {checked !== null && <Result checked={checked} />}
      <LogFilters ask={ask} onAsk={onAsk} />
      <Narrowed ask={ask} onAsk={onAsk} />
      {log.newest.failure !== null && (
        <FailureNote failure={log.newest.failure} onRetry={() => void log.newest.run(filter)} />
      )}
      {log.older.failure !== null && (
        <FailureNote failure={log.older.failure} onRetry={() => void log.older.run()} />
      )}
    </div>
  )
}

function Result({ checked }: { checked: Checked }): ReactNode {
  const { t } = useTranslation()
  if (checked.outcome === 'broken') {
    return (
      <Banner
        tone="error"
        title={t('door.log.broken', { seq: checked.firstBadSeq })}
        text={t('door.log.brokenText', { why: checked.why })}
      />
    )
  }
  return (
    <Banner
      title={t('door.log.whole', { count: checked.decisions })}
      {...(checked.head === '' ? {} : { text: <Key value={checked.head} label={t('door.log.head')} /> })}
    />
  )
}

function keyOf(_: number, decision: Decision): number {
  return decision.seq
}

function renderLine(_: number, decision: Decision, { open, onOpen }: Context): ReactNode {
  return <LogLine decision={decision} isOpen={open === decision.seq} onOpen={onOpen} />
}

function Nothing({ context: { log, filter, onAsk } }: { context: Context }): ReactNode {
  const { t } = useTranslation()
  if (log.decisions === null) return log.newest.failure === null ? <Skeleton label={t('door.log.loading')} /> : null
  if (isWhole(filter)) {
    return <EmptyState icon={<ScrollText />} title={t('door.empty.log.title')} text={t('door.empty.log.text')} />
  }
  return (
    <EmptyState
      icon={<SearchX />}
      title={t('door.log.filter.none')}
      text={t('door.log.filter.noneText')}
      action={<Button onClick={() => onAsk(wholeLog)}>{t('door.log.filter.clear')}</Button>}
    />
  )
}

function End({ context: { log, filter } }: { context: Context }): ReactNode {
  const { t } = useTranslation()
  if (log.decisions === null || log.decisions.length === 0) return null
  const end = isWhole(filter) ? t('door.log.end') : t('door.log.endFiltered')
  return <p className={css.end}>{log.more ? t('door.log.older') : end}</p>
}

const parts = { Header: Top, EmptyPlaceholder: Nothing, Footer: End }
