import { Dialog } from '@base-ui/react/dialog'
import { ChevronLeft, ChevronRight, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FileId, MessageId } from '../../../../shared/ids.ts'
import type { Message } from '../../../../shared/model/chat.ts'
import type { FileOffer } from '../../../../shared/model/files.ts'
import { useTransfer } from '../../files/store.ts'
import { Floats } from '../../../ui/floats.ts'
import { fullWhen } from '../../../ui/when.ts'
import { chatsStore } from '../store.ts'
import { useTalk } from '../talk.ts'
import { MAX_THUMBNAIL_SIDE } from './Chips.tsx'
import css from './Lightbox.module.css'
import { pictureSource } from './sizes.ts'
import { useBytes } from './use-bytes.ts'

/** Where nobody said how wide it is. */
const SIDE = 800

interface Shown {
  message: Message
  offer: FileOffer
}

/** A picture as large as the window, and those before and after it in the conversation. */
export function Lightbox({ message, first, onClose }: { message: Message; first: FileId; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const { names } = useTalk()
  const held = chatsStore.use(({ state }) => state.held.get(message.conversation)?.messages)
  const all = (held ?? [message]).flatMap((one): Shown[] =>
    one.files.filter(({ kind }) => kind === 'picture').map((offer) => ({ message: one, offer })),
  )
  const [at, setAt] = useState(() => all.findIndex((one) => one.message.id === message.id && one.offer.file === first))
  const shown = all[at]
  const go = (step: number): void => setAt(Math.min(all.length - 1, Math.max(0, at + step)))
  if (shown === undefined) return null
  const { offer } = shown
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.ground} />
        <Dialog.Popup
          className={css.popup}
          onKeyDown={(event) => {
            if (event.key === 'ArrowLeft') go(-1)
            else if (event.key === 'ArrowRight') go(1)
          }}
        >
          <Floats />
          <header className={css.head}>
            <Dialog.Title className={css.title}>
              <bdi>{offer.name}</bdi>
            </Dialog.Title>
            <p className={css.by}>
              <bdi>{names.of(shown.message.from)}</bdi> · {fullWhen(shown.message.sentMs)}
            </p>
            <Dialog.Close className={css.button} aria-label={t('close')}>
              <X />
            </Dialog.Close>
          </header>
          <div className={css.stage}>
            <Picture key={`${shown.message.id} ${offer.file}`} message={shown.message.id} offer={offer} />
          </div>
          {all.length > 1 && (
            <footer className={css.foot}>
              <button type="button" className={css.button} aria-label={t('chats.files.before')} disabled={at === 0} onClick={() => go(-1)}>
                <ChevronLeft />
              </button>
              <span>{t('chats.files.of', { at: at + 1, count: all.length })}</span>
              <button type="button" className={css.button} aria-label={t('chats.files.after')} disabled={at === all.length - 1} onClick={() => go(1)}>
                <ChevronRight />
              </button>
            </footer>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Picture({ message, offer }: { message: MessageId; offer: FileOffer }): ReactNode {
  const { t } = useTranslation()
  const { url, failed } = useBytes(useTransfer(message, offer.file), true)
  const thumbnail = offer.thumbnail === null ? null : pictureSource(offer.thumbnail, MAX_THUMBNAIL_SIDE)
  const source = url ?? thumbnail
  if (source === null || failed) return <p className={css.note}>{t('chats.files.notShown')}</p>
  // A thumbnail stands as large as the picture will be.
  return <img className={css.picture} style={{ '--width': `${offer.width ?? SIDE}px` }} src={source} alt={offer.name} draggable={false} />
}
