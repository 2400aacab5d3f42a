import { useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Site } from '../../../shared/model/sites.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { AudienceField } from './AudienceField.tsx'
import css from './Publish.module.css'

/** Who may visit a site that is published. */
export function AudienceDialog({ site, onClose }: { site: Site; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const form = useId()
  const [audience, setAudience] = useState(site.audience)
  const save = useCall(() => client.sites.setAudience({ name: site.name, audience }))
  const endsCopies = site.copies.kind !== 'off' && audience !== 'anyone'
  const submit = async (): Promise<void> => {
    if (audience === site.audience || (await save.run()) !== null) onClose()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('sites.audienceDialog.title', { name: site.name })}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" type="submit" form={form} busy={save.busy} disabled={audience === site.audience}>
            {t('sites.audienceDialog.save')}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <AudienceField audience={audience} onChange={setAudience} />
        {audience !== site.audience && (site.visitors > 0 || endsCopies) && (
          <p className={css.soft}>
            {site.visitors > 0 && t('sites.audienceDialog.now')} {endsCopies && t('sites.copies.ends')}
          </p>
        )}
        {save.failure !== null && <FailureNote failure={save.failure} onDismiss={save.dismiss} />}
      </form>
    </Dialog>
  )
}
