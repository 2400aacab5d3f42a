import { Trash2 } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeerId } from '../../../shared/ids.ts'
import { useMe } from '../identity/store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { TextArea } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { shortKey } from '../../ui/Key.tsx'
import css from './CardList.module.css'
import { useMaking } from './making.ts'
import { useCards } from './use-cards.ts'

/** Those who decide: this device, and whoever's card was pasted. */
export function CardList({ preset }: { preset: string }): ReactNode {
  const { t } = useTranslation()
  const cards = useMaking((making) => making.cards)
  const change = useMaking((making) => making.change)
  const me = useMe()
  const [text, setText] = useState('')
  const { add, busy, problem, dismiss } = useCards()

  const take = async (pasted: string): Promise<void> => setText(await add(pasted))
  const taken = useRef(preset === '')
  useEffect(() => {
    if (taken.current) return
    taken.current = true
    void add(preset).then(setText)
  }, [add, preset])

  const remove = (peerId: PeerId): void => change({ cards: cards.filter(({ card }) => card.peerId !== peerId) })
  return (
    <section className={css.cards} aria-labelledby="cards">
      <h3 id="cards" className={css.title}>
        {t('networks.making.card.title')}
      </h3>
      <p className={css.soft}>{t('networks.making.card.text')}</p>
      <div className={css.add}>
        <TextArea
          label={t('networks.making.card.field')}
          hideLabel
          placeholder={t('networks.making.card.placeholder')}
          error={problem}
          rows={2}
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            dismiss()
            setText(event.target.value)
          }}
          onPaste={(event) => {
            // Whoever pastes a card wants it in the list.
            event.preventDefault()
            void take(event.clipboardData.getData('text'))
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            void take(text)
          }}
        />
        <Button busy={busy} disabled={text.trim() === ''} onClick={() => void take(text)}>
          {busy ? t('networks.making.card.reading') : t('networks.making.card.add')}
        </Button>
      </div>
      <ul className={css.list}>
        <li className={css.item}>
          <Avatar of={me?.peerId ?? ''} />
          <span className={css.words}>
            <span className={css.name}>{t('networks.making.card.you')}</span>
            <span className={css.faint}>{t('networks.making.card.youNote')}</span>
          </span>
        </li>
        {cards.map(({ card: { peerId, label, addresses } }) => (
          <li key={peerId} className={css.item}>
            <Avatar of={peerId} />
            <span className={css.words}>
              <bdi className={css.name}>{label}</bdi>
              <span className={css.faint}>
                {shortKey(peerId)}
                {addresses.length === 0 && ` · ${t('networks.making.card.noAddress')}`}
              </span>
            </span>
            <IconButton
              label={t('networks.making.card.remove', { name: label })}
              icon={<Trash2 />}
              onClick={() => remove(peerId)}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
