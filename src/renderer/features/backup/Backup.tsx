import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupStatus } from '../../../shared/model/backup.ts'
import { DAY } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { sizeText, span } from '../../ui/amounts.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Facts, Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Time } from '../../ui/Time.tsx'
import { useNow } from '../../ui/use-now.ts'
import { fullWhen, withLocalTimes } from '../../ui/when.ts'
import { AutomaticDialog, everies } from './AutomaticDialog.tsx'
import css from './Backup.module.css'
import { MakeDialog } from './MakeDialog.tsx'
import { Revocation } from './Revocation.tsx'
import { RunningLine } from './RunningLine.tsx'
import { backupStore } from './store.ts'

/** So old that it is said: half of a month is lost where nothing else has it. */
const OLD_MS = 14 * DAY

/** When the last backup was made, another one, whether they are made by themselves, and the revocation. */
export function Backup(): ReactNode {
  const { t } = useTranslation()
  const isLoading = backupStore.use(({ freshness }) => freshness === 'loading')
  const status = backupStore.use(({ state }) => state)
  const [isMaking, setMaking] = useState(false)
  return (
    <>
      {isLoading ? (
        <Skeleton label={t('backup.loading')} rows={2} />
      ) : (
        <>
          <Section
            title={t('backup.title')}
            note={t('backup.note')}
            action={
              <Button tone="primary" disabled={status.running !== null} onClick={() => setMaking(true)}>
                {t('backup.make')}
              </Button>
            }
          >
            <Last status={status} />
          </Section>
          <Automatic status={status} />
        </>
      )}
      <Revocation />
      {isMaking && <MakeDialog onClose={() => setMaking(false)} />}
    </>
  )
}

function Last({ status }: { status: BackupStatus }): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(60_000)
  const { lastMs, lastPath, lastBytes, running, why } = status
  const ageMs = lastMs === null ? 0 : nowMs - lastMs
  return (
    <>
      {running !== null && <RunningLine running={running} />}
      {why !== null && <Banner tone="error" title={t('backup.failed')} text={t('backup.failedText', { why: withLocalTimes(why) })} />}
      {lastMs === null ? (
        running === null && <Banner tone="warning" title={t('backup.never')} text={t('backup.neverText')} />
      ) : (
        <>
          {ageMs > OLD_MS && running === null && <Banner tone="warning" title={t('backup.old', { count: Math.floor(ageMs / DAY) })} />}
          <Facts
            facts={[
              {
                name: t('backup.last'),
                value: (
                  <>
                    {fullWhen(lastMs)} (<Time form="ago" atMs={lastMs} />)
                  </>
                ),
              },
              ...(lastPath === null ? [] : [{ name: t('backup.where'), value: <span className={css.path}>{lastPath}</span> }]),
              ...(lastBytes === null ? [] : [{ name: t('backup.size'), value: sizeText(lastBytes) }]),
            ]}
          />
        </>
      )}
    </>
  )
}

function Automatic({ status: { automatic } }: { status: BackupStatus }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [isChanging, setChanging] = useState(false)
  const stop = useCall(() => client.backup.automatic({ on: false }))
  return (
    <Section
      title={t('backup.automatic.title')}
      note={t('backup.automatic.note')}
      action={automatic === null && <Button onClick={() => setChanging(true)}>{t('backup.automatic.on')}</Button>}
    >
      {automatic === null ? (
        <p>{t('backup.automatic.off')}</p>
      ) : (
        <>
          <Facts
            facts={[
              { name: t('backup.automatic.facts.folder'), value: <span className={css.path}>{automatic.folder}</span> },
              { name: t('backup.automatic.facts.every'), value: <Every everyMs={automatic.everyMs} /> },
              { name: t('backup.automatic.facts.keep'), value: t('backup.automatic.keep', { count: automatic.keep }) },
            ]}
          />
          <div className={css.buttons}>
            <Button onClick={() => setChanging(true)}>{t('backup.automatic.change')}</Button>
            <Button busy={stop.busy} onClick={() => void stop.run()}>
              {t('backup.automatic.stop')}
            </Button>
          </div>
        </>
      )}
      {stop.failure !== null && <FailureNote failure={stop.failure} onDismiss={stop.dismiss} />}
      {isChanging && <AutomaticDialog now={automatic} onClose={() => setChanging(false)} />}
    </Section>
  )
}

function Every({ everyMs }: { everyMs: number }): ReactNode {
  const { t } = useTranslation()
  const known = everies.find(({ ms }) => ms === everyMs)
  if (known !== undefined) return t(`backup.automatic.every.${known.id}`)
  const { unit, count } = span(everyMs)
  return t('backup.automatic.everyOther', { time: t(`time.${unit}`, { count }) })
}
