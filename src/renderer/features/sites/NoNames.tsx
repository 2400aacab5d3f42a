import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { useMyNames } from '../names/use-my-names.ts'
import css from './Publish.module.css'

export interface NoNamesProps {
  title: string
  onClaim: () => void
  onClose: () => void
}

/** Without a name of one's own nothing can be opened by name: where one is had. */
export function NoNames({ title, onClaim, onClose }: NoNamesProps): ReactNode {
  const { t } = useTranslation()
  const { claimed } = useMyNames()
  const coming = claimed.find(({ claim }) => claim?.step !== 'refused')
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" onClick={onClaim}>
            {t('sites.dialog.noNames.claim')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <p className={css.strong}>{t('sites.dialog.noNames.title')}</p>
        <p className={css.soft}>
          {coming === undefined ? t('sites.dialog.noNames.text') : t('sites.dialog.noNames.waiting', { name: coming.fullName })}
        </p>
      </div>
    </Dialog>
  )
}
