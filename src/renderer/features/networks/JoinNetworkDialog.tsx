import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { NetworkPreview as Preview } from '../../../shared/model/networks.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf, type Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'
import { dialogOf, useElsewhere } from '../../nav/links.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { LinkField } from '../invite/LinkField.tsx'
import { badText } from '../invite/use-reading.ts'
import css from './Dialogs.module.css'
import { NetworkPreview } from './NetworkPreview.tsx'
import { applyNetworksEvent, networksStore } from './store.ts'

type Reading =
  | { what: 'nothing' | 'reading' }
  | { what: 'network'; preview: Preview }
  /** `failure`: what main says is wrong with the link; null where the text is none. */
  | { what: 'bad'; failure: Failure | null }

/** Joins the network of a link, which is read and shown first. */
export function JoinNetworkDialog({ preset, onClose }: { preset: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [, navigate] = useLocation()
  const [text, setText] = useState(preset)
  const [use, setUse] = useState(true)
  const link = text.trim()
  const reading = useNetworkLink(link)
  const elsewhere = useElsewhere(['join-network'])
  const known = reading.what === 'network' && reading.preview.known
  const join = useCall(async () => {
    const network = await client.networks.join({ link, use: use || known })
    networksStore.change((networks) => applyNetworksEvent(networks, { event: 'network-changed', network }))
  })
  const submit = async (): Promise<void> => {
    if ((await join.run()) === null) return
    onClose()
    navigate(paths.networks)
  }
  const ready = reading.what === 'network'

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('networks.joining.title')}
      description={t('networks.joining.text')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" type="submit" form="join-network" busy={join.busy} disabled={!ready}>
            {join.busy ? t('networks.joining.going') : known ? t('networks.joining.goKnown') : t('networks.joining.go')}
          </Button>
        </>
      }
    >
      <form
        id="join-network"
        className={css.body}
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) void submit()
        }}
      >
        <LinkField
          label={t('networks.joining.field')}
          placeholder={t('networks.joining.placeholder')}
          value={text}
          error={reading.what === 'bad' ? badText(t, reading.failure, t('networks.joining.unlike')) : null}
          onChange={(next) => {
            if (!elsewhere(next)) setText(next)
          }}
        />
        {reading.what === 'network' && <NetworkPreview preview={reading.preview} />}
        {reading.what === 'network' && !known && (
          <Switch
            label={t('networks.joining.use')}
            hint={use ? t('networks.joining.useNote') : t('networks.joining.keptNote')}
            checked={use}
            onChange={setUse}
          />
        )}
        {join.failure !== null && (
          <FailureNote failure={join.failure} kept={t('networks.joining.kept')} onDismiss={join.dismiss} />
        )}
      </form>
    </Dialog>
  )
}

/** What a pasted link says. Main reads it: only it can check a genesis. */
function useNetworkLink(link: string): Reading {
  const client = useClient()
  const [reading, setReading] = useState<Reading>({ what: 'nothing' })
  useEffect(() => {
    let stale = false
    const settle = (next: Reading): void => {
      if (!stale) setReading(next)
    }
    if (link === '') settle({ what: 'nothing' })
    else if (dialogOf(link) !== 'join-network') settle({ what: 'bad', failure: null })
    else {
      settle({ what: 'reading' })
      client.networks.read({ link }).then(
        (preview) => settle({ what: 'network', preview }),
        (error: unknown) => settle({ what: 'bad', failure: failureOf(error) }),
      )
    }
    return () => {
      stale = true
    }
  }, [client, link])
  return reading
}
