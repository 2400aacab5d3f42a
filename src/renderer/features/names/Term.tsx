import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { NameLabel, NameOnLedger } from '../../../shared/model/ledger.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { Button } from '../../ui/Button.tsx'
import { Facts } from '../../ui/Section.tsx'
import { useNow } from '../../ui/use-now.ts'
import { fullDate } from '../../ui/when.ts'
import { Meter } from './Meter.tsx'
import { daysLeft, shareOver } from './my-names.ts'
import css from './NamePage.module.css'
import { Refusal } from './Refusal.tsx'
import { useSubmit } from './use-submit.ts'

/** How long it is one's own, and how that goes on. */
export function Term({ name, onLedger }: { name: NameLabel; onLedger: NameOnLedger }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const nowMs = useNow(60_000)
  const [before, setBefore] = useState<number | null>(null)
  const renew = useSubmit(() => {
    setBefore(onLedger.expiresMs)
    return client.names.renew({ name })
  })
  const { phase, registeredMs, expiresMs, sinceMs } = onLedger
  const left =
    phase === 'grace'
      ? t('names.name.term.grace', { date: fullDate(expiresMs) })
      : phase === 'free'
        ? t('names.name.term.free')
        : t('names.name.term.left', { count: daysLeft(expiresMs, nowMs) })
  const isWaiting = renew.said?.outcome === 'taken' && before === expiresMs
  const isRenewed = renew.said?.outcome === 'taken' && before !== null && before !== expiresMs

  return (
    <section className={css.column}>
      <h2 className={css.title}>{t('names.name.term.title')}</h2>
      <div className={css.line}>
        <div className={css.words}>
          <p className={css.figure}>{left}</p>
          <Meter
            label={t('names.name.term.bar')}
            text={left}
            share={1 - shareOver(registeredMs, expiresMs, nowMs)}
            tone={phase === 'living' ? 'plain' : phase === 'ending' ? 'ask' : 'deny'}
          />
        </div>
        {phase !== 'free' && (
          <Button
            tone={phase === 'living' ? 'plain' : 'primary'}
            busy={renew.busy}
            disabled={isWaiting}
            onClick={() => void renew.run()}
          >
            {t('names.name.term.renew')}
          </Button>
        )}
      </div>
      <output className={css.soft}>
        {isWaiting ? t('names.name.term.renewing') : isRenewed ? t('names.name.term.renewed') : ''}
      </output>
      <Refusal of={renew} />
      <p className={css.soft}>{t(`names.name.term.note.${phase}`)}</p>
      <Facts
        facts={[
          { name: t('names.name.term.since'), value: fullDate(sinceMs) },
          { name: t('names.name.term.ends'), value: fullDate(expiresMs) },
        ]}
      />
    </section>
  )
}
