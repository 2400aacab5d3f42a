import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../ui/Dialog.tsx'

export function InviteDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  return (
    <Dialog open onClose={onClose} title={t('invite.slot.title')} closeLabel={t('close')}>
      {t('invite.slot.text')}
    </Dialog>
  )
}
