import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { KnownNetwork, NetworkDraft } from '../../../shared/model/networks.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { CardList } from './CardList.tsx'
import css from './Dialogs.module.css'
import { FaultsField } from './FaultsField.tsx'
import { draftOf, roundOf, useMaking } from './making.ts'
import { MAX_LABEL_CHARACTERS } from './NetworkDialogs.tsx'
import { NetworkLinkOut } from './NetworkLinkOut.tsx'
import { applyNetworksEvent, networksStore } from './store.ts'
import { WhoDecides } from './WhoDecides.tsx'

/** Makes a network: its name, who decides, and the link for everybody else. `preset`: the card of somebody who does. */
export function MakeNetworkDialog({ preset, onClose }: { preset: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [made, setMade] = useState<KnownNetwork | null>(null)
  const making = useMaking()
  // Opened with a card: there are several then, whatever was chosen before.
  const [who, setWho] = useState(preset === '' ? making.who : 'several')
  const chosen = { ...making, who }
  const draft = draftOf(chosen)
  const make = useCall(async (wanted: NetworkDraft) => {
    const network = await client.networks.make(wanted)
    networksStore.change((known) => applyNetworksEvent(known, { event: 'network-changed', network }))
    making.clear()
    setMade(network)
  })
  if (made !== null) return <Made network={made} onClose={onClose} />

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('networks.making.title')}
      description={t('networks.making.text')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" type="submit" form="make-network" busy={make.busy} disabled={draft === null}>
            {make.busy ? t('networks.making.going') : t('networks.making.go')}
          </Button>
        </>
      }
    >
      <form
        id="make-network"
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (draft !== null && !make.busy) void make.run(draft)
        }}
      >
        <TextField
          label={t('networks.making.name')}
          placeholder={t('networks.making.placeholder')}
          hint={t('networks.making.nameHint')}
          value={making.label}
          maxLength={MAX_LABEL_CHARACTERS}
          autoComplete="off"
          autoFocus
          onChange={(event) => making.change({ label: event.target.value })}
        />
        <WhoDecides
          value={who}
          onChange={(next) => {
            setWho(next)
            making.change({ who: next })
          }}
        />
        {who === 'several' && <CardList preset={preset} />}
        {who === 'several' && making.cards.length > 0 && <FaultsField />}
        <Advanced />
        {make.failure !== null && (
          <FailureNote failure={make.failure} kept={t('networks.making.kept')} onDismiss={make.dismiss} />
        )}
      </form>
    </Dialog>
  )
}

function Advanced(): ReactNode {
  const { t } = useTranslation()
  const making = useMaking()
  const isWrong = roundOf(making) === null
  return (
    <Disclosure title={t('networks.making.advanced')} startsOpen={isWrong}>
      <TextField
        label={t('networks.making.round')}
        hint={t('networks.making.roundHint')}
        error={isWrong ? t('networks.making.roundBad') : null}
        inputMode="numeric"
        value={making.round}
        onChange={(event) => making.change({ round: event.target.value })}
      />
    </Disclosure>
  )
}

/** What is left to do once it is made: to tell others. */
function Made({ network, onClose }: { network: KnownNetwork; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { label, active, validators } = network
  const leave = (): void => {
    onClose()
    navigate(paths.networks)
  }
  return (
    <Dialog
      open
      onClose={leave}
      title={t('networks.made.title', { label })}
      {...(active ? { description: t('networks.made.text') } : {})}
      closeLabel={t('close')}
      footer={<Button onClick={leave}>{t('networks.made.show')}</Button>}
    >
      <div className={css.body}>
        <p>{validators.length > 1 ? t('networks.made.sendSeveral') : t('networks.made.send')}</p>
        <NetworkLinkOut id={network.id} />
      </div>
    </Dialog>
  )
}
