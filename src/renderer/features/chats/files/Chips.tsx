import { CircleAlert, File, Film, Folder, Image, Mic, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FileOffer } from '../../../../shared/model/files.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { sizeText } from '../../../ui/amounts.ts'
import { cx } from '../../../ui/cx.ts'
import { useComposing } from '../composer/composing.ts'
import type { Chip } from './chip.ts'
import css from './Chips.module.css'
import { pictureSource } from './sizes.ts'

export const kindIcons: Record<FileOffer['kind'], ReactNode> = {
  file: <File />,
  picture: <Image />,
  video: <Film />,
  voice: <Mic />,
  folder: <Folder />,
}

/** Pixels of a side of a thumbnail: more than that is none. */
export const MAX_THUMBNAIL_SIDE = 640

/** The files that go with the next message. */
export function Chips({ draftKey, chips }: { draftKey: string; chips: readonly Chip[] }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const putChip = useComposing((store) => store.putChip)
  if (chips.length === 0) return null
  const remove = (chip: Chip): void => {
    putChip(draftKey, chip.id, null)
    // It is forgotten within a day in any case.
    if (chip.staged !== null) client.files.unstage({ id: chip.staged.id }).catch(() => {})
  }
  return (
    <ul className={css.chips} aria-label={t('chats.files.staged')}>
      {chips.map((chip) => (
        <li key={chip.id} className={cx(css.chip, chip.state === 'failed' && css.failed)}>
          <Look chip={chip} />
          <span className={css.words}>
            <bdi className={css.name}>{chip.name}</bdi>
            <span className={css.note} role={chip.state === 'failed' ? 'alert' : undefined}>
              {chip.state === 'preparing' ? t('chats.files.preparing') : chip.state === 'failed' ? chip.why : sizeText(chip.bytes)}
            </span>
          </span>
          <button type="button" className={css.remove} aria-label={t('chats.files.remove', { name: chip.name })} title={t('chats.files.remove', { name: chip.name })} onClick={() => remove(chip)}>
            <X />
          </button>
        </li>
      ))}
    </ul>
  )
}

function Look({ chip }: { chip: Chip }): ReactNode {
  const source = chip.thumbnail === null ? null : pictureSource(chip.thumbnail, MAX_THUMBNAIL_SIDE)
  if (source !== null) return <img className={css.picture} src={source} alt="" draggable={false} />
  return <span className={css.sign}>{chip.state === 'failed' ? <CircleAlert /> : kindIcons[chip.kind]}</span>
}
