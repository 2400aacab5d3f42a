import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { NetworkLabel, type KnownNetwork } from '../../../shared/model/networks.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { countText } from '../../ui/amounts.ts'
import css from './Dialogs.module.css'
import { NetworkLinkOut } from './NetworkLinkOut.tsx'
import { applyNetworksEvent, networksStore } from './store.ts'

interface OfNetwork {
  network: KnownNetwork
  onClose: () => void
}

/** As many as a label has at most. */
export const MAX_LABEL_CHARACTERS = 64

export function LinkOfNetwork({ network: { id, label }, onClose }: OfNetwork): ReactNode {
  const { t } = useTranslation()
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('networks.link.title', { label })}
      description={t('networks.link.text')}
      closeLabel={t('close')}
    >
      <div className={css.body}>
        <NetworkLinkOut id={id} />
      </div>
    </Dialog>
  )
}

export function RenameNetwork({ network, onClose }: OfNetwork): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [text, setText] = useState(network.label)
  const label = NetworkLabel.safeParse(text)
  const rename = useCall(async (chosen: string) => {
    const renamed = await client.networks.rename({ id: network.id, label: chosen })
    networksStore.change((known) => applyNetworksEvent(known, { event: 'network-changed', network: renamed }))
    onClose()
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('networks.rename.title', { label: network.label })}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" type="submit" form="rename-network" disabled={!label.success} busy={rename.busy}>
            {t('networks.rename.save')}
          </Button>
        </>
      }
    >
      <form
        id="rename-network"
        className={css.body}
        onSubmit={(event) => {
          event.preventDefault()
          if (label.success) void rename.run(label.data)
        }}
      >
        <TextField
          label={t('networks.rename.field')}
          hint={t('networks.rename.hint')}
          error={label.success ? null : t('networks.rename.bad')}
          value={text}
          maxLength={MAX_LABEL_CHARACTERS}
          autoFocus
          onChange={(event) => setText(event.target.value)}
        />
        {rename.failure !== null && <FailureNote failure={rename.failure} onDismiss={rename.dismiss} />}
      </form>
    </Dialog>
  )
}

export function ForgetNetwork({ network, onClose }: OfNetwork): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { id, label, height, validators } = network
  const mine = validators.some((validator) => validator.mine)
  const forget = useCall(async () => {
    await client.networks.forget({ id })
    onClose()
    networksStore.change((known) => applyNetworksEvent(known, { event: 'network-forgotten', id }))
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('networks.forget.title', { label })}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="danger" busy={forget.busy} onClick={() => void forget.run()}>
            {t('networks.forget.go')}
          </Button>
        </>
      }
    >
      <div className={css.body}>
        <ul className={css.points}>
          {mine && <li>{validators.length === 1 ? t('networks.forget.alone') : t('networks.forget.validator')}</li>}
          <li>{t('networks.forget.chain', { count: height, shown: countText(height) })}</li>
          <li>{t('networks.forget.names')}</li>
          <li>{t('networks.forget.back')}</li>
        </ul>
        {forget.failure !== null && (
          <FailureNote failure={forget.failure} kept={t('networks.forget.kept')} onDismiss={forget.dismiss} />
        )}
      </div>
    </Dialog>
  )
}
