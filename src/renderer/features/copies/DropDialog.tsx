import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Copy } from '../../../shared/model/copies.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { sizeText } from '../../ui/amounts.ts'
import { ConfirmDialog } from '../names/ConfirmDialog.tsx'
import { CopyFailure } from './CopyFailure.tsx'

/** Removes a copy, once it is meant. */
export function DropDialog({ copy, onClose }: { copy: Copy; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { site, bytes, state, isServed } = copy
  const drop = useCall(() => client.copies.drop({ site }))
  const submit = async (): Promise<void> => {
    if ((await drop.run()) !== null) onClose()
  }
  return (
    <ConfirmDialog
      title={t('copies.dropDialog.title', { site })}
      points={[
        t('copies.dropDialog.room', { size: sizeText(state.kind === 'whole' ? bytes : state.doneBytes) }),
        t('copies.dropDialog.away'),
        ...(isServed ? [t('copies.dropDialog.others')] : []),
      ]}
      word={null}
      keep={t('copies.dropDialog.keep')}
      go={t('copies.dropDialog.go')}
      busy={drop.busy}
      onClose={onClose}
      onGo={() => void submit()}
    >
      {drop.failure !== null && <CopyFailure failure={drop.failure} onDismiss={drop.dismiss} />}
    </ConfirmDialog>
  )
}
