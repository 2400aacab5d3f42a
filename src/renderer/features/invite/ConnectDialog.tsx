import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Invitation } from '../../../shared/model/peers.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { useElsewhere } from '../../nav/links.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { fullWhen } from '../../ui/when.ts'
import { IntroducerPreview } from '../reach/IntroducerPreview.tsx'
import css from './Invite.module.css'
import { LinkField } from './LinkField.tsx'
import { badText, useReading } from './use-reading.ts'

/** Uses what somebody sent: a link, which is read and shown first, or the address of a device. */
export function ConnectDialog({ preset, onClose }: { preset: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [, navigate] = useLocation()
  const [text, setText] = useState(preset)
  const to = text.trim()
  const reading = useReading(to)
  const elsewhere = useElsewhere(['connect', 'introducer'])
  // Whoever has not said who they are can only be looked at.
  const connect = useCall(async () => {
    const peer = await client.peers.connect({ to })
    return peer.account === null ? paths.peer(peer.peerId) : paths.chatWith(peer.account)
  })
  const add = useCall(async () => {
    await client.reach.addIntroducer({ to })
    return paths.settingsSection('introducers')
  })
  const isIntroducer = reading.what === 'introducer'
  const call = isIntroducer ? add : connect
  const ready = isIntroducer || reading.what === 'address' || reading.what === 'invitation'
  const submit = async (): Promise<void> => {
    const place = await call.run()
    if (place === null) return
    onClose()
    navigate(place)
  }
  const words = isIntroducer
    ? { go: t('reach.add.go'), going: t('reach.add.going'), kept: t('reach.add.kept') }
    : { go: t('invite.connect.go'), going: t('invite.connect.going'), kept: t('invite.connect.kept') }

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
          <Button tone="primary" type="submit" form="connect" busy={call.busy} disabled={!ready}>
            {call.busy ? words.going : words.go}
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
        <LinkField
          label={t('invite.connect.field')}
          placeholder={t('invite.connect.placeholder')}
          value={text}
          error={reading.what === 'bad' ? badText(t, reading.failure, t('invite.connect.unlike')) : null}
          onChange={(next) => {
            if (!elsewhere(next)) setText(next)
          }}
        />
        {reading.what === 'invitation' && <From invitation={reading.invitation} />}
        {reading.what === 'introducer' && <IntroducerPreview card={reading.card} />}
        {call.failure !== null && <FailureNote failure={call.failure} kept={words.kept} onDismiss={call.dismiss} />}
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
        {invitation.network !== null && (
          <p className={css.soft}>{t('invite.connect.network', { label: invitation.network.label })}</p>
        )}
        <p className={css.soft}>{t('invite.connect.expires', { when: fullWhen(invitation.expiresMs) })}</p>
      </div>
    </div>
  )
}
