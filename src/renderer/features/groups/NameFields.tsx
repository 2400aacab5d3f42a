import type { ReactNode, Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { GroupTitle } from '../../../shared/model/groups.ts'
import { TextField } from '../../ui/Field.tsx'
import css from './Groups.module.css'
import { PictureField } from './PictureField.tsx'

const TITLE_MAX_CHARACTERS = 64

export interface NameFieldsProps {
  typed: string
  onType: (typed: string) => void
  picture: string | null
  onPicture: (picture: string | null) => void
  /** Of a group that is being made: what is said beside its name. */
  made?: { input: Ref<HTMLInputElement>; placeholder: string; hint: string }
}

/** What a group is called and looks like. */
export function NameFields({ typed, onType, picture, onPicture, made }: NameFieldsProps): ReactNode {
  const { t } = useTranslation()
  const isWrong = typed.trim() !== '' && !GroupTitle.safeParse(typed).success
  return (
    <div className={css.named}>
      <PictureField picture={picture} onChange={onPicture} />
      <TextField
        {...(made === undefined ? {} : { ref: made.input, placeholder: made.placeholder, hint: made.hint })}
        label={t('groups.create.name')}
        error={isWrong ? t('groups.create.nameWrong') : null}
        value={typed}
        maxLength={TITLE_MAX_CHARACTERS}
        autoComplete="off"
        onChange={(event) => onType(event.target.value)}
      />
    </div>
  )
}
