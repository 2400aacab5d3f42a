import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { useElsewhere } from '../../nav/links.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { LinkField } from '../invite/LinkField.tsx'
import { badText, useReading, type Reading } from '../invite/use-reading.ts'
import { IntroducerPreview } from './IntroducerPreview.tsx'
import css from './IntroducerPreview.module.css'

/** Without a key at its end, whoever answers there would be the one that was meant. */
const NAMES_A_PEER = /\/p2p\/[1-9A-HJ-NP-Za-km-z]{40,60}$/

/** Uses the introducer of a link, which is read and shown first, or of an address. */
export function IntroducerDialog({ preset, onClose }: { preset: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [, navigate] = useLocation()
  const [text, setText] = useState(preset)
  const to = text.trim()
  const reading = useReading(to)
  const elsewhere = useElsewhere(['connect', 'introducer'])
  const problem = useProblem(reading, to)
  const add = useCall((chosen: string) => client.reach.addIntroducer({ to: chosen }))
  const ready = problem === null && (reading.what === 'address' || reading.what === 'introducer')
  const submit = async (): Promise<void> => {
    if ((await add.run(to)) === null) return
    onClose()
    navigate(paths.settingsSection('introducers'))
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('reach.add.title')}
      description={t('reach.add.text')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" type="submit" form="introducer" busy={add.busy} disabled={!ready}>
            {add.busy ? t('reach.add.going') : t('reach.add.go')}
          </Button>
        </>
      }
    >
      <form
        id="introducer"
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) void submit()
        }}
      >
        <LinkField
          label={t('reach.add.field')}
          placeholder={t('reach.add.placeholder')}
          value={text}
          error={problem}
          onChange={(next) => {
            if (!elsewhere(next)) setText(next)
          }}
          {...(reading.what === 'address' ? { hint: t('reach.add.address') } : {})}
        />
        {reading.what === 'introducer' && <IntroducerPreview card={reading.card} />}
        {add.failure !== null && (
          <FailureNote failure={add.failure} kept={t('reach.add.kept')} onDismiss={add.dismiss} />
        )}
      </form>
    </Dialog>
  )
}

/** Why the text is no introducer, or null. */
function useProblem(reading: Reading, text: string): string | null {
  const { t } = useTranslation()
  if (reading.what === 'invitation') return t('reach.add.isInvitation')
  if (reading.what === 'address' && !NAMES_A_PEER.test(text)) return t('reach.add.noPeerId')
  return reading.what === 'bad' ? badText(t, reading.failure, t('reach.add.unlike')) : null
}
