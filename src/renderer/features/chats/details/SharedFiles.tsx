import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../../../shared/model/chat.ts'
import { sizeText } from '../../../ui/amounts.ts'
import { Time } from '../../../ui/Time.tsx'
import { filesStore } from '../../files/store.ts'
import { kindIcons } from '../files/Chips.tsx'
import { useTalk } from '../talk.ts'
import css from './Details.module.css'

/** The newest of them; all are under Files. */
const SHOWN = 6

/** What was sent here beside words; chosen, the message that it came with is gone to. */
export function SharedFiles({ conversation }: { conversation: Conversation }): ReactNode {
  const { t } = useTranslation()
  const { onJump } = useTalk()
  const transfers = filesStore.use(({ state }) => state.transfers)
  const here = [...transfers.values()]
    .filter((transfer) => transfer.conversation === conversation.id)
    .toSorted((a, b) => b.startedMs - a.startedMs)
  return (
    <section className={css.part}>
      <h3 className={css.heading}>{t('chats.shared.title')}</h3>
      {here.length === 0 ? (
        <p className={css.note}>{t('chats.shared.none')}</p>
      ) : (
        <div className={css.rows}>
          {here.slice(0, SHOWN).map(({ id, message, offer, startedMs }) => (
            <button key={id} type="button" className={css.row} onClick={() => onJump(message)}>
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
      )}
    </section>
  )
}
