import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextArea } from '../../ui/Field.tsx'
import css from './Networks.module.css'

/** The card that offers this device as a validator, into the clipboard; to be seen where that is refused. */
export function CopyCard(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [done, setDone] = useState<{ copied: boolean; link: string } | null>(null)
  const copy = useCall(async () => {
    const { link } = await client.networks.card()
    const copied = await navigator.clipboard.writeText(link).then(
      () => true,
      () => false,
    )
    setDone({ copied, link })
  })
  return (
    <div className={css.card}>
      <Button busy={copy.busy} onClick={() => void copy.run()}>
        {done?.copied === true ? t('networks.card.copied') : t('networks.card.copy')}
      </Button>
      {done?.copied === false && (
        <TextArea
          label={t('networks.card.here')}
          readOnly
          rows={3}
          value={done.link}
          spellCheck={false}
          onFocus={(event) => event.target.select()}
        />
      )}
      {copy.failure !== null && <FailureNote failure={copy.failure} onDismiss={copy.dismiss} />}
    </div>
  )
}
