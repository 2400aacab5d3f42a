import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { PeerId } from '../../../shared/ids.ts'
import type { Routing } from '../../../shared/model/routing.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Key } from '../../ui/Key.tsx'
import { BesideLedgerName } from '../names/LedgerName.tsx'
import { peersStore } from '../peers/store.ts'
import css from './Routing.module.css'
import type { Called, Device } from './use-names.ts'
import { askedText, placeTexts } from './wording.ts'

export interface ReadoutProps {
  routing: Routing
  nameOf: (device: Device) => Called
  shown: PeerId | null
  /** It stays until another one is chosen: its key can be copied, its page opened. */
  isKept: boolean
}

/** Under the picture, always as high: what is known of the device that is pointed at. */
export function Readout({ routing, nameOf, shown, isKept }: ReadoutProps): ReactNode {
  const { t } = useTranslation()
  const isPeer = peersStore.use(({ state }) => shown !== null && state.peers.has(shown))
  const peer = routing.peers.find(({ peerId }) => peerId === shown) ?? null
  const asked = routing.last?.asked.find(({ peerId }) => peerId === shown) ?? null
  const depth = peer?.depth ?? asked?.depth
  if (shown === null || depth === undefined) return <p className={css.readout}>{t('routing.pointAt')}</p>
  const account = peer?.account ?? null
  const { name } = nameOf({ peerId: shown, account })
  const state = peer === null ? 'asked' : peer.connected ? 'connected' : 'known'
  return (
    <div className={css.readout}>
      <Avatar of={account ?? shown} />
      <div className={css.words}>
        <p className={css.name}>
          <BesideLedgerName account={account}>{name}</BesideLedgerName>
        </p>
        <p className={css.facts}>{placeTexts(t, { depth, state, rttMs: peer?.rttMs ?? null }).join(' · ')}</p>
        {asked !== null && (
          <p className={css.facts}>
            {[askedText(t, asked), asked.hops > 0 && t('routing.hops', { count: asked.hops })].filter(Boolean).join(' · ')}
          </p>
        )}
      </div>
      {isKept && (
        <div className={css.more}>
          <Key value={account ?? shown} label={t(account === null ? 'key.peer' : 'key.account')} />
          {isPeer && (
            <Link href={paths.peer(shown)} className={css.link}>
              {t('routing.openPeer')}
            </Link>
          )}
        </div>
      )}
    </div>
  )
}
