import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { NameLabel } from '../../../shared/model/ledger.ts'
import type { Publication, Zone } from '../../../shared/model/names.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Facts } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import { clock, fullDate } from '../../ui/when.ts'
import { Meter } from './Meter.tsx'
import css from './NamePage.module.css'

export interface PublishedProps {
  name: NameLabel
  zone: Zone | null
  publication: Publication | null
}

/** How many hold what was signed, and when they are told again. Nothing before the first zone. */
export function Published({ name, zone, publication }: PublishedProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  // What was said to this window may be newer than what the store was told.
  const [told, setTold] = useState<Publication | null>(null)
  const publish = useCall(async () => setTold(await client.names.publish({ name })))
  if (zone === null) return null
  const last = told !== null && told.atMs > (publication?.atMs ?? 0) ? told : publication
  const held = last === null ? t('namesZone.published.untold') : last.held === 0 ? t('namesZone.published.alone') : t('namesZone.published.held', last)
  return (
    <section className={css.column}>
      <h2 className={css.title}>{t('namesZone.published.title')}</h2>
      <div className={css.line}>
        <div className={css.words}>
          <p className={css.figure}>{held}</p>
          <Meter
            label={t('namesZone.published.bar')}
            text={held}
            share={last === null || last.asked === 0 ? 0 : last.held / last.asked}
          />
        </div>
        <Button busy={publish.busy} onClick={() => void publish.run()}>
          {t('namesZone.published.go')}
        </Button>
      </div>
      {last?.held === 0 && <p className={css.soft}>{t('namesZone.published.aloneText')}</p>}
      {last !== null && last.seq < zone.seq && <p className={css.soft}>{t('namesZone.published.older')}</p>}
      {publish.failure !== null && <FailureNote failure={publish.failure} onDismiss={publish.dismiss} />}
      <Facts
        facts={[
          ...(last === null
            ? []
            : [
                { name: t('namesZone.published.last'), value: <Time atMs={last.atMs} form="ago" /> },
                { name: t('namesZone.published.next'), value: clock(last.againMs) },
              ]),
          { name: t('namesZone.published.number'), value: zone.seq },
          {
            name: t('namesZone.published.expires'),
            value: (
              <>
                {fullDate(zone.expiresAtMs)}
                <p className={css.faint}>{t('namesZone.published.expiresNote')}</p>
              </>
            ),
          },
        ]}
      />
    </section>
  )
}
