import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PendingInvitation } from '../../../shared/model/peers.ts'
import { DAY } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { SegmentedControl } from '../../ui/SegmentedControl.tsx'
import { fullWhen } from '../../ui/when.ts'
import css from './Invite.module.css'
import { LinkOut } from './LinkOut.tsx'
import { OpenInvitations } from './OpenInvitations.tsx'

const lasts = { day: DAY, week: 7 * DAY, month: 30 * DAY } as const
type Lasts = keyof typeof lasts

interface Made {
  link: string
  expiresMs: number
  /** Its name in the list of open ones. */
  id: string
}

/** A link, and the same as a QR code, that lets one person in. */
export function InviteDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const show = useDialogs((dialogs) => dialogs.show)
  const [chosen, setChosen] = useState<Lasts>('week')
  const [made, setMade] = useState<Made | null>(null)
  const open = useOpenInvitations()
  const make = useCall(async () => {
    const { link, id, invitation } = await client.peers.invite({ lastsMs: lasts[chosen] })
    setMade({ link, id, expiresMs: invitation.expiresMs })
    await open.ask()
  })

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('invite.title')}
      description={t('invite.text')}
      closeLabel={t('close')}
      footer={
        <>
          <Button tone="quiet" onClick={() => show('connect')}>
            {t('invite.toConnect')}
          </Button>
          {made === null ? (
            <Button tone="primary" busy={make.busy} onClick={() => void make.run()}>
              {t('invite.make')}
            </Button>
          ) : (
            <Button onClick={() => setMade(null)}>{t('invite.again')}</Button>
          )}
        </>
      }
    >
      <div className={css.body}>
        {make.failure !== null && <FailureNote failure={make.failure} onDismiss={make.dismiss} />}
        {made === null ? (
          <div className={css.lasts}>
            <span>{t('invite.lasts')}</span>
            <SegmentedControl
              label={t('invite.lasts')}
              value={chosen}
              options={(['day', 'week', 'month'] as const).map((value) => ({
                value,
                label: t(`invite.lastsFor.${value}`),
              }))}
              onChange={setChosen}
            />
          </div>
        ) : (
          <LinkOut
            link={made.link}
            label={t('invite.link')}
            until={t('invite.until', { when: fullWhen(made.expiresMs) })}
            qr={{ label: t('invite.qr'), note: t('invite.qrNote') }}
          />
        )}
        {open.failure !== null && <FailureNote failure={open.failure} onRetry={() => void open.ask()} />}
        {open.invitations !== null && (
          <OpenInvitations
            invitations={open.invitations}
            current={made?.id ?? null}
            onRefused={() => void open.ask()}
            onRevoked={(id, left) => {
              open.set(left)
              if (made?.id === id) setMade(null)
            }}
          />
        )}
      </div>
    </Dialog>
  )
}

/** Those not used yet, asked for when the dialog opens. Null until they came. */
function useOpenInvitations() {
  const client = useClient()
  const [invitations, set] = useState<PendingInvitation[] | null>(null)
  const { run: ask, failure } = useCall(async () => {
    const open = await client.peers.invitations()
    set(open)
    return open
  })
  const asked = useRef(false)
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    void ask()
  }, [ask])
  return { invitations, set, ask, failure }
}
