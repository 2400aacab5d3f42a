import { memo, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { PeerId } from '../../../shared/ids.ts'
import type { RoutedPeer, Routing } from '../../../shared/model/routing.ts'
import { paths } from '../../nav/paths.ts'
import { shortMs } from '../../ui/amounts.ts'
import { Section } from '../../ui/Section.tsx'
import { BesideLedgerName } from '../names/LedgerName.tsx'
import { peersStore } from '../peers/store.ts'
import { byDistance } from './chart.ts'
import table from './DeviceTable.module.css'
import css from './Routing.module.css'
import type { Called, Device } from './use-names.ts'

export interface DeviceTableProps {
  routing: Routing
  nameOf: (device: Device) => Called
  shown: PeerId | null
  onLook: (peerId: PeerId | null) => void
}

/** The same as the picture, in rows: the nearest first. Nothing moves under the pointer: who comes waits until it left. */
export function DeviceTable({ routing, nameOf, shown, onLook }: DeviceTableProps): ReactNode {
  const { t } = useTranslation()
  const live = useMemo(() => byDistance(routing), [routing])
  const [held, setHeld] = useState<readonly RoutedPeer[] | null>(null)
  const rows = useMemo(() => (held === null ? live : renewed(held, live)), [held, live])
  return (
    <Section title={t('routing.devices')} note={t('routing.devicesNote')}>
      {live.length === 0 ? (
        <p className={css.soft}>{t('routing.emptyText')}</p>
      ) : (
        <table
          className={table.table}
          onPointerEnter={() => setHeld(live)}
          onPointerLeave={() => {
            setHeld(null)
            onLook(null)
          }}
        >
          <caption className="visually-hidden">{t('routing.devices')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('routing.column.device')}</th>
              <th scope="col" className={table.number}>
                {t('routing.column.bits')}
              </th>
              <th scope="col">{t('routing.column.state')}</th>
              <th scope="col" className={table.number}>
                {t('routing.column.rtt')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((peer) => (
              <Line key={peer.peerId} peer={peer} name={nameOf(peer).name} isShown={peer.peerId === shown} onLook={onLook} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

/** The rows as they stood, with what is known of each now; whoever left is not connected any more. */
function renewed(held: readonly RoutedPeer[], live: readonly RoutedPeer[]): RoutedPeer[] {
  const now = new Map(live.map((peer) => [peer.peerId, peer]))
  return held.map((peer) => now.get(peer.peerId) ?? { ...peer, connected: false, rttMs: null })
}

interface LineProps {
  peer: RoutedPeer
  name: string
  isShown: boolean
  onLook: (peerId: PeerId | null) => void
}

const Line = memo(function Line({ peer, name, isShown, onLook }: LineProps): ReactNode {
  const { t } = useTranslation()
  const { peerId, account, depth, connected, rttMs } = peer
  const isPeer = peersStore.use(({ state }) => state.peers.has(peerId))
  const state = connected ? 'connected' : 'known'
  return (
    <tr data-shown={isShown || undefined} onPointerEnter={() => onLook(peerId)}>
      <th scope="row">
        <BesideLedgerName account={account} wraps>
          {isPeer ? (
            <Link href={paths.peer(peerId)} className={css.link}>
              {name}
            </Link>
          ) : (
            name
          )}
        </BesideLedgerName>
      </th>
      <td className={table.number}>{depth}</td>
      <td>
        <span className={css.mark} data-mark={state} aria-hidden="true" />
        <span className={table.state}>{t(`routing.state.${state}`)}</span>
      </td>
      <td className={table.number}>{rttMs === null || !connected ? '–' : t('network.ms', { ms: shortMs(rttMs) })}</td>
    </tr>
  )
})
