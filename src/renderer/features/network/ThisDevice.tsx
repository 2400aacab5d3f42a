import { Server } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Connectivity, Introducer } from '../../../shared/model/reach.ts'
import { MiB } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Lamp } from '../../ui/Lamp.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Row } from '../../ui/Row.tsx'
import { Facts, Page, Section } from '../../ui/Section.tsx'
import { useStatus } from '../node/use-status.ts'
import { peersStore } from '../peers/store.ts'
import { Attempts } from '../reach/Attempts.tsx'
import { NotYet } from '../reach/NotYet.tsx'
import { introducerName, reachStore, useIsKnown } from '../reach/store.ts'
import { useReport } from '../reach/use-report.ts'
import { serviceText, stateText } from '../reach/wording.ts'
import { withTenth } from '../../ui/amounts.ts'
import css from './Network.module.css'
import { ReachFacts } from './ReachFacts.tsx'

/** How this device can be reached and why, what stands in between, who helps, and what was tried. */
export function ThisDevice({ back }: { back: NonNullable<PaneHeaderProps['back']> }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { lamp, why, listening } = peersStore.use(({ state }) => state.reachability)
  const isKnown = useIsKnown()
  const connectivity = reachStore.use(({ state }) => state)
  const report = useReport()
  const check = useCall(async () => {
    const found = await client.reach.check()
    reachStore.change(() => found)
  })

  return (
    <>
      <PaneHeader
        title={t('network.device')}
        back={back}
        actions={
          <Button busy={check.busy} onClick={() => void check.run()}>
            {check.busy ? t('reach.checking') : t('reach.check')}
          </Button>
        }
      />
      <Page>
        {check.failure !== null && <FailureNote failure={check.failure} onDismiss={check.dismiss} />}
        {report.failure !== null && (
          <FailureNote failure={report.failure} kept={t('reach.copyKept')} onDismiss={report.dismiss} />
        )}
        <Section
          title={t('network.reach')}
          action={<Button onClick={report.copy}>{report.copied ? t('copied') : t('reach.copy')}</Button>}
        >
          <p className={css.lamp}>
            <Lamp lamp={lamp} size={24} />
            {t(`frame.lamp.${lamp}`)}
          </p>
          {why[0] !== undefined && <p className={css.soft}>{why[0]}</p>}
        </Section>
        {isKnown ? (
          <Report connectivity={connectivity} listening={listening} />
        ) : (
          <NotYet text={t('reach.lateText')} />
        )}
        <Figures />
      </Page>
    </>
  )
}

function Report({ connectivity, listening }: { connectivity: Connectivity; listening: readonly string[] }): ReactNode {
  const { t } = useTranslation()
  const { introducers, attempts } = connectivity
  return (
    <>
      <Section title={t('reach.facts')}>
        <ReachFacts connectivity={connectivity} listening={listening} />
        <p>
          <Link href={paths.measured} className={css.link}>
            {t('measured.open')}
          </Link>
        </p>
      </Section>
      <Section
        title={t('reach.introducers.title')}
        action={
          <Link href={paths.settingsSection('introducers')} className={css.link}>
            {introducers.length === 0 ? t('reach.introducers.add') : t('reach.introducers.manage')}
          </Link>
        }
      >
        {introducers.length === 0 ? (
          <p className={css.soft}>{t('reach.introducers.none')}</p>
        ) : (
          <Introducers introducers={introducers} />
        )}
      </Section>
      <Section title={t('reach.attempts.title')} note={t('reach.attempts.note')}>
        {attempts.length === 0 ? (
          <p className={css.soft}>{t('reach.attempts.none')}</p>
        ) : (
          <Attempts attempts={attempts} />
        )}
      </Section>
    </>
  )
}

/** Those in use. The others are a count: what they are for is said where they are managed. */
function Introducers({ introducers }: { introducers: readonly Introducer[] }): ReactNode {
  const { t } = useTranslation()
  const inUse = introducers.filter(({ state }) => state !== 'off' && state !== 'spare')
  const others = introducers.length - inUse.length
  return (
    <>
      {inUse.length > 0 && (
        <ul className={css.introducers}>
          {inUse.map((introducer) => (
            <li key={introducer.peerId}>
              <Row
                className={css.flush}
                leading={<Server />}
                title={<bdi>{introducerName(introducer)}</bdi>}
                meta={stateText(t, introducer)}
                detail={serviceText(t, introducer) ?? introducer.lastError ?? undefined}
              />
            </li>
          ))}
        </ul>
      )}
      {others > 0 && <p className={css.soft}>{t('reach.introducers.others', { count: others })}</p>}
    </>
  )
}

/** What it costs right now. */
function Figures(): ReactNode {
  const { t } = useTranslation()
  const status = useStatus()
  if (status === null) return null
  return (
    <Section title={t('network.figures')}>
      <Facts
        facts={[
          { name: t('network.connections'), value: status.connections },
          { name: t('network.memory'), value: t('network.megabytes', { count: Math.round(status.rssBytes / MiB) }) },
          { name: t('network.delay'), value: t('network.delayValue', { ms: withTenth(status.loopDelayP99Ms) }) },
          { name: t('network.noise'), value: t(`network.noises.${status.noise}`) },
        ]}
      />
    </Section>
  )
}
