import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { TextArea } from '../../ui/Field.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { fitsQrCode, QrCode } from '../../ui/QrCode.tsx'
import css from './Invite.module.css'

export interface LinkOutProps {
  link: string
  label: string
  /** For whom it is and how long it works, where that is limited. */
  until?: string
  /** Without it, only the text is given. */
  qr?: { label: string; note: string }
}

/** A link for somebody else: to copy, and the same as a code for a camera where one can hold it. */
export function LinkOut({ link, label, until, qr }: LinkOutProps): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(link)
  return (
    <>
      <div className={css.link}>
        <TextArea
          label={label}
          hideLabel
          readOnly
          rows={3}
          value={link}
          spellCheck={false}
          onFocus={(event) => event.target.select()}
        />
        <Button tone="primary" onClick={copy}>
          {copied ? t('copied') : t('invite.copy')}
        </Button>
      </div>
      {until !== undefined && <p className={css.soft}>{until}</p>}
      {qr !== undefined &&
        (fitsQrCode(link) ? (
          <figure className={css.qr}>
            <QrCode text={link} label={qr.label} />
            <figcaption className={css.soft}>{qr.note}</figcaption>
          </figure>
        ) : (
          <p className={css.soft}>{t('invite.qrTooLong')}</p>
        ))}
    </>
  )
}
