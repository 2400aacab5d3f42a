import { Eye, EyeOff } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/IconButton.tsx'
import { TextField } from '../../ui/Field.tsx'
import css from './Backup.module.css'
import { strengthOf } from './strength.ts'

export interface Typed {
  passphrase: string
  again: string
}

/** What both fields come to; null while they are not the same, or too short. */
export function agreedOn({ passphrase, again }: Typed): string | null {
  return passphrase === again && strengthOf(passphrase) !== 'short' ? passphrase : null
}

export interface NewPassphraseProps {
  typed: Typed
  onChange: (typed: Typed) => void
}

/** A passphrase that is made up now: twice, with how hard it is to guess in words. */
export function NewPassphrase({ typed, onChange }: NewPassphraseProps): ReactNode {
  const { t } = useTranslation()
  const [isShown, setShown] = useState(false)
  const { passphrase, again } = typed
  const strength = strengthOf(passphrase)
  const type = isShown ? 'text' : 'password'
  const plain = { autoComplete: 'new-password', autoCapitalize: 'none', spellCheck: false, type, maxLength: 1_024 } as const
  return (
    <>
      <TextField
        {...plain}
        label={t('backup.passphrase.label')}
        hint={t('backup.passphrase.hint')}
        value={passphrase}
        beside={
          <IconButton
            label={isShown ? t('backup.passphrase.hide') : t('backup.passphrase.show')}
            icon={isShown ? <EyeOff /> : <Eye />}
            onClick={() => setShown(!isShown)}
          />
        }
        onChange={(event) => onChange({ ...typed, passphrase: event.target.value })}
      />
      {passphrase !== '' && (
        <div className={css.strength}>
          <div className={css.bars} data-strength={strength} aria-hidden="true">
            <span />
            <span />
            <span />
          </div>
          <output className={css.soft} aria-label={t('backup.passphrase.strengthLabel')}>
            {t(`backup.passphrase.strength.${strength}`)}
          </output>
        </div>
      )}
      <TextField
        {...plain}
        label={t('backup.passphrase.again')}
        value={again}
        error={again !== '' && !passphrase.startsWith(again) ? t('backup.passphrase.differ') : null}
        onChange={(event) => onChange({ ...typed, again: event.target.value })}
      />
    </>
  )
}
