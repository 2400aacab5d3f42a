import { ArrowLeftRight, ArrowUpRight, CircleOff, Orbit } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeerId } from '../../../shared/ids.ts'
import type { Routing } from '../../../shared/model/routing.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Section } from '../../ui/Section.tsx'
import { DeviceTable } from './DeviceTable.tsx'
import { DistanceChart } from './DistanceChart.tsx'
import { LastLookup } from './LastLookup.tsx'
import { Legend } from './Legend.tsx'
import { NotYet } from './NotYet.tsx'
import { Readout } from './Readout.tsx'
import css from './Routing.module.css'
import { useRouting } from './store.ts'
import { useNamesOf } from './use-names.ts'
import { heldText } from './wording.ts'

/** Whom this device knows in the DHT, by distance; how it takes part itself; and the way of the last look-up. */
export function RoutingPage({ back }: { back: NonNullable<PaneHeaderProps['back']> }): ReactNode {
  const { t } = useTranslation()
  const routing = useRouting()
  return (
    <>
      <PaneHeader title={t('routing.title')} back={back} />
      <div className={css.scroll}>
        <div className={css.page}>{routing === null ? <NotYet /> : <Known routing={routing} />}</div>
      </div>
    </>
  )
}

function Known({ routing }: { routing: Routing }): ReactNode {
  const { t } = useTranslation()
  const show = useDialogs((dialogs) => dialogs.show)
  const nameOf = useNamesOf()
  const [looked, setLooked] = useState<PeerId | null>(null)
  const [kept, setKept] = useState<PeerId | null>(null)
  const keep = (peerId: PeerId): void => setKept((now) => (now === peerId ? null : peerId))
  const isEmpty = routing.peers.length === 0 && routing.last === null
  return (
    <>
      {isEmpty ? (
        <>
          <TakingPart routing={routing} />
          <EmptyState
            icon={<Orbit />}
            title={t(routing.mode === 'off' ? 'routing.offTitle' : 'routing.emptyTitle')}
            text={t(routing.mode === 'off' ? 'routing.offText' : 'routing.emptyText')}
            action={routing.mode !== 'off' && <Button onClick={() => show('invite')}>{t('network.invite')}</Button>}
          />
        </>
      ) : (
        <>
          <div className={css.halves}>
            <Section title={t('routing.chart')} note={t('routing.chartNote')}>
              <Legend hasWalk={routing.last !== null} />
              <DistanceChart
                routing={routing}
                nameOf={nameOf}
                shown={looked}
                kept={kept}
                onLook={setLooked}
                onKeep={keep}
              />
              <Readout routing={routing} nameOf={nameOf} shown={looked ?? kept} isKept={looked === null || looked === kept} />
            </Section>
            <div className={css.beside}>
              <TakingPart routing={routing} />
              <LastLookup walk={routing.last} routing={routing} nameOf={nameOf} onLook={setLooked} />
            </div>
          </div>
          <DeviceTable routing={routing} nameOf={nameOf} shown={looked ?? kept} onLook={setLooked} />
        </>
      )}
    </>
  )
}

const icons = { server: ArrowLeftRight, client: ArrowUpRight, off: CircleOff } as const

/** Whether others ask this device too, why, and what it keeps for them. */
function TakingPart({ routing: { mode, why, held } }: { routing: Routing }): ReactNode {
  const { t } = useTranslation()
  const Icon = icons[mode]
  return (
    <div className={css.part}>
      <p className={css.mode}>
        <Icon aria-hidden="true" />
        {t(`routing.mode.${mode}`)}
      </p>
      <p className={css.soft}>{why}</p>
      {mode !== 'off' && <p className={css.soft}>{heldText(t, held)}</p>}
    </div>
  )
}
