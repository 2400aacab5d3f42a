import { ScrollText, ShieldCheck } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso } from 'react-virtuoso'
import type { Decision } from '../../../shared/model/door.ts'
import { useClient, type Client } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { usePeople } from '../contacts/store.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Key, shortKey } from '../../ui/Key.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import { fullWhen } from '../../ui/when.ts'
import css from './DecisionLog.module.css'
import { useDecisions, type Decisions } from './use-decisions.ts'
import { capabilityText, nameFor } from './wording.ts'

type Checked = Awaited<ReturnType<Client['door']['verifyLog']>>

export function DecisionLog(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const log = useDecisions()
  const [checked, setChecked] = useState<Checked | null>(null)
  const check = useCall(async () => setChecked(await client.door.verifyLog()))
  const { decisions, newest, older } = log

  return (
    <div className={css.log}>
      <div className={css.top}>
        <div className={css.bar}>
          <p className={css.intro}>{t('door.log.text')}</p>
          <Button icon={<ShieldCheck />} busy={check.busy} onClick={() => void check.run()}>
            {t('door.log.check')}
          </Button>
        </div>
        {check.failure !== null && <FailureNote failure={check.failure} onDismiss={check.dismiss} />}
        {checked !== null && <Result checked={checked} />}
        {newest.failure !== null && (
          <FailureNote failure={newest.failure} onRetry={() => void newest.run()} />
        )}
        {older.failure !== null && <FailureNote failure={older.failure} onRetry={() => void older.run()} />}
      </div>
      {decisions === null ? (
        newest.failure === null && <Skeleton label={t('door.log.loading')} />
      ) : decisions.length === 0 ? (
        <EmptyState icon={<ScrollText />} title={t('door.empty.log.title')} text={t('door.empty.log.text')} />
      ) : (
        <Virtuoso
          className={css.lines ?? ''}
          data={decisions}
          context={log}
          computeItemKey={keyOf}
          increaseViewportBy={400}
          endReached={() => {
            if (log.more && !older.busy) void older.run()
          }}
          components={parts}
          itemContent={renderLine}
        />
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

function renderLine(_: number, decision: Decision): ReactNode {
  return <Line decision={decision} />
}

function Line({ decision }: { decision: Decision }): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const { verdict, account, peerId, capability, why, by, atMs, seq } = decision
  const who = account === null ? t('door.log.device', { key: shortKey(peerId) }) : nameFor(t, account, people)
  return (
    <div className={css.item}>
      <VerdictIcon verdict={verdict} />
      <div className={css.words}>
        <p className={css.what}>
          <span className={css.verdict}>{t(`door.log.verdict.${verdict}`)}</span>
          <bdi className={css.who}>{who}</bdi>
          <span className={css.capability}>{capabilityText(t, capability)}</span>
        </p>
        <p className={css.why}>
          {why} · {t(`door.log.by.${by}`)}
        </p>
      </div>
      <div className={css.when}>
        <time dateTime={new Date(atMs).toISOString()}>{fullWhen(atMs)}</time>
        <span>#{seq}</span>
      </div>
    </div>
  )
}

function End({ context }: { context: Decisions }): ReactNode {
  const { t } = useTranslation()
  return <p className={css.end}>{context.more ? t('door.log.older') : t('door.log.end')}</p>
}

const parts = { Footer: End }
