import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { App } from '../../../shared/model/apps.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { useCopy } from '../../ui/Key.tsx'
import css from './Programs.module.css'

export interface Told {
  app: App
  token: string
  /** Where the node serves its API now; null where it serves none. */
  url: string | null
}

/** A program's token, which is told this once: closing asks again until it was copied. */
export function TokenDialog({ told: { app, token, url }, onClose }: { told: Told; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(token)
  const [wasCopied, setWasCopied] = useState(false)
  const [isWarned, setIsWarned] = useState(false)
  const isSafe = wasCopied || isWarned
  const example = exampleOf(token, url)
  const [exampleCopied, copyExample] = useCopy(example)
  const copyToken = (): void => {
    copy()
    setWasCopied(true)
  }

  return (
    <Dialog
      open
      onClose={() => (isSafe ? onClose() : setIsWarned(true))}
      title={t('settings.programs.tokenTitle', { title: app.title })}
      description={t('settings.programs.tokenText')}
      closeLabel={t('close')}
      width="wide"
      footer={
        <Button tone={wasCopied ? 'primary' : 'plain'} onClick={() => (isSafe ? onClose() : setIsWarned(true))}>
          {isWarned && !wasCopied ? t('settings.programs.closeAnyway') : t('settings.programs.done')}
        </Button>
      }
    >
      <div className={css.form}>
        {isWarned && !wasCopied && (
          <Banner tone="warning" title={t('settings.programs.notCopied')} text={t('settings.programs.notCopiedText')} />
        )}
        <div className={css.told}>
          <output className={css.token}>{token}</output>
          <Button tone={wasCopied ? 'plain' : 'primary'} onClick={copyToken}>
            {copied ? t('copied') : t('settings.programs.copyToken')}
          </Button>
        </div>
        <div className={css.example}>
          <div className={css.exampleHead}>
            <h3 className={css.name}>{t('settings.programs.example')}</h3>
            <Button size="small" tone="quiet" onClick={copyExample}>
              {exampleCopied ? t('copied') : t('copy')}
            </Button>
          </div>
          <pre className={css.code}>{example}</pre>
          <p className={css.soft}>{t('settings.programs.exampleNote')}</p>
        </div>
      </div>
    </Dialog>
  )
}

/** Two lines for a shell: the token, and to listen for what the program is asked. */
export function exampleOf(token: string, url: string | null): string {
  const at = url ?? 'http://127.0.0.1:PORT'
  return `TOKEN=${token}\ncurl -N -H "Authorization: Bearer $TOKEN" ${at}/api/app/requests`
}
