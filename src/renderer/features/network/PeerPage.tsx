import type { TFunction } from 'i18next'
import { Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { PeerId } from '../../../shared/ids.ts'
import type { Fuel, Peer } from '../../../shared/model/peers.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Addresses } from '../../ui/Address.tsx'
import { shortMs } from '../../ui/amounts.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Key } from '../../ui/Key.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Facts, Page, Section } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import { clock } from '../../ui/when.ts'
import { BesideLedgerName, LedgerName } from '../names/LedgerName.tsx'
import { useOwnedNames } from '../names/use-owned.ts'
import { peersStore } from '../peers/store.ts'
import { AttemptRows } from '../reach/Attempts.tsx'
import { groupAttempts } from '../reach/attempt-groups.ts'
import { Circuit } from '../reach/Circuit.tsx'
import { reachStore, useIntroducerName } from '../reach/store.ts'
import { Conduct } from './Conduct.tsx'
import css from './Network.module.css'
import { usePeerName } from './use-peer-name.ts'

interface Back {
  back: NonNullable<PaneHeaderProps['back']>
}

export function PeerPage({ peerId, back }: Back & { peerId: string }): ReactNode {
  const { t } = useTranslation()
  const peer = peersStore.use(({ state }) => [...state.peers.values()].find((one) => one.peerId === peerId) ?? null)
  if (peer !== null) return <Known peer={peer} back={back} />
  return (
    <>
      <PaneHeader title={t('network.title')} back={back} />
      <EmptyState icon={<Unplug />} title={t('network.goneTitle')} text={t('network.goneText')} />
    </>
  )
}

function Known({ peer, back }: Back & { peer: Peer }): ReactNode {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const client = useClient()
  const name = usePeerName(peer)
  const { peerId, account } = peer
  const names = useOwnedNames(account)
  const connect = useCall(() => client.peers.connect({ to: peerId }))
  const disconnect = useCall(() => client.peers.disconnect({ peerId }))
  const forget = useCall(async () => {
    await client.peers.forget({ peerId })
    navigate(paths.network)
  })
  const failed = [connect, disconnect, forget].find(({ failure }) => failure !== null)

  return (
    <>
      <PaneHeader
        title={<BesideLedgerName account={account}>{name}</BesideLedgerName>}
        leading={<Avatar of={account ?? peerId} size={32} />}
        back={back}
        actions={
          <>
            {account !== null && <Button onClick={() => navigate(paths.chatWith(account))}>{t('network.chat')}</Button>}
            {peer.state === 'connected' ? (
              <Button busy={disconnect.busy} onClick={() => void disconnect.run()}>
                {t('network.disconnect')}
              </Button>
            ) : (
              <Button busy={connect.busy} onClick={() => void connect.run()}>
                {t('network.connectAgain')}
              </Button>
            )}
          </>
        }
      />
      <Page>
        {failed?.failure != null && <FailureNote failure={failed.failure} onDismiss={failed.dismiss} />}
        <Section title={t('network.connection')}>
          <Facts facts={connectionFacts(peer, t)} />
        </Section>
        <Tried peerId={peerId} />
        <Section title={t('network.who')}>
          <Facts
            facts={[
              {
                name: t('network.account'),
                value: account === null ? t('network.unproven') : <Key value={account} label={t('key.account')} />,
              },
              ...(names.length === 0 ? [] : [{ name: t('person.ledgerNames'), value: <LedgerName account={account} all /> }]),
              { name: t('network.peerId'), value: <Key value={peerId} label={t('key.peer')} /> },
              ...(peer.agent === null ? [] : [{ name: t('network.agent'), value: peer.agent }]),
              {
                name: t('network.found'),
                value: peer.foundBy.map((by) => t(`network.foundBy.${by}`)).join(', '),
              },
            ]}
          />
        </Section>
        <Conduct peer={peer} />
        <Section title={t('network.addresses')}>
          {peer.addresses.length === 0 ? (
            <p className={css.soft}>{t('network.noAddresses')}</p>
          ) : (
            <Addresses values={peer.addresses} />
          )}
        </Section>
        {peer.protocols.length > 0 && (
          <Section title={t('network.protocols')}>
            <ul className={css.addresses}>
              {peer.protocols.map((protocol) => (
                <li key={protocol}>{protocol}</li>
              ))}
            </ul>
          </Section>
        )}
        <div>
          <Button tone="danger" busy={forget.busy} onClick={() => void forget.run()}>
            {t('network.forget')}
          </Button>
        </div>
      </Page>
    </>
  )
}

function connectionFacts(peer: Peer, t: TFunction): { name: string; value: ReactNode }[] {
  const facts: { name: string; value: ReactNode }[] = [
    { name: t('network.stateName'), value: t(`network.state.${peer.state}`) },
  ]
  if (peer.route !== null) {
    facts.push({ name: t('network.route'), value: `${t(`route.${peer.route}`)}. ${t(`route.${peer.route}Note`)}` })
  }
  if (peer.fuel !== null) facts.push(...circuitFacts(peer.fuel, t))
  if (peer.transport !== null && peer.route !== 'relayed') {
    facts.push({ name: t('network.transport'), value: t(`transport.${peer.transport}`) })
  }
  if (peer.rttMs !== null) {
    facts.push({ name: t('network.roundTrip'), value: t('network.ms', { ms: shortMs(peer.rttMs) }) })
  }
  if (peer.connectedMs !== null) facts.push({ name: t('network.since'), value: <Time atMs={peer.connectedMs} /> })
  if (peer.nextDialMs !== null) facts.push({ name: t('network.nextDial'), value: clock(peer.nextDialMs) })
  if (peer.lastError !== null) facts.push({ name: t('network.lastError'), value: peer.lastError })
  return facts
}

function circuitFacts(fuel: Fuel, t: TFunction): { name: string; value: ReactNode }[] {
  return [
    { name: t('reach.fuel.carried'), value: <IntroducerName peerId={fuel.through} /> },
    { name: t('reach.fuel.circuit'), value: <Circuit fuel={fuel} /> },
  ]
}

function IntroducerName({ peerId }: { peerId: PeerId }): ReactNode {
  const { t } = useTranslation()
  const name = useIntroducerName(peerId)
  return name === null ? <Key value={peerId} label={t('key.peer')} /> : <bdi>{name}</bdi>
}

/** The attempts to reach this peer, where there were any. */
function Tried({ peerId }: { peerId: PeerId }): ReactNode {
  const { t } = useTranslation()
  const attempts = reachStore.use(({ state }) => state.attempts)
  const own = groupAttempts(attempts).find((group) => group.peerId === peerId)
  if (own === undefined) return null
  return (
    <Section title={t('reach.attempts.title')}>
      <AttemptRows attempts={own.attempts} />
    </Section>
  )
}
