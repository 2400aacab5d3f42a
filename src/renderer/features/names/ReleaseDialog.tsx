import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { MyName } from '../../../shared/model/names.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { paths } from '../../nav/paths.ts'
import { ConfirmDialog } from './ConfirmDialog.tsx'
import { Refusal } from './Refusal.tsx'
import { useSubmit } from './use-submit.ts'

/** Gives a name back, once it was typed. */
export function ReleaseDialog({ name: { name, fullName }, onClose }: { name: MyName; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [, go] = useLocation()
  const release = useSubmit(() => client.names.release({ name }))
  const submit = async (): Promise<void> => {
    if ((await release.run())?.outcome !== 'taken') return
    onClose()
    go(paths.yourNames)
  }
  return (
    <ConfirmDialog
      title={t('names.releaseDialog.title', { name: fullName })}
      points={[
        t('names.releaseDialog.points.anybody'),
        t('names.releaseDialog.points.zone'),
        t('names.releaseDialog.points.chats'),
        t('names.releaseDialog.points.final'),
      ]}
      word={fullName}
      keep={t('names.releaseDialog.keep')}
      go={t('names.releaseDialog.go')}
      busy={release.busy}
      onClose={onClose}
      onGo={() => void submit()}
    >
      <Refusal of={release} />
    </ConfirmDialog>
  )
}
