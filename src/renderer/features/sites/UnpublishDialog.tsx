import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Site } from '../../../shared/model/sites.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { ConfirmDialog } from '../names/ConfirmDialog.tsx'

/** Takes a site down, once it is meant: it can be published again at any time, so nothing is typed for it. */
export function UnpublishDialog({ site, onClose }: { site: Site; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { name, source, copies, visitors } = site
  const unpublish = useCall(() => client.sites.unpublish({ name }))
  const submit = async (): Promise<void> => {
    if ((await unpublish.run()) !== null) onClose()
  }
  return (
    <ConfirmDialog
      title={t('sites.unpublishDialog.title', { name })}
      points={[
        t('sites.unpublishDialog.visitors', { count: visitors }),
        t('sites.unpublishDialog.name'),
        t(`sites.unpublishDialog.files.${source.kind}`),
        ...(copies.kind === 'off' ? [] : [t('sites.unpublishDialog.copies')]),
      ]}
      word={null}
      keep={t('sites.unpublishDialog.keep')}
      go={t('sites.unpublishDialog.go')}
      busy={unpublish.busy}
      onClose={onClose}
      onGo={() => void submit()}
    >
      {unpublish.failure !== null && <FailureNote failure={unpublish.failure} onDismiss={unpublish.dismiss} />}
    </ConfirmDialog>
  )
}
