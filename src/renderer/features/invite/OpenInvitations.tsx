import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PendingInvitation } from '../../../shared/model/peers.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { shortDate } from '../../ui/when.ts'
import css from './OpenInvitations.module.css'

/** More than these are unfolded on demand: the dialog is for making one. */
const SHOWN = 3

export interface OpenInvitationsProps {
  invitations: readonly PendingInvitation[]
  /** The one whose link is on the screen. */
  current: string | null
  onRevoked: (id: string, left: PendingInvitation[]) => void
  /** One could not be taken back: the list may be older than what became of it. */
  onRefused: () => void
}

/** Invitations that nobody has used yet, each with a way to take it back. */
export function OpenInvitations(props: OpenInvitationsProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { invitations, current, onRevoked, onRefused } = props
  const [all, setAll] = useState(false)
  const [takingBack, setTakingBack] = useState<string | null>(null)
  const [gone, setGone] = useState(0)
  const revoke = useCall(async (id: string) => {
    setTakingBack(id)
    try {
      onRevoked(id, await client.peers.revokeInvitation({ id }))
      setGone((count) => count + 1)
    } catch (error) {
      onRefused()
      throw error
    }
  })
  const hidden = all ? 0 : Math.max(0, invitations.length - SHOWN)
  if (invitations.length === 0 && gone === 0 && revoke.failure === null) return null

  return (
    <section className={css.open} aria-labelledby="open-invitations">
      <h3 id="open-invitations" className={css.title}>
        {t('invite.open.title')}
      </h3>
      {revoke.failure !== null && <FailureNote failure={revoke.failure} onDismiss={revoke.dismiss} />}
      <ul>
        {invitations.slice(0, invitations.length - hidden).map(({ id, createdMs, expiresMs }) => (
          <li key={id} className={css.row}>
            <span className={css.words}>
              <span>
                {t('invite.open.made', { when: shortDate(createdMs) })}
                {id === current && <span className={css.soft}> · {t('invite.open.current')}</span>}
              </span>
              <span className={css.soft}>{t('invite.open.until', { when: shortDate(expiresMs) })}</span>
            </span>
            <Button
              size="small"
              busy={revoke.busy && takingBack === id}
              aria-label={t('invite.open.takeBackOne', { when: shortDate(createdMs) })}
              onClick={() => void revoke.run(id)}
            >
              {t('invite.open.takeBack')}
            </Button>
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <div>
          <Button size="small" tone="quiet" onClick={() => setAll(true)}>
            {t('invite.open.more', { count: hidden })}
          </Button>
        </div>
      )}
      <output className={css.soft}>{gone > 0 && t('invite.open.gone')}</output>
    </section>
  )
}
