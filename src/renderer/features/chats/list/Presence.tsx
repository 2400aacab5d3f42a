import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../../shared/ids.ts'
import { Time } from '../../../ui/Time.tsx'
import { useWho } from '../../contacts/use-who.ts'
import { usePeerOf } from '../../peers/store.ts'

/** Whether a device of theirs is connected, and how; else when they were last seen. */
export function Presence({ account }: { account: AccountId }): ReactNode {
  const { t } = useTranslation()
  const { person } = useWho(account)
  const peer = usePeerOf(account)
  if (peer?.state === 'connected') {
    const roundTrip = peer.rttMs === null ? null : t('route.roundTrip', { ms: Math.max(1, Math.round(peer.rttMs)) })
    const route = peer.route === null ? t('chats.presence.connected') : t(`route.${peer.route}`)
    return [route, roundTrip].filter(Boolean).join(' · ')
  }
  if (peer?.state === 'connecting') return t('chats.presence.connecting')
  if (person?.lastSeenMs == null) return t('chats.presence.away')
  return (
    <>
      {t('chats.presence.away')} · {t('chats.presence.lastSeen')} <Time form="ago" atMs={person.lastSeenMs} />
    </>
  )
}
