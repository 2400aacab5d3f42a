import { Download, Image } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageId } from '../../../../shared/ids.ts'
import type { FileOffer } from '../../../../shared/model/files.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { useCall } from '../../../bridge/use-call.ts'
import { useTransfer } from '../../files/store.ts'
import { sizeText } from '../../../ui/amounts.ts'
import { cx } from '../../../ui/cx.ts'
import { MAX_THUMBNAIL_SIDE } from './Chips.tsx'
import css from './FileCards.module.css'
import { actionsOf } from './file-state.ts'
import { within } from './picture.ts'
import { pictureSource } from './sizes.ts'
import { isWhole, useBytes } from './use-bytes.ts'

/** As large as a picture is in the conversation. */
const SIDE = 360

export interface PictureCardProps {
  message: MessageId
  offer: FileOffer
  alone: boolean
  onOpen: () => void
}

/** A picture in its place from the first moment: its thumbnail until all of it is here. Chosen, it is fetched or shown large. */
export function PictureCard({ message, offer, alone, onOpen }: PictureCardProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const transfer = useTransfer(message, offer.file)
  const { url } = useBytes(transfer, true)
  const thumbnail = offer.thumbnail === null ? null : pictureSource(offer.thumbnail, MAX_THUMBNAIL_SIDE)
  const accept = useCall(async () => {
    if (transfer !== null) await client.files.accept({ id: transfer.id })
  })
  const canFetch = transfer !== null && actionsOf(transfer, false)[0] === 'accept'
  const size = within(offer.width ?? SIDE, offer.height ?? SIDE, SIDE)
  const ratio = Math.min(3, Math.max(0.5, size.width / size.height))
  return (
    <button
      type="button"
      className={cx(css.picture, alone ? css.alone : css.square)}
      style={alone ? { '--width': `${Math.max(160, size.width)}px`, '--ratio': ratio } : {}}
      aria-label={t(canFetch ? 'chats.files.fetchPicture' : 'chats.files.openPicture', { name: offer.name })}
      onClick={() => (canFetch ? void accept.run() : onOpen())}
    >
      {url !== null ? (
        <img src={url} alt="" draggable={false} />
      ) : thumbnail !== null ? (
        <img src={thumbnail} className={css.soft} alt="" draggable={false} />
      ) : null}
      {transfer !== null && !isWhole(transfer) && (
        <span className={css.over}>
          {canFetch ? <Download /> : <Image />}
          {transfer.state === 'running'
            ? `${Math.floor((100 * transfer.doneBytes) / Math.max(1, offer.bytes))} %`
            : canFetch
              ? sizeText(offer.bytes)
              : t(`chats.files.state.${transfer.state}`)}
        </span>
      )}
    </button>
  )
}
