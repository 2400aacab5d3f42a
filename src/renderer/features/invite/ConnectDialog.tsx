import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Invitation } from '../../../shared/model/peers.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { failureOf, type Failure } from '../../bridge/failure.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextArea } from '../../ui/Field.tsx'
import { fullWhen } from '../../ui/when.ts'
import css from './Invite.module.css'

type Reading = { what: 'nothing' } | { what: 'address' } | { what: 'invitation'; invitation: Invitation } | { what: 'bad'; failure: Failure | null }

/** Uses what somebody sent: an invitation link, which is read and shown first, or the address of a device. */
export function ConnectDialog({ preset, onClose }: { preset: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [, navigate] = useLocation()
  const [text, setText] = useState(preset)
  const reading = useReading(text.trim())
  const connect = useCall((to: string) => client.peers.connect({ to }))
  const ready = reading.what === 'address' || reading.what === 'invitation'
  const submit = async (): Promise<void> => {
    const peer = await connect.run(text.trim())
    if (peer === null) return
    onClose()
    // Whoever has not said who they are can only be looked at.
    navigate(peer.account === null ? paths.peer(peer.peerId) : paths.chatWith(peer.account))
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('invite.connect.title')}
      description={t('invite.connect.text')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" type="submit" form="connect" busy={connect.busy} disabled={!ready}>
            {connect.busy ? t('invite.connect.going') : t('invite.connect.go')}
          </Button>
        </>
      }
    >
      <form
        id="connect"
        className={css.body}
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) void submit()
        }}
      >
        <TextArea
          label={t('invite.connect.field')}
          placeholder={t('invite.connect.placeholder')}
          rows={3}
          value={text}
          spellCheck={false}
          autoComplete="off"
          autoFocus
          error={reading.what === 'bad' ? (reading.failure?.detail ?? t('invite.connect.unlike')) : null}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            event.currentTarget.form?.requestSubmit()
          }}
        />
        {reading.what === 'invitation' && <From invitation={reading.invitation} />}
        {connect.failure !== null && (
          <FailureNote failure={connect.failure} kept={t('invite.connect.kept')} onDismiss={connect.dismiss} />
        )}
      </form>
    </Dialog>
  )
}

function From({ invitation }: { invitation: Invitation }): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={css.from}>
      <Avatar of={invitation.account} size={40} />
      <div>
        <p className={css.fromName}>{t('invite.connect.from', { name: invitation.name })}</p>
        <p className={css.soft}>{t('invite.connect.fromNote')}</p>
        <p className={css.soft}>{t('invite.connect.expires', { when: fullWhen(invitation.expiresMs) })}</p>
      </div>
    </div>
  )
}

/** What the pasted text is. Main reads invitations: only it can check their signatures. */
function useReading(text: string): Reading {
  const client = useClient()
  const [reading, setReading] = useState<Reading>({ what: 'nothing' })
  useEffect(() => {
    let stale = false
    const settle = (next: Reading): void => {
      if (!stale) setReading(next)
    }
    if (text === '') settle({ what: 'nothing' })
    else if (text.startsWith('/')) settle({ what: 'address' })
    else if (!text.startsWith('latch://')) settle({ what: 'bad', failure: null })
    else {
      client.peers.readInvitation({ link: text }).then(
        (invitation) => settle({ what: 'invitation', invitation }),
        (error: unknown) => settle({ what: 'bad', failure: failureOf(error) }),
      )
    }
    return () => {
      stale = true
    }
  }, [client, text])
  return reading
}
