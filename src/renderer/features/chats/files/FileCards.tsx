import { useState, type ReactNode } from 'react'
import type { FileId } from '../../../../shared/ids.ts'
import type { Message } from '../../../../shared/model/chat.ts'
import { VoicePlayer } from '../voice/VoicePlayer.tsx'
import { FileCard } from './FileCard.tsx'
import css from './FileCards.module.css'
import { Lightbox } from './Lightbox.tsx'
import { PictureCard } from './PictureCard.tsx'

/** What came with a message: pictures together, then everything else. */
export function FileCards({ message }: { message: Message }): ReactNode {
  const [open, setOpen] = useState<FileId | null>(null)
  const { files, id } = message
  if (files.length === 0) return null
  const pictures = files.filter(({ kind }) => kind === 'picture')
  const others = files.filter(({ kind }) => kind !== 'picture')
  return (
    <div className={css.cards}>
      {pictures.length > 0 && (
        <div className={css.pictures} data-count={Math.min(4, pictures.length)}>
          {pictures.map((offer) => (
            <PictureCard key={offer.file} message={id} offer={offer} alone={pictures.length === 1} onOpen={() => setOpen(offer.file)} />
          ))}
        </div>
      )}
      {others.map((offer) =>
        offer.kind === 'voice' ? (
          <VoicePlayer key={offer.file} message={id} offer={offer} />
        ) : (
          <FileCard key={offer.file} message={id} offer={offer} />
        ),
      )}
      {open !== null && <Lightbox message={message} first={open} onClose={() => setOpen(null)} />}
    </div>
  )
}
