import { ImagePlus } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import css from './Groups.module.css'
import { groupPicture } from './picture.ts'

export interface PictureFieldProps {
  picture: string | null
  onChange: (picture: string | null) => void
}

/** A group's picture, made small before it leaves this window. */
export function PictureField({ picture, onChange }: PictureFieldProps): ReactNode {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [isWrong, setWrong] = useState(false)
  const label = picture === null ? t('groups.create.picture') : t('groups.create.changePicture')
  const choose = async (file: File): Promise<void> => {
    const made = await groupPicture(file).catch(() => null)
    setWrong(made === null)
    if (made !== null) onChange(made)
  }
  return (
    <div className={css.pictureField}>
      <button
        type="button"
        className={css.picture}
        data-set={picture !== null || undefined}
        aria-label={label}
        title={label}
        onClick={() => input.current?.click()}
      >
        {picture === null ? <ImagePlus aria-hidden="true" /> : <img src={`data:image/webp;base64,${picture}`} alt="" />}
      </button>
      {picture !== null && (
        <Button size="small" tone="quiet" aria-label={t('groups.create.removePicture')} onClick={() => onChange(null)}>
          {t('groups.create.removeShort')}
        </Button>
      )}
      <input
        ref={input}
        type="file"
        accept="image/*"
        tabIndex={-1}
        aria-label={label}
        className={css.hidden}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file !== undefined) void choose(file)
        }}
      />
      {isWrong && (
        <p className={css.faint} role="alert">
          {t('groups.create.pictureWrong')}
        </p>
      )}
    </div>
  )
}
