import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../../../shared/model/chat.ts'
import type { Transfer } from '../../../../shared/model/files.ts'
import { sizeText } from '../../../ui/amounts.ts'
import { Time } from '../../../ui/Time.tsx'
import { filesStore } from '../../files/store.ts'
import { kindIcons, MAX_THUMBNAIL_SIDE } from '../files/Chips.tsx'
import { pictureSource } from '../files/sizes.ts'
import { useTalk } from '../talk.ts'
import css from './Details.module.css'
import { More } from './More.tsx'

/** Three rows of pictures, and as many files as are told apart at a glance; others when they are asked for. */
const PICTURES = 9
const FILES = 6

/** What was sent here beside words, newest first; chosen, the message that it came with is gone to. */
export function SharedFiles({ conversation }: { conversation: Conversation }): ReactNode {
  const { t } = useTranslation()
  const transfers = filesStore.use(({ state }) => state.transfers)
  const [media, files] = useMemo(() => {
    const here = [...transfers.values()].filter((transfer) => transfer.conversation === conversation.id).toSorted((a, b) => b.startedMs - a.startedMs)
    return [here.filter(isMedia), here.filter((transfer) => !isMedia(transfer))]
  }, [transfers, conversation.id])
  return (
    <>
      {media.length > 0 && <Media media={media} />}
      <section className={css.part}>
        <h3 className={css.heading}>{t('chats.shared.title')}</h3>
        {files.length === 0 ? <p className={css.note}>{t(media.length === 0 ? 'chats.shared.none' : 'chats.shared.noOther')}</p> : <Files files={files} />}
      </section>
    </>
  )
}

function isMedia({ offer }: Transfer): boolean {
  return offer.kind === 'picture' || offer.kind === 'video'
}

function Media({ media }: { media: readonly Transfer[] }): ReactNode {
  const { t } = useTranslation()
  const { onJump } = useTalk()
  const [shown, setShown] = useState(PICTURES)
  return (
    <section className={css.part}>
      <h3 className={css.heading}>{t('chats.shared.media')}</h3>
      <div className={css.media}>
        {media.slice(0, shown).map(({ id, message, offer }) => {
          const source = offer.thumbnail === null ? null : pictureSource(offer.thumbnail, MAX_THUMBNAIL_SIDE)
          return (
            <button key={id} type="button" className={css.picture} aria-label={t('chats.shared.toPicture', { name: offer.name })} title={offer.name} onClick={() => onJump(message)}>
              {source === null ? kindIcons[offer.kind] : <img src={source} alt="" draggable={false} />}
            </button>
          )
        })}
      </div>
      <More count={media.length} shown={shown} onMore={setShown} />
    </section>
  )
}

function Files({ files }: { files: readonly Transfer[] }): ReactNode {
  const { t } = useTranslation()
  const { onJump } = useTalk()
  const [shown, setShown] = useState(FILES)
  return (
    <>
      <div className={css.rows}>
        {files.slice(0, shown).map(({ id, message, offer, startedMs }) => (
          <button key={id} type="button" className={css.row} title={offer.kind === 'voice' ? undefined : offer.name} onClick={() => onJump(message)}>
            {kindIcons[offer.kind]}
            <span className={css.words}>
              <bdi>{offer.kind === 'voice' ? t('chats.quote.voice') : offer.name}</bdi>
              <span className={css.note}>
                {sizeText(offer.bytes)} · <Time atMs={startedMs} />
              </span>
            </span>
          </button>
        ))}
      </div>
      <More count={files.length} shown={shown} onMore={setShown} />
    </>
  )
}
